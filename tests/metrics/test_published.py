"""Numbers of others on the same tables (research/attacks.md, section 13.2)."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.contract.pool import nearest_pooled
from audit.facts.measurement import Measurement
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.identical_match import IdenticalMatch
from audit.space.encode import MINMAX, RANK
from audit.space.neighbours.search import nearest
from audit.statistics.rates import Z95
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


def z_of(m):
    """Standard deviations from the null, out of the lower end."""
    return (m.estimate.value - m.null_value) / ((m.estimate.value - m.estimate.low) / Z95)


@pytest.mark.parametrize(
    ("synthetic", "rows", "people"), [("flip30", 0.0495, 99), ("mostly", 0, 0)]
)
def test_identical_match_share(synthetic, rows, people):
    found = measured(IdenticalMatch(), shared_lab("census2k", synthetic))
    assert found["rows_share",].estimate.value == pytest.approx(rows)
    everybody = found["share", "all"]
    assert round(everybody.estimate.value * everybody.n) == people
    assert found["control_share", "all"].estimate.value == 0.0


@pytest.mark.parametrize(
    ("synthetic", "name", "share", "z"),
    [
        ("flip30", "share", 0.7140, 18.97),
        ("flip30", "tail_share_1pct", 1.0, 10.1),
        ("flip30", "tail_share_5pct", 1.0, 10.1),
        ("mostly", "share", 0.5240, 1.90),
        ("mostly", "tail_share_1pct", 0.55, 0.45),
        ("mostly", "tail_share_5pct", 0.52, 0.40),
    ],
)
def test_share_of_closest_records(synthetic, name, share, z):
    found = measured(ClosestRecord(), shared_lab("census2k", synthetic))[name,]
    assert found.estimate.value == pytest.approx(share, abs=5e-5)
    assert found.null_value == pytest.approx(0.5)
    assert z_of(found) == pytest.approx(z, abs=0.05)


def test_share_of_closest_records_by_range():
    lab = shared_lab("census2k", "mostly")
    found = nearest_pooled(lab, lab.schema.comparable(), MINMAX)
    assert found.weights()[found.is_real].sum() == pytest.approx(0.5250)


def test_the_p_value_is_that_of_5000_relabellings():
    found = measured(ClosestRecord(), shared_lab("census2k", "mostly"))["share",]
    # Published .029, with a Monte-Carlo error of .0024; the binomial .016 is too small.
    assert found.p_value == pytest.approx(0.029, abs=0.004)


@pytest.mark.parametrize(
    ("synthetic", "mean", "fifth"), [("mostly", 0.1021, 0.0172), ("flip30", 0.0955, 0.0010)]
)
def test_distances_to_the_closest_record(synthetic, mean, fifth):
    lab = shared_lab("census2k", synthetic)
    columns = lab.schema.comparable()
    released, real = (lab.points(s, columns, RANK) for s in (Side.SYNTHETIC, Side.REAL))
    distances = nearest(released, real).distances[:, 0]
    assert distances.mean() == pytest.approx(mean, abs=5e-5)
    assert np.quantile(distances, 0.05) == pytest.approx(fifth, abs=5e-5)


def test_a_quarter_of_the_holdout_moves_the_null_and_raises_no_alarm():
    """Published: share .8155 against .800, z 1.42, where a score without a null says .37: bad."""
    lab = shared_lab("census2k", "mostly")
    holdout = lab.table(Side.HOLDOUT)
    values = []
    for seed in range(4):
        rows = np.sort(np.random.default_rng(seed).permutation(2_000)[:500])
        few = replace(lab.release, holdout=holdout.take(rows))
        share = measured(ClosestRecord(), Lab(few, seed=0))["share",]
        assert share.null_value == pytest.approx(0.8)
        assert abs(z_of(share)) < 3
        values.append(share.estimate.value)
    assert np.mean(values) == pytest.approx(0.8155, abs=0.015)
