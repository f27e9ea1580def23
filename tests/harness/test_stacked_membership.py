"""An auditor's attack: trained with the labels of one half, tried on the other."""

from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np
import pytest

from audit.contract.check import NothingToTry
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.contract.worst_scores import worst_scores
from audit.facts.measurement import Caveat, Measurement, SplitFacts
from audit.facts.reasons import CaveatCode
from audit.harness.registry import configured
from audit.harness.stacked_membership import MembershipStacked
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.models.stack import stacked_scores
from audit.statistics.multiplicity import bonferroni_level
from audit.statistics.rates import Z95, normal_quantile
from audit.statistics.roc import fit_auc
from audit.testing import planted_release


@dataclass(frozen=True)
class Scripted:
    """An attack whose scores are given."""

    card: ClassVar = MembershipStacked.card
    given: tuple[Scores, ...]

    def outcomes(self, lab: Lab) -> tuple[Scores, ...]:
        return self.given


def two_weak(n, seed, leak=0.0):
    """Two rankings that see the leak through noise of their own."""
    rng = np.random.default_rng(seed)
    noise = rng.normal(size=(2, 2, n))
    return tuple(Scores({"k": str(i)}, noise[i, 0] + leak, noise[i, 1]) for i in range(2))


def stacked(cases, seed=0):
    lab = Lab(planted_release(n=60), seed=seed)
    return MembershipStacked((Scripted(cases),)).outcome(lab)


def test_two_weak_rankings_make_a_stronger_one():
    cases = two_weak(3_000, seed=0, leak=0.5)
    found = stacked(cases)
    assert (found.real.size, found.holdout.size) == (1_500, 1_500)
    best = max(fit_auc(c.real, c.holdout).value for c in cases)
    # Two independent shifts of .5 are one of .71: AUC .69 in place of .64.
    assert fit_auc(found.real, found.holdout).value > best + 0.02


def test_labels_of_those_who_are_tried_are_never_looked_at():
    rng = np.random.default_rng(0)
    ranks, told = rng.random((200, 3)), np.arange(200) % 2 == 0
    is_real = rng.random(200) < 0.5
    other = np.where(told, is_real, ~is_real)
    np.testing.assert_array_equal(
        stacked_scores(ranks, is_real, told), stacked_scores(ranks, other, told)
    )


def test_rankings_that_say_nothing_make_one_that_says_nothing():
    assert set(stacked_scores(np.full((90, 2), 0.5), np.arange(90) < 45, np.ones(90, bool))) == {0}


def test_without_a_leak_it_alarms_no_more_often_than_said():
    alarms = 0
    for seed in range(60):
        found = stacked(two_weak(200, seed=seed), seed=seed)
        alarms += fit_auc(found.real, found.holdout).p_risky <= 0.05
    # Binomial(60, .05) exceeds 10 with a probability of 3e-4.
    assert alarms <= 10


def test_too_few_people_teach_nothing():
    lab = Lab(planted_release(n=60), seed=0)
    check = MembershipStacked((Scripted(two_weak(30, seed=0)),))
    with pytest.raises(NothingToTry):
        list(check.run(lab))


def test_it_says_that_it_learned_from_labels():
    lab = Lab(planted_release(n=60), seed=0)
    found = list(MembershipStacked((Scripted(two_weak(200, seed=0)),)).run(lab))
    caveats = {c.code: c.numbers for c in found if isinstance(c, Caveat)}
    assert caveats[CaveatCode.TRAINED_ON_LABELS] == {"people": 200.0}
    assert {m.name for m in found if isinstance(m, Measurement)} >= {"auc", "tpr_at_fpr_10pct"}


def test_it_joins_the_worst_case_by_bonferroni():
    cases = two_weak(2_000, seed=1)
    other = np.random.default_rng(2)
    trained = Scores({}, other.normal(0.6, 1, 1_000), other.normal(0, 1, 1_000))
    rng = np.random.default_rng(0)
    found = {m.name: m for m in worst_scores(cases, {}, rng, trained=trained)}
    fit = fit_auc(trained.real, trained.holdout)
    auc = found["auc"]
    assert auc.estimate.value == pytest.approx(fit.value)
    assert auc.estimate.low == pytest.approx(fit.ends(normal_quantile(bonferroni_level(2))).low)
    assert auc.estimate.high == pytest.approx(fit.ends(Z95).high)
    assert auc.p_value == pytest.approx(2 * fit.p_risky)
    # 1,000 holdout people give j = 10 at 1 %, too few to speak: a tail needs twice as many.
    alone = {m.name: m for m in worst_scores(cases, {}, np.random.default_rng(0))}
    tail = "log_ratio_at_fpr_1pct"
    assert found[tail].estimate.value == alone[tail].estimate.value
    assert found["tpr_at_fpr_10pct"].estimate.value > alone["tpr_at_fpr_10pct"].estimate.value


def test_the_worst_case_never_takes_it_for_a_blind_attack():
    checks = {c.card.id: c for c in configured({})}
    blind = {a.card.id for a in checks["membership-worst-case"].attacks}
    assert "membership-stacked" not in blind
    assert checks["membership-worst-case"].stacked.attacks == checks["membership-stacked"].attacks
    assert checks["membership-worst-case"].params["attacks"][-1] == "membership-stacked"


@pytest.mark.parametrize(
    ("split", "said"),
    [
        (SplitFacts("random", "declared"), True),
        (SplitFacts("random", "assumed"), False),
        (SplitFacts("stratified", "declared"), False),
        (SplitFacts("random", "declared", holdout_used_for=("tuning",)), False),
    ],
)
def test_the_bound_by_pairs_rests_on_a_declared_random_split(split, said):
    lab = Lab(replace(planted_release(n=100), split=split), seed=0)
    cases = two_weak(100, seed=0, leak=1.0)
    found = list(MembershipWorstCase((Scripted(cases),)).run(lab))
    names = {m.name for m in found if isinstance(m, Measurement)}
    codes = {c.code for c in found if isinstance(c, Caveat)}
    assert ("epsilon_lower_paired" in names) is said
    assert (CaveatCode.PAIRED_EXPERIMENTAL in codes) is said
