"""The kinds of attack: what `run` yields, once, for an attack that only says what it can do."""

from dataclasses import replace
from unittest.mock import patch

import pytest

from audit.contract.check import NothingToTry
from audit.facts.figures import Bars, Roc
from audit.facts.measurement import Caveat, Family, Measurement
from audit.facts.reasons import CaveatCode
from audit.harness.controls import full_copy
from tests.contract.handmade import lab_of
from tests.contract.stand_ins import KINDS, AboveThreshold, ByNumber, Says, side


def lab(real, holdout, people=None):
    made = lab_of(KINDS, side(real), side([0, 0]), side(holdout), people=people or {})
    return made


def measured(found, name):
    return {
        tuple(m.scope.values()): m for m in found if isinstance(m, Measurement) and m.name == name
    }


def caveats(found):
    return {c.code: c for c in found if isinstance(c, Caveat)}


def test_every_variant_and_the_worst_one():
    found = list(AboveThreshold().run(lab([1, 6, 7, 10], [1, 2, 6, 3])))
    excess = {k: m.estimate.value for k, m in measured(found, "excess").items()}
    # Above 5: 3 of 4 real against 1 of 4; above 9: 1 of 4 against none.
    assert excess == pytest.approx({("5",): 0.5, ("9",): 0.25, ("worst",): 0.5})
    rates = {k: m.estimate.value for k, m in measured(found, "control_rate").items()}
    assert rates == {("5",): 0.25, ("9",): 0.0}
    [bars] = [f for f in found if isinstance(f, Bars)]
    assert [b.label for b in bars.bars] == ["5", "9"]


def test_the_worst_case_is_asked_of_the_most_vulnerable(monkeypatch):
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.25)
    crowd = [1, 2, 3] * 10
    made = lab([*crowd, *range(100, 110)], [*crowd, *range(-110, -100)])
    found = measured(AboveThreshold().run(made), "excess")
    # The 20 people far out are a quarter of 80: 10 of 10 real ones win and none of the others.
    assert found["worst",].estimate.value == pytest.approx(10 / 40)
    inside = found["worst", "vulnerable"]
    assert (inside.estimate.value, inside.n) == (1.0, 20)
    assert inside.scope == {"over": "worst", "subset": "vulnerable"}
    assert found["9", "vulnerable"].estimate.value == 1.0
    # The planted control asks for the whole alone.
    planted = AboveThreshold().run(full_copy(made))
    assert set(measured(planted, "excess")) == {("5",), ("9",), ("worst",)}


def test_single_secrets_are_left_to_their_worst_case():
    inference = replace(AboveThreshold.card, id="a-secret", family=Family.INFERENCE)
    cases = AboveThreshold().outcomes(lab([1, 6], [1, 2]))
    assert AboveThreshold().parted(cases) == cases
    with patch.object(AboveThreshold, "card", inference):
        assert AboveThreshold().parted(cases) == ()


def test_an_attack_is_played_once_whoever_asks_and_under_its_own_stream():
    AboveThreshold.calls.clear()
    shared = lab([1, 6, 7, 10], [1, 2, 6, 3])
    first = AboveThreshold().outcomes(shared.for_check("somebody-else"))
    assert AboveThreshold().outcomes(shared) is first
    list(AboveThreshold().run(shared.for_check("above-threshold")))
    assert AboveThreshold.calls == [
        f"{s}/{t}/above-threshold" for t in ("5", "9") for s in ("real", "holdout")
    ]


def test_other_parameters_are_another_attack():
    AboveThreshold.calls.clear()
    shared = lab([1, 6, 7, 10], [1, 2, 6, 3])
    AboveThreshold().outcomes(shared)
    AboveThreshold(n_targets=2).outcomes(shared)
    assert len(AboveThreshold.calls) == 8


def test_a_person_is_won_through_any_row():
    people = {"real": [0, 0, 1], "holdout": [0, 1, 1]}
    found = list(AboveThreshold().run(lab([1, 6, 2], [1, 2, 3], people)))
    [rate] = [m for k, m in measured(found, "attack_rate").items() if k == ("5",)]
    # One of two people has a row above 5.
    assert (rate.estimate.value, rate.n) == (0.5, 2)


def test_sampling_is_said():
    found = list(AboveThreshold(n_targets=3).run(lab(range(10), range(3))))
    assert caveats(found)[CaveatCode.TARGETS_SAMPLED].numbers == {"real": 3.0, "holdout": 3.0}
    everybody = AboveThreshold(n_targets=10).run(lab(range(10), range(3)))
    assert CaveatCode.TARGETS_SAMPLED not in caveats(everybody)


def test_a_ranking_claims_a_person_by_the_best_row():
    people = {"real": [0, 0, 1], "holdout": [0, 1, 1]}
    shared = lab([1, 6, 2], [1, 2, 3], people)
    ByNumber.calls.clear()
    [scores] = ByNumber().outcomes(shared)
    assert sorted(scores.real) == [2.0, 6.0]
    assert sorted(scores.holdout) == [1.0, 3.0]
    found = list(ByNumber().run(shared))
    # 6 beats both, 2 beats 1 and loses to 3: 3 of 4 pairs.
    auc = {k: m.estimate.value for k, m in measured(found, "auc").items()}
    assert auc == {("plain",): 0.75, ("worst",): 0.75}
    assert len([f for f in found if isinstance(f, Roc)]) == 1
    assert ByNumber.calls == ["real", "holdout"]


def test_fewer_statements_than_asked_for_are_said():
    found = list(Says().run(lab([1, 2, 3], [4, 5, 6])))
    assert measured(found, "attack_rate")[()].estimate.value == 1.0
    assert caveats(found)[CaveatCode.FEWER_PREDICATES].numbers == {"wanted": 3, "found": 2}


def test_nothing_to_say_is_no_crash():
    with pytest.raises(NothingToTry):
        list(Says(said=()).run(lab([1, 2, 3], [4, 5, 6])))
