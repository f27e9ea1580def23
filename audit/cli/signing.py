"""The commands about signatures: keygen and sign."""

from pathlib import Path
from typing import Annotated

import typer

from audit.cli.flags_signing import Certificate, Sealed, Signing
from audit.cli.spread import with_flags


def keygen(
    out: Annotated[
        Path,
        typer.Option(
            metavar="KEY",
            help="File of the private key; KEY.pub becomes that of the public one.",
            show_default=False,
        ),
    ],
    passphrase_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Encrypt the private key; SYNTHGATE_SIGN_PASSPHRASE may hold the passphrase.",
        ),
    ] = None,
) -> None:
    """Make a pair of keys: one to sign what an audit wrote, one for those who verify it."""
    from audit.cli.keys import passphrase_from
    from audit.cli.screen import say
    from audit.evidence.key_files import write_key

    phrase = passphrase_from(passphrase_file)
    made = write_key(out, phrase)
    say(
        [
            f"Private key: {out.name}, readable by its owner only"
            + (", encrypted." if phrase else ", not encrypted."),
            f"Public key: {out.name}.pub, for everybody who verifies.",
            f"Key id: {made.id}",
            "Keep the private key away from the reports, and tell the id by another way than them.",
        ]
    )


@with_flags
def sign(folder: Sealed, signing: Signing, certificate: Certificate) -> None:
    """Sign a finished folder: what is attested of it with a key, its PDF with a certificate."""
    from audit import api
    from audit.cli.keys import pdf_signer_from, signer_from
    from audit.cli.screen import say

    signer = signer_from(signing, folder.path)
    person = pdf_signer_from(certificate)
    done = api.sign(
        folder.path,
        signer=signer,
        person=person,
        field=certificate.field,
        tsa_url=certificate.tsa_url,
    )
    if done.field:
        say([f"report.pdf is signed in the field {done.field}, and the folder sealed anew."])
    if signer is not None:
        say([f"attestation.json is signed by {signer.public.id}."])
    else:
        say(["attestation.json is not signed: --sign-key KEY signs it."])
