"""Who is exposed, which part carries the pass, and what the others can do."""

from dataclasses import replace
from math import exp, log

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.exposure import alone, standing
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.contract.reference import pool
from audit.contract.strata import (
    ATTACKED,
    RANKING,
    Strata,
    Stratum,
    _stratum,
    chosen_share,
    holdout_needed,
    persons_of,
    strata_of,
)
from audit.contract.strata_scores import strata_scores
from audit.facts.reasons import CaveatCode
from audit.statistics.roc import fit_auc
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of, release_of


def crowd():
    """Nine people close together and one far off, with a level of their own."""
    x = [0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 100.0, 4.0]
    c = [0, 0, 0, 0, 0, 0, 0, 0, 1, 0]
    real = {"x": x[::2], "c": c[::2]}
    holdout = {"x": x[1::2], "c": c[1::2]}
    return {"x": WHOLE, "c": LEVEL}, real, {"x": [1.0], "c": [0]}, holdout


def test_who_stands_alone_comes_first():
    lab = lab_of(*crowd())
    found = standing(lab)
    by_x = dict(zip(lab.table(Side.REAL).numbers["x"], found[Side.REAL], strict=True))
    assert by_x[100.0] == 0.0
    # 4.0 stands on both sides: equal people stand equal, and nobody is less alone than they are.
    twin = dict(zip(lab.table(Side.HOLDOUT).numbers["x"], found[Side.HOLDOUT], strict=True))
    assert by_x[4.0] == twin[4.0] == 0.8


def test_the_order_does_not_know_who_is_real():
    kinds, one, released, other = crowd()
    there, back = lab_of(kinds, one, released, other), lab_of(kinds, other, released, one)
    np.testing.assert_array_equal(standing(there)[Side.REAL], standing(back)[Side.HOLDOUT])
    np.testing.assert_array_equal(standing(there)[Side.HOLDOUT], standing(back)[Side.REAL])


def test_the_order_does_not_look_at_the_release():
    kinds, real, _, holdout = crowd()
    other = lab_of(kinds, real, {"x": [100.0, 50.0], "c": [1, 0]}, holdout)
    found = standing(lab_of(*crowd()))
    np.testing.assert_array_equal(standing(other)[Side.REAL], found[Side.REAL])


def test_a_rare_level_counts_where_all_distances_tie():
    levels = [0] * 6 + [1] * 3 + [2]
    lab = lab_of({"c": LEVEL}, {"c": levels[::2]}, {"c": [0]}, {"c": levels[1::2]})
    # -log of 6, 3 and 1 in ten; the ranks of the two distances tie for all with a twin.
    score = dict(zip(np.concatenate([levels[::2], levels[1::2]]), alone(lab), strict=False))
    assert len(score) == 3
    found = standing(lab)
    codes = lab.table(Side.HOLDOUT).codes["c"]
    places = {int(c): p for c, p in zip(codes, found[Side.HOLDOUT], strict=True)}
    assert places[2] == 0.0
    assert places[1] == 0.1
    assert places[0] == 0.4


def test_an_extreme_number_and_a_gap_are_rare_values():
    x = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, None]
    lab = lab_of({"x": NUMBER}, {"x": x[:4]}, {"x": [1.0]}, {"x": x[4:]})
    known = standing(lab)[Side.HOLDOUT]
    gaps = np.isnan(lab.table(Side.HOLDOUT).numbers["x"])
    assert known[gaps] == known.min()


# statistics.md F11: 3.3 sqrt((1/n + 1/h) / 12) <= .05 in the part; 726 + 726, or 2,500 + 1,250.
@pytest.mark.parametrize(
    ("n_real", "n_holdout", "share"),
    [
        (2_900, 2_900, None),
        (2_904, 2_904, 0.25),
        (7_260, 7_260, 0.1),
        (14_520, 14_520, 0.05),
        (10_000, 5_000, 0.25),
        (2_000, 2_000, None),
        (39_084, 9_758, 0.05),
    ],
)
def test_the_smallest_part_that_is_evidence(n_real, n_holdout, share):
    assert chosen_share(n_real, n_holdout) == share


def test_outcomes_take_more_people_than_rankings():
    # 3.3 sqrt(.1625 (1/n + 1/h)) <= .05 holds of 2,500 + 1,250 and of 1,416 + 1,416 people.
    assert chosen_share(10_000, 5_000, variance=ATTACKED) == 0.25
    assert chosen_share(14_160, 14_160, variance=ATTACKED) == 0.1
    assert chosen_share(14_140, 14_140, variance=ATTACKED) == 0.25
    # Where none reaches it, a quarter that is evidence for a ranking is measured all the same.
    assert chosen_share(2_904, 2_904, variance=ATTACKED) == 0.25
    assert chosen_share(2_900, 2_900, variance=ATTACKED) is None


def test_what_it_takes():
    assert holdout_needed(2_904) == 2_904
    assert holdout_needed(1_000) == 2_904
    needed = holdout_needed(10_000)
    assert chosen_share(10_000, needed) == 0.25
    assert chosen_share(10_000, needed - 4) is None
    assert chosen_share(2_904, 2_904, variance=RANKING) == 0.25


def arms(lab):
    return [lab.arm(side) for side in (Side.REAL, Side.HOLDOUT)]


def test_small_tables_say_how_many_people_it_takes():
    lab = Lab(planted_release(n=120), seed=0)
    strata = strata_of(*arms(lab), lab)
    assert strata.vulnerable is None
    assert strata.others == ()
    codes = {c.code: c.numbers for c in strata.caveats}
    assert codes[CaveatCode.VULNERABLE_TOO_FEW] == {"rows": 120.0, "rows_needed": 2_904.0}
    assert CaveatCode.SMALL_CELLS_HIDDEN in codes


def test_tenths_part_everybody():
    lab = Lab(planted_release(n=3_000), seed=0)
    strata = strata_of(*arms(lab), lab)
    tenths = [s for s in strata.others if s.name.startswith("decile-")]
    assert [s.name for s in tenths] == [f"decile-{i}" for i in range(10, 0, -1)]
    assert (sum(s.real.astype(int) for s in tenths) == 1).all()
    assert (sum(s.holdout.astype(int) for s in tenths) == 1).all()
    chosen = strata.vulnerable
    assert chosen.real.sum() + chosen.holdout.sum() == 1_500
    # The two most exposed tenths lie inside the most exposed quarter.
    assert chosen.real[tenths[0].real | tenths[1].real].all()
    [said] = [c for c in strata.caveats if c.code is CaveatCode.VULNERABLE_CHOSEN]
    assert said.numbers["percent"] == 25.0
    assert "incomplete" in {s.name for s in strata.others}


def grouped(release, **groups):
    """Return the release with groups by age: name -> from which age on."""

    def told(table):
        ages = table.numbers["age"]
        return replace(table, groups={name: ages >= age for name, age in groups.items()})

    return replace(release, real=told(release.real), holdout=told(release.holdout))


def test_a_declared_group_is_a_part_however_many_it_holds():
    lab = Lab(grouped(planted_release(n=1_000), grown=40, elderly=75), seed=0)
    strata = strata_of(*arms(lab), lab)
    parts = {s.name: s for s in strata.others}
    ages = lab.table(Side.REAL).numbers["age"]
    # Four of five people are grown up: no minority, and declared all the same.
    assert parts["grown"].real.sum() == (ages >= 40).sum() > 700
    np.testing.assert_array_equal(parts["elderly"].real, ages >= 75)
    np.testing.assert_array_equal(
        parts["elderly"].holdout, lab.table(Side.HOLDOUT).numbers["age"] >= 75
    )
    assert [n for n in parts if n in ("grown", "elderly")] == ["elderly", "grown"]


def test_a_small_declared_group_is_not_shown_and_named():
    lab = Lab(grouped(planted_release(n=300), oldest=95, nobody=200, grown=40), seed=0)
    strata = strata_of(*arms(lab), lab)
    assert {"oldest", "nobody"}.isdisjoint({s.name for s in strata.others})
    [said] = [c for c in strata.caveats if c.code is CaveatCode.GROUPS_TOO_SMALL]
    assert said.numbers == {"needed": 50.0}
    assert said.columns == ("nobody", "oldest")


def test_one_record_of_a_person_is_enough():
    people = {"real": [0, 0, 1], "holdout": [0, 1, 1]}
    release = release_of(
        {"x": WHOLE}, {"x": [1, 9, 2]}, {"x": [1]}, {"x": [3, 4, 9]}, people=people
    )
    told = [replace(t, groups={"g": t.numbers["x"] == 9}) for t in (release.real, release.holdout)]
    lab = Lab(replace(release, real=told[0], holdout=told[1]), seed=0)
    found = _stratum("g", pool(lab).groups["g"], tuple(arms(lab)), lab)
    assert sorted(found.real) == sorted(found.holdout) == [False, True]
    assert found.real[persons_of(lab.arm(Side.REAL), lab)[0]] == found.real[0]


def test_a_leak_in_a_declared_group_alone_fails_there():
    n = 2_000
    group = Stratum("women", np.arange(n) < 200, np.arange(n) < 200)
    rest = tuple(Stratum(f"decile-{i}", *[np.arange(n) % 10 == i] * 2) for i in range(10))
    rng = np.random.default_rng(0)
    real, holdout = rng.normal(size=(2, n))
    real[:200] += 1.0
    found = {
        m.scope["subset"]: m.estimate
        for m in strata_scores([Scores({}, real, holdout)], Strata(None, (*rest, group), ()), rng)
    }
    assert found["women"].low > 0.55
    assert found["others"].low == found["women"].low
    assert max(e.low for name, e in found.items() if name.startswith("decile")) < 0.55


def halves_of(n, name="vulnerable"):
    first = np.arange(n) < n // 4
    return Stratum(name, first, first)


def leaky(n=4_000, seed=0):
    """Members of the first quarter are told apart, nobody else is."""
    rng = np.random.default_rng(seed)
    real, holdout = rng.normal(size=(2, n))
    real[: n // 4] += 1.0
    return Scores({"attack": "a"}, real, holdout)


def test_a_leak_among_the_vulnerable_is_measured_there():
    n = 4_000
    parts = tuple(Stratum(f"decile-{i}", *[np.arange(n) // 400 == i] * 2) for i in range(10))
    strata = Strata(halves_of(n), parts, ())
    case = leaky(n)
    found = list(strata_scores([case], strata, np.random.default_rng(0)))
    by = {(m.name, m.scope["subset"], m.scope.get("attack")): m for m in found}
    worst = by["auc", "vulnerable", None]
    inside = fit_auc(case.real[:1_000], case.holdout[:1_000])
    assert worst.estimate.value == pytest.approx(inside.value)
    assert by["auc", "vulnerable", "a"].estimate.value == pytest.approx(inside.value)
    assert worst.n == 2_000
    outside = fit_auc(case.real[1_000:], case.holdout[1_000:]).value
    odds = log(inside.value / (1 - inside.value)) - log(outside / (1 - outside))
    disparity = by["disparity", "vulnerable", None].estimate
    assert disparity.value == pytest.approx(exp(odds))
    assert disparity.low > 1
    others = by["auc", "others", None]
    assert others.estimate.low > 0.55
    assert others.p_value < 1e-6
    assert others.estimate.low == max(
        m.estimate.low for k, m in by.items() if k[1].startswith("decile")
    )


def test_the_best_of_many_parts_is_no_alarm():
    n, alarms = 1_000, 0
    parts = tuple(Stratum(f"decile-{i}", *[np.arange(n) // 100 == i] * 2) for i in range(10))
    for seed in range(60):
        rng = np.random.default_rng(seed)
        cases = [Scores({}, *rng.normal(size=(2, n))) for _ in range(3)]
        *_, others = strata_scores(cases, Strata(None, parts, ()), rng)
        alarms += others.estimate.low > 0.5
    # Binomial(60, .05) exceeds 10 with a probability of 3e-4.
    assert alarms <= 10
