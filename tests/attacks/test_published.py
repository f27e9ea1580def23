"""Numbers of others on the same tables (research/attacks.md, sections 13.1 and 13.2)."""

from dataclasses import dataclass

import numpy as np
import pytest

from audit.attacks.linkability import Linkability
from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.arms import Side
from audit.contract.predicates import match
from audit.facts.measurement import Measurement
from audit.statistics.rates import clopper_pearson
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables


def measured(check, lab):
    found = check.run(lab.for_check(check.card.id))
    return {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}


@pytest.mark.parametrize(
    ("synthetic", "encoding", "auc"),
    [
        ("flip30", "rank", 0.6380),
        ("flip30", "minmax", 0.6247),
        ("mostly", "rank", 0.5167),
        ("mostly", "minmax", 0.5187),
    ],
)
def test_auc_of_the_closest_record(synthetic, encoding, auc):
    found = measured(MembershipClosestRecord(), shared_lab("census2k", synthetic))
    assert found["auc", encoding].estimate.value == pytest.approx(auc, abs=5.1e-5)


@pytest.mark.parametrize(
    ("synthetic", "name", "rate"),
    [
        ("flip30", "tpr_at_fpr_1pct", 0.0765),
        ("flip30", "tpr_at_fpr_0_1pct", 0.0520),
        ("mostly", "tpr_at_fpr_1pct", 0.0145),
    ],
)
def test_true_positives_at_few_false_ones(synthetic, name, rate):
    found = measured(MembershipClosestRecord(), shared_lab("census2k", synthetic))
    assert found[name, "rank"].estimate.value == pytest.approx(rate)


def test_the_leak_fails_and_the_generator_does_not():
    leak, generator = (
        measured(MembershipClosestRecord(), shared_lab("census2k", s)) for s in ("flip30", "mostly")
    )
    assert leak["log_ratio_at_fpr_1pct", "worst"].estimate.low > 1
    assert leak["auc", "worst"].estimate.low > 0.6
    assert generator["auc", "worst"].estimate.high < 0.55
    assert generator["log_ratio_at_fpr_1pct", "worst"].estimate.low < 1


@dataclass(frozen=True)
class NotebookCut(Linkability):
    """The cut of the columns in the notebook of the method's authors."""

    def splits(self, lab):
        names = (
            ("type_employer", "education", "hr_per_week", "capital_loss", "capital_gain"),
            ("race", "sex", "fnlwgt", "age", "country"),
        )
        left, right = (tuple(lab.schema[n] for n in half) for half in names)
        return ((left, right),)


def test_linkability_of_adult():
    """Published for 10 neighbours: 5 and 9 of 2,000 linked, risk 0, at most .0019."""
    found = measured(NotebookCut(n_targets=2_000), shared_lab("adult", "ctgan"))
    for name, count in (("attack_rate", 5), ("control_rate", 9), ("baseline_rate", 1)):
        rate, (low, high) = found[name, "10", "1"].estimate, clopper_pearson(count, 2_000)
        assert max(rate.low, low) <= min(rate.high, high), name
    risk = found["risk", "10", "1"]
    assert risk.estimate.low <= 0.0019
    assert risk.estimate.high >= 0
    assert risk.p_value > 0.05
    # One neighbour links nobody whom ten do not link.
    for name in ("attack_rate", "control_rate"):
        assert found[name, "1", "1"].estimate.value <= found[name, "10", "1"].estimate.value
    assert found["risk", "1", "1"].estimate.value <= 0.0019
    # The worst of three joins, of which the publication has the first.
    graded = found["risk", "1", "worst"]
    assert graded.estimate.low <= 0 <= graded.estimate.high
    assert graded.p_value > 0.05


def test_singling_out_by_one_column_of_adult():
    """Published for 500 statements: .0356 +- .0158, control .0221 +- .0123, risk (0, .0341)."""
    lab = shared_lab("adult", "ctgan")
    attack = SinglingOutUnivariate()
    statements = attack.predicates(lab.for_check(attack.card.id))
    assert len(statements) == 4_000
    whole = (match(lab.table(Side.REAL), statements, at_most=9).counts == 1).mean()
    assert 0.0356 - 0.0158 <= whole <= 0.0356 + 0.0158
    found = measured(attack, lab)
    control = found["control_rate", "all"].estimate.value
    assert 0.0221 - 0.0123 <= control <= 0.0221 + 0.0123
    risk = found["risk", "all"].estimate
    assert 0 <= risk.value <= 0.0341
    assert risk.low <= 0.01374 <= risk.high
    # Statements of any weight count there; here only those that isolate by more than chance do.
    graded = found["risk",].estimate
    assert graded.low <= 0.01374 <= graded.high
    assert graded.value <= 0.0341
    assert found["control_rate",].estimate.value < control


def test_singling_out_by_four_columns_of_adult():
    """Published for 100 statements: risk .029, at most .138."""
    attack = SinglingOutMultivariate(n_predicates=1_000)
    found = measured(attack, shared_lab("adult", "ctgan"))
    for scope in (("random-4",), ()):
        risk = found["risk", *scope]
        assert risk.estimate.low <= 0.02878 <= risk.estimate.high
        assert risk.estimate.value < 0.138
        assert np.isfinite(risk.p_value)
        assert risk.p_value > 0.01
