"""Numbers of others on the same tables (research/attacks.md, section 13.2)."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.metrics.adversarial_accuracy import AdversarialAccuracy
from audit.metrics.authenticity import Authenticity
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.data_copying import DataCopying
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.identifiability import Identifiability
from audit.metrics.neighbour_ratio import NeighbourRatio
from audit.space.encode import RANK
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
    found = measured(ClosestRecord(), shared_lab("census2k", synthetic))[name, "rank"]
    assert found.estimate.value == pytest.approx(share, abs=5e-5)
    assert found.null_value == pytest.approx(0.5)
    assert z_of(found) == pytest.approx(z, abs=0.05)


def test_share_of_closest_records_by_range():
    found = measured(ClosestRecord(), shared_lab("census2k", "mostly"))
    assert found["share", "minmax"].estimate.value == pytest.approx(0.5250)
    # The worst of three scales: one of them alone would raise an alarm (p = .028).
    assert found["share",].estimate.value == pytest.approx(0.5250)
    assert found["share", "minmax"].p_value < 0.05 < found["share",].p_value


def test_the_p_value_is_that_of_5000_relabellings():
    found = measured(ClosestRecord(), shared_lab("census2k", "mostly"))["share", "rank"]
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
        share = measured(ClosestRecord(), Lab(few, seed=0))["share", "rank"]
        assert share.null_value == pytest.approx(0.8)
        assert abs(z_of(share)) < 3
        values.append(share.estimate.value)
    assert np.mean(values) == pytest.approx(0.8155, abs=0.015)


def test_quantiles_of_the_distances():
    for synthetic, fifth in (("mostly", 0.0172), ("flip30", 0.0010)):
        found = measured(ClosestRecord(), shared_lab("census2k", synthetic))
        # Published with linear interpolation between two records.
        told = found["distance", "synthetic", "real", "5"].estimate.value
        assert told == pytest.approx(fifth, abs=2e-4)


@pytest.mark.parametrize(
    ("synthetic", "real", "holdout"), [("mostly", 0.5408, 0.5695), ("flip30", 0.4095, 0.6038)]
)
def test_adversarial_accuracy(synthetic, real, holdout):
    """Published with a strict comparison; here ties count half."""
    lab = shared_lab("census2k", synthetic)
    found = measured(AdversarialAccuracy(), lab)
    for side, published in ((Side.REAL, real), (Side.HOLDOUT, holdout)):
        gaps = {
            (a, b): lab.nearest_rows(a, b, RANK).distances[:, 0]
            for a in (side, Side.SYNTHETIC)
            for b in (side, Side.SYNTHETIC)
        }
        pairs = [
            (gaps[side, Side.SYNTHETIC], gaps[side, side]),
            (gaps[Side.SYNTHETIC, side], gaps[Side.SYNTHETIC, Side.SYNTHETIC]),
        ]
        strict = np.mean([(between > within).mean() for between, within in pairs])
        assert strict == pytest.approx(published, abs=6e-5)
        ties = np.mean([np.isclose(between, within).mean() for between, within in pairs])
        told = found["accuracy", side.value].estimate.value
        assert told == pytest.approx(strict + ties / 2, abs=1e-9)
    loss = found["privacy_loss",].estimate.value
    # .0287 and .1943, less half the ties of copies with the records around them.
    assert loss == pytest.approx({"mostly": 0.0289, "flip30": 0.1813}[synthetic], abs=1e-4)


def test_the_global_test_for_copying_misses_what_the_left_tail_sees():
    for synthetic, z in (("mostly", 11.97), ("flip30", 8.17)):
        found = measured(DataCopying(), shared_lab("census2k", synthetic))
        assert found["mann_whitney_z",].estimate.value == pytest.approx(z, abs=0.005)
        tail = found["left_tail",]
        if synthetic == "mostly":
            assert tail.estimate.low < tail.null_value
            assert tail.p_value > 0.05
        else:
            # 127 of 2,000 records, and 99 of them are copies.
            assert tail.estimate.low > tail.null_value
            assert tail.p_value < 1e-20


@pytest.mark.parametrize(
    ("synthetic", "authentic", "identifiable"),
    [("mostly", 0.7030, 0.3865), ("flip30", 0.6055, 0.4450)],
)
def test_authenticity_and_identifiability(synthetic, authentic, identifiable):
    lab = shared_lab("census2k", synthetic)
    found = measured(Authenticity(), lab)
    assert found["unauthentic_share",].estimate.value == pytest.approx(1 - authentic)
    excess = found["excess",].estimate
    assert (excess.low > 0.15) == (synthetic == "flip30")
    found = measured(Identifiability(), lab)
    # The published values are those with equal weights; the definition weighs by the entropy.
    assert found["identifiable_share", "equal"].estimate.value == pytest.approx(identifiable)
    assert found["identifiable_share", "entropy"].estimate.value != pytest.approx(identifiable)
    assert (found["excess",].p_value < 0.05) == (synthetic == "flip30")


def test_the_ratio_of_two_distances():
    for synthetic, is_leaky in (("mostly", False), ("flip30", True)):
        found = measured(NeighbourRatio(), shared_lab("census2k", synthetic))
        share = found["share",]
        assert (share.estimate.low > share.null_value) == is_leaky
        # What others print falls as people are copied, and here by little.
        mean = found["mean_ratio", "synthetic", "real"].estimate.value
        assert mean == pytest.approx({False: 0.8185, True: 0.7189}[is_leaky], abs=5e-5)
