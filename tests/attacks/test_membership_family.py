"""What every label-blind membership attack keeps: it knows no label, and works on any table."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.statistics.roc import fit_auc
from audit.testing import planted_release
from tests.attacks.family import BY_DISTANCE, BY_LEARNING, FAMILY, everybody, name_of
from tests.contract.handmade import FLAG, LEVEL, NUMBER, release_of

SPLITS = 60
MOST = 13
"""Binomial(60, .05) exceeds this with probability below 1e-5."""


def lab_for(release):
    return Lab(release, seed=3, memory=1 << 26)


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
def test_scores_do_not_know_who_is_real(attack):
    release = planted_release(leak=0.3, n=80)
    there = lab_for(release)
    back = lab_for(replace(release, real=release.holdout, holdout=release.real))
    for scope in attack.variants(there):
        found, swapped = everybody(attack, there, scope), everybody(attack, back, scope)
        np.testing.assert_allclose(found, np.roll(swapped, 80), rtol=1e-9, atol=1e-9)


def test_false_alarms_are_as_many_as_the_level_allows():
    alarms = {}
    for seed in range(SPLITS):
        lab = lab_for(planted_release(seed=seed, n=60))
        for attack in BY_DISTANCE:
            for case in attack.outcomes(lab):
                key = attack.card.id + str(case.scope)
                p = fit_auc(case.real, case.holdout).p_risky
                alarms[key] = alarms.get(key, 0) + (p <= 0.05)
    assert {key: count for key, count in alarms.items() if count > MOST} == {}
    # All tests together: their rate is the level, give or take what they share.
    assert 0.02 < sum(alarms.values()) / (SPLITS * len(alarms)) < 0.08


@pytest.mark.parametrize("attack", BY_LEARNING, ids=name_of)
def test_learners_raise_no_more_false_alarms(attack):
    alarms = 0
    for seed in range(10):
        [*cases] = attack.outcomes(lab_for(planted_release(seed=seed, n=60)))
        alarms += fit_auc(cases[-1].real, cases[-1].holdout).p_risky <= 0.05
    # Binomial(10, .05) exceeds 4 with probability below 1e-4.
    assert alarms <= 4


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
def test_finds_a_strong_leak_among_200_people(attack):
    lab = lab_for(planted_release(leak=0.9, n=200))
    fits = [fit_auc(c.real, c.holdout) for c in attack.outcomes(lab)]
    assert max(f.value for f in fits) > 0.55
    if attack.card.alarms_on_copy:
        assert min(f.p_risky for f in fits) < 0.001


def gappy(n, seed):
    rng = np.random.default_rng(seed)
    x = [None if rng.random() < 0.3 else float(v) for v in rng.normal(size=n)]
    return {"x": x, "c": rng.integers(-1, 3, n), "f": rng.integers(0, 2, n)}


def categorical(n, seed):
    rng = np.random.default_rng(seed)
    return {"c": rng.integers(-1, 3, n), "f": rng.integers(0, 2, n)}


TABLES = {
    "gaps": ({"x": NUMBER, "c": LEVEL, "f": FLAG}, gappy, 40),
    "all categorical": ({"c": LEVEL, "f": FLAG}, categorical, 40),
    "one column": ({"c": LEVEL}, lambda n, s: {"c": categorical(n, s)["c"]}, 12),
    "a column without values": (
        {"x": NUMBER, "c": LEVEL},
        lambda n, s: {"x": [None] * n, "c": categorical(n, s)["c"]},
        20,
    ),
    "two people": ({"x": NUMBER, "c": LEVEL, "f": FLAG}, gappy, 2),
}


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
@pytest.mark.parametrize("table", TABLES)
def test_every_table_gets_a_score(attack, table):
    kinds, make, n = TABLES[table]
    lab = lab_for(release_of(kinds, make(n, 0), make(n + 1, 1), make(n, 2)))
    for case in attack.outcomes(lab):
        assert np.isfinite(case.pooled).all()
        assert (case.real.size, case.holdout.size) == (n, n)


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
def test_a_person_with_many_rows_is_one_person(attack):
    kinds, make, n = TABLES["gaps"]
    people = {"real": [i // 4 for i in range(n)], "holdout": [i // 3 for i in range(n)]}
    lab = lab_for(release_of(kinds, make(n, 0), make(n, 1), make(n, 2), people=people))
    for case in attack.outcomes(lab):
        assert (case.real.size, case.holdout.size) == (10, 14)
        assert np.isfinite(case.pooled).all()


@pytest.mark.parametrize("attack", FAMILY, ids=name_of)
def test_a_reference_table_may_be_given(attack):
    kinds, make, n = TABLES["gaps"]
    other = release_of(kinds, make(30, 4), make(30, 5)).real
    release = release_of(kinds, make(n, 0), make(n, 1), make(n, 2))
    lab = lab_for(replace(release, reference=other))
    plain = lab_for(release)
    for case, before in zip(attack.outcomes(lab), attack.outcomes(plain), strict=False):
        assert np.isfinite(case.pooled).all()
        uncalibrated = ("membership-closest-record", "membership-local-count")
        if attack.card.id not in uncalibrated:
            assert not np.array_equal(case.pooled, before.pooled)
