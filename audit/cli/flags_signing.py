"""The flags about keys: who signs, and whose signature is asked for."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

_key = partial(typer.Option, rich_help_panel="Signature", show_envvar=False)


@dataclass(frozen=True, slots=True)
class Signing:
    """Who vouches for what is written."""

    sign_key: Annotated[
        Path | None,
        _key(
            envvar="SYNTHGATE_SIGN_KEY",
            metavar="KEY",
            help="Sign what is attested of the files with this key; see: synthgate keygen",
        ),
    ] = None
    sign_passphrase_file: Annotated[
        Path | None,
        _key(
            metavar="FILE",
            help="Passphrase of the key; SYNTHGATE_SIGN_PASSPHRASE may hold it.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Certificate:
    """Who signs the PDF."""

    p12: Annotated[
        Path | None,
        _key(
            "--p12",
            metavar="FILE",
            help="Sign report.pdf with this certificate (PKCS#12: .p12, .pfx).",
        ),
    ] = None
    pkcs11: Annotated[
        Path | None,
        _key(
            "--pkcs11",
            metavar="MODULE",
            help="Sign report.pdf with a card or another device: the library of its maker.",
        ),
    ] = None
    token: Annotated[
        str | None,
        _key(metavar="LABEL", help="Which device.", show_default="the only one"),
    ] = None
    certificate: Annotated[
        str | None,
        _key(metavar="LABEL", help="Which certificate of the device."),
    ] = None
    passphrase_file: Annotated[
        Path | None,
        _key(metavar="FILE", help="Passphrase of the certificate, or PIN of the device."),
    ] = None
    field: Annotated[
        str | None,
        _key(
            metavar="NAME",
            help="Sign in this empty field of the PDF.",
            show_default="a new field without a place on the page",
        ),
    ] = None
    # No environment variable: no connection is opened by what no command shows.
    tsa_url: Annotated[
        str | None,
        _key(
            "--tsa-url",
            metavar="URL",
            help="Have a time-stamping authority confirm when; opens a network connection.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Looked:
    """What a folder is held against."""

    public_key: Annotated[
        list[Path] | None,
        _key(
            metavar="KEY.PUB",
            help="Whoever has this key must have signed; may be repeated.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Sealed:
    """A run that was finished before."""

    path: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="The folder that a run wrote.", show_default=False),
    ]
