"""From flags to keys: read before anything else is done, and held away from the reports."""

import os
from pathlib import Path

from audit.cli.flags_signing import Certificate, Signing
from audit.errors import UsageError
from audit.evidence.certificates import PdfSigner, open_token, read_p12
from audit.evidence.signing import Signer, read_signer
from audit.text import safe_text

PASSPHRASE_VARIABLE = "SYNTHGATE_SIGN_PASSPHRASE"  # noqa: S105 - the name of a variable
LONGEST = 4096


def signer_from(signing: Signing, folder: Path | None) -> Signer | None:
    """Return who signs, if anybody does.

    Parameters
    ----------
    folder
        Where the files of the run go: no place for a key.

    Raises
    ------
    UsageError
        If the key cannot be used, or lies in the folder.
    RenderError
        If the library for signatures is not installed.
    """
    key = signing.sign_key
    if key is None:
        if signing.sign_passphrase_file is not None:
            raise UsageError("--sign-passphrase-file opens no key", "Give --sign-key KEY too.")
        return None
    if folder is not None and key.resolve().is_relative_to(folder.resolve()):
        raise UsageError(
            f"the signing key {safe_text(key.name)} lies in the folder of the run, "
            "which is handed on",
            "Keep the private key elsewhere.",
        )
    return read_signer(key, passphrase_from(signing.sign_passphrase_file))


def pdf_signer_from(certificate: Certificate) -> PdfSigner | None:
    """Return who signs the PDF, if anybody does.

    Raises
    ------
    UsageError
        If the certificate cannot be used, or something is said of a signature that nobody puts.
    RenderError
        If the library for signatures of PDFs is not installed.
    """
    p12, module, file = certificate.p12, certificate.pkcs11, certificate.passphrase_file
    device = (module, certificate.token, certificate.certificate)
    if p12 is None and module is None:
        if (file, certificate.field, certificate.tsa_url, *device) != (None,) * 6:
            raise UsageError("nobody signs the PDF", "Give --p12 FILE or --pkcs11 MODULE too.")
        return None
    phrase = None if file is None else _first_line(file)
    if p12 is not None:
        if device != (None, None, None):
            raise UsageError("the PDF is signed by one certificate", "Give --p12 or --pkcs11.")
        return read_p12(p12, phrase)
    if certificate.certificate is None or module is None:
        raise UsageError("--pkcs11 needs --certificate LABEL")
    return open_token(
        module,
        token=certificate.token,
        certificate=certificate.certificate,
        pin=None if phrase is None else phrase.decode("utf-8", "replace"),
    )


def passphrase_from(file: Path | None) -> bytes | None:
    """Return the passphrase of a signing key: of the file, else of the environment, if any.

    Raises
    ------
    UsageError
        If the file cannot be read, or holds nothing.
    """
    if file is not None:
        return _first_line(file)
    return os.environ.get(PASSPHRASE_VARIABLE, "").encode() or None


def _first_line(file: Path) -> bytes:
    """Return the first line without its end: editors add one."""
    name = safe_text(file.name)
    try:
        with file.open("rb") as opened:
            line = opened.readline(LONGEST).rstrip(b"\r\n")
    except OSError as error:
        reason = safe_text(error.strerror)
        raise UsageError(f"the passphrase file {name} cannot be read ({reason})") from None
    if not line:
        raise UsageError(f"the passphrase file {name} holds no passphrase in its first line")
    return line
