"""The most vulnerable people decide: a private release passes, copied outliers fail."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.exposure import standing
from audit.contract.lab import Lab
from audit.data.release import Release
from audit.facts.judgement import FindingStatus
from audit.facts.reasons import ReasonCode
from audit.harness.disclosure_gate import Gate
from audit.harness.registry import configured
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.testing import planted_release
from benchmarks.calibration.populations import Cell, Sizes, draw_release
from tests.command import LESS
from tests.policy.sample import declared, safe_run, with_result

GDPR = resolve("gdpr-anonymisation-wp29")
RULES = ("MI-2", "VU-1", "VU-2", "VU-3", "VU-4")
CHEAP = ("membership-closest-record", "membership-local-count", "membership-marginal-focus")
pytestmark = pytest.mark.timeout(900)


def findings(release: Release, *checks: str):
    """Grade what the worst cases find, all else being as it should."""
    run, lab = safe_run(), Lab(release, seed=1)
    for check in configured(LESS):
        if check.card.id in checks:
            if check.card.id == "membership-worst-case":
                few = tuple(a for a in check.attacks if a.card.id in CHEAP)
                check = replace(check, attacks=few, stacked=None)
            yielded = check.run(lab.for_check(check.card.id))
            run = with_result(run, Gate({}).result(check.card, {}, yielded))
    return {f.rule.id: f for f in grade(GDPR, run, declared()).findings if f.rule.id in RULES}


def with_outliers_copied(release: Release, share: float) -> Release:
    """Put the people who stand most alone into the release, in the place of others."""
    alone = standing(Lab(release, seed=1))[Side.REAL]
    rows = np.argsort(alone, kind="stable")[: round(share * alone.size)]
    released = release.synthetic.replace_rows(np.arange(rows.size), release.real, rows)
    released = replace(released.in_canonical_order(), people=np.arange(released.n_rows))
    return replace(release, synthetic=released)


def test_a_private_release_of_many_people_passes():
    private = draw_release(Cell("planted", Sizes(10_000, 5_000, 10_000)), 0)
    found = findings(private, "membership-worst-case", "attribute-inference-worst-case")
    assert {found[r].status for r in ("VU-1", "VU-2")} == {FindingStatus.PASS}
    assert found["VU-2"].measurement.n >= 1_452
    assert found["VU-2"].pass_probability_if_safe > 0.9
    assert {found[r].reason_code for r in ("VU-3", "VU-4")} == {ReasonCode.NOT_EXCEEDED}


def test_outliers_copied_fail_where_all_people_together_do_not():
    leaky = with_outliers_copied(planted_release(seed=4, n=5_000), 0.04)
    found = findings(leaky, "membership-worst-case")
    assert found["VU-2"].status is FindingStatus.FAIL
    assert found["VU-4"].status is FindingStatus.FAIL
    assert found["MI-2"].status is FindingStatus.PASS
    assert found["VU-2"].worst_scope["subset"] == "vulnerable"


def test_too_few_people_are_told_how_many_it_takes():
    small = planted_release(seed=4, n=400)
    found = findings(small, "membership-worst-case", "attribute-inference-worst-case")
    for rule in ("VU-1", "VU-2"):
        assert found[rule].status is FindingStatus.INCONCLUSIVE
        assert found[rule].reason_code is ReasonCode.VULNERABLE_SET_MISSING
        assert found[rule].numbers == {"rows": 400, "rows_needed": 2_904}
