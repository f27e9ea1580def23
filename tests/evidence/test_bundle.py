"""A folder is complete when it is sealed, and the seal can be checked with standard tools."""

import hashlib
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from audit.errors import RenderError
from audit.evidence import bundle
from audit.evidence.bundle import seal, write_files


def test_files_are_written_in_the_fixed_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[str] = []
    monkeypatch.setattr(bundle, "write_file", lambda folder, name, content: written.append(name))
    write_files(tmp_path, dict.fromkeys(sorted(bundle.ORDER), b""))
    assert written == list(bundle.ORDER)
    assert written.index("run.json") < written.index("verdict.json") < written.index("report.pdf")


def test_the_manifest_lists_what_is_there_with_digest_and_size(tmp_path: Path) -> None:
    write_files(tmp_path, {"verdict.json": b"{}", "run.json": b"abc"})
    seal(tmp_path)
    manifest = json.loads((tmp_path / "manifest.json").read_bytes())
    assert manifest["schema"] == "synthgate.manifest/v1"
    assert manifest["files"] == [
        {"name": "run.json", "sha256": hashlib.sha256(b"abc").hexdigest(), "bytes": 3},
        {"name": "verdict.json", "sha256": hashlib.sha256(b"{}").hexdigest(), "bytes": 2},
    ]


@pytest.mark.skipif(shutil.which("sha256sum") is None, reason="no sha256sum here")
def test_the_checksums_satisfy_sha256sum_and_cover_the_manifest(tmp_path: Path) -> None:
    write_files(tmp_path, {"run.json": b"abc", "summary.md": b"# x"})
    seal(tmp_path)
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert checked.stdout.split() == [
        "manifest.json:",
        "OK",
        "run.json:",
        "OK",
        "summary.md:",
        "OK",
    ]


def test_a_folder_being_rewritten_is_not_sealed(tmp_path: Path) -> None:
    write_files(tmp_path, {"run.json": b"abc"})
    seal(tmp_path)
    write_files(tmp_path, {"summary.md": b"# x"})
    assert not (tmp_path / "manifest.json").exists()
    assert not (tmp_path / "SHA256SUMS").exists()


def test_after_a_failure_only_whole_files_remain_and_no_seal(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = bundle.write_file

    def fails_at_verdict(folder: Path, name: str, content: bytes) -> None:
        if name == "verdict.json":
            raise RenderError("verdict.json could not be written")
        whole(folder, name, content)

    monkeypatch.setattr(bundle, "write_file", fails_at_verdict)
    with pytest.raises(RenderError):
        write_files(tmp_path, {"run.json": b"abc", "verdict.json": b"{}", "report.pdf": b"%PDF"})
    assert [p.name for p in tmp_path.iterdir()] == ["run.json"]


def test_only_files_of_a_run_are_written(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="not a file of a run"):
        write_files(tmp_path, {"notes.txt": b""})
