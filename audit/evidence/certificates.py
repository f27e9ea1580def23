"""Who signs a PDF: a certificate in a file, or on a card or another device.

This module and `pades` are the only door to pyHanko. A private key or a PIN is shown to nobody.
"""

from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any, TypeAlias

from audit.errors import RenderError, UsageError
from audit.text import safe_text

Foreign: TypeAlias = Any
"""pyHanko's own objects stay in these two modules."""
LONGEST_P12 = 2**20
_EXTRA = "Install it: pip install 'synthgate[pades]'"


@dataclass(frozen=True, slots=True)
class PdfSigner:
    """A certificate and its private key, which is shown to nobody."""

    handle: Foreign = field(repr=False)


def can_sign() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("pyhanko") is not None


def require_library() -> None:
    """Refuse where the extra is not installed.

    Raises
    ------
    RenderError
        With how to install it.
    """
    if not can_sign():
        raise RenderError("signing a PDF needs pyHanko, which is not installed", _EXTRA)


def read_p12(path: Path, passphrase: bytes | None) -> PdfSigner:
    """Return the certificate and key of a PKCS#12 file (`.p12`, `.pfx`).

    Raises
    ------
    UsageError
        If the file cannot be read, or the passphrase does not open it.
    RenderError
        If the extra is not installed.
    """
    require_library()
    from pyhanko.sign.signers import SimpleSigner

    name = safe_text(path.name)
    try:
        with path.open("rb") as file:
            data = file.read(LONGEST_P12)
    except OSError as error:
        reason = safe_text(error.strerror)
        raise UsageError(f"the certificate file {name} cannot be read ({reason})") from None
    try:
        signer = SimpleSigner.load_pkcs12_data(data, other_certs=(), passphrase=passphrase)
    except Exception:  # Whatever the library raises may quote what it read.
        signer = None
    if signer is None or signer.signing_cert is None:
        raise UsageError(
            f"{name} is no PKCS#12 file that this passphrase opens",
            "Give --passphrase-file FILE with the passphrase of the certificate.",
        )
    return PdfSigner(signer)


def open_token(module: Path, *, token: str | None, certificate: str, pin: str | None) -> PdfSigner:
    """Return the certificate of a card or another device; its key never leaves it (PKCS#11).

    Parameters
    ----------
    module
        Library of the device's maker.
    token
        Label of the token; None where there is one only.
    certificate
        Label of the certificate, and of its key.

    Raises
    ------
    UsageError
        If the device cannot be opened, or has no such certificate.
    RenderError
        If the extra is not installed.
    """
    require_library()
    if find_spec("pkcs11") is None:
        raise RenderError("signing with a device needs python-pkcs11", _EXTRA)
    from pyhanko.config.pkcs11 import TokenCriteria
    from pyhanko.sign.pkcs11 import PKCS11Signer, open_pkcs11_session

    wanted = None if token is None else TokenCriteria(label=token)
    try:
        session = open_pkcs11_session(str(module), token_criteria=wanted, user_pin=pin)
        signer = PKCS11Signer(session, cert_label=certificate)
        subject = signer.signing_cert
    except Exception as error:  # Whatever the library raises may quote the PIN.
        kind = safe_text(type(error).__name__)
    else:
        if subject is not None:
            return PdfSigner(signer)
        kind = "no certificate"
    raise UsageError(
        f"the device holds no certificate {safe_text(certificate)} that can be used ({kind})",
        "Check --pkcs11, --token, --certificate, and the PIN in --passphrase-file.",
    )
