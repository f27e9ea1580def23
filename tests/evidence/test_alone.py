"""Two runs never share a folder, and nothing that is left behind keeps a later one out."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import audit
from audit.errors import RenderError, UsageError
from audit.evidence.alone import alone, alone_in

ROOT = Path(audit.__file__).parents[1]
HOLDS = """
import sys, time
from pathlib import Path
from audit.evidence.alone import alone
with alone(Path(sys.argv[1])):
    print("in", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_and_the_third_may_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "a b ü"
    with alone(folder):
        again = pytest.raises(UsageError, match="another run is at work in a b ü")
        with again as told, alone(folder):
            raise AssertionError
        assert told.value.exit_code == 2
        with alone(tmp_path / "another"):
            pass
    with alone(folder):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_path_is_the_same_however_it_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with alone(Path("out")), pytest.raises(UsageError), alone(tmp_path / "x" / ".." / "out"):
        raise AssertionError


def test_it_is_let_go_after_a_failure() -> None:
    @alone_in
    def fails(folder: Path) -> None:
        raise ZeroDivisionError

    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            fails(Path("out"))


@pytest.mark.skipif(os.name != "posix", reason="locks of this kind are a matter of POSIX")
def test_another_process_is_kept_out_until_it_is_killed(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    with subprocess.Popen(
        [sys.executable, "-c", HOLDS, folder], cwd=ROOT, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"in\n"
        with pytest.raises(UsageError), alone(folder):
            raise AssertionError
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert [p.name for p in tmp_path.iterdir()] == [".out.lock"]
    until = time.monotonic() + 5
    while time.monotonic() < until:
        try:
            with alone(folder):
                break
        except UsageError:
            time.sleep(0.01)
    assert list(tmp_path.iterdir()) == []


def test_a_link_in_the_place_of_the_lock_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / ".out.lock").symlink_to(tmp_path / "victim")
    with pytest.raises(RenderError), alone(tmp_path / "out"):
        raise AssertionError
    assert not (tmp_path / "victim").exists()


def test_where_nothing_can_be_put_beside_it_the_folder_itself_is_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As where a container mounts the folder and nothing else can be written."""
    folder = tmp_path / "out"
    folder.mkdir()
    whole = os.open

    def read_only(path: object, flags: int, *mode: int) -> int:
        if flags & os.O_CREAT:
            raise PermissionError(13, "Permission denied")
        return whole(path, flags, *mode)  # type: ignore[arg-type]

    monkeypatch.setattr(os, "open", read_only)
    with alone(folder), pytest.raises(UsageError), alone(folder):
        raise AssertionError
    assert folder.is_dir()
    with pytest.raises(RenderError, match="Permission denied"), alone(tmp_path / "none"):
        raise AssertionError
