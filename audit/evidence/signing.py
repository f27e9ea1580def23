"""Ed25519 keys and signatures; the only door to `cryptography`, which is an extra.

A key never leaves this module but as PEM for its owner's file. Its id is the SHA-256 of the public
key (SubjectPublicKeyInfo, DER), so that two people can read it to each other.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from audit.errors import RenderError, UsageError
from audit.text import safe_text
from audit.wire.canonical import sha256_of

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

LONGEST_KEY_FILE = 64 * 1024
_MAKE_ONE = "Make one with: synthgate keygen --out KEY"


@dataclass(frozen=True, slots=True)
class PublicKey:
    """Whose signature it is."""

    der: bytes

    @property
    def id(self) -> str:
        """The id that stands beside a signature."""
        return sha256_of(self.der)


@dataclass(frozen=True, slots=True)
class Signer:
    """A private key that signs and shows nothing else of itself."""

    public: PublicKey
    sign: Callable[[bytes], bytes] = field(repr=False)


@dataclass(frozen=True, slots=True)
class NewKey:
    """A pair as it is written to its two files."""

    private_pem: bytes = field(repr=False)
    public_pem: bytes
    public: PublicKey


def can_sign() -> bool:
    """Tell whether the extra is installed."""
    return find_spec("cryptography") is not None


def require_library() -> None:
    """Refuse where the extra is not installed.

    Raises
    ------
    RenderError
        With how to install it.
    """
    if not can_sign():
        raise RenderError(
            "signatures need the library cryptography, which is not installed",
            "Install it: pip install 'synthgate[sign]'",
        )


def make_key(passphrase: bytes | None = None) -> NewKey:
    """Return a new pair; the private key is encrypted where a passphrase is given."""
    require_library()
    from cryptography.hazmat.primitives import serialization as form
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    lock: form.KeySerializationEncryption = form.NoEncryption()
    if passphrase:
        lock = form.BestAvailableEncryption(passphrase)
    public = key.public_key()
    return NewKey(
        private_pem=key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, lock),
        public_pem=public.public_bytes(form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo),
        public=PublicKey(_der(public)),
    )


def read_signer(path: Path, passphrase: bytes | None = None) -> Signer:
    """Return the signer whose private key a file holds (PEM, PKCS#8, Ed25519).

    Raises
    ------
    UsageError
        If the file cannot be read, holds no such key, or the passphrase does not open it.
    RenderError
        If the extra is not installed.
    """
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    name, data = safe_text(path.name), _content(path)
    locked = b"ENCRYPTED" in data
    if locked and not passphrase:
        raise UsageError(
            f"the signing key {name} needs a passphrase",
            "Give --sign-passphrase-file FILE, or set SYNTHGATE_SIGN_PASSPHRASE.",
        )
    try:
        key = load_pem_private_key(data, passphrase if locked else None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        key = None
    if isinstance(key, Ed25519PrivateKey):
        return Signer(PublicKey(_der(key.public_key())), key.sign)
    if locked and key is None:
        raise UsageError(f"the passphrase does not open the signing key {name}")
    raise UsageError(f"{name} is no Ed25519 private key in PEM (PKCS#8)", _MAKE_ONE)


def read_public(path: Path) -> PublicKey:
    """Return the public key that a file holds (PEM, Ed25519).

    Raises
    ------
    UsageError
        If the file cannot be read, or holds no such key.
    RenderError
        If the extra is not installed.
    """
    require_library()
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        key = load_pem_public_key(_content(path))
    except (ValueError, UnsupportedAlgorithm):
        key = None
    if not isinstance(key, Ed25519PublicKey):
        raise UsageError(
            f"{safe_text(path.name)} is no Ed25519 public key in PEM",
            "Name the file KEY.pub that keygen wrote beside the private key.",
        )
    return PublicKey(_der(key))


def holds(public: PublicKey, message: bytes, signature: bytes) -> bool:
    """Tell whether the owner of `public` signed `message`."""
    require_library()
    from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_der_public_key

    try:
        key = load_der_public_key(public.der)
    except (ValueError, UnsupportedAlgorithm):
        return False
    if not isinstance(key, Ed25519PublicKey):
        return False
    try:
        key.verify(signature, message)
    except InvalidSignature:
        return False
    return True


def _der(key: "Ed25519PublicKey") -> bytes:
    from cryptography.hazmat.primitives import serialization as form

    return key.public_bytes(form.Encoding.DER, form.PublicFormat.SubjectPublicKeyInfo)


def _content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(LONGEST_KEY_FILE)
    except OSError as error:
        reason = safe_text(error.strerror)
    raise UsageError(f"the key file {safe_text(path.name)} cannot be read ({reason})")
