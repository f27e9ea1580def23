from math import isclose, sqrt

import numpy as np
import pytest
from scipy.stats import norm

from audit.statistics.power import (
    SafeHigh,
    auc_floor,
    auc_null_se,
    detectable,
    pass_probability,
    rate_null_se,
    rows_needed_auc,
    rows_needed_excess,
    rows_needed_risk,
    rows_needed_tail,
    safe_high,
    safe_high_worst,
    trials_to_exclude,
)
from audit.statistics.rates import Z95
from audit.statistics.roc import fit_auc


# attacks.md section 11: null SD of the AUC and the AUC found with 80 % power.
@pytest.mark.parametrize(
    ("n", "sd", "found"),
    [
        (100, 0.0409, 0.602),
        (250, 0.0258, 0.564),
        (500, 0.0183, 0.545),
        (1000, 0.0129, 0.532),
        (2000, 0.0091, 0.523),
        (5000, 0.0058, 0.514),
        (20000, 0.0029, 0.507),
    ],
)
def test_auc_table_of_the_catalogue(n, sd, found):
    assert round(auc_null_se(n, n), 4) == sd
    assert round(0.5 + detectable(auc_null_se(n, n)), 3) == found


# statistics.md F10, rows per arm for 80 %; the table took 1.645 + .841, so up to 1 in 1,000 off.
@pytest.mark.parametrize(
    ("rate", "limit", "risk", "excess"),
    [
        (0.2, 0.05, 1237, 792),
        (0.5, 0.05, 4945, 1237),
        (0.8, 0.05, 19777, 792),
        (0.9, 0.05, 44498, 445),
        (0.2, 0.09, 382, 245),
        (0.5, 0.09, 1526, 382),
        (0.8, 0.09, 6104, 245),
        (0.9, 0.09, 13734, 138),
    ],
)
def test_rows_needed_of_the_review(rate, limit, risk, excess):
    assert abs(rows_needed_risk(rate, limit).real - risk) <= max(1, risk / 1000)
    assert abs(rows_needed_excess(rate, limit).real - excess) <= 1


def test_rows_needed_are_enough_and_not_more():
    rows = rows_needed_excess(0.3, 0.05, holdout_per_real=0.25)
    assert rows.holdout == pytest.approx(rows.real / 4, abs=1)
    enough = safe_high(0, rate_null_se(0.3, rows.real, rows.holdout))
    assert isclose(pass_probability(0.05, safe=enough), 0.8, abs_tol=2e-3)


def test_floor_of_the_vulnerable_stratum():
    # statistics.md F11: 726 + 726 at .55.
    assert rows_needed_auc(0.55) == (726, 726)
    assert auc_floor(726, 726) <= 0.05 < auc_floor(725, 726)


def test_rows_for_tails_and_zero_events():
    assert rows_needed_tail(0.01) == 999
    assert rows_needed_tail(0.001) == 9999
    # attacks.md section 11: no hit in so many trials excludes 1 %, .5 %, .1 %.
    assert [trials_to_exclude(r) for r in (0.01, 0.005, 0.001)] == [299, 598, 2995]


def test_safe_high_and_the_chance_to_pass():
    safe = safe_high(0.5, 0.01)
    assert isclose(safe.mean, 0.5 + Z95 * 0.01)
    assert safe.sd == 0.01
    # A limit at the expected end is passed half of the time; 2.486 errors above the null, 80 %.
    assert isclose(pass_probability(safe.mean, safe=safe), 0.5)
    assert isclose(pass_probability(0.5 + detectable(0.01), safe=safe), 0.8)
    assert pass_probability(0.1, safe=SafeHigh(0.1, 0.0)) == 1.0
    assert pass_probability(0.1, safe=SafeHigh(0.2, 0.0)) == 0.0


def test_safe_high_of_the_worst():
    se = np.full(18, 0.01)
    alone = safe_high_worst(0.5, se[:1])
    assert alone == safe_high(0.5, 0.01)
    apart = safe_high_worst(0.5, se)
    # Mean of the largest of 18 standard normals: 1.82, standard deviation .52 (order statistics).
    assert abs((apart.mean - alone.mean) / 0.01 - 1.82) < 0.02
    assert abs(apart.sd / 0.01 - 0.52) < 0.02
    together = safe_high_worst(0.5, se, correlation=np.ones((18, 18)))
    assert abs(together.mean - alone.mean) < 3e-4
    psi = np.random.default_rng(0).normal(size=(200, 18))
    mixed = safe_high_worst(0.5, se, influence=psi + 2 * psi[:, :1])
    assert together.mean < mixed.mean < apart.mean


def test_a_safe_release_passes_as_often_as_said(band):
    trials = 400
    # An AUC of 400 + 400 people against a limit of .54.
    rng = np.random.default_rng(1)
    said = pass_probability(0.54, safe=safe_high(0.5, auc_null_se(400, 400)))
    passed = sum(
        fit_auc(rng.random(400), rng.random(400)).ends().high <= 0.54 for _ in range(trials)
    )
    assert 0.6 < said < 0.85
    low, high = band(trials, said)
    assert low <= passed <= high


def test_power_is_the_power(band):
    trials = 400
    se = sqrt(0.25 * (1 / 300 + 1 / 300))
    effect = detectable(se)
    found = np.random.default_rng(2).normal(effect, se, trials) - Z95 * se > 0
    low, high = band(trials, 0.8)
    assert low <= found.sum() <= high
    assert isclose(detectable(1.0, power=0.5), Z95)
    assert isclose(norm.cdf(detectable(1.0) - Z95), 0.8)


def test_bad_input_is_refused():
    calls = [
        lambda: detectable(-1.0),
        lambda: rate_null_se(1.2, 5, 5),
        lambda: auc_null_se(0, 5),
        lambda: auc_floor(5, 0),
        lambda: rows_needed_auc(0.5),
        lambda: rows_needed_risk(1.0, 0.05),
        lambda: rows_needed_excess(0.5, 0.05, holdout_per_real=0.0),
        lambda: trials_to_exclude(0.0),
        lambda: safe_high_worst(0.0, []),
        lambda: safe_high_worst(0.0, [1.0, 1.0], correlation=np.eye(3)),
    ]
    for call in calls:
        with pytest.raises(ValueError, match=r"."):
            call()
