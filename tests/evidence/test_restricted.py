"""The restricted file lies outside the folder of the run and overwrites nothing of others."""

import stat
from pathlib import Path

import pytest

from audit.errors import UsageError
from audit.evidence.folder import PARTIAL
from audit.evidence.restricted import require_place, write_restricted
from audit.facts.names import PEOPLE_COLUMNS

CONTENT = (",".join(PEOPLE_COLUMNS) + "\n1,1,0.5,no\n").encode()


def test_it_is_readable_by_its_owner_only(tmp_path: Path) -> None:
    write_restricted(tmp_path / "people of march.csv", CONTENT, folder=tmp_path / "out")
    [path] = tmp_path.iterdir()
    assert path.read_bytes() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_former_one_is_replaced_and_closed_to_others(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(CONTENT + b"2,1,0.4,no\n")
    path.chmod(0o644)
    write_restricted(path, CONTENT, folder=tmp_path / "out")
    assert path.read_bytes() == CONTENT
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    "place", ["out", "out/people.csv", "out.previous/people.csv", "link/p.csv"]
)
def test_it_never_lies_in_the_folder_of_a_run(tmp_path: Path, place: str) -> None:
    for name in ("out", "out.previous"):
        (tmp_path / name).mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "out")
    with pytest.raises(UsageError, match="handed on") as refused:
        require_place(tmp_path / place, folder=tmp_path / "out")
    assert refused.value.exit_code == 2
    assert refused.value.hint


def test_nothing_else_is_overwritten(tmp_path: Path) -> None:
    (tmp_path / "real.csv").write_bytes(b"patient,age\n1,2\n")
    (tmp_path / "empty.csv").write_bytes(b"")
    (tmp_path / "folder").mkdir()
    (tmp_path / "target.csv").write_bytes(CONTENT)
    (tmp_path / "link.csv").symlink_to(tmp_path / "target.csv")
    for name in ("real.csv", "empty.csv", "folder", "link.csv"):
        with pytest.raises(UsageError, match="something else"):
            write_restricted(tmp_path / name, CONTENT, folder=tmp_path / "out")
    assert (tmp_path / "real.csv").read_bytes() == b"patient,age\n1,2\n"


def test_a_folder_that_is_not_there_is_said_beforehand(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="does not exist"):
        require_place(tmp_path / "missing" / "people.csv", folder=tmp_path / "out")


def test_no_half_file_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.replace", full)
    with pytest.raises(Exception, match="No space left"):
        write_restricted(tmp_path / "people.csv", CONTENT, folder=tmp_path / "out")
    assert [p.name for p in tmp_path.iterdir() if not p.name.startswith(PARTIAL)] == []
    assert list(tmp_path.iterdir()) == []
