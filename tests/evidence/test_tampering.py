"""Any change of any byte of any file is found."""

import hashlib
import json
import tempfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import AuditError
from audit.evidence.attestation import attested, envelope, statement
from audit.evidence.bundle import ATTESTATION
from audit.evidence.manifest import CHECKSUMS, MANIFEST, checksums, manifest
from audit.evidence.signing import PublicKey
from audit.evidence.verification.facts import Read, read_facts
from audit.evidence.verification.held import Held, read_folder
from audit.evidence.verification.listed import listed_remarks
from audit.evidence.verification.stated import stated
from audit.facts.verification import Code, Step, Weight
from audit.version import VERSION
from audit.wire.canonical import to_canonical
from tests.evidence import sealed

Files = Mapping[str, bytes]
SEALS = {MANIFEST, CHECKSUMS, ATTESTATION}


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Files:
    return read_folder(sealed.write(tmp_path_factory.mktemp("unsigned") / "run")).files


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> PublicKey:
    return sealed.signer(tmp_path_factory.mktemp("key")).public


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> Files:
    folder = tmp_path_factory.mktemp("signed")
    return read_folder(sealed.write(folder / "run", sealed.signer(folder))).files


def flipped(content: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(content)
    changed[place] ^= 1 << bit
    return bytes(changed)


def listing_finds(files: Files) -> bool:
    return any(True for _ in listed_remarks(Held(files, {})))


def test_the_folder_itself_is_in_order(files: Files, signed: Files, key: PublicKey) -> None:
    assert sealed.look(files).remarks == sealed.look(dict(reversed(files.items()))).remarks
    assert sealed.codes(sealed.look(files)) == set()
    assert sealed.codes(sealed.look(files), Weight.WARNING) == {Code.UNSIGNED}
    assert sealed.look(signed, key).of(Weight.WARNING) == ()
    assert not listing_finds(files)


def test_every_byte_of_every_listed_file_counts(files: Files) -> None:
    """Every byte of a small file, and 300 of a large one: each is another digest."""
    for name in files.keys() - SEALS:
        content = files[name]
        step = 1 if len(content) < 1_500 else len(content) // 300
        for place in {*range(0, len(content), step), len(content) - 1}:
            changed = {**files, name: flipped(content, place, place % 8)}
            assert listing_finds(changed), (name, place)


@pytest.mark.parametrize("name", [MANIFEST, CHECKSUMS])
def test_every_byte_of_the_lists_counts(files: Files, name: str) -> None:
    for place in range(len(files[name])):
        changed = {**files, name: flipped(files[name], place, place % 7)}
        assert listing_finds(changed) or read_facts(changed).remarks, place


@pytest.mark.parametrize(("which", "step"), [("files", 3), ("signed", 1)])
def test_every_byte_of_the_attestation_counts(
    which: str, step: int, request: pytest.FixtureRequest
) -> None:
    """Also without any key, and of the signature itself."""
    held: Files = request.getfixturevalue(which)
    content, read = held[ATTESTATION], read_facts(held)
    for place in range(0, len(content), step):
        changed = {**held, ATTESTATION: flipped(content, place, place % 7)}
        seen = read_facts({ATTESTATION: changed[ATTESTATION]})
        facts = {**read.facts, ATTESTATION: seen.facts.get(ATTESTATION)}
        found = stated(changed, Read(facts, ()), written_by=VERSION, keys=())
        remarks = (*seen.remarks, *found.remarks)
        assert any(r.weight is Weight.MISMATCH for r in remarks), place


@pytest.mark.parametrize("place", [0, 0.37, 1])
def test_the_whole_answers_5_and_names_the_file(files: Files, place: float) -> None:
    for name, content in files.items():
        at = round(place * (len(content) - 1))
        found = sealed.look({**files, name: flipped(content, at, 3)})
        assert found.exit_code == 5, (name, at)
        assert name in {r.file for r in found.of(Weight.MISMATCH)} or name in str(found.remarks)


CHANGES: Mapping[str, Callable[[bytes], bytes]] = {
    "cut short": lambda b: b[:-1],
    "emptied": lambda b: b"",
    "a byte more": lambda b: b + b"\n",
    "a byte before": lambda b: b" " + b,
    "two bytes swapped": lambda b: b[:1] + b[2:3] + b[1:2] + b[3:],
    "a byte lost inside": lambda b: b[:10] + b[11:],
    "twice": lambda b: b + b,
}


@pytest.mark.parametrize("change", CHANGES)
def test_no_other_change_passes(files: Files, change: str) -> None:
    for name, content in files.items():
        changed = CHANGES[change](content)
        assert changed != content
        if name in SEALS:
            assert not sealed.look({**files, name: changed}).intact, name
        else:
            assert listing_finds({**files, name: changed}), name


def test_a_lost_a_strange_and_a_renamed_file_are_named(files: Files) -> None:
    for number, name in enumerate(files):
        fewer = {n: c for n, c in files.items() if n != name}
        assert (Step.FILES, Code.MISSING, name) in sealed.told(sealed.look(fewer))
        other = f"renamed{number}.txt"
        renamed = sealed.told(sealed.look({**fewer, other: files[name]}))
        assert (Step.FILES, Code.MISSING, name) in renamed
        if name != MANIFEST:
            assert (Step.FILES, Code.EXTRA, other) in renamed
    more = sealed.look({**files, "external/notes.txt": b""})
    assert (Step.FILES, Code.EXTRA, "external/notes.txt") in sealed.told(more)


def test_swapped_files_are_found(files: Files) -> None:
    swapped = {**files, "run.json": files["verdict.json"], "verdict.json": files["run.json"]}
    found = {file for _, code, file in sealed.told(sealed.look(swapped)) if code is Code.CHANGED}
    assert found == {"run.json", "verdict.json"}


def test_everything_that_differs_is_told_at_once(files: Files) -> None:
    worse = {**files, "summary.md": b"", "junit.xml": b"", "extra.txt": b""}
    del worse["columns.csv"]
    told = sealed.told(sealed.look(worse))
    assert {
        (Step.FILES, Code.CHANGED, "summary.md"),
        (Step.FILES, Code.CHANGED, "junit.xml"),
        (Step.FILES, Code.EXTRA, "extra.txt"),
        (Step.FILES, Code.MISSING, "columns.csv"),
    } <= told


NONSENSE = (
    b"\xff\x00\xfe",
    b"null",
    b"[]",
    b"{}",
    b'{"schema":1}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b'{"a":NaN}',
    b'{"a":1,"a":2}',
    b'{"a":1e999}',
    b'"\\ud800"',
)


@pytest.mark.parametrize("number", range(len(NONSENSE)))
def test_nonsense_is_a_mismatch_and_never_a_crash(files: Files, number: int) -> None:
    for name in ("run.json", "policy.json", "report.pdf", MANIFEST, ATTESTATION):
        assert sealed.look({**files, name: NONSENSE[number]}).exit_code == 5, name


LEAVES = (None, True, -1, 2**60, 1e308, "", "x", "9999-12-31", "0000-00-00", [], {}, [[]])


@settings(max_examples=40, deadline=None, derandomize=True)
@given(data=st.data())
def test_whatever_a_fact_says_is_told_and_never_a_crash(data: st.DataObject) -> None:
    """One leaf of one fact is something else, and the lists are made anew."""
    held = _unsigned()
    name = data.draw(st.sampled_from([*sealed.FACTS, "execution.json", MANIFEST]))
    tree = json.loads(held[name])
    place, key = tree, data.draw(st.sampled_from(sorted(tree)))
    while isinstance(place[key], dict | list) and place[key]:
        place = place[key]
        keys = sorted(place) if isinstance(place, dict) else range(len(place))
        key = data.draw(st.sampled_from(list(keys)))
    before = place[key]
    place[key] = data.draw(st.sampled_from(LEAVES))
    changed = {**held, name: json.dumps(tree, separators=(",", ":"), sort_keys=True).encode()}
    assert sealed.look(changed).exit_code == 5 or before == place[key]
    assert sealed.look(_relisted_if_it_can_be(changed)).exit_code in (0, 5)


@cache
def _unsigned() -> Files:
    with tempfile.TemporaryDirectory() as folder:
        return read_folder(sealed.write(Path(folder) / "run")).files


def _relisted_if_it_can_be(files: Files) -> Files:
    try:
        return relisted(files)
    except (AuditError, ValueError):
        return relisted(files, attest=False)


# --- whoever rewrites the lists as well --------------------------------------------------------


def relisted(files: Files, *, attest: bool = True) -> Files:
    """The folder as somebody would leave it who knows how everything is made, but has no key."""
    held = {name: content for name, content in files.items() if name not in SEALS}
    held[MANIFEST] = manifest(held)
    held[CHECKSUMS] = checksums(held)
    if not attest:
        return {**held, ATTESTATION: files[ATTESTATION]}
    payload = statement(held, attested(held), VERSION)
    return {**held, ATTESTATION: envelope(payload)}


def edited(content: bytes, change: Callable[[dict], None]) -> bytes:
    tree = json.loads(content)
    change(tree)
    return to_canonical(tree)


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_an_edited_verdict_is_found_without_any_key(files: Files) -> None:
    verdict = edited(files["verdict.json"], lambda v: v.update(status="met"))
    found = sealed.look(relisted({**files, "verdict.json": verdict}))
    assert (Step.GRADING, Code.VERDICT_DIFFERS, "verdict.json") in sealed.told(found)


def test_an_edited_measurement_is_found_without_any_key(files: Files) -> None:
    def better(tree: dict) -> None:
        [linked] = [r for r in tree["results"] if r["check"]["id"] == "linkability"]
        for measurement in linked["measurements"]:
            measurement.update(value=0.0, low=-0.01, high=0.01)

    run = edited(files["run.json"], better)
    found = sealed.codes(sealed.look(relisted({**files, "run.json": run})))
    assert Code.OTHER_RUN in found
    verdict = edited(files["verdict.json"], lambda v: v.update(run_sha256=sha256(run)))
    both = {**files, "run.json": run, "verdict.json": verdict}
    detail = {r.code: r.detail for r in sealed.look(relisted(both)).of(Weight.MISMATCH)}
    assert detail[Code.VERDICT_DIFFERS] == "LK-1, LK-2"
    assert Code.ATTACHMENT_DIFFERS in detail


def test_a_loosened_policy_under_its_old_name_is_found_without_any_key(files: Files) -> None:
    def loose(tree: dict) -> None:
        [rule] = [r for r in tree["rules"] if r["id"] == "LK-1"]
        rule["limit"] = 0.9
        tree.pop("sha256")

    policy = edited(files["policy.json"], loose)
    policy = edited(policy, lambda p: p.update(sha256=None))
    digest = sha256(policy)
    policy = edited(policy, lambda p: p.update(sha256=digest))
    found = sealed.look(relisted({**files, "policy.json": policy}))
    assert (Step.GRADING, Code.NOT_THE_BUILTIN_POLICY, "policy.json") in sealed.told(found)


@pytest.mark.parametrize("name", [*sealed.FACTS, "execution.json"])
def test_the_same_facts_in_other_bytes_are_found_without_any_key(files: Files, name: str) -> None:
    """White space, and the order of keys."""
    for other in (
        json.dumps(json.loads(files[name])).encode(),
        files[name] + b"\n",
        json.dumps(dict(reversed(json.loads(files[name]).items())), separators=(",", ":")).encode(),
    ):
        found = sealed.told(sealed.look(relisted({**files, name: other})))
        assert (Step.FORMATS, Code.NOT_CANONICAL, name) in found


def test_a_lost_signature_is_found_where_somebody_had_to_sign(
    files: Files, signed: Files, key: PublicKey
) -> None:
    for changed in (files, relisted(signed)):
        found = sealed.look(changed, key)
        assert (Step.SIGNATURES, Code.NOT_SIGNED_BY, key.id) in sealed.told(found)
    unasked = sealed.look(relisted(signed))
    assert unasked.intact
    assert Code.UNSIGNED in sealed.codes(unasked, Weight.WARNING)


@pytest.mark.parametrize("name", sorted({"summary.md", "report.pdf", *sealed.FACTS}))
def test_what_is_signed_cannot_be_rewritten(signed: Files, key: PublicKey, name: str) -> None:
    """Whatever is written anew, lists and all: what was signed is about the files of that day."""
    changed = relisted({**signed, name: signed[name] + b" "}, attest=False)
    for keys in ((key,), ()):
        found = {r.code: r.detail for r in sealed.look(changed, *keys).of(Weight.MISMATCH)}
        assert name in found[Code.OTHER_SUBJECTS]


def test_a_signature_of_somebody_else_is_not_taken(
    files: Files, signed: Files, key: PublicKey, tmp_path: Path
) -> None:
    from audit.evidence.closing import signature
    from audit.evidence.key_files import write_key
    from audit.evidence.signing import read_signer

    write_key(tmp_path / "thief")
    thief = read_signer(tmp_path / "thief")
    others = {name: content for name, content in files.items() if name != ATTESTATION}
    payload = statement(others, attested(files), VERSION)
    own = {**files, ATTESTATION: envelope(payload, [signature(thief, payload)])}
    assert sealed.look(own).signed_by == (thief.public.id,)
    assert (Step.SIGNATURES, Code.NOT_SIGNED_BY, key.id) in sealed.told(sealed.look(own, key))
    claimed = signature(thief, payload).model_copy(update={"keyid": key.id})
    false = {**files, ATTESTATION: envelope(payload, [claimed])}
    for keys in ((), (key,)):
        found = sealed.told(sealed.look(false, *keys))
        assert (Step.SIGNATURES, Code.KEY_ID_DIFFERS, key.id) in found
    bare = claimed.model_copy(update={"public_key": None})
    hidden = sealed.look({**files, ATTESTATION: envelope(payload, [bare])}, key)
    assert (Step.SIGNATURES, Code.SIGNATURE_INVALID, key.id) in sealed.told(hidden)
