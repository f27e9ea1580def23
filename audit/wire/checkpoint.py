"""What a run leaves for the next one while it is not over: one line per finished check.

A line is a digest and a record of canonical JSON, in the form that `run.json` has. A run that is
killed may leave half a line: reading stops at the first one that is not whole.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from pydantic import Field, model_validator

from audit.errors import DataError
from audit.facts.measurement import ControlFact, Result, Status
from audit.wire.canonical import sha256_of
from audit.wire.result import ResultV1
from audit.wire.run import ControlV1
from audit.wire.strict import Digest, Strict, file_bytes
from audit.wire.strict_json import read_json

WHAT = "checkpoint"


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """Facts that are the same whenever inputs, options and version are."""

    salt: str
    """Random: without it the key would tell whether a guess at the real table is right."""
    key: str
    """Digest of everything that the facts depend on."""
    results: tuple[Result, ...] = ()
    """Of checks that measured, each once."""
    controls: tuple[ControlFact, ...] | None = None
    """None while they are not done."""


class HeadV1(Strict):
    """The first record: whose results these are."""

    schema_: Literal["synthgate.checkpoint/v1"] = Field(alias="schema")
    salt: Digest
    key: Digest


class StepV1(Strict):
    """Any other record: one result, or all controls."""

    result: ResultV1 | None = None
    controls: tuple[ControlV1, ...] | None = None

    @model_validator(mode="after")
    def _is_one_step(self) -> "StepV1":
        if (self.result is None) == (self.controls is None):
            raise ValueError("must hold a result or controls")
        if self.result is not None and self.result.status is not Status.MEASURED:
            raise ValueError("must hold a result that was measured")
        return self


def head_line(salt: str, key: str) -> bytes:
    """Return the first line."""
    return _line(HeadV1(schema="synthgate.checkpoint/v1", salt=salt, key=key))


def result_line(result: Result) -> bytes:
    """Return the line of a check that measured.

    Raises
    ------
    DataError
        If the result contradicts the format.
    """
    return _line(StepV1(result=ResultV1.of(result)))


def controls_line(controls: Sequence[ControlFact]) -> bytes:
    """Return the line of all controls."""
    return _line(StepV1(controls=tuple(ControlV1.of(c) for c in controls)))


def checkpoint_from_bytes(data: bytes) -> Checkpoint | None:
    """Return what is whole in `data`; None if it holds no checkpoint of this version."""
    bodies = list(_bodies(data))
    try:
        head = read_json(bodies[0], HeadV1, WHAT) if bodies else None
        steps = [read_json(body, StepV1, WHAT) for body in bodies[1:]]
    except DataError:
        # Of another version: what it says may mean something else by now.
        return None
    if head is None:
        return None
    results = {s.result.check.id: s.result.fact() for s in steps if s.result is not None}
    controls = [s.controls for s in steps if s.controls is not None]
    found = tuple(c.fact() for c in controls[-1]) if controls else None
    return Checkpoint(head.salt, head.key, tuple(results.values()), found)


def _line(record: Strict) -> bytes:
    body = file_bytes(lambda: record, type(record), WHAT)
    return sha256_of(body).encode("ascii") + b" " + body + b"\n"


def _bodies(data: bytes) -> Iterator[bytes]:
    for line in data.splitlines(keepends=True):
        digest, _, rest = line.partition(b" ")
        body = rest.removesuffix(b"\n")
        if digest != sha256_of(body).encode("ascii") or body == rest:
            return
        yield body
