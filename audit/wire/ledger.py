"""What `synthgate history --json` prints (`synthgate.ledger/v1`)."""

from collections.abc import Sequence
from typing import Literal

from pydantic import Field

from audit.facts.history import Entry
from audit.facts.judgement import FindingStatus
from audit.facts.trend import Change, Past, Point, Trend
from audit.wire.entry import AuditedV1
from audit.wire.rule import RuleId
from audit.wire.strict import Count, Digest, Named, Strict, as_model, file_bytes

SCHEMA = "synthgate.ledger/v1"
FILE = "ledger.json"


class ListedV1(Strict):
    """One entry."""

    sequence: Count
    recorded: Named
    sha256: Digest
    previous: Digest
    audited: AuditedV1


class PointV1(Strict):
    """One measurement in its turn."""

    sequence: Count
    status: FindingStatus
    value: float
    low: float | None
    high: float | None
    change: Change | None


class TrendV1(Strict):
    """One graded measure, the oldest point first."""

    rule: RuleId
    measure: Named
    points: tuple[PointV1, ...]


class PastV1(Strict):
    """One release."""

    release: Named
    audits: Count
    files: Count
    repeated: Count
    seeds_given: Count
    policies: Count
    entries: tuple[ListedV1, ...]
    trends: tuple[TrendV1, ...]


class LedgerV1(Strict):
    """What is printed."""

    schema_: Literal["synthgate.ledger/v1"] = Field(alias="schema")
    releases: tuple[PastV1, ...]


def ledger_to_bytes(found: Sequence[Past]) -> bytes:
    """Return canonical JSON of what each release has been through.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    return file_bytes(
        lambda: LedgerV1(schema="synthgate.ledger/v1", releases=tuple(_past(p) for p in found)),
        LedgerV1,
        FILE,
    )


def _past(past: Past) -> PastV1:
    entries = tuple(_listed(entry) for entry in past.entries)
    trends = tuple(_trend(trend) for trend in past.trends)
    return as_model(past, PastV1, audits=len(entries), entries=entries, trends=trends)


def _listed(entry: Entry) -> ListedV1:
    return as_model(entry, ListedV1, audited=AuditedV1.of(entry.audited))


def _trend(trend: Trend) -> TrendV1:
    return as_model(trend, TrendV1, points=tuple(_point(point) for point in trend.points))


def _point(point: Point) -> PointV1:
    held = point.graded
    return PointV1(
        sequence=point.sequence,
        status=held.status,
        value=held.value,
        low=held.low,
        high=held.high,
        change=point.change,
    )
