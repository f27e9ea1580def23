"""The one file that is about single people: outside the folder of the run, and for few eyes.

The folder of a run is made to be handed on: to a reviewer, an archive, a pipeline. So this file
must lie elsewhere; no list names it, and nothing but a former file of its kind is overwritten.
"""

import os
from pathlib import Path

from audit.errors import UsageError
from audit.evidence.folder import write_whole
from audit.facts.names import PEOPLE_COLUMNS
from audit.text import safe_text

_FIRST_LINE = ",".join(PEOPLE_COLUMNS).encode("ascii") + b"\n"


def require_place(file: Path, *, folder: Path) -> Path:
    """Return the path, absolute, if the restricted file may be written there.

    Parameters
    ----------
    file
        Where it is to be written.
    folder
        Where the files of the run go; it and `FOLDER.previous` are not allowed.

    Raises
    ------
    UsageError
        If it would lie in the folder of the run, or overwrite what is no former file of its kind.
    """
    path = Path(os.path.abspath(file))
    if not os.path.isdir(path.parent):
        raise _refused(path, "would lie in a folder that does not exist")
    if not os.access(path.parent, os.W_OK | os.X_OK):
        raise _refused(path, "would lie in a folder that cannot be written to")
    real = path.parent.resolve() / path.name
    run = Path(os.path.abspath(folder))
    for place in (run, run.with_name(run.name + ".previous")):
        if real.is_relative_to(place.resolve()):
            raise _refused(path, "would lie in the folder of the run, which is handed on")
    if os.path.lexists(path) and not _is_ours(path):
        raise _refused(path, "is something else already, and would be overwritten")
    return path


def write_restricted(file: Path, content: bytes, *, folder: Path) -> None:
    """Write the restricted file whole or not at all; it is readable by its owner only.

    Raises
    ------
    UsageError
        As `require_place` does: much may have happened since it was asked.
    RenderError
        If it cannot be written; then no part of it remains.
    """
    write_whole(require_place(file, folder=folder), content)


def _is_ours(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            return file.read(len(_FIRST_LINE)) == _FIRST_LINE
    except OSError:
        return False


def _refused(path: Path, why: str) -> UsageError:
    return UsageError(
        f"{safe_text(path.name)} {why}",
        "Name a file outside the output folder that does not exist yet, in a place that only "
        "those may read who may see the real records.",
    )
