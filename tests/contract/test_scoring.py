"""AUC, tail rates and epsilon of a ranking, by hand; ties in particular."""

from math import log

import numpy as np
import pytest

from audit.contract.outcomes import Scores
from audit.contract.scoring import as_roc, auc_measured, score_case
from audit.contract.worst_scores import worst_scores
from audit.statistics.rates import Z95
from audit.statistics.roc import fit_auc
from audit.statistics.tail import ratio_ends


def scores(real, holdout, **scope):
    return Scores(scope, np.array(real, dtype=float), np.array(holdout, dtype=float))


def by_name(measured):
    return {m.name: m for m in measured}


def case(real, holdout, seed=0):
    return by_name(score_case(scores(real, holdout), np.random.default_rng(seed)))


def test_auc_counts_ties_half():
    # 3 beats both; 2 ties with 2 and beats 0; 1 loses to 2 and beats 0: (2 + 1.5 + 1) / 6.
    found = auc_measured(scores([3, 2, 1], [2, 0]))
    assert found.estimate.value == pytest.approx(4.5 / 6)
    assert (found.null_value, found.n) == (0.5, 5)
    assert found.estimate.low < 0.5 < found.estimate.high


def test_equal_scores_tell_nobody_apart():
    # S = T = H: everybody lies at distance 0.
    found = case([0.0] * 300, [0.0] * 200)
    assert found["auc"].estimate.value == 0.5
    assert found["auc"].p_value == 1.0
    # j = 20 and 2 of 200 holdout people: a tie at the threshold is shared out, TPR is not 0.
    assert found["tpr_at_fpr_10pct"].estimate.value == pytest.approx(20 / 200)
    assert found["tpr_at_fpr_1pct"].estimate.value == pytest.approx(2 / 200)
    assert found["log_ratio_at_fpr_1pct"].estimate.value == pytest.approx(log(201 / 200))
    assert found["log_ratio_at_fpr_1pct"].p_value > 0.5
    assert found["epsilon_lower"].estimate.value == 0.0


def test_copies_of_real_people_alarm():
    found = case([0.0] * 300, -np.arange(1.0, 201.0))
    assert found["auc"].estimate.value == 1.0
    assert found["auc"].estimate.low > 0.98
    assert found["auc"].p_value < 1e-10
    assert found["advantage"].estimate.value == 1.0


def test_a_tail_by_hand():
    # 199 holdout people with scores 1..199: j = floor(.01 x 200) = 2, threshold 198. Of 100 real
    # people five lie above and two at the threshold; gamma = (2 - 1) / 1 = 1, so X = 7.
    real = [500.0] * 5 + [198.0] * 2 + [0.0] * 93
    found = case(real, np.arange(1.0, 200.0))
    tpr, ratio = found["tpr_at_fpr_1pct"], found["log_ratio_at_fpr_1pct"]
    assert tpr.estimate.value == pytest.approx(0.07)
    assert tpr.null_value == pytest.approx(0.01)
    assert ratio.estimate.value == pytest.approx(log(7))
    low, high = ratio_ends(7, 2, 100, 199, z=Z95)
    assert ratio.estimate.low == pytest.approx(log(low))
    assert high > 7
    # j = 2 is below 10: printed, and nothing may pass on it.
    assert ratio.estimate.high is None
    assert tpr.estimate.high is None
    assert ratio.safe_high is None


def test_a_tail_is_graded_from_ten_holdout_people_on():
    rng = np.random.default_rng(0)
    found = case(rng.random(500), rng.random(999))
    assert found["log_ratio_at_fpr_1pct"].estimate.high is not None
    assert found["log_ratio_at_fpr_1pct"].safe_high is not None
    # .1 % of 1,000 is one holdout person: printed, never graded.
    assert found["log_ratio_at_fpr_0_1pct"].estimate.high is None
    fewer = case(rng.random(500), rng.random(998))
    assert fewer["log_ratio_at_fpr_1pct"].estimate.high is None


def test_what_the_holdout_cannot_resolve_is_left_out():
    # Peers' defect 15: a rate at .1 % interpolated from few non-members.
    found = case(np.arange(50.0), np.arange(50.0))
    assert set(found) == {"auc", "tpr_at_fpr_10pct", "advantage", "epsilon_lower"}


def test_nobody_in_the_tail_is_a_finite_number_without_a_lower_end():
    found = case(np.zeros(1_000), np.arange(1.0, 1_001.0))["log_ratio_at_fpr_1pct"]
    # X = 0 counts as 1/2: log(.5 / 1000 / (10 / 1001)).
    assert found.estimate.value == pytest.approx(log(0.5 / 1_000 / (10 / 1_001)))
    assert found.estimate.low is None
    assert found.estimate.high < 0


def test_epsilon_has_no_upper_end():
    rng = np.random.default_rng(1)
    found = case(rng.normal(2, 1, 400), rng.normal(0, 1, 400))["epsilon_lower"].estimate
    assert found.value == found.low > 0.5
    assert found.high is None


def test_one_holdout_person_is_not_an_error():
    found = case([1.0, 2.0, 3.0], [2.0])
    assert found["auc"].estimate.value == 0.5
    assert found["auc"].estimate.low < 0.05
    assert found["auc"].estimate.high > 0.95


def several(n=600, seed=2):
    """Three attacks that see nothing and one that sees a little."""
    rng = np.random.default_rng(seed)
    real, holdout = rng.normal(size=(3, n)), rng.normal(size=(3, n))
    cases = [
        scores(r, h, attack=str(i)) for i, (r, h) in enumerate(zip(real, holdout, strict=True))
    ]
    return [*cases, scores(rng.normal(0.4, 1, n), rng.normal(0, 1, n), attack="3")]


def test_the_worst_of_several_attacks():
    cases = several()
    worst = by_name(worst_scores(cases, {"over": "worst"}, np.random.default_rng(0)))
    single = [by_name(score_case(c, np.random.default_rng(0))) for c in cases]
    for name in ("auc", "tpr_at_fpr_10pct", "tpr_at_fpr_1pct", "log_ratio_at_fpr_1pct"):
        parts = [s[name].estimate for s in single]
        assert worst[name].estimate.value == pytest.approx(max(p.value for p in parts)), name
        lows = [p.low for p in parts if p.low is not None]
        assert worst[name].estimate.low < max(lows), name
        if parts[0].high is not None:
            assert worst[name].estimate.high == pytest.approx(max(p.high for p in parts)), name
    assert worst["auc"].p_value == pytest.approx(1 / 5_001)
    assert worst["epsilon_lower"].estimate.high is None


def test_the_best_of_many_blind_attacks_is_no_alarm():
    # Peers' defect 19: the largest of several is reported as if it were the only one.
    alarms = 0
    for seed in range(20):
        rng = np.random.default_rng(seed)
        real, holdout = rng.normal(size=(6, 80)), rng.normal(size=(6, 80))
        cases = [scores(r, h) for r, h in zip(real, holdout, strict=True)]
        found = next(iter(worst_scores(cases, {}, rng)))
        assert found.name == "auc"
        assert found.estimate.value >= max(fit_auc(c.real, c.holdout).value for c in cases) - 1e-12
        alarms += found.p_value <= 0.05
    # Binomial(20, .05) exceeds 5 with a probability of .0003.
    assert alarms <= 5


def test_the_curve_is_that_of_the_best_attack_and_starts_at_one_holdout_person():
    cases = several()
    curve = as_roc("roc", cases)
    assert (curve.n_real, curve.n_holdout) == (600, 600)
    assert curve.fpr[0] == pytest.approx(1 / 601)
    assert list(curve.tpr) == sorted(curve.tpr)
    area = np.trapezoid([*curve.tpr, 1.0], [*curve.fpr, 1.0])
    assert area == pytest.approx(fit_auc(cases[3].real, cases[3].holdout).value, abs=0.02)
