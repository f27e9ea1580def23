"""Constructed runs and what is concluded from them, byte for byte.

A change here changes what somebody is told about the same data. Look at the difference, and only
then: python -m tests.golden.test_golden
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from audit.facts.judgement import Declared, Tier, VerdictStatus
from audit.facts.measurement import AuditRun, ControlFact, PreflightFact, Severity
from audit.facts.reasons import ReasonCode
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.policy import policy_to_bytes
from audit.wire.run import run_to_bytes
from audit.wire.verdict import verdict_to_bytes
from tests.policy.sample import (
    VULNERABLE,
    copies,
    declared,
    measured,
    safe_run,
    skipped,
    with_measurements,
    without,
)

HERE = Path(__file__).parent


def safe() -> AuditRun:
    return safe_run()


def copied() -> AuditRun:
    """90 of 10,000 people verbatim, and the attacks that notice."""
    run = with_measurements(safe(), "identical-match", *copies(real=90, p=1e-9, high=0.0101))
    near = measured("share", (0.71, 0.69, 0.73), null=0.667, p=0.001)
    run = with_measurements(run, "closest-record", near)
    ratio = measured("log_ratio_at_fpr_1pct", (1.4, 1.1, 1.7), p=1e-6)
    auc = measured("auc", (0.51, 0.5, 0.53), null=0.5, p=0.04)
    return with_measurements(run, "membership-worst-case", ratio, auc)


def small() -> AuditRun:
    """2,000 + 900 people: wide intervals, no vulnerable stratum, no resolution at 1 %."""
    run = replace(safe(), release=replace(safe().release, people={"real": 2_000, "holdout": 900}))
    wide = measured("excess", (0.01, -0.03, 0.06), n=2_900)
    run = with_measurements(run, "singling-out-multivariate", wide)
    run = without(run, "membership-worst-case.auc", VULNERABLE)
    return without(run, "attribute-inference-worst-case.excess", VULNERABLE)


def two_files() -> AuditRun:
    """No holdout: copies and distances take their control from leave-one-out."""
    run = safe()
    inputs = {k: v for k, v in run.provenance.inputs.items() if k != "holdout"}
    run = replace(
        run,
        provenance=replace(run.provenance, inputs=inputs),
        release=replace(run.release, people={"real": 10_000}),
        preflight=(PreflightFact("holdout-present", Severity.WARNING, "no_holdout"),),
    )
    resting = ("singling-out-univariate", "singling-out-multivariate", "linkability")
    for check in (*resting, "attribute-inference-worst-case", "membership-worst-case"):
        run = skipped(run, check, ReasonCode.NO_HOLDOUT)
    return run


def unable() -> AuditRun:
    """An attack that missed full copies, and a holdout that was swapped."""
    swapped = PreflightFact("holdout-swapped", Severity.BLOCKING, "holdout_swapped", {"p": 1e-5})
    control = ControlFact("membership-worst-case", "full_copy", passed=False)
    return replace(safe(), preflight=(*safe().preflight, swapped), controls=(control,))


CASES: dict[str, tuple[str, Callable[[], AuditRun], Declared, VerdictStatus]] = {
    "safe": ("gdpr-anonymisation-wp29", safe, declared(), VerdictStatus.MET),
    "safe-internal": (
        "internal-sharing",
        safe,
        declared(Tier.INTERNAL, "low"),
        VerdictStatus.MET,
    ),
    "copied": ("gdpr-anonymisation-wp29", copied, declared(), VerdictStatus.NOT_MET),
    "small": ("gdpr-anonymisation-wp29", small, declared(), VerdictStatus.INCONCLUSIVE),
    "two-files": ("gdpr-anonymisation-wp29", two_files, Declared(), VerdictStatus.INCONCLUSIVE),
    "unable": ("gdpr-anonymisation-wp29", unable, declared(), VerdictStatus.INCONCLUSIVE),
}


def concluded(name: str) -> bytes:
    policy, run, said, _ = CASES[name]
    return verdict_to_bytes(grade(resolve(policy), run(), said))


@pytest.mark.parametrize("name", CASES)
def test_the_same_facts_lead_to_the_same_conclusion(name: str):
    assert concluded(name) == (HERE / f"{name}.verdict.json").read_bytes()


@pytest.mark.parametrize("name", CASES)
def test_the_conclusion_is_the_expected_one(name: str):
    policy, run, said, expected = CASES[name]
    assert grade(resolve(policy), run(), said).status is expected


def test_the_same_facts_have_the_same_bytes():
    assert run_to_bytes(copied()) == (HERE / "copied.run.json").read_bytes()


@pytest.mark.parametrize("name", ["gdpr-anonymisation-wp29", "internal-sharing"])
def test_a_profile_resolves_to_the_same_policy(name: str):
    assert policy_to_bytes(resolve(name)) == (HERE / f"{name}.policy.json").read_bytes()


if __name__ == "__main__":
    for each in CASES:
        (HERE / f"{each}.verdict.json").write_bytes(concluded(each))
    (HERE / "copied.run.json").write_bytes(run_to_bytes(copied()))
    for profile in ("gdpr-anonymisation-wp29", "internal-sharing"):
        (HERE / f"{profile}.policy.json").write_bytes(policy_to_bytes(resolve(profile)))
