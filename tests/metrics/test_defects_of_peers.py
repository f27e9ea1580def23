"""What other tools were found to get wrong about distances (research/attacks.md, section 14)."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.contract.pool import nearest_pooled
from audit.facts.measurement import Measurement
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.data_copying import DataCopying
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.neighbour_ratio import NeighbourRatio
from audit.space.encode import MINMAX, RANK, STANDARDISED
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, lab_of


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def test_one_scale_for_all_distances():
    """Ranges taken from each reference table gave shares from .06 to .94 without any leak."""
    kinds, shares = {"a": NUMBER, "b": NUMBER}, []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        tables = [{c: list(rng.lognormal(0, 2, 250)) for c in kinds} for _ in range(3)]
        share = measured(ClosestRecord(), lab_of(kinds, *tables))["share", "minmax"]
        shares.append(share.estimate.value)
    assert min(shares) > 0.38
    assert max(shares) < 0.62


def test_ties_go_to_neither_side_even_where_the_release_is_the_real_table():
    """Ties that went to the holdout gave a full copy of coarse data the best of all scores."""
    rng = np.random.default_rng(0)
    kinds = {"a": LEVEL, "b": LEVEL}
    real, holdout = ({c: list(rng.integers(0, 2, 200)) for c in kinds} for _ in range(2))
    share = measured(ClosestRecord(), lab_of(kinds, real, real, holdout))["share",]
    assert share.estimate.value == pytest.approx(0.5, abs=0.05)


@pytest.mark.parametrize("encoding", [RANK, MINMAX, STANDARDISED])
def test_different_rows_of_one_telling_column_are_not_identical(encoding):
    """Rows scaled to length 1 made every pair of numbers identical."""
    kinds = {"x": NUMBER, "c": LEVEL}

    def side(start):
        return {"x": [start + 3.0 * i for i in range(30)], "c": [0] * 30}

    lab = lab_of(kinds, side(0), side(1), side(2))
    found = nearest_pooled(lab, lab.schema.comparable(), encoding)
    assert (found.distances > 0).all()
    copies = measured(IdenticalMatch(), lab)
    assert copies["rows_share",].estimate.value == 0.0


def test_one_far_person_rescales_nothing_that_decides():
    """Distances in parts of the largest one made a single outlier hide a leak."""
    release = planted_release(leak=0.15)
    holdout = release.holdout
    cost = holdout.numbers["cost"].copy()
    cost[0] = 1e12
    far = replace(release, holdout=holdout.with_values(numbers={"cost": cost}))
    for check, name in ((ClosestRecord(), "share"), (NeighbourRatio(), "share")):
        assert measured(check, Lab(far, seed=0))[name,].p_value < 0.01
    plain, odd = (measured(ClosestRecord(), Lab(r, seed=0)) for r in (release, far))
    there, here = (f["share", "rank"].estimate.value for f in (plain, odd))
    assert here == pytest.approx(there, abs=0.01)


def test_the_scale_knows_nothing_of_the_release():
    """A scale fitted on the synthetic table clips the people outside its range."""
    release = planted_release(leak=0.1)
    narrow = replace(release, synthetic=release.synthetic.take(np.arange(40)))
    lab, few = Lab(release, seed=0), Lab(narrow, seed=0)
    columns = lab.schema.comparable()
    for side in (Side.REAL, Side.HOLDOUT):
        whole, part = (x.points(side, columns, MINMAX).numbers for x in (lab, few))
        assert np.array_equal(whole, part)


def test_more_synthetic_rows_change_no_null():
    """Sub-samples of the reference without a null made large releases look safer."""
    release = planted_release()
    double = release.synthetic.stacked(planted_release(seed=7).synthetic)
    lab = Lab(replace(release, synthetic=double.in_canonical_order()), seed=0)
    assert measured(ClosestRecord(), lab)["share",].null_value == pytest.approx(0.5)
    tail = measured(DataCopying(), lab)["left_tail",]
    assert tail.estimate.low <= tail.null_value
