"""Accuracy against real and holdout people, and its law under relabelling, by brute force."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.accuracy import accuracies, field_of
from audit.contract.arms import Side
from audit.contract.check import NothingToTry
from audit.contract.lab import Lab
from audit.contract.sample_sizes import enough, sample_sizes
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.metrics import adversarial_accuracy
from audit.metrics.adversarial_accuracy import AdversarialAccuracy
from audit.space.encode import RANK
from audit.space.points import measure
from audit.statistics.bit_labels import drawn_labels, packed
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def run(lab):
    found = list(AdversarialAccuracy().run(lab.for_check("adversarial-accuracy")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, [c.code for c in found if isinstance(c, Caveat)]


def distances(a, b):
    ids = np.tile(np.arange(len(b)), (len(a), 1))
    return measure(a, b, ids)


def more(a, b):
    return (a > b + 1e-12).mean() + 0.5 * np.isclose(a, b, rtol=0, atol=1e-12).mean()


def brute(people, released):
    """AA of two tables of equal size, as Yale et al. define it, ties half."""
    within, own = distances(people, people), distances(released, released)
    np.fill_diagonal(within, np.inf)
    np.fill_diagonal(own, np.inf)
    across = distances(people, released)
    return (
        more(across.min(axis=1), within.min(axis=1)) + more(across.min(axis=0), own.min(axis=1))
    ) / 2


def test_by_hand():
    # Real 0, 10, 20, 30; synthetic the same: nobody is nearer to their own kind. Holdout people
    # stand by themselves and are told apart, but that 90 is as far from 91 as from the record 30
    # (on ranks), and 30 from 20 as from 90: (3.5 / 4 + 3.5 / 4) / 2.
    found, _ = run(lab_of(KINDS, side(0, 10, 20, 30), side(0, 10, 20, 30), side(90, 91, 92, 93)))
    assert found["accuracy", "real"].estimate.value == 0.0
    assert found["accuracy", "holdout"].estimate.value == 0.875
    assert found["privacy_loss",].estimate.value == 0.875
    # One of C(8, 4) = 70 relabellings is as extreme.
    assert found["privacy_loss",].p_value == pytest.approx(1 / 70, abs=0.01)


def test_all_equal_rows_are_one_half():
    found, _ = run(lab_of(KINDS, side(1, 1, 1), side(1, 1, 1), side(1, 1, 1)))
    assert found["accuracy", "real"].estimate.value == 0.5
    assert found["privacy_loss",].estimate.value == 0.0
    assert found["privacy_loss",].p_value == 1.0


def test_every_relabelling_is_that_of_brute_force():
    release = planted_release(n=40, leak=0.2)
    lab = Lab(release, seed=3)
    field = field_of(lab)
    labels = drawn_labels(40, 80, words=1, rng=np.random.default_rng(0))
    got = accuracies(field, packed(labels), packed(~labels), np.arange(40))
    columns = lab.schema.comparable()
    rows = [lab.points(s, columns, RANK) for s in (Side.REAL, Side.HOLDOUT)]
    released = lab.points(Side.SYNTHETIC, columns, RANK)

    def of(people):
        real, holdout = np.flatnonzero(people[:40]), np.flatnonzero(people[40:])
        both = [rows[0].take(real), rows[1].take(holdout)]
        joint = replace(
            rows[0],
            numbers=np.concatenate([p.numbers for p in both]),
            codes=np.concatenate([p.codes for p in both]),
        )
        return brute(joint, released)

    for draw in (0, 1, 2, 17, 63):
        assert got.real[draw] == pytest.approx(of(labels[:, draw]))
        assert got.holdout[draw] == pytest.approx(of(~labels[:, draw]))


def test_tables_of_different_sizes_enter_with_the_smallest():
    release = planted_release(n=120)
    few = replace(
        release,
        holdout=release.holdout.take(np.arange(30)),
        synthetic=release.synthetic.stacked(planted_release(n=120, seed=5).synthetic),
    )
    lab = Lab(few, seed=0)
    sizes = sample_sizes(lab)
    assert (sizes.size, sizes.most, sizes.takes_all) == (30, 120, False)
    found, codes = run(lab)
    assert found["accuracy", "real"].n == 30
    assert codes == []
    # A release without a leak: neither accuracy depends on how many there are of each.
    assert found["accuracy", "real"].estimate.value == pytest.approx(0.5, abs=0.12)
    assert abs(found["privacy_loss",].estimate.value) < 0.15


def test_the_mean_over_samples_hardly_depends_on_the_seed():
    release = planted_release(n=120, leak=0.5)
    few = replace(release, holdout=release.holdout.take(np.arange(60)))
    values = [run(Lab(few, seed=s))[0]["privacy_loss",].estimate for s in range(4)]
    half = np.mean([e.high - e.value for e in values])
    assert np.std([e.value for e in values]) < half / 2


def test_large_tables_enter_by_a_sample_and_it_is_said(monkeypatch):
    monkeypatch.setattr("audit.contract.sample_sizes.MOST_PEOPLE", 50)
    found, codes = run(Lab(planted_release(leak=1.0), seed=0))
    assert codes == [CaveatCode.TARGETS_SAMPLED]
    assert found["privacy_loss",].n == 100
    # Fifty people by their content on either side: the same fifty were copied.
    assert found["privacy_loss",].estimate.value > 0.3


def test_a_person_enters_with_one_row():
    release = planted_release(n=60)
    twice = release.real.stacked(release.real)
    doubled = replace(twice, people=np.tile(np.arange(60), 2)).in_canonical_order()
    lab = Lab(replace(release, real=doubled), seed=0)
    assert not sample_sizes(lab).takes_all
    found, _ = run(lab)
    assert found["privacy_loss",].n == 120
    assert found["accuracy", "real"].n == 60
    # Their second row would be at distance 0 and nobody ever told apart from it.
    assert found["accuracy", "real"].estimate.value == pytest.approx(0.5, abs=0.2)


def test_lists_are_long_enough():
    assert enough(0.5) == 20
    assert enough(1.0) == 1
    assert (1 - 0.2) ** enough(0.2) <= 1e-6 < (1 - 0.2) ** (enough(0.2) - 2)


def test_a_single_record_has_no_kind():
    lab = lab_of(KINDS, side(0, 1), side(5), side(3, 4))
    with pytest.raises(NothingToTry):
        run(lab)


def test_relabelling_is_exact_on_small_tables():
    alarms = 0
    for seed in range(60):
        release = planted_release(seed=seed, n=30)
        alarms += run(Lab(release, seed=seed))[0]["privacy_loss",].p_value <= 0.05
    # Binomial(60, .05) exceeds 11 with a probability below 1e-4.
    assert alarms <= 11
    assert adversarial_accuracy.SAMPLES >= 10
