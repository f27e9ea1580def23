"""A finished folder as version 0.1.0 wrote it, and what every later version must say of it.

It is what somebody may hold in an archive. It is written once for each release of the formats, and
a later program must still verify it; what that takes belongs into the program and not in here.

    python -m tests.golden.test_folder      only while 0.1.0 is not released
"""

import shutil
import tempfile
from datetime import date
from pathlib import Path

import pytest

from audit.api import load, verify
from audit.evidence.verification.held import read_folder
from audit.facts.judgement import VerdictStatus
from audit.facts.verification import Code, State, Step, Weight
from tests.evidence import sealed

FOLDER = Path(__file__).parent / "folder-0.1.0"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    (tmp_path / "everybody.pub").write_text(sealed.PUBLIC)
    return tmp_path / "everybody.pub"


def test_a_folder_of_that_version_is_intact_and_signed(key: Path) -> None:
    found = verify(FOLDER, public_keys=[key], as_of=date(2026, 10, 20))
    assert found.of(Weight.MISMATCH) == ()
    assert found.verdict == "met_with_waivers"
    assert len(found.vouched) == 1
    for step in (Step.FILES, Step.FORMATS, Step.GRADING, Step.ATTESTATION, Step.SIGNATURES):
        assert found.state(step) in (State.OK, State.WARNING), step


def test_a_year_later_it_is_as_intact_and_no_longer_holds(key: Path) -> None:
    found = verify(FOLDER, public_keys=[key], as_of=date(2027, 10, 2))
    assert found.exit_code == 0
    assert {Code.TOO_OLD, Code.WAIVER_EXPIRED} <= sealed.codes(found, Weight.WARNING)


def test_it_is_still_read_as_what_it_was() -> None:
    read = load(FOLDER)
    assert read.verdict.status is VerdictStatus.MET_WITH_WAIVERS
    assert [w.id for w in read.declared.waivers] == ["W-1"]


def test_a_changed_byte_in_it_is_found(key: Path, tmp_path: Path) -> None:
    held = read_folder(FOLDER).files
    for name, content in held.items():
        copy = shutil.copytree(FOLDER, tmp_path / name)
        changed = bytearray(content)
        changed[len(content) // 2] ^= 4
        (copy / name).write_bytes(bytes(changed))
        assert verify(copy, public_keys=[key]).exit_code == 5, name


def test_the_same_facts_have_the_same_bytes_today(tmp_path: Path) -> None:
    """The facts alone: how a report is worded may change."""
    now, then = (read_folder(place).files for place in (_written(tmp_path), FOLDER))
    assert now.keys() == then.keys()
    assert [name for name in sealed.FACTS if then[name] != now[name]] == []


def _written(folder: Path) -> Path:
    return sealed.write(folder / "run", sealed.signer(folder), {"report.pdf": None})


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        shutil.rmtree(FOLDER, ignore_errors=True)
        shutil.copytree(_written(Path(place)), FOLDER)
