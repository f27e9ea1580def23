"""`execution.json` read back: how a run went (`synthgate.execution/v1`).

`audit/evidence/execution.py` writes it. Nothing of it decides anything; the day of the run is what
waivers and the period of a verdict are held against.
"""

from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Field, JsonValue

from audit.wire.strict import Strict
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.execution/v1"
FILE = "execution.json"
Instant: TypeAlias = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
"""In UTC, to the second."""


class ExecutionV1(Strict):
    """The file."""

    schema_: Literal["synthgate.execution/v1"] = Field(alias="schema")
    started: Instant
    ended: Instant
    seconds: dict[str, float]
    command: tuple[str, ...]
    environment: dict[str, JsonValue]
    # Only of a run that was resumed: the checks that were taken over.
    reused: tuple[str, ...] = ()

    @property
    def day(self) -> date | None:
        """The day on which the run ended; None where the file names a day that no calendar has."""
        try:
            return date.fromisoformat(self.ended[:10])
        except ValueError:
            return None

    def library(self, name: str) -> str | None:
        """Return the version of a library that the run used, if the file says so."""
        libraries = self.environment.get("libraries")
        version = libraries.get(name) if isinstance(libraries, dict) else None
        return version if isinstance(version, str) else None


def execution_from_bytes(data: bytes) -> ExecutionV1:
    """Return what `data` says of the run.

    Raises
    ------
    DataError
        With every fault of a malformed file.
    """
    return read_json(data, ExecutionV1, FILE)
