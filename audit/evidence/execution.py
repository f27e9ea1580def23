"""How a run went: times, seconds per check, environment, command. None of it is in `run.json`.

`run.json` is a function of inputs, parameters, seed and version; whatever differs from one machine
or day to the next stands here.
"""

import os
import platform
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from audit.text import safe_text
from audit.version import VERSION
from audit.wire.canonical import to_canonical

SCHEMA = "synthgate.execution/v1"
_LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "scikit-learn",
    "faiss-cpu",
    "pydantic",
    "jinja2",
    "matplotlib",
    "weasyprint",
    "SQLAlchemy",
    "psycopg",
    "duckdb",
)
_URL = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]*):/+")
_SECRET = re.compile(r"(?i)(password|passwd|pwd|token|secret|key)=")


@dataclass(frozen=True, slots=True)
class Execution:
    """One run as it went on one machine."""

    started: datetime
    """With its time zone."""
    ended: datetime
    seconds: Mapping[str, float]
    """Check id -> wall-clock seconds."""
    jobs: int | None = None
    command: tuple[str, ...] = ()
    """Empty where the audit was called from Python."""
    engine: str = ""
    """What found the nearest neighbours; the answers do not depend on it."""
    reused: tuple[str, ...] = ()
    """Checks whose results an interrupted run had left, and `controls` for the controls."""


def execution_to_bytes(execution: Execution) -> bytes:
    """Return the execution as canonical JSON."""
    told = {
        "schema": SCHEMA,
        "started": _instant(execution.started),
        "ended": _instant(execution.ended),
        "seconds": {check: round(s, 3) for check, s in execution.seconds.items()},
        "command": list(plain_command(execution.command)),
        "environment": environment(jobs=execution.jobs, engine=execution.engine),
    }
    return to_canonical(told | ({"reused": list(execution.reused)} if execution.reused else {}))


def plain_command(command: Sequence[str]) -> tuple[str, ...]:
    """Return the command with base names only, and nothing that could open a door.

    A path becomes its last part, a URL its scheme, and a value that names itself a secret is
    left out.
    """
    return tuple(safe_text(_plain(word)) for word in command)


def environment(*, jobs: int | None = None, engine: str = "") -> dict[str, object]:
    """Return what the numbers do not depend on, and the speed does."""
    return {
        "synthgate": VERSION,
        "python": platform.python_version(),
        "implementation": platform.python_implementation(),
        "system": platform.system(),
        "machine": platform.machine(),
        "cpus": os.cpu_count(),
        "jobs": jobs,
        "neighbour_engine": engine or None,
        "libraries": {name: _version(name) for name in _LIBRARIES},
    }


def _plain(word: str) -> str:
    option, equals, value = word.partition("=")
    if word.startswith("-") and equals:
        return f"{option}={_plain(value)}"
    url = _URL.match(word)
    if url:
        return f"{url.group(1)}://…"
    if _SECRET.search(word):
        return "…"
    return re.split(r"[/\\]", word.rstrip("/\\"))[-1]


def _instant(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None
