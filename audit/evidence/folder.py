"""The output folder: never half written, and never beside yesterday's verdict.

A folder that a run is about to fill is empty first: what stood there becomes `FOLDER.previous`. A
run that is killed leaves no `verdict.json` behind, so nobody reads an old verdict beside new data.
Every file is written under another name and renamed, so a reader sees the whole file or none.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

from audit.errors import RenderError, UsageError
from audit.text import safe_text, system_reason

PARTIAL = ".partial-"
"""Files being written start so; a killed run may leave one."""
_MARKS = ("run.json", "manifest.json")
_NAME = re.compile(r"(?:external/)?[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
"""Of a file in the folder, or in its one inner folder; nothing climbs out."""


def open_folder(folder: Path, *, inputs: Sequence[Path] = ()) -> Path:
    """Make `folder` an empty folder; what a former run left there becomes `FOLDER.previous`.

    Parameters
    ----------
    folder
        Where the run will write. It and `FOLDER.previous` must be ours, empty or absent.
    inputs
        Files that the run will read; none of them may lie in a folder that is moved.

    Raises
    ------
    UsageError
        If somebody else's files, or an input, would be moved or removed.
    RenderError
        If the folder cannot be made.
    """
    folder = Path(os.path.abspath(folder))
    previous = folder.with_name(folder.name + ".previous")
    for place in (folder, previous):
        _refuse_what_is_not_ours(place)
        _refuse_inputs_inside(place, inputs)
    try:
        if not _is_empty(folder):
            if previous.exists():
                _remove_run(previous)
            folder.rename(previous)
            _remove_partial(previous)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _remove_partial(folder)
    except OSError as error:
        raise unwritable(folder, error) from None
    return folder


def write_file(folder: Path, name: str, content: bytes) -> None:
    """Write one file whole or not at all; it is readable by its owner only.

    Raises
    ------
    RenderError
        If the disk is full or the folder not writable; then no part of the file remains.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("the names of output files are fixed")
    path = folder / name
    if path.parent != folder:
        _open_inner(path.parent)
    write_whole(path, content)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file of any name whole or not at all; it is readable by its owner only.

    Raises
    ------
    RenderError
        If the disk is full or the folder not writable; then no part of the file remains.
    """
    partial: str | None = None
    try:
        handle, partial = tempfile.mkstemp(prefix=PARTIAL, dir=path.parent)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        os.replace(partial, path)
        partial = None
        _sync(path.parent)
    except OSError as error:
        raise unwritable(path, error) from None
    finally:
        if partial is not None:
            Path(partial).unlink(missing_ok=True)


def remove_file(folder: Path, name: str) -> None:
    """Remove one file of a run, if it is there.

    Raises
    ------
    RenderError
        If it cannot be removed.
    """
    try:
        (folder / name).unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(folder / name, error) from None


def _open_inner(folder: Path) -> None:
    """Make a folder inside the output folder, free of what a killed run left unfinished."""
    if folder.is_symlink():
        raise RenderError(
            f"{safe_text(folder.name)} is a link to another folder",
            "Remove the link, or name another output folder.",
        )
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        _remove_partial(folder)
        _sync(folder.parent)
    except OSError as error:
        raise unwritable(folder, error) from None


def _sync(folder: Path) -> None:
    """Make the new name survive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _refuse_what_is_not_ours(folder: Path) -> None:
    if os.path.islink(folder) or (os.path.exists(folder) and not os.path.isdir(folder)):
        raise UsageError(
            f"{safe_text(folder.name)} is not a folder",
            "Name a folder that does not exist yet, or one that an earlier run wrote.",
        )
    if not _is_empty(folder) and not any((folder / mark).is_file() for mark in _MARKS):
        raise UsageError(
            f"{safe_text(folder.name)} holds files that no audit wrote, and would be moved away",
            "Name a folder that does not exist yet, or one that an earlier run wrote.",
        )


def _refuse_inputs_inside(folder: Path, inputs: Sequence[Path]) -> None:
    inside = [p.name for p in inputs if p.resolve().is_relative_to(folder.resolve())]
    if inside:
        raise UsageError(
            f"the input {safe_text(inside[0])} lies in {safe_text(folder.name)}, "
            "which would be moved away",
            "Keep the tables outside the output folder.",
        )


def _is_empty(folder: Path) -> bool:
    """Nothing is there, or only what a killed run left unfinished."""
    if not os.path.exists(folder):
        return True
    return all(path.name.startswith(PARTIAL) for path in folder.iterdir())


def _remove_run(folder: Path) -> None:
    """Remove a former run, and last of all what shows that it is one.

    Who is killed on the way leaves a folder that the next run still knows as ours.
    """
    for path in sorted(folder.iterdir(), key=lambda p: p.name in _MARKS):
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink()
    folder.rmdir()


def _remove_partial(folder: Path) -> None:
    for path in folder.glob(PARTIAL + "*"):
        path.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> RenderError:
    """Return the error that says what could not be written, and why."""
    return RenderError(
        f"{safe_text(path.name)} could not be written: {system_reason(error)}",
        "Check the free space and the permissions of the output folder.",
    )
