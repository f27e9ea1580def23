"""verify, keygen and sign from the command line."""

import json
import shutil
import subprocess
from pathlib import Path

import jsonschema
import pytest

from audit.wire.schemas import schema
from tests.cli.conftest import QUICK, Call


@pytest.fixture
def key(call: Call, tmp_path: Path) -> Path:
    assert call("keygen", "--out", tmp_path / "key").code == 0
    return tmp_path / "key"


def test_a_finished_run_is_verified(call: Call, finished: Path) -> None:
    answer = call("verify", finished)
    assert answer.code == 0
    assert answer.err == ""
    assert "Is every file the one that was listed, and is there no other? Yes." in answer.out
    assert "Has everybody signed who had to? See below." in answer.out
    assert answer.out.rstrip().endswith("finished: nothing differs; not signed.")


def test_whatever_differs_answers_5_and_is_named(call: Call, finished: Path) -> None:
    (finished / "summary.txt").write_text("All is well.")
    verdict = finished / "verdict.json"
    verdict.write_bytes(verdict.read_bytes().replace(b'"inconclusive"', b'"met"', 1))
    answer = call("verify", finished)
    assert answer.code == 5
    assert "- summary.txt was added: no list names it" in answer.out
    assert "- verdict.json is not the file that was listed" in answer.out
    assert "Do not rely on this folder." in answer.out
    told = json.loads(call("verify", finished, "--json").out)
    assert told["outcome"] == "mismatch"
    assert {"summary.txt", "verdict.json"} <= {m["file"] for m in told["mismatches"]}
    quiet = call("verify", finished, "--quiet")
    assert (quiet.code, quiet.out, quiet.err) == (5, "", "")


def test_what_is_printed_keeps_its_schema(call: Call, finished: Path) -> None:
    told = json.loads(call("verify", finished, "--json", "--as-of", "2030-01-01").out)
    jsonschema.validate(told, schema("verification"))
    assert told["as_of"] == "2030-01-01"
    assert "too_old" in {w["code"] for w in told["warnings"]}
    wrapped = json.loads((finished / "attestation.json").read_bytes())
    jsonschema.validate(wrapped, schema("attestation"))
    for name in ("execution", "manifest"):
        jsonschema.validate(json.loads((finished / f"{name}.json").read_bytes()), schema(name))


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_other_tools_verify_the_sums(call: Call, finished: Path) -> None:
    command = ["sha256sum", "--check", "--strict", "--quiet", "SHA256SUMS"]
    assert subprocess.run(command, cwd=finished, check=False).returncode == 0


def test_a_run_is_signed_and_its_signature_asked_for(
    call: Call, inputs: tuple[object, ...], key: Path, tmp_path: Path
) -> None:
    out, public = tmp_path / "out", tmp_path / "key.pub"
    assert call("run", *inputs, *QUICK, "--out", out, "-q", "--sign-key", key).code == 11
    answer = call("verify", out, "--public-key", public)
    assert answer.code == 0
    assert "Has everybody signed who had to? Yes." in answer.out
    call("keygen", "--out", tmp_path / "other")
    other = call("verify", out, "--public-key", tmp_path / "other.pub")
    assert other.code == 5
    assert "did not sign this" in " ".join(other.out.split())
    unasked = " ".join(call("verify", out).out.split())
    assert "only --public-key can tell whose that is" in unasked


def test_the_environment_names_the_key(
    call: Call, finished: Path, key: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SYNTHGATE_SIGN_KEY", str(key))
    graded = tmp_path / "graded"
    call("grade", finished, "--out", graded, "--format", "json", "--quiet")
    assert call("verify", graded, "--public-key", tmp_path / "key.pub").code == 0


def test_a_finished_run_is_signed_later(
    call: Call, finished: Path, key: Path, tmp_path: Path
) -> None:
    answer = call("sign", finished, "--sign-key", key)
    assert answer.code == 0
    assert call("verify", finished, "--public-key", tmp_path / "key.pub").code == 0
    again = call("render", finished, "--format", "md")
    assert again.code == 2
    assert "is signed, and would be replaced" in again.err
    assert call("render", finished, "--format", "md", "--sign-key", key).code == 0
    assert call("verify", finished, "--public-key", tmp_path / "key.pub").code == 0


def test_a_locked_key(call: Call, finished: Path, tmp_path: Path) -> None:
    phrase = tmp_path / "phrase"
    phrase.write_text("correct horse\n")
    made = call("keygen", "--out", tmp_path / "locked", "--passphrase-file", phrase)
    assert "encrypted." in made.out
    key = ("--sign-key", tmp_path / "locked")
    assert call("sign", finished, *key).code == 2
    answer = call("sign", finished, *key, "--sign-passphrase-file", phrase)
    assert answer.code == 0
    assert "horse" not in made.out + answer.out


def test_the_tables_are_held_against_the_run(
    call: Call, inputs: tuple[object, ...], tables: Path, tmp_path: Path
) -> None:
    secret = tmp_path / "digest.key"
    secret.write_bytes(b"0123456789abcdef")
    out, bound = tmp_path / "out", ("--digest-key", secret)
    call("run", *inputs, *QUICK, "--out", out, "--quiet", *bound)
    same = call("verify", out, *inputs, *bound)
    assert same.code == 0
    assert "Are the tables those that were audited? Yes." in same.out
    swapped = ("--real", tables / "synthetic.csv", "--synthetic", tables / "real.csv")
    other = call("verify", out, *swapped, *bound)
    assert other.code == 5
    assert "- the real table is not the one that was audited" in other.out
    assert "- the synthetic table is not the one that was audited" in other.out
    assert call("verify", out, *inputs).code == 2
    absent = call("verify", out, "--synthetic", tmp_path / "absent.csv")
    assert absent.code == 3
    assert "absent.csv cannot be read" in absent.err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("verify", "absent"), "there is no run"),
        (("verify", "{run}", "--public-key", "absent.pub"), "cannot be read"),
        (("sign", "{run}"), "nobody signs"),
        (("sign", "{run}", "--field", "Controller"), "nobody signs the PDF"),
        (("sign", "{run}", "--tsa-url", "http://x.example"), "nobody signs the PDF"),
        (("sign", "{run}", "--sign-key", "{run}/key"), "lies in the folder of the run"),
        (("sign", "{run}", "--p12", "absent.p12"), "cannot be read"),
        (("grade", "{run}", "--sign-passphrase-file", "x"), "opens no key"),
        (("keygen", "--out", "{run}/run.json"), "never overwritten"),
    ],
)
def test_what_cannot_be_done_is_said(
    call: Call, finished: Path, words: tuple[str, ...], told: str
) -> None:
    answer = call(*(word.replace("{run}", str(finished)) for word in words))
    assert answer.code == (3 if words[1] == "absent" else 2)
    assert told in " ".join(answer.err.split())
    assert "Traceback" not in answer.err
