"""Whatever cannot be written, and whenever: no half file, no verdict, a sentence and exit 4."""

import errno
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from audit import api
from audit.errors import RenderError
from audit.evidence.folder import open_folder
from audit.evidence.renditions import Renditions
from tests.golden.test_golden import HERE

ROOT = HERE.parent.parent
RUN = HERE / "copied.run.json"
PAPER = ("html", "md", "junit", "sarif")
SEAMS = ((tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (os, "replace"), (os, "open"))
"""Every call by which a file of a run comes into being."""
SYNC = os.fsync


@pytest.fixture(scope="module")
def assessment() -> api.Assessment:
    return api.load(RUN)


@pytest.fixture(scope="module")
def made(assessment: api.Assessment) -> Renditions:
    return api.render(assessment, formats=PAPER)


class Disk:
    """Counts what is written, and is full from one call on."""

    def __init__(self, patch: pytest.MonkeyPatch, number: int) -> None:
        self.calls, self.full_at, self.number = 0, -1, number
        for module, name in SEAMS:
            patch.setattr(module, name, self._counted(getattr(module, name)))

    def _counted(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def counted(*args: Any, **named: Any) -> Any:
            self.calls += 1
            if 0 <= self.full_at < self.calls:
                raise OSError(self.number, os.strerror(self.number), "/secret/path")
            # The disk itself is not waited for.
            return None if call is SYNC else call(*args, **named)

        return counted


@pytest.fixture(params=[errno.ENOSPC, errno.EIO], ids=["full", "broken"])
def disk(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Disk:
    return Disk(monkeypatch, request.param)


def test_a_disk_that_is_full_at_any_write_leaves_no_verdict(
    tmp_path: Path, disk: Disk, assessment: api.Assessment, made: Renditions
) -> None:
    facts = assessment.to_files()
    api_write(tmp_path / "whole", facts, made)
    calls, whole = disk.calls, sorted(p.name for p in (tmp_path / "whole").iterdir())
    assert calls > 3 * len(whole)
    for number in range(calls):
        out = tmp_path / str(number)
        disk.calls, disk.full_at = 0, number
        with pytest.raises(RenderError, match="could not be written") as told:
            api_write(out, facts, made)
        disk.full_at = -1
        assert told.value.exit_code == 4
        assert "secret" not in told.value.message
        left = {p.name: p.read_bytes() for p in out.iterdir()} if out.exists() else {}
        assert not left.keys() & {"verdict.json", "manifest.json", "SHA256SUMS"}, number
        for name, content in left.items():
            # What is there is whole: the very bytes of a run that went well.
            assert content == (tmp_path / "whole" / name).read_bytes(), (number, name)
        # And the next run works, and is complete.
        api_write(out, facts, made)
        assert sorted(p.name for p in out.iterdir()) == whole


def api_write(folder: Path, facts: dict[str, bytes], made: Renditions) -> None:
    from audit.api.judging import write_into

    write_into(open_folder(folder), facts, made)


LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), resource.RLIM_INFINITY))
sys.argv[1:2] = []
from audit.cli.main import main
main()
"""


@pytest.mark.parametrize("most", [30_000])
def test_a_real_limit_of_the_kernel_in_the_midst_of_a_file(tmp_path: Path, most: int) -> None:
    words = ["grade", RUN, "--out", tmp_path / "out", "--format", "html", "--quiet"]
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(most), *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 4, done.stderr
    assert "could not be written: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    left = [p.name for p in (tmp_path / "out").iterdir()]
    assert "verdict.json" not in left
    assert not [name for name in left if name.startswith(".")]
    assert all(p.stat().st_size <= most for p in (tmp_path / "out").iterdir())


def mounted(place: Path, size: str) -> bool:
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)]
    done = subprocess.run(mount, capture_output=True, check=False)
    return done.returncode == 0


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount a small disk"
)
def test_a_disk_that_is_really_full(tmp_path: Path, assessment: api.Assessment) -> None:
    disk = tmp_path / "disk"
    if not mounted(disk, "128k"):
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        (disk / "ballast").write_bytes(b"0" * 100_000)
        with pytest.raises(RenderError, match="No space left on device"):
            api.save(assessment, disk / "out", formats=PAPER)
        # The facts fit, the paper did not.
        left = {p.name for p in disk.rglob("*") if p.is_file()}
        assert left == {"ballast", "run.json"}
    finally:
        subprocess.run(["umount", str(disk)], check=True)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_may_only_be_read(tmp_path: Path, assessment: api.Assessment) -> None:
    (tmp_path / "ro").mkdir(mode=0o500)
    with pytest.raises(RenderError, match="Permission denied"):
        api.save(assessment, tmp_path / "ro" / "out", formats=PAPER)


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0, reason="only root may mount read-only"
)
def test_a_disk_that_may_only_be_read(tmp_path: Path, assessment: api.Assessment) -> None:
    disk = tmp_path / "disk"
    if not mounted(disk, "8m"):
        pytest.skip("this machine does not let a small disk be mounted")
    try:
        api.save(assessment, disk / "out", formats=("json",))
        subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
        for folder in (disk / "new", disk / "out"):
            with pytest.raises(RenderError, match="Read-only file system"):
                api.save(assessment, folder, formats=("json",))
        with pytest.raises(RenderError, match="Read-only file system"):
            api.rerender(disk / "out", formats=("md",))
    finally:
        subprocess.run(["umount", str(disk)], check=True)
