"""A larger leak is found at least as often, and the smallest that is found is told."""

import pytest

from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.draws import Draw, Seen
from benchmarks.calibration.power import falls, ladders, slack, smallest_seen, with_p_value
from benchmarks.calibration.power_page import power_faults, power_tables

SIZES = Sizes(60, 40, 50)
MEASURE = "linkability.excess"
VERDICTS = {"gdpr-anonymisation-wp29": "inconclusive", "internal-sharing": "met"}
N = 10


def drawn(size, n_found, *, kind="smote", measure=MEASURE):
    """Return ten draws, in so many of which the alarm sounds."""
    cell = Cell("planted", SIZES, size, kind if size else "copies")
    seen = [
        Seen(measure, {}, 0.1, 0.0, 0.2, 0.0, 0.01 if i < n_found else 0.5, exact=False)
        for i in range(N)
    ]
    return [Draw(cell, i, (s,), (), VERDICTS) for i, s in enumerate(seen)]


def ladder(*counts):
    sizes = (0.0, 0.05, 0.2, 1.0)
    (found,) = ladders([d for s, c in zip(sizes, counts, strict=True) for d in drawn(s, c)])
    return found


def test_private_releases_of_the_same_people_are_the_foot_of_a_ladder():
    draws = [*drawn(0.0, 0), *drawn(0.05, 3)[:4]]
    (found,) = ladders(draws)
    assert (found.population, found.kind) == ("planted", "smote")
    assert [d.number for d in found.rungs[0.0]] == [d.number for d in found.rungs[0.05]]
    assert with_p_value(found) == [(MEASURE, "")]


@pytest.mark.parametrize(
    ("counts", "smallest"),
    [
        ((0, 8, 9, 10), 0.05),
        ((0, 7, 8, 10), 0.2),
        # Seen at .05, not at .2: the smallest from which on it is seen is 1.
        ((0, 9, 7, 8), 1.0),
        ((0, 9, 9, 7), None),
        # A test that always cries wolf sees no leak that it would not have seen at none.
        ((10, 10, 10, 10), 0.05),
    ],
)
def test_the_smallest_leak_seen_in_eight_of_ten(counts, smallest):
    assert smallest_seen(ladder(*counts), MEASURE) == smallest


def test_what_five_percent_explains_is_no_fall():
    # P(binomial(10, .05) > 4) = 6.4e-5 < 1e-4 <= P(> 3) = 1.03e-3.
    assert slack(10) == 0.4
    assert (MEASURE, "", 0.05, 0.2) not in falls(ladder(0, 8, 4, 9))
    assert (MEASURE, "", 0.05, 0.2) in falls(ladder(0, 9, 4, 9))


def test_a_fall_of_all_measurements_together_has_less_slack():
    assert falls(ladder(0, 5, 5, 9)) == []
    # 50 % -> 40 % is within the slack of one measurement and beyond the 5 points of all.
    assert falls(ladder(0, 5, 4, 9)) == [("all", "", 0.05, 0.2)]
    lines = power_faults([*drawn(0.0, 0), *drawn(0.05, 9), *drawn(0.2, 4)])
    assert "`linkability.excess`: found less often at 20.0% than at 5.0%" in lines[0]


def test_the_page_tells_the_smallest_leak_of_each_kind():
    draws = [
        *drawn(0.0, 1),
        *drawn(0.05, 2),
        *drawn(0.2, 9),
        *drawn(10.0, 8, kind="density"),
    ]
    text = power_tables(draws)
    assert "| measurement | smote (10 draws) | density (10 draws) |" in text
    # A density of narrowness 10 has a bandwidth of a tenth of a standard deviation.
    assert "| `linkability.excess` | 20.0% | 0.1 |" in text
    assert "| `linkability.excess` | 10% / 0% | 20% / 0% | 90% / 0% |" in text
