"""Verdicts recorded in a ledger, and what a ledger knows."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from audit.api.assessment import Assessment
from audit.errors import RenderError
from audit.evidence.remembered import audited_of, release_named
from audit.evidence.trend import pasts
from audit.facts.history import Kind
from audit.facts.trend import Past


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where verdicts are recorded."""

    place: str
    """Path of an SQLite file, or the address of a PostgreSQL database."""
    is_named: bool = True
    """Somebody asked for it: then it is an error if it cannot be written."""

    def __repr__(self) -> str:
        return "Ledger(…)"


@dataclass(frozen=True, slots=True)
class Recorded:
    """An assessment with its history, or why it has none."""

    assessment: Assessment
    trouble: RenderError | None = None


def record(assessment: Assessment, ledger: Ledger | str, *, kind: Kind = Kind.RUN) -> Assessment:
    """Append a verdict to a ledger, and return it with what was tried before it.

    Raises
    ------
    UsageError
        If no ledger can be kept at such an address.
    RenderError
        If it cannot be written.
    """
    from audit.evidence.ledger import record as append
    from audit.evidence.ledger import require_ledger

    place = ledger if isinstance(ledger, str) else ledger.place
    require_ledger(place)
    audited = audited_of(assessment.run, assessment.verdict, kind)
    return replace(assessment, history=append(place, audited))


def recorded(assessment: Assessment, ledger: Ledger | None) -> Recorded:
    """Record the verdict of a run; a ledger that cannot be written is told and not raised."""
    if ledger is None:
        return Recorded(assessment)
    trouble: RenderError
    try:
        return Recorded(record(assessment, ledger))
    except RenderError as told:
        trouble = told
    return Recorded(assessment, trouble)


def require_named(ledger: Ledger | None) -> None:
    """Refuse, before anything is measured, a ledger that was asked for and cannot be written.

    Raises
    ------
    UsageError
        If no ledger can be kept at such an address.
    RenderError
        If it cannot be written.
    """
    if ledger is None or not ledger.is_named:
        return
    from audit.evidence.ledger import require_ledger

    require_ledger(ledger.place)


def past_of(place: str, release: str | None = None) -> Sequence[Past]:
    """Return what a ledger knows of a release, or of all.

    Raises
    ------
    DataError
        If the ledger cannot be read.
    """
    from audit.evidence.ledger import entries

    return pasts(entries(place, None if release is None else release_named(release)))
