"""How measures went: only intervals that lie apart tell a difference."""

from dataclasses import replace

import pytest

from audit.evidence.trend import change_of, pasts
from audit.facts.history import Entry, Graded
from audit.facts.judgement import FindingStatus
from audit.facts.trend import Change
from audit.wire.ledger import ledger_to_bytes
from tests.evidence.test_searching import NOW, OTHER_FILE

Ends = tuple[float | None, float | None]


def graded(low: float | None, high: float | None, *, value: float = 0.1) -> Graded:
    return Graded("SO-1", "singling-out-univariate.excess", FindingStatus.PASS, value, low, high)


@pytest.mark.parametrize(
    ("before", "after", "change"),
    [
        ((0.1, 0.2), (0.3, 0.4), Change.WORSE),
        ((0.3, 0.4), (0.1, 0.2), Change.BETTER),
        ((0.1, 0.3), (0.2, 0.4), Change.WITHIN),
        ((0.1, 0.2), (0.2, 0.4), Change.WITHIN),
        ((0.0, 0.0), (0.0, 0.0), Change.WITHIN),
        ((0.1, None), (0.3, None), Change.UNKNOWN),
        ((0.3, None), (0.1, 0.2), Change.BETTER),
        ((None, 0.2), (0.3, None), Change.WORSE),
    ],
)
def test_a_difference_needs_intervals_that_lie_apart(
    before: Ends, after: Ends, change: Change
) -> None:
    assert change_of(graded(*before), graded(*after)) is change


def entry(number: int, audited: object) -> Entry:
    return Entry(number, "2026-11-28T06:00:00Z", audited, "0" * 64, f"{number:064x}")  # type: ignore[arg-type]


def test_a_release_is_summed_up_and_grading_again_adds_no_point() -> None:
    first = replace(NOW, rules=(graded(0.05, 0.15),))
    again = replace(first, context="internal")
    later = replace(OTHER_FILE, run_sha256="9" * 64, rules=(graded(0.2, 0.3, value=0.25),))
    elsewhere = replace(NOW, release="billing")

    one, two = pasts([entry(i + 1, a) for i, a in enumerate((first, again, elsewhere, later))])

    assert (one.release, one.files, one.repeated, one.policies) == ("admissions-2026", 2, 0, 2)
    assert [p.sequence for p in one.trends[0].points] == [1, 4]
    assert [p.change for p in one.trends[0].points] == [None, Change.WORSE]
    assert (two.release, two.trends, len(two.entries)) == ("billing", (), 1)


def test_what_is_printed_for_machines_holds_it_all() -> None:
    text = ledger_to_bytes(pasts([entry(1, replace(NOW, rules=(graded(0.05, 0.15),)))])).decode()
    assert '"schema":"synthgate.ledger/v1"' in text
    assert '"change":null' in text
    assert '"release":"admissions-2026"' in text
