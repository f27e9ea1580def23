"""The entry of a verdict in the ledger, and whether the ledger is whole as seen from this run."""

from collections.abc import Iterator, Mapping
from typing import Any

from audit.evidence.bundle import HISTORY, RUN, VERDICT
from audit.facts.history import History
from audit.facts.verification import Code, Remark, Step, Weight
from audit.wire.canonical import sha256_of


def history_remarks(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Iterator[Remark]:
    """Yield that `history.json` is about another run or verdict than those beside it."""
    history: History | None = facts.get(HISTORY)
    if history is None:
        return
    beside = tuple(sha256_of(files.get(name, b"")) for name in (RUN, VERDICT))
    if (history.run_sha256, history.verdict_sha256) != beside:
        yield Remark(Step.GRADING, Weight.MISMATCH, Code.OTHER_HISTORY)


def ledger_remarks(
    files: Mapping[str, bytes], facts: Mapping[str, Any], place: str | None
) -> Iterator[Remark]:
    """Yield what was removed from a ledger or edited in it, and that it lacks this verdict.

    The `history.json` of the run names its entry: it is missed even where the end of the ledger was
    cut off, or the whole ledger was written anew.

    Raises
    ------
    DataError
        If the ledger cannot be read.
    UsageError
        If `place` is no address of a ledger.
    """
    if place is None:
        return
    from audit.evidence.ledger import check, find

    history: History | None = facts.get(HISTORY)
    for fault in check(place, known=() if history is None else (history.sha256,)).faults:
        yield Remark(Step.LEDGER, Weight.MISMATCH, Code.LEDGER_CHANGED, detail=fault)
    digests = (sha256_of(files.get(name, b"")) for name in (RUN, VERDICT))
    if VERDICT in files and not find(place, *digests):
        yield Remark(Step.LEDGER, Weight.MISMATCH, Code.NOT_RECORDED)
