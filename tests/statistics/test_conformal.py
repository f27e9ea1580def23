"""Conformal p-values and the step-up: by hand, under the null, and where there is something."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.statistics.conformal import conformal_values, fewest_rejected, step_up


def one_class(real, holdout):
    return conformal_values(
        real,
        holdout,
        real_class=np.zeros(len(real), dtype=np.int64),
        holdout_class=np.zeros(len(holdout), dtype=np.int64),
    )


def test_p_values_by_hand():
    # Of 1, 2, 3 none is at least 4, one at least 3 (a tie counts against), all at least 0.
    found = one_class([4.0, 3.0, 2.5, 0.0], [2.0, 1.0, 3.0])
    assert found.p.tolist() == [1 / 4, 2 / 4, 2 / 4, 4 / 4]
    assert found.smallest.tolist() == [1 / 4] * 4


def test_only_people_of_the_class_are_compared():
    found = conformal_values(
        [5.0, 5.0, 5.0],
        [9.0, 1.0, 2.0, 9.0, 9.0],
        real_class=np.array([7, 1, 3]),
        holdout_class=np.array([1, 7, 7, 1, 1]),
    )
    # Class 7: beyond 1 and 2. Class 1: below 9, 9, 9. Class 3 holds no holdout people.
    assert found.p.tolist() == [1 / 3, 4 / 4, 1.0]
    assert found.smallest.tolist() == [1 / 3, 1 / 4, 1.0]


def test_every_person_has_a_class():
    with pytest.raises(ValueError, match="one class"):
        conformal_values([1.0], [2.0], real_class=np.array([0, 0]), holdout_class=np.array([0]))


def test_the_step_up_by_hand():
    # Steps of .1 k / 5: .02 .04 .06 .08 .1. Only the third holds (.05), and takes .045 along.
    picked = step_up([0.05, 0.03, 0.045, 0.3, 0.09], q=0.1)
    assert picked.tolist() == [True, True, True, False, False]
    assert step_up([0.03, 0.05, 0.9, 0.9, 0.9], q=0.1).tolist() == [False] * 5
    assert step_up([], q=0.1).size == 0
    # .1 x 3 is a little more than .3: equal by hand, equal here.
    assert step_up([0.1 * 3, 0.3], q=0.3).all()


def test_what_is_no_probability_is_refused():
    with pytest.raises(ValueError, match="p-value"):
        step_up([1.2], q=0.1)
    with pytest.raises(ValueError, match="false discovery rate"):
        step_up([0.2], q=1.0)


def test_how_many_must_stand_out_at_once():
    # attacks.md 12.2: 2,000 of each side, 1/2001 <= .1 k / 2000 from k = 10 on.
    assert fewest_rejected(np.full(2_000, 1 / 2_001), q=0.1) == 10
    # Two classes: 30 people at 1/101 need .1 k / 60 >= .0099, k = 6; the others cannot help.
    assert fewest_rejected(np.repeat([1 / 101, 1 / 11], 30), q=0.1) == 6
    assert fewest_rejected(np.full(50, 1 / 9), q=0.1) is None
    assert fewest_rejected(np.full(50, 1 / 10), q=0.1) == 50


@given(st.lists(st.integers(1, 100), min_size=1, max_size=40))
def test_nobody_is_left_out_who_has_as_small_a_value(hundredths):
    p = np.array(hundredths) / 100
    rejected = step_up(p, q=0.2)
    k = int(rejected.sum())
    if k:
        assert p[rejected].max() <= 0.2 * k / p.size + 1e-9
        assert (p[~rejected] > p[rejected].max()).all()
    larger = [j for j in range(k + 1, p.size + 1) if np.sort(p)[j - 1] <= 0.2 * j / p.size]
    assert larger == []


def share_of_draws_with_any(sizes, draws, q=0.1):
    """Relabel a pool with ties again and again; return how often anybody is picked out."""
    n_real, n_holdout = sizes
    rng = np.random.default_rng(5)
    pool = rng.normal(size=n_real + n_holdout).round(2)
    part = rng.integers(0, 2, size=pool.size)
    part[: (n_real + n_holdout) // 2] = 0
    hits = 0
    for _ in range(draws):
        order = rng.permutation(pool.size)
        real, holdout = order[:n_real], order[n_real:]
        found = conformal_values(
            pool[real], pool[holdout], real_class=part[real], holdout_class=part[holdout]
        )
        hits += bool(step_up(found.p, q=q).any())
    return hits


def test_under_the_null_hardly_ever_is_anybody_picked_out():
    # Without any member every discovery is false: P(any) is the false discovery rate, at most .1.
    # Binomial(400, .1) exceeds 64 with a probability of 1e-4.
    for sizes in ((60, 240), (200, 200), (20, 400)):
        assert share_of_draws_with_any(sizes, 400) <= 64


def test_the_rate_is_reached_and_not_only_kept():
    # q (n_holdout + 1) k / n_real = k is whole for all k: then the rate is q itself (Bates et al.).
    rng, hits = np.random.default_rng(1), 0
    for _ in range(1_000):
        found = one_class(rng.normal(size=10), rng.normal(size=99))
        hits += bool(step_up(found.p, q=0.1).any())
    # Binomial(1000, .1) lies within 65..139 but for 1e-4.
    assert 65 <= hits <= 139


def test_members_who_stand_out_are_picked_out_and_few_others():
    rng = np.random.default_rng(3)
    found, wrong = [], []
    for _ in range(40):
        real, holdout = rng.normal(size=1_000), rng.normal(size=2_000)
        real[:100] += 5.0
        rejected = step_up(one_class(real, holdout).p, q=0.1)
        found.append(rejected[:100].mean())
        wrong.append(rejected[100:].sum() / max(rejected.sum(), 1))
    assert np.mean(found) > 0.9
    # .1 x 900 / 1000 is expected; 40 shares spread by about .03 each.
    assert np.mean(wrong) <= 0.09 + 4 * 0.03 / 40**0.5
