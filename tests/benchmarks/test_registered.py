"""Every registered measurement is tried on private releases, or it is said why it is not."""

import pytest

from audit.harness.registry import BUILTIN
from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.draws import Draw, Seen, audited
from benchmarks.calibration.mechanisms import BOUNDED
from benchmarks.calibration.page import tables, unexplained
from benchmarks.calibration.registered import LARGE, OF_ONE_CHECK, REASONS, untried

# So many that half of the holdout has a tail of 1 %, and that 11 people of each side are matched.
SIZES = Sizes(300, 300, 300)


@pytest.fixture(scope="module")
def private():
    # The bound by pairs needs a split of single people.
    cells = (Cell("clustered", SIZES), Cell(BOUNDED, SIZES, 0.0, "prior"))
    return [audited(cell, 1) for cell in cells]


def test_none_is_left_out_without_a_reason(private):
    assert {m for m, why in untried(private).items() if why is None} == set()


def test_of_what_compares_both_sides_only_few_people_are_a_reason(private):
    for measure, why in untried(private).items():
        if measure.endswith(("excess", "auc", "advantage", "privacy_loss", "left_tail", "risk")):
            assert why == LARGE


def test_a_measurement_that_nobody_draws_is_named():
    only = Seen("linkability.excess", {}, 0.0, -0.1, 0.1, 0.0, 0.5, exact=False)
    draw = Draw(Cell("planted", SIZES), 0, (only,), (), {})
    lines = unexplained([draw])
    assert "`linkability.risk`: in no draw, and no reason is given" in lines
    assert not any("linkability.excess" in line for line in lines)
    assert "**no reason is given**" in tables([draw])


def test_no_reason_is_given_for_what_does_not_exist():
    names = {m for check in BUILTIN for m in check.card.measures}
    assert set(REASONS) <= names
    known = {f"{check.card.id}.{m}" for check in BUILTIN for m in check.card.measures}
    assert set(OF_ONE_CHECK) <= known
