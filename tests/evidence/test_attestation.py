"""What is attested is a function of the files, and anybody can check it without this program."""

import base64
import hashlib
import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.exceptions import InvalidSignature

from audit.api.judging import write_into
from audit.errors import DataError, UsageError
from audit.evidence import bundle, closing
from audit.evidence.attestation import attested, bytes_of_text, envelope, statement, to_sign
from audit.evidence.closing import close, countersign, held
from audit.evidence.renditions import Renditions
from audit.evidence.signatures import keep_signatures, signers_of
from audit.evidence.signing import read_signer
from audit.facts.measurement import InputFacts
from audit.version import VERSION
from audit.wire.run import run_to_bytes
from tests.evidence import sealed


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("attested")
    return sealed.write(place / "run", sealed.signer(place))


def read(folder: Path) -> tuple[dict[str, Any], dict[str, Any]]:
    """The envelope and the statement in it, read with the standard library alone."""
    wrapped = json.loads((folder / "attestation.json").read_bytes())
    return wrapped, json.loads(base64.b64decode(wrapped["payload"]))


def test_the_encoding_that_is_signed_is_that_of_the_specification() -> None:
    """DSSE 1.0, protocol.md: PAE of type and body, lengths in ASCII decimal."""
    kind = "application/vnd.in-toto+json"
    assert to_sign(b"hello world") == b"DSSEv1 28 " + kind.encode() + b" 11 hello world"
    assert len(kind) == 28
    assert to_sign("é".encode()).endswith(b" 2 \xc3\xa9")


def test_the_statement_names_every_file_and_the_synthetic_one(folder: Path) -> None:
    wrapped, said = read(folder)
    assert wrapped["payloadType"] == "application/vnd.in-toto+json"
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    assert said["predicateType"] == "urn:synthgate:attestation:v1"
    digests = {s["name"]: s["digest"]["sha256"] for s in said["subject"]}
    assert digests.pop("synthetic") == "a" * 64
    files = {p.name: p.read_bytes() for p in folder.iterdir() if p.name != "attestation.json"}
    assert digests == {name: hashlib.sha256(b).hexdigest() for name, b in files.items()}
    assert {"manifest.json", "SHA256SUMS", "report.pdf", "execution.json"} <= digests.keys()


def test_the_predicate_says_what_was_concluded(folder: Path) -> None:
    made = sealed.assessment()
    said = read(folder)[1]["predicate"]
    digest = hashlib.sha256((folder / "run.json").read_bytes()).hexdigest()
    assert said["tool"] == {"name": "synthgate", "version": VERSION}
    assert said["run"] == {"sha256": digest, "ended": "2026-10-01T09:05:00Z"}
    assert said["hmac_sha256"] == {"real": None, "holdout": None}
    verdict = said["verdict"]
    assert verdict["status"] == "met_with_waivers"
    assert verdict["policy"]["sha256"] == made.policy.sha256
    assert verdict["coverage"] == made.verdict.coverage()
    assert verdict["waivers"] == {"given": 1, "used": 1}
    assert (verdict["context"], verdict["sensitivity"]) == ("public", "high")
    assert (verdict["graded_on"], verdict["expires_months"]) == ("2026-10-01", 12)
    assert verdict["expires_on"] == "2027-10-01"


def test_a_few_lines_of_others_verify_it(
    folder: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """The example of docs/evidence.md; it uses nothing of this program."""
    page = (Path(__file__).parents[2] / "docs" / "evidence.md").read_text()
    [example] = re.findall(r"^```python\n(.*?)^```$", page, re.DOTALL | re.MULTILINE)
    assert "audit" not in example
    assert "synthgate" not in example
    shutil.copytree(folder, tmp_path / "report")
    (tmp_path / "office.pub").write_text(sealed.PUBLIC)
    monkeypatch.chdir(tmp_path)
    exec(example, {})
    assert capsys.readouterr().out == "met_with_waivers\n"
    (tmp_path / "report" / "summary.md").write_text("All is well.")
    with pytest.raises(AssertionError):
        exec(example, {})
    attestation = tmp_path / "report" / "attestation.json"
    attestation.write_bytes(attestation.read_bytes().replace(b'"payload":"e', b'"payload":"f'))
    with pytest.raises(InvalidSignature):
        exec(example, {})


def test_the_id_of_a_key_is_the_digest_of_its_der(folder: Path) -> None:
    [signature] = read(folder)[0]["signatures"]
    der = base64.b64decode("".join(sealed.PUBLIC.splitlines()[1:-1]))
    assert signature["keyid"] == hashlib.sha256(der).hexdigest()
    assert base64.b64decode(signature["publicKey"]) == der


def test_signing_twice_gives_the_same_bytes(folder: Path, tmp_path: Path) -> None:
    again = sealed.write(tmp_path / "run", sealed.signer(tmp_path))
    for path in folder.iterdir():
        if path.name not in ("execution.json", "manifest.json", "SHA256SUMS", "attestation.json"):
            assert (again / path.name).read_bytes() == path.read_bytes()
    files = held(folder)
    assert statement(files, attested(files), VERSION) == statement(files, attested(files), VERSION)
    before = (again / "attestation.json").read_bytes()
    countersign(again, sealed.signer(tmp_path))
    assert (again / "attestation.json").read_bytes() == before


def test_nobody_signed_is_an_empty_list(tmp_path: Path) -> None:
    wrapped, said = read(sealed.write(tmp_path / "run"))
    assert wrapped["signatures"] == []
    assert said["predicate"]["verdict"]["status"] == "met_with_waivers"


def test_a_run_without_clock_and_verdict_is_attested_as_far_as_it_goes(tmp_path: Path) -> None:
    files = sealed.assessment().to_files()
    measured = {"run.json": files["run.json"], "declared.json": files["declared.json"]}
    write_into(tmp_path, measured, Renditions({}))
    said = read(tmp_path)[1]["predicate"]
    assert said["verdict"] is None
    assert said["run"]["ended"] is None


def test_the_attestation_is_written_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written: list[str] = []
    for module in (bundle, closing):
        whole = module.write_file

        def note(folder: Path, name: str, content: bytes, whole: Any = whole) -> None:
            written.append(name)
            whole(folder, name, content)

        monkeypatch.setattr(module, "write_file", note)
    sealed.write(tmp_path / "run")
    assert written[-3:] == ["manifest.json", "SHA256SUMS", "attestation.json"]
    bundle.write_files(tmp_path / "run", {"summary.md": b"# x"})
    assert not (tmp_path / "run" / "attestation.json").exists()


def test_a_digest_that_is_none_is_refused_and_not_attested(tmp_path: Path) -> None:
    made = sealed.assessment()
    inputs = {**made.run.provenance.inputs, "real": InputFacts(10, 3, "no digest")}
    run = replace(made.run, provenance=replace(made.run.provenance, inputs=inputs))
    (tmp_path / "run.json").write_bytes(run_to_bytes(run))
    with pytest.raises(DataError, match=r"attestation\.json"):
        close(tmp_path)


def test_a_second_person_signs_beside_the_first(folder: Path, tmp_path: Path) -> None:
    from audit.evidence.key_files import write_key

    place = sealed.write(tmp_path / "run", sealed.signer(tmp_path))
    first, second = sealed.signer(tmp_path).public, write_key(tmp_path / "second")
    countersign(place, read_signer(tmp_path / "second"))
    assert set(signers_of(place)) == {first.id, second.id}
    found = sealed.look(place, first, second)
    assert found.intact
    assert found.vouched == (first.id, second.id)
    with pytest.raises(UsageError, match=r"attestation\.json is signed"):
        keep_signatures(place, sealed.signer(tmp_path))
    keep_signatures(folder, sealed.signer(tmp_path))
    with pytest.raises(UsageError, match="would be replaced"):
        keep_signatures(folder)


@pytest.mark.parametrize("text", ["YQ=", "YQ", "YR==", "YQ==\n", "Y Q==", "é"])
def test_base64_has_one_form(text: str) -> None:
    assert bytes_of_text("YQ==") == b"a"
    assert bytes_of_text(text) is None


def test_signatures_have_one_order() -> None:
    from audit.wire.attestation import SignatureV1

    pair = [SignatureV1(keyid=k, sig="YQ==") for k in ("b", "a")]
    assert envelope(b"{}", pair) == envelope(b"{}", pair[::-1])
    said: Mapping[str, Any] = json.loads(envelope(b"{}", pair))
    assert [s["keyid"] for s in said["signatures"]] == ["a", "b"]
    assert "publicKey" not in said["signatures"][0]
