"""Learners that are asked for a secret."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from audit.attacks.attribute_inference_model import AttributeInferenceModel
from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.errors import UsageError
from audit.facts.measurement import Measurement
from audit.facts.schema import Role
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, lab_of

SMALL = AttributeInferenceModel(rows=100, trees=3, rounds=3)


def measured(lab, attack=SMALL):
    found = attack.run(lab.for_check(attack.card.id))
    return {
        (m.name, *sorted(m.scope.values())): m.estimate for m in found if isinstance(m, Measurement)
    }


def crowd(seed, n, rule=False):
    """Return people whose secret s is rare and random, or follows from x."""
    rng = np.random.default_rng(seed)
    x, y = rng.random(n).round(6), rng.random(n).round(6)
    s = (x < 0.1) if rule else (rng.random(n) < 0.1)
    return {"x": x.tolist(), "y": y.tolist(), "s": s.astype(int).tolist()}


KINDS = {"x": NUMBER, "y": NUMBER, "s": LEVEL}
KNOWN, SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
ROLES = {"x": KNOWN, "y": KNOWN, "s": SECRET}


def lab(real, synthetic, holdout):
    return lab_of(KINDS, real, synthetic, holdout, roles=ROLES)


def test_learners_that_do_not_exist_are_refused():
    with pytest.raises(UsageError, match="learners"):
        AttributeInferenceModel(learners=("trees", "oracle"))
    alone = measured(lab(*(crowd(seed, 60) for seed in (1, 2, 3))), replace(SMALL, learners=()))
    assert 0 <= alone["attack_rate", "others", "s"].value <= 1


def test_a_copy_gives_rare_secrets_away():
    real = crowd(1, 200)
    found = measured(lab(real, real, crowd(2, 200)), replace(SMALL, rows=400))
    # Every real person is found again, whatever the value; so precision and recall are 1.
    assert found["attack_rate", "others", "s"].value == 1.0
    assert found["recall", "others", "s"].value == found["precision", "others", "s"].value == 1.0
    assert found["recall_control", "others", "s"].value < 0.4
    assert found["recall_excess", "others", "s"].low > 0.3
    # Rates hide it: nine of ten strangers are guessed as well.
    assert found["phantom_share", "others", "s"].value > 0.75


def test_a_rule_of_the_whole_population_is_no_disclosure():
    # The base-rate trap: everybody's secret follows from x.
    made = lab(*(crowd(seed, 300, rule=True) for seed in (1, 2, 3)))
    found = measured(made)
    assert found["attack_rate", "others", "s"].value > 0.95
    assert found["nonmember_rate", "others", "s"].value > 0.95
    assert abs(found["excess", "others", "s"].value) < 0.05
    assert found["phantom_share", "others", "s"].value > 0.95


def test_an_unlearnt_secret_is_guessed_like_the_commonest():
    found = measured(lab(*(crowd(seed, 200) for seed in (1, 2, 3))))
    assert found["baseline_rate", "others", "s"].value == pytest.approx(0.9, abs=0.05)
    assert found["excess", "others", "s"].low < 0 < found["excess", "others", "s"].high


def test_real_and_holdout_exchanged_are_won_alike():
    one, other = crowd(1, 80), crowd(2, 80)
    released = crowd(1, 80)
    there, back = lab(one, released, other), lab(other, released, one)
    [won], [lost] = (SMALL.outcomes(made) for made in (there, back))
    np.testing.assert_array_equal(won.real, lost.holdout)
    np.testing.assert_array_equal(won.holdout, lost.real)


def test_half_of_the_columns_is_a_set_of_knowledge_where_there_are_four():
    planted = Lab(planted_release(n=60), seed=3)
    own = planted.for_check(SMALL.card.id)
    knows = {(s["secret"], s["knows"]) for s in SMALL.variants(own)}
    assert ("age", "half") in knows
    assert ("age", "others") in knows
    halves = [SMALL._sets(c, own)["half"] for c in planted.schema.secrets()]
    assert {len(half) for half in halves} == {3}
    assert len(set(halves)) == len(halves) == 7
    scopes = SMALL.variants(lab(crowd(1, 9), crowd(2, 9), crowd(3, 9)))
    assert [dict(s) for s in scopes] == [{"secret": "s", "knows": "others"}]


def test_the_choice_is_the_same_for_both_sides():
    planted = Lab(planted_release(n=60, leak=0.2), seed=3)
    scope = {"secret": "ward", "knows": "half"}
    sizes = [SMALL.wins(planted.arm(s), scope, planted).size for s in (Side.REAL, Side.HOLDOUT)]
    assert sizes == [60, 60]
    contests = [k for k in planted.kept if k[0] == SMALL.card.id and k[1] != "halves"]
    assert len(contests) == 1


@dataclass(frozen=True)
class FewSecrets(AttributeInferenceModel):
    """Asks for a date and a category: each secret is learnt for itself."""

    def variants(self, lab):
        return tuple(s for s in super().variants(lab) if s["secret"] in ("admitted", "ward"))


def test_a_leak_is_found_and_phantoms_fall_with_it():
    few = FewSecrets(rows=100, trees=3, rounds=3)
    quiet, leaky = (measured(Lab(planted_release(leak=p), seed=1), few) for p in (0.0, 0.3))
    assert leaky["excess", "worst"].low > 0.1
    assert quiet["excess", "worst"].low < 0
    key = ("phantom_share", "admitted", "others")
    assert leaky[key].high < quiet[key].high
