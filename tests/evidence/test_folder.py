"""The output folder moves what is ours, refuses what is not, and never holds half a file."""

import os
import stat
from pathlib import Path

import pytest

from audit.errors import RenderError, UsageError
from audit.evidence.folder import PARTIAL, open_folder, write_file


def former_run(folder: Path, verdict: str) -> Path:
    folder.mkdir()
    (folder / "run.json").write_text("{}")
    (folder / "verdict.json").write_text(verdict)
    return folder


def test_a_new_folder_is_made_for_its_owner_only(tmp_path: Path) -> None:
    folder = open_folder(tmp_path / "deep" / "out")
    assert list(folder.iterdir()) == []
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_former_run_is_set_aside_before_anything_is_written(tmp_path: Path) -> None:
    former_run(tmp_path / "out", "yesterday")
    folder = open_folder(tmp_path / "out")
    assert list(folder.iterdir()) == []
    assert (tmp_path / "out.previous" / "verdict.json").read_text() == "yesterday"


def test_only_one_former_run_is_kept(tmp_path: Path) -> None:
    former_run(tmp_path / "out.previous", "two days ago")
    former_run(tmp_path / "out", "yesterday")
    open_folder(tmp_path / "out")
    assert (tmp_path / "out.previous" / "verdict.json").read_text() == "yesterday"


def test_a_run_that_died_before_its_first_file_does_not_cost_the_former_one(tmp_path: Path) -> None:
    former_run(tmp_path / "out", "yesterday")
    folder = open_folder(tmp_path / "out")
    (folder / f"{PARTIAL}abc").write_text("{half")
    open_folder(tmp_path / "out")
    assert list(folder.iterdir()) == []
    assert (tmp_path / "out.previous" / "verdict.json").read_text() == "yesterday"


@pytest.mark.parametrize("place", ["out", "out.previous"])
def test_files_of_somebody_else_are_never_moved(tmp_path: Path, place: str) -> None:
    (tmp_path / place).mkdir()
    (tmp_path / place / "thesis.docx").write_text("mine")
    with pytest.raises(UsageError, match="no audit wrote") as refused:
        open_folder(tmp_path / "out")
    assert refused.value.hint
    assert (tmp_path / place / "thesis.docx").read_text() == "mine"


@pytest.mark.parametrize("place", ["out", "out.previous"])
def test_an_input_is_never_moved(tmp_path: Path, place: str) -> None:
    table = former_run(tmp_path / place, "yesterday") / "real.csv"
    table.write_text("a\n1\n")
    with pytest.raises(UsageError, match=r"the input real\.csv lies in"):
        open_folder(tmp_path / "out", inputs=[table])
    assert table.exists()


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    former_run(tmp_path / "elsewhere", "theirs")
    (tmp_path / "out").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(UsageError, match="is not a folder"):
        open_folder(tmp_path / "out")
    assert (tmp_path / "elsewhere" / "verdict.json").read_text() == "theirs"


def test_a_file_in_the_way_is_refused(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file")
    with pytest.raises(UsageError, match="is not a folder"):
        open_folder(tmp_path / "out")


def test_a_folder_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(RenderError, match="could not be written"):
        open_folder(tmp_path / "file" / "out")


def test_a_file_is_whole_private_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    write_file(tmp_path, "run.json", b"old")
    write_file(tmp_path, "run.json", b"new")
    assert (tmp_path / "run.json").read_bytes() == b"new"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]
    assert stat.S_IMODE((tmp_path / "run.json").stat().st_mode) == 0o600


def test_a_link_in_the_place_of_a_file_is_replaced_not_followed(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("untouched")
    (tmp_path / "run.json").symlink_to(tmp_path / "victim")
    write_file(tmp_path, "run.json", b"{}")
    assert (tmp_path / "victim").read_text() == "untouched"


def test_a_full_disk_leaves_the_old_file_and_no_half_of_the_new(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_file(tmp_path, "run.json", b"old")

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(RenderError, match=r"run\.json could not be written: No space left"):
        write_file(tmp_path, "run.json", b"new")
    assert (tmp_path / "run.json").read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_an_interrupted_write_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupt(handle: int) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_file(tmp_path, "run.json", b"new")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["../run.json", "/etc/x", "", ".hidden", "a/b", "a\x00b"])
def test_a_name_never_leads_out_of_the_folder(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError, match="fixed"):
        write_file(tmp_path, name, b"")
