"""Each peer in a virtual environment of its own: their versions contradict one another.

The environments stand in `benchmarks/.peers/` and are made when they are first needed. Each
`requirements-PEER.txt` pins everything that is installed, and nothing else is: pip resolves
nothing, so no library comes in another version, and none that the work does not need.
"""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from benchmarks.speed.turns import Failed

PEERS = ("sdmetrics", "mostlyai", "syntheval", "anonymeter")
FOLDER = Path(__file__).resolve().parents[1] / ".peers"
_HERE = Path(__file__).parent
_MARK = ".installed"
_PATIENCE = 900
"""Seconds for one step of an installation."""


def requirements(peer: str) -> Path:
    """Return the file that pins a peer."""
    return _HERE / f"requirements-{peer}.txt"


def program(peer: str) -> Path:
    """Return the program that does a peer's work."""
    return _HERE / "programs" / f"with_{peer}.py"


def pinned(peer: str) -> str:
    """Return the peer and its version, as pinned: the first line that is not a comment."""
    lines = requirements(peer).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line and not line.startswith("#")).replace("==", " ")


def interpreter(
    peer: str, *, folder: Path = FOLDER, run: Callable[[Sequence[str]], None] | None = None
) -> Path:
    """Return the interpreter of a peer, and make its environment if there is none.

    An environment that was left half made, or made from other requirements, is made anew.

    Parameters
    ----------
    run
        Runs one command of the installation; raises `Failed` if it cannot be done.

    Raises
    ------
    Failed
        If the peer cannot be installed, with the last line of what pip said.
    """
    home, wanted = folder / peer, requirements(peer)
    python, mark = home / "bin" / "python", home / _MARK
    digest = hashlib.sha256(wanted.read_bytes()).hexdigest()
    if mark.exists() and mark.read_text(encoding="utf-8") == digest:
        return python
    act = run or _run
    act([sys.executable, "-m", "venv", "--clear", str(home)])
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    act([*pip, "--no-deps", "--requirement", str(wanted)])
    mark.write_text(digest, encoding="utf-8")
    return python


def _run(command: Sequence[str]) -> None:
    try:
        done = subprocess.run(
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except subprocess.TimeoutExpired:
        raise Failed("could not be installed: pip took too long") from None
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise Failed(f"could not be installed: {said[-1] if said else done.stderr[-200:]}")
