"""Rates, excess and risk of an attack, by hand."""

from math import comb

import numpy as np
import pytest

from audit.contract.outcomes import Wins
from audit.contract.targeted import (
    as_bars,
    excess_effect,
    risk_effect,
    single_case,
    strongest,
    worst_case,
)
from audit.statistics.rates import Z95, clopper_pearson, difference_ends, risk_ends


def first(k, n):
    return np.arange(n) < k


def wins(k_real, n_real, k_holdout, n_holdout, *, guessed=0, **scope):
    return Wins(
        scope=scope,
        real=first(k_real, n_real),
        holdout=first(k_holdout, n_holdout),
        guessed=first(guessed, n_real),
    )


def by_name(measured):
    return {m.name: m for m in measured}


def test_one_variant_by_hand():
    found = by_name(single_case(wins(4, 10, 1, 10, guessed=2, secret="income")))
    values = {name: m.estimate.value for name, m in found.items()}
    # 4/10 - 1/10 = .3, and .3 of the .9 whom the attack does not reach anyway.
    assert values == pytest.approx(
        {
            "attack_rate": 0.4,
            "control_rate": 0.1,
            "baseline_rate": 0.2,
            "excess": 0.3,
            "risk": 1 / 3,
        }
    )
    assert {m.n for n, m in found.items() if n.endswith("rate")} == {10}
    assert (found["excess"].n, found["risk"].n) == (20, 20)
    assert all(m.scope == {"secret": "income"} for m in found.values())


def test_ends_are_one_sided_score_bounds():
    found = by_name(single_case(wins(4, 10, 1, 10)))
    ends = [(m.estimate.low, m.estimate.high) for m in (found["excess"], found["risk"])]
    assert ends[0] == pytest.approx(difference_ends(4, 10, 1, 10))
    assert ends[1] == pytest.approx(risk_ends(4, 10, 1, 10))
    rate = found["attack_rate"].estimate
    assert (rate.low, rate.high) == pytest.approx(clopper_pearson(4, 10))


def test_one_win_of_the_smaller_side_proves_nothing():
    # 1 of 40 real people, 0 of 160: the score interval begins at .0056. But the one is real
    # in 40 of 200 relabellings.
    assert difference_ends(1, 40, 0, 160).low > 0.005
    effect = excess_effect(wins(1, 40, 0, 160))
    assert effect.tails.risky == pytest.approx(40 / 200)
    assert effect.ends(Z95).low == 0.0
    assert effect.ends(Z95).high == pytest.approx(difference_ends(1, 40, 0, 160).high)
    risk = risk_effect(wins(1, 40, 0, 160))
    assert risk is not None
    assert risk.ends(Z95).low <= 0.0
    # Two of two are real in 40 * 39 / (200 * 199) = .039 of them.
    two = excess_effect(wins(2, 40, 0, 160))
    assert two.ends(Z95).low == pytest.approx(difference_ends(2, 40, 0, 160).low)


def test_the_p_value_is_that_of_relabelling():
    found = by_name(single_case(wins(4, 10, 1, 10)))["excess"]
    # 5 of 20 people were won; 4 or all 5 of them among the 10 real ones.
    p = (comb(10, 4) * comb(10, 1) + comb(10, 5)) / comb(20, 5)
    assert found.p_value == pytest.approx(p)
    assert found.p_safe_side == pytest.approx(1 - comb(10, 5) / comb(20, 5))
    assert found.null_value == 0.0


def test_more_wins_among_the_holdout_stay_negative():
    found = by_name(single_case(wins(1, 10, 4, 10)))
    assert found["excess"].estimate.value == pytest.approx(-0.3)
    # -.3 of the .6 whom the attack misses in the holdout.
    assert found["risk"].estimate.value == pytest.approx(-0.5)


def test_no_risk_where_the_control_is_saturated():
    # Peers' defect 6: perfect success was an error of the mathematics.
    found = by_name(single_case(wins(10, 10, 10, 10)))
    assert "risk" not in found
    assert found["excess"].estimate.value == 0.0
    assert found["excess"].estimate.low < 0 < found["excess"].estimate.high
    perfect = by_name(single_case(wins(10, 10, 0, 10)))
    assert perfect["risk"].estimate.value == 1.0
    assert perfect["risk"].estimate.high == 1.0


def test_nobody_won_is_no_proof():
    found = by_name(single_case(wins(0, 100, 0, 50)))["excess"]
    assert found.estimate.value == 0.0
    assert found.estimate.high > 0.01
    assert found.detectable > 0


def test_the_holdout_may_be_much_smaller():
    found = by_name(single_case(wins(300, 1_000, 3, 10)))["excess"]
    assert found.estimate.value == pytest.approx(0.0)
    ends = (found.estimate.low, found.estimate.high)
    assert ends == pytest.approx(difference_ends(300, 1_000, 3, 10))
    assert found.estimate.high > 0.15


def test_covariates_that_tell_nothing_change_nothing():
    plain = wins(40, 100, 20, 100)
    constant = Wins(
        plain.scope, plain.real, plain.holdout, plain.guessed, np.ones((100, 2)), np.ones((100, 2))
    )
    assert excess_effect(constant).value == excess_effect(plain).value
    assert excess_effect(constant).method == excess_effect(plain).method


def test_covariates_take_out_what_they_explain():
    # Half of each side is easy and won in 80 %, the other half in 20 %: excess 0 either way,
    # and the level explains .36 of the variance .25 of each outcome: sqrt(1 - .36) = .8.
    rng = np.random.default_rng(0)
    level = np.repeat([0.0, 1.0], 2_000)
    draws = [rng.random(4_000) < 0.2 + 0.6 * level for _ in range(2)]
    x = level[:, None]
    case = Wins({}, draws[0], draws[1], draws[0], x, x)
    bare = Wins({}, draws[0], draws[1], draws[0])
    assert excess_effect(case).se / excess_effect(bare).se == pytest.approx(0.8, abs=0.01)
    assert "adjusted" in excess_effect(case).method


def test_the_error_of_the_risk_holds_in_simulation():
    rng = np.random.default_rng(1)
    values, errors = [], []
    for _ in range(800):
        case = Wins({}, rng.random(300) < 0.5, rng.random(200) < 0.3, np.zeros(300, bool))
        effect = risk_effect(case)
        values.append(effect.value)
        errors.append(effect.se)
    # The true risk is .2 / .7; 800 draws know the spread to 2.5 %.
    assert np.mean(values) == pytest.approx(0.2 / 0.7, abs=0.01)
    assert np.mean(errors) == pytest.approx(np.std(values), rel=0.1)


def test_the_worst_case_is_never_the_interval_of_the_winner():
    cases = [wins(40, 100, 20, 100), wins(30, 100, 12, 100), wins(5, 100, 5, 100)]
    found = by_name(worst_case(cases, {"over": "worst"}, np.random.default_rng(0)))
    single = [by_name(single_case(c))["excess"].estimate for c in cases]
    worst = found["excess"].estimate
    assert worst.value == pytest.approx(0.2)
    assert worst.high == pytest.approx(max(e.high for e in single))
    assert worst.low < max(e.low for e in single)
    assert found["excess"].scope == {"over": "worst"}
    assert found["risk"].estimate.value == pytest.approx(0.2 / 0.8)


def test_the_worst_p_value_pays_for_the_choice_and_for_nothing_else():
    rng = np.random.default_rng(3)
    lucky = wins(40, 100, 26, 100)
    p = by_name(single_case(lucky))["excess"].p_value
    twice = by_name(worst_case([lucky, lucky], {}, rng))["excess"].p_value
    # The same attack twice is one attack; the simulated p has an error of .003.
    assert twice == pytest.approx(p, abs=0.012)
    # Nine attacks that win against 30 people of each side, other people each time.
    draws = [[rng.permutation(first(30, 100)) for _ in range(2)] for _ in range(9)]
    others = [Wins({}, real, holdout, first(0, 100)) for real, holdout in draws]
    among_ten = by_name(worst_case([lucky, *others], {}, rng))["excess"].p_value
    # Ten independent chances: 1 - (1 - p)^10 = .22, less as counts are whole.
    assert 0.1 < among_ten < 0.25


def test_a_saturated_variant_leaves_the_risk_of_the_others():
    cases = [wins(10, 10, 10, 10), wins(4, 10, 1, 10)]
    found = by_name(worst_case(cases, {}, np.random.default_rng(0)))
    assert found["risk"].estimate.value == pytest.approx(1 / 3)
    assert "risk" not in by_name(worst_case(cases[:1], {}, np.random.default_rng(0)))


def test_figures_show_the_largest_difference_of_each_secret():
    cases = [
        wins(4, 10, 1, 10, secret="income", knows="others"),
        wins(5, 10, 1, 10, secret="income", knows="quasi_identifiers"),
        wins(2, 10, 2, 10, secret="ward", knows="others"),
    ]
    shown = strongest(cases, "secret")
    assert [c.scope["knows"] for c in shown] == ["quasi_identifiers", "others"]
    bars = as_bars("figure", shown, "secret").bars
    assert [(b.label, b.attack.value, b.control.value) for b in bars] == [
        ("income", 0.5, 0.1),
        ("ward", 0.2, 0.2),
    ]
