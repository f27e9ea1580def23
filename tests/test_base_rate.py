"""What everybody's secret gives away is no leak of anybody (research/attacks.md, 13.10 (v), (vi)).

A rule that holds in the whole population lets an adversary name every secret, and official
statistics call all of it disclosed. Under the policy of the WP29 criteria nothing of it may fail.
"""

from typing import Any

import numpy as np
import pandas as pd
import pytest

import audit
from audit.facts.judgement import FindingStatus, VerdictStatus
from audit.facts.measurement import Severity

N = 300
ROLES = {
    "district": "quasi_identifier",
    "region": "quasi_identifier",
    "age": "ordinary",
    "seen": "ordinary",
    "insurer": "sensitive",
    "debt": "sensitive",
}
EFFORT = {
    "singling-out-univariate": {"n_predicates": 200},
    "singling-out-multivariate": {"n_predicates": 100},
    "attribute-inference-model": {"rows": 200, "trees": 2, "rounds": 2},
}
GRADED = ("singling-out-univariate", "singling-out-multivariate", "linkability",
          "attribute-inference-worst-case")  # fmt: skip
CRITERIA = ("SO-", "LK-", "IN-")


def people(seed: int, year: int = 2023) -> pd.DataFrame:
    """Return people whose insurer follows from the district, and whose debt is below zero."""
    rng = np.random.default_rng(seed)
    district = np.append(rng.integers(0, 12, N - 12), np.arange(12))
    days = pd.to_timedelta(rng.integers(0, 300, N), unit="D")
    return pd.DataFrame(
        {
            "district": [f"d{k:02}" for k in district],
            "region": [f"r{k // 4}" for k in district],
            "age": rng.integers(18, 90, N),
            "seen": pd.Timestamp(f"{year}-01-01") + days,
            "insurer": [f"i{k % 5}" for k in district],
            "debt": -1_000.0 * (district + 1),
        }
    )


def assessed(holdout_year: int = 2023, **effort: Any) -> audit.Assessment:
    return audit.audit(
        people(1),
        people(2),
        people(3, holdout_year),
        roles=ROLES,
        policy="gdpr-anonymisation-wp29",
        context="public",
        jobs=1,
        controls="off",
        project=audit.Project(parameters=EFFORT),
        **effort,
    )


@pytest.fixture(scope="module")
def trapped() -> audit.Assessment:
    return assessed()


def test_every_secret_is_named(trapped: audit.Assessment) -> None:
    for check, names in {
        "correct-attribution": ("attack_rate", "control_rate", "cap", "tcap", "tcap_control"),
        "attribute-inference-nearest": ("attack_rate", "control_rate"),
        "disclosive-combinations": ("disco", "disco_control", "dorig"),
    }.items():
        result = trapped.run.result(check)
        assert result is not None
        for name in names:
            found = [
                m.estimate.value
                for m in result.measurements
                if m.name == name
                and m.scope.get("knows") == "quasi_identifiers"
                and m.scope.get("counted") != "personal"
            ]
            assert len(found) >= 2, name
            assert min(found) == 1, name


def test_no_rule_fails_on_it(trapped: audit.Assessment) -> None:
    failed = [f.rule.id for f in trapped.findings if f.status is FindingStatus.FAIL]
    # What a person has to declare, nobody has declared; everything that is measured stands.
    assert [rule for rule in failed if not rule.startswith("DPIA")] == []
    graded = {f.rule.id for f in trapped.findings}
    assert all(any(rule.startswith(c) for rule in graded) for c in CRITERIA)
    for check in ("attribute-inference-worst-case", "disclosive-combinations", "linkability"):
        result = trapped.run.result(check)
        assert result is not None
        # The lower end of a worst case allows for all that competed.
        worst = [
            m for m in result.measurements if m.name == "excess" and set(m.scope) <= {"over", "k"}
        ]
        assert worst
        assert all(m.estimate.low <= 0 for m in worst)


def test_a_holdout_of_another_year_decides_nothing() -> None:
    found = assessed(holdout_year=2024, only=GRADED)
    assert found.verdict.status is VerdictStatus.INCONCLUSIVE
    blocking = {f.id for f in found.run.preflight if f.status is Severity.BLOCKING}
    assert "holdout-fairness" in blocking
    status = {f.rule.id: f.status for f in found.findings if f.rule.id.startswith(CRITERIA)}
    assert status
    assert FindingStatus.PASS not in status.values()
    assert FindingStatus.FAIL not in status.values()
