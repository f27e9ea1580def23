"""Worst cases compete over the registered attacks, and nothing runs twice."""

import numpy as np
import pytest

from audit.contract.exposure import standing
from audit.contract.lab import Lab
from audit.facts.figures import Bars, Roc
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.harness.registry import configured
from audit.space.neighbours import search
from audit.testing import planted_release

MEMBERSHIP = ("membership-closest-record", "membership-worst-case")
INFERENCE = ("attribute-inference-nearest", "attribute-inference-worst-case")


def checks():
    return {c.card.id: c for c in configured({})}


def run(lab, check_id):
    return list(checks()[check_id].run(lab.for_check(check_id)))


def measured(found):
    return {
        (m.name, tuple(sorted(m.scope.items()))): m for m in found if isinstance(m, Measurement)
    }


@pytest.fixture
def lab():
    return Lab(planted_release(n=120, leak=0.3), seed=2)


@pytest.fixture
def searches(monkeypatch):
    """Count neighbour searches."""
    calls = []
    nearest = search.nearest
    monkeypatch.setattr(
        "audit.contract.lab.nearest", lambda *a, **k: calls.append(1) or nearest(*a, **k)
    )
    return calls


@pytest.mark.parametrize("worst", ["membership-worst-case", "attribute-inference-worst-case"])
@pytest.mark.parametrize("worst_first", [False, True])
def test_what_one_found_the_other_does_not_search_again(lab, searches, worst, worst_first):
    attacks = [a.card.id for a in checks()[worst].attacks]
    standing(lab)  # who is exposed is asked by the worst cases alone
    steps = [[worst], attacks] if worst_first else [attacks, [worst]]
    for check in steps[0]:
        run(lab, check)
    n = len(searches)
    assert n > 0
    for check in steps[1]:
        run(lab, check)
    assert len(searches) == n


@pytest.mark.parametrize(("attack", "worst"), [MEMBERSHIP, INFERENCE])
def test_who_asks_first_changes_nothing(attack, worst):
    release = planted_release(n=120, leak=0.3)
    one, other = Lab(release, seed=2), Lab(release, seed=2)
    first = measured(run(one, attack)), measured(run(one, worst))
    second = measured(run(other, worst)), measured(run(other, attack))
    assert first == second[::-1]


def test_membership_repeats_every_competitor_and_yields_the_worst(lab):
    found = measured(run(lab, "membership-worst-case"))
    scopes = [dict(s) for name, s in found if name == "auc"]
    attack = "membership-closest-record"
    assert [s for s in scopes if s.get("attack") == attack] == [
        {"attack": attack, "encoding": e} for e in ("rank", "minmax", "standardised")
    ]
    singles = [
        m.estimate for (name, s), m in found.items() if name == "auc" and "attack" in dict(s)
    ]
    assert len(scopes) == len(singles) + 1
    worst = found["auc", ()].estimate
    assert worst.value == max(e.value for e in singles)
    assert worst.high == pytest.approx(max(e.high for e in singles))
    assert worst.low <= max(e.low for e in singles)
    assert found["advantage", ()].estimate.low < found["advantage", ()].estimate.value
    assert {name for name, s in found if not s} >= {"auc", "tpr_at_fpr_10pct", "epsilon_lower"}
    assert len([f for f in run(lab, "membership-worst-case") if isinstance(f, Roc)]) == 1


def test_inference_repeats_every_secret_and_yields_the_worst(lab):
    yielded = run(lab, "attribute-inference-worst-case")
    found = measured(yielded)
    singles = {s: m.estimate for (name, s), m in found.items() if name == "excess" and s}
    # Seven secrets, each with all other columns known: the declared ones are the same set.
    nearest = [s for s in singles if dict(s)["attack"] == "attribute-inference-nearest"]
    assert len(nearest) == 7
    worst = found["excess", ()].estimate
    assert worst.value == max(e.value for e in singles.values())
    assert worst.high == pytest.approx(max(e.high for e in singles.values()))
    assert worst.low <= max(e.low for e in singles.values())
    [bars] = [f for f in yielded if isinstance(f, Bars)]
    assert len({b.label for b in bars.bars}) == 7


def test_secrets_that_nobody_declared_are_said(lab):
    caveats = [c for c in run(lab, "attribute-inference-worst-case") if isinstance(c, Caveat)]
    [caveat] = [c for c in caveats if c.code is CaveatCode.SECRETS_ASSUMED]
    assert caveat.numbers == {"columns": 7}
    assert "key" not in caveat.columns


def test_a_small_leak_is_found_by_the_worst_case_and_none_is_not():
    leaky, fresh = (
        measured(run(Lab(planted_release(n=250, leak=p), seed=0), "membership-worst-case"))
        for p in (0.3, 0.0)
    )
    assert leaky["auc", ()].p_value < 0.001
    assert leaky["auc", ()].estimate.low > 0.5
    assert fresh["auc", ()].p_value > 0.01
    assert np.isfinite(fresh["auc", ()].safe_high.mean)
