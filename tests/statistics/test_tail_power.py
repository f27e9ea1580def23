from math import isclose

import numpy as np
import pytest

from audit.statistics.tail import fit_tail
from audit.statistics.tail_power import tail_detectable, tail_safe_high, tpr_safe_high


# attacks.md section 11: smallest true positive rate found with 80 % power at 10 %, 1 %, .1 %.
@pytest.mark.parametrize(
    ("n_real", "n_holdout", "expected"),
    [
        (250, 250, (0.188, 0.085, None)),
        (500, 500, (0.156, 0.040, None)),
        (1000, 1000, (0.138, 0.027, 0.0219)),
        (2000, 2000, (0.126, 0.0205, 0.0086)),
        (5000, 5000, (0.116, 0.0159, 0.0040)),
        (10000, 10000, (0.111, 0.0140, 0.0027)),
        (20000, 20000, (0.108, 0.0127, 0.0021)),
        (5000, 500, (0.141, 0.0305)),
        (5000, 1000, (0.129, 0.0227)),
        (20000, 1000, (0.127, 0.0218)),
        (1000, 5000, (0.128, 0.0211)),
    ],
)
def test_table_of_the_catalogue(n_real, n_holdout, expected):
    for alpha, tpr in zip((0.1, 0.01, 0.001), expected, strict=False):
        found = tail_detectable(n_real, n_holdout, alpha=alpha)
        if tpr is None:
            assert found is None
        else:
            assert abs(found.tpr - tpr) <= (0.0006 if tpr > 0.05 else 0.00006)


def test_detectable_is_found_that_often(band):
    trials = 400
    rng = np.random.default_rng(0)
    wanted = tail_detectable(1000, 500, alpha=0.05)
    lift = wanted.tpr / 0.05
    found = sum(
        fit_tail(-rng.random(1000) / lift, -rng.random(500), alpha=0.05).p_risky <= 0.05
        for _ in range(trials)
    )
    low, high = band(trials, 0.8)
    assert low <= found <= high
    assert isclose(wanted.excess, wanted.tpr - 25 / 501)


def test_what_cannot_be_found_is_none():
    assert tail_detectable(1, 200, alpha=0.01) is None


# statistics.md section 0: worst of 18 at 10,000 + 5,000: ln U .58, sd .09.
def test_worst_of_eighteen_as_simulated_in_the_review():
    safe = tail_safe_high(10_000, 5_000, alpha=0.01, columns=18)
    assert abs(safe.mean - 0.58) < 0.02
    assert abs(safe.sd - 0.09) < 0.02


def test_safe_high_is_that_of_relabelled_scores():
    trials = 2000
    rng = np.random.default_rng(1)
    fits = [fit_tail(rng.random(400), rng.random(300), alpha=0.05) for _ in range(trials)]
    log_ends = np.array([f.ends().high for f in fits])
    safe = tail_safe_high(400, 300, alpha=0.05)
    assert abs(log_ends.mean() - safe.mean) < 4 * safe.sd / np.sqrt(trials)
    assert isclose(log_ends.std(), safe.sd, rel_tol=0.1)
    rates = np.array([f.tpr_ends().high for f in fits])
    of_rate = tpr_safe_high(400, 300, alpha=0.05)
    assert abs(rates.mean() - of_rate.mean) < 4 * of_rate.sd / np.sqrt(trials)


def test_dependent_attacks_lie_between_one_and_independent_ones():
    one = tail_safe_high(2000, 1000, alpha=0.05)
    apart = tail_safe_high(2000, 1000, alpha=0.05, columns=6)
    psi = np.random.default_rng(2).normal(size=(500, 6))
    same = tail_safe_high(2000, 1000, alpha=0.05, influence=np.repeat(psi[:, :1], 6, axis=1))
    mixed = tail_safe_high(2000, 1000, alpha=0.05, influence=psi + 1.5 * psi[:, :1])
    free = tail_safe_high(2000, 1000, alpha=0.05, influence=np.eye(6))
    assert abs(same.mean - one.mean) < 0.01
    assert one.mean < mixed.mean < apart.mean
    assert abs(free.mean - apart.mean) < 0.01


def test_unresolved_rates_have_no_safe_high():
    assert tail_safe_high(100, 50, alpha=0.01) is None
    assert tpr_safe_high(100, 50, alpha=0.01) is None
