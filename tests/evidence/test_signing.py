"""Keys are made once, opened by their owner, and refused with a reason otherwise."""

import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from audit.errors import RenderError, UsageError
from audit.evidence import signing
from audit.evidence.key_files import write_key
from audit.evidence.signing import PublicKey, holds, read_public, read_signer
from tests.evidence import sealed


def test_a_new_pair_signs_and_verifies(tmp_path: Path) -> None:
    public = write_key(tmp_path / "k")
    assert stat.S_IMODE((tmp_path / "k").stat().st_mode) == 0o600
    signer, other = read_signer(tmp_path / "k"), read_public(tmp_path / "k.pub")
    assert signer.public == other == public
    signature = signer.sign(b"message")
    assert holds(public, b"message", signature)
    assert not holds(public, b"massage", signature)
    assert not holds(sealed.signer(tmp_path).public, b"message", signature)
    assert "PRIVATE" not in repr(signer)


def test_two_pairs_are_different(tmp_path: Path) -> None:
    assert write_key(tmp_path / "a").id != write_key(tmp_path / "b").id


def test_rfc_8032_signs_as_it_says(tmp_path: Path) -> None:
    """Test 1 of section 7.1: the empty message."""
    secret = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60"
    pkcs8 = bytes.fromhex("302e020100300506032b657004220420" + secret)
    from base64 import b64encode

    pem = b"-----BEGIN PRIVATE KEY-----\n" + b64encode(pkcs8) + b"\n-----END PRIVATE KEY-----\n"
    (tmp_path / "rfc").write_bytes(pem)
    signer = read_signer(tmp_path / "rfc")
    assert signer.public.der[-32:].hex().startswith("d75a980182b10ab7d54bfed3c964073a")
    assert signer.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")


@pytest.mark.parametrize("taken", ["k", "k.pub"])
def test_no_key_is_overwritten(tmp_path: Path, taken: str) -> None:
    (tmp_path / taken).write_text("precious")
    with pytest.raises(UsageError, match="never overwritten"):
        write_key(tmp_path / "k")
    assert (tmp_path / taken).read_text() == "precious"
    assert len(list(tmp_path.iterdir())) == 1


def test_a_link_is_no_new_file(tmp_path: Path) -> None:
    (tmp_path / "k").symlink_to(tmp_path / "nowhere")
    with pytest.raises(UsageError, match="never overwritten"):
        write_key(tmp_path / "k")


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="could not be written"):
        write_key(tmp_path / "missing" / "k")


def test_a_passphrase_locks_the_key(tmp_path: Path) -> None:
    public = write_key(tmp_path / "k", b"correct horse")
    with pytest.raises(TypeError):
        load_pem_private_key((tmp_path / "k").read_bytes(), None)
    assert read_signer(tmp_path / "k", b"correct horse").public == public
    with pytest.raises(UsageError, match="needs a passphrase"):
        read_signer(tmp_path / "k")
    with pytest.raises(UsageError, match="does not open") as refused:
        read_signer(tmp_path / "k", b"wrong horse")
    assert "horse" not in str(refused.value) + refused.value.hint


def test_what_is_no_key_of_ours_is_refused(tmp_path: Path) -> None:
    other = rsa.generate_private_key(65537, 2048)
    pem = other.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    public = other.public_key().public_bytes(
        form.Encoding.PEM, form.PublicFormat.SubjectPublicKeyInfo
    )
    (tmp_path / "rsa").write_bytes(pem)
    (tmp_path / "rsa.pub").write_bytes(public)
    (tmp_path / "text").write_text("secret of somebody")
    for name in ("rsa", "text", "rsa.pub"):
        with pytest.raises(UsageError, match="no Ed25519 private key") as refused:
            read_signer(tmp_path / name)
        assert "somebody" not in str(refused.value)
    for name in ("rsa.pub", "text", "rsa"):
        with pytest.raises(UsageError, match="no Ed25519 public key"):
            read_public(tmp_path / name)
    with pytest.raises(UsageError, match="cannot be read"):
        read_signer(tmp_path / "absent")
    assert not holds(PublicKey(b"no key"), b"", b"")


def test_without_the_library_it_is_said_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(signing, "find_spec", lambda name: None)
    for ask in (lambda: write_key(tmp_path / "k"), lambda: read_signer(tmp_path / "k")):
        with pytest.raises(RenderError, match="not installed") as refused:
            ask()
        assert "synthgate[sign]" in refused.value.hint
        assert refused.value.exit_code == 4
    assert list(tmp_path.iterdir()) == []
