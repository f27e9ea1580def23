"""Numbers of others on the same tables: combinations and copies (research/attacks.md, 13.2)."""

from itertools import combinations

import pytest

from audit.contract.combinations import count_reuse, verbatim_cells
from audit.facts.measurement import Measurement
from audit.metrics.combination_reuse import CombinationReuse
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.near_copy import NearCopy
from audit.statistics.exchangeability import share_test
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def published(lab, k):
    """Return the published statistic: the share of all hits that real people own.

    Combinations are of values as they stand, those of categories alone included; a hit weighs the
    same whoever owns it, so a person weighs as many as there are. In bins, or bins and values
    together, the published shares do not come out (k = 2: .737 and .973 instead of .977).
    """
    columns = lab.schema.comparable()
    cells = [verbatim_cells(lab, c) for c in columns]
    reuse = count_reuse(lab, list(combinations(cells, k)))
    return share_test(reuse.returned, reuse.is_real)


@pytest.mark.parametrize(
    ("synthetic", "k", "share", "z"),
    [
        ("flip30", 1, 1.000, 54.0),
        ("flip30", 2, 0.977, 54.2),
        ("mostly", 1, 0.464, -0.4),
        ("mostly", 2, 0.527, 1.0),
    ],
)
def test_share_of_returning_combinations(synthetic, k, share, z):
    fit = published(shared_lab("census2k", synthetic), k)
    assert fit.null == pytest.approx(0.5)
    assert fit.value == pytest.approx(share, abs=5e-4)
    assert fit.z == pytest.approx(z, abs=0.05)


@pytest.mark.parametrize(
    ("synthetic", "share", "z"), [("flip30", 0.959, 48), ("mostly", 0.526, 1.8)]
)
def test_share_of_returning_triples(synthetic, share, z):
    """Published over random triples; here over all 455 of them, so the last digits differ."""
    fit = published(shared_lab("census2k", synthetic), 3)
    assert fit.value == pytest.approx(share, abs=0.015)
    assert fit.z == pytest.approx(z, abs=2.0)


def test_a_good_generator_raises_no_alarm_and_a_bad_one_does():
    good, bad = (
        measured(CombinationReuse(), shared_lab("census2k", name))["excess", "binned", "worst"]
        for name in ("mostly", "flip30")
    )
    assert good.estimate.low < 0 < good.estimate.value < 0.03
    assert bad.estimate.low > 0.2


@pytest.mark.parametrize(("synthetic", "rows", "real"), [("flip30", 0.0495, 99), ("mostly", 0, 0)])
def test_identical_records_beside_the_holdout(synthetic, rows, real):
    found = measured(IdenticalMatch(), shared_lab("census2k", synthetic))
    assert found["rows_share",].estimate.value == pytest.approx(rows)
    assert found["rows_share", "holdout"].estimate.value == 0.0
    # No record of census2k is anybody else's, so every copy is a candidate for a true one.
    unique = found["share", "unique"]
    assert (round(unique.estimate.value * unique.n), unique.n) == (real, 2_000)
    assert found["excess", "synthetic"].estimate.value == pytest.approx(rows)


def test_flipped_cells_leave_near_copies():
    """30 % flipped: 99 of 2,000 are identical, and 479 differ in one value at most."""
    found = measured(NearCopy(), shared_lab("census2k", "flip30"))
    share, control = found["share",], found["control_share",]
    assert round(share.estimate.value * share.n) == 278
    assert control.estimate.value == 0.0
    # 13 of 15 known columns alike are enough for more than a third of all people not to count.
    assert share.n == 1_275
    assert found["excess",].estimate.low > 0.2


def test_a_good_generator_leaves_no_near_copies():
    found = measured(NearCopy(), shared_lab("census2k", "mostly"))
    assert found["excess",].p_value > 0.05
    assert found["excess",].estimate.value < 0.001
