"""`history.json`: what the ledger knew when a verdict was recorded (`synthgate.history/v1`)."""

from typing import Literal

from pydantic import Field

from audit.facts.history import History, Tried
from audit.wire.strict import Count, Digest, Named, Strict, as_fact, as_model, file_bytes
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.history/v1"
FILE = "history.json"


class TriedV1(Strict):
    """What was tried before."""

    audits: Count
    repeated: Count
    candidates: Count
    seeds: Count
    policies: Count


class HistoryV1(Strict):
    """The file."""

    schema_: Literal["synthgate.history/v1"] = Field(alias="schema")
    release: Named
    sequence: Count
    recorded: Named
    run_sha256: Digest
    verdict_sha256: Digest
    previous: Digest
    sha256: Digest
    tried: TriedV1


def history_to_bytes(history: History) -> bytes:
    """Return the canonical bytes of what the ledger knew.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    tried = as_model(history.tried, TriedV1)
    return file_bytes(
        lambda: as_model(history, HistoryV1, schema="synthgate.history/v1", tried=tried),
        HistoryV1,
        FILE,
    )


def history_from_bytes(data: bytes) -> History:
    """Return what a file says the ledger knew.

    Raises
    ------
    DataError
        With every fault of a malformed file, each with its JSON path and without any value.
    """
    read = read_json(data, HistoryV1, FILE)
    held = {name: value for name, value in read if name not in ("schema_", "tried")}
    return History(**held, tried=as_fact(read.tried, Tried))
