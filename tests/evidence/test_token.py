"""A device signs the PDF: its key never leaves it. SoftHSM stands in for a card."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("pyhanko", reason="the extra synthgate[pades] is not installed")
pytest.importorskip("pkcs11", reason="the extra synthgate[pades] is not installed")

from cryptography.hazmat.primitives import serialization as form
from cryptography.hazmat.primitives.asymmetric import rsa

from audit.errors import UsageError
from audit.evidence.certificates import open_token
from audit.evidence.pades import sign_pdf, signatures_of
from audit.report.pdf import to_pdf
from tests.evidence import sealed
from tests.evidence.certified import OWNER, self_signed

MODULES = ("/usr/lib/softhsm/libsofthsm2.so", "/usr/lib64/libsofthsm2.so")
MODULE = next((Path(place) for place in MODULES if Path(place).exists()), None)
TOOLS = ("softhsm2-util", "pkcs11-tool")
PIN = "731905"

pytestmark = pytest.mark.skipif(
    MODULE is None or not all(shutil.which(tool) for tool in TOOLS),
    reason="no SoftHSM here (Debian: softhsm2, opensc)",
)


def certificate(folder: Path) -> None:
    key = rsa.generate_private_key(65537, 2048)
    (folder / "key.pem").write_bytes(
        key.private_bytes(form.Encoding.PEM, form.PrivateFormat.PKCS8, form.NoEncryption())
    )
    (folder / "certificate.der").write_bytes(self_signed(key).public_bytes(form.Encoding.DER))


@pytest.fixture(scope="module")
def module(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fill a token of software: one key, one certificate, both by the name of `ada`."""
    folder = tmp_path_factory.mktemp("token")
    certificate(folder)
    made = folder / "certificate.der"
    (folder / "tokens").mkdir()
    (folder / "softhsm2.conf").write_text(f"directories.tokendir = {folder / 'tokens'}\n")
    os.environ["SOFTHSM2_CONF"] = str(folder / "softhsm2.conf")
    token, pin = ("--token", "office"), ("--pin", PIN)
    named = ("--id", "01", "--label", "ada")
    card = ("--module", MODULE, "--token-label", "office", "--login", *pin)
    commands = (
        ("softhsm2-util", "--init-token", "--free", "--label", "office", *pin, "--so-pin", PIN),
        ("softhsm2-util", "--import", folder / "key.pem", *token, *pin, *named),
        ("pkcs11-tool", *card, "--type", "cert", *named, "--write-object", made),
    )
    for command in commands:
        subprocess.run([str(word) for word in command], check=True, capture_output=True)
    return MODULE


def test_a_device_signs(module: Path) -> None:
    person = open_token(module, token="office", certificate="ada", pin=PIN)
    pdf = to_pdf(sealed.PAGE, attachments={})
    [found] = signatures_of(sign_pdf(pdf, person).pdf)
    assert (found.signer, found.intact, found.unchanged) == (OWNER, True, True)


@pytest.mark.parametrize(
    ("token", "label", "pin"),
    [("office", "bob", PIN), ("office", "ada", "731906"), ("home", "ada", PIN)],
)
def test_what_the_device_does_not_give_is_said(
    module: Path, token: str, label: str, pin: str
) -> None:
    with pytest.raises(UsageError, match="holds no certificate") as refused:
        open_token(module, token=token, certificate=label, pin=pin)
    assert pin not in str(refused.value) + refused.value.hint


def test_a_module_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="holds no certificate"):
        open_token(tmp_path / "absent.so", token=None, certificate="ada", pin=None)
