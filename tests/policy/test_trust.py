"""What a run cannot show, whatever its numbers say (DESIGN section 4, points 10-12 and 15)."""

from dataclasses import replace

import pytest

from audit.facts.judgement import Finding, FindingStatus, VerdictStatus
from audit.facts.measurement import (
    AuditRun,
    ControlFact,
    Need,
    PreflightFact,
    Severity,
    SplitFacts,
)
from audit.facts.reasons import ReasonCode
from audit.policy.grade import grade
from audit.policy.load import resolve
from tests.policy.sample import (
    copies,
    declared,
    measured,
    safe_run,
    with_measurements,
    with_result,
)

PASS, FAIL, OPEN = FindingStatus.PASS, FindingStatus.FAIL, FindingStatus.INCONCLUSIVE
RESTING = {"SO-1", "SO-2", "SO-3", "SO-4", "LK-1", "LK-2", "IN-1", "IN-2", "MI-1", "MI-2"} | {
    "VU-1",
    "VU-2",
}


def findings(run: AuditRun) -> dict[str, Finding]:
    verdict = grade(resolve("gdpr-anonymisation-wp29"), run, declared())
    return {f.rule.id: f for f in verdict.findings}


def status(run: AuditRun) -> VerdictStatus:
    return grade(resolve("gdpr-anonymisation-wp29"), run, declared()).status


def preflight(run: AuditRun, *facts: PreflightFact) -> AuditRun:
    return replace(run, preflight=(*run.preflight, *facts))


def blocking(fact_id: str, code: str) -> PreflightFact:
    return PreflightFact(fact_id, Severity.BLOCKING, code)


def test_a_reference_that_holds_the_people_bars_membership_alone() -> None:
    held = preflight(safe_run(), blocking("reference", "reference_holds_people"))
    found = findings(held)
    about = {i for i, f in found.items() if f.reason_code is ReasonCode.REFERENCE_HOLDS_PEOPLE}
    assert {"MI-1", "MI-2", "VU-2"} <= about <= {"MI-1", "MI-2", "VU-2", "VU-4"}
    assert all(found[i].status is OPEN for i in about)
    assert found["IN-1"].status is PASS
    leaky = preflight(leaky_run(), blocking("reference", "reference_holds_people"))
    assert findings(leaky)["MI-2"].status is OPEN
    assert findings(leaky)["COPY-1"].status is FAIL


def leaky_run() -> AuditRun:
    """Copies, an AUC of .7 and a linkability far beyond the limit."""
    run = with_measurements(safe_run(), "identical-match", *copies(real=90, p=1e-9, high=0.01))
    run = with_measurements(
        run, "membership-worst-case", measured("auc", (0.7, 0.68, 0.72), null=0.5)
    )
    worst = {"k": "1", "over": "worst"}
    return with_measurements(run, "linkability", measured("excess", (0.3, 0.2, 0.4), worst))


def test_the_leaky_run_fails_for_three_reasons():
    failed = {k for k, f in findings(leaky_run()).items() if f.status is FAIL}
    assert failed == {"COPY-1", "MI-2", "LK-1"}
    assert status(leaky_run()) is VerdictStatus.NOT_MET


@pytest.mark.parametrize("code", ["holdout_not_fair", "unheard_of"])
def test_an_unfair_holdout_decides_nothing_but_copies(code: str):
    """Both the code and, where it is another, the id of the fact are understood."""
    fact = blocking("holdout-fairness", code)
    found = findings(preflight(leaky_run(), fact))
    assert found["COPY-1"].status is FAIL
    for rule in RESTING:
        assert (found[rule].status, found[rule].reason_code) == (
            OPEN,
            ReasonCode.HOLDOUT_NOT_FAIR,
        )
    assert status(preflight(safe_run(), fact)) is VerdictStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    ("fact_id", "reason", "failing"),
    [
        # Real people who are held out too have a twin in the pool, which the others lack.
        ("holdout-overlap", ReasonCode.HOLDOUT_OVERLAPS_REAL, {"COPY-1", "LK-1"}),
        ("holdout-near-overlap", ReasonCode.HOLDOUT_NEAR_REAL, {"COPY-1", "LK-1"}),
        ("holdout-swapped", ReasonCode.HOLDOUT_SWAPPED, {"COPY-1", "LK-1", "MI-2"}),
    ],
)
def test_overlap_and_swap_undo_passes_and_leave_fails(
    fact_id: str, reason: ReasonCode, failing: set[str]
):
    found = findings(preflight(leaky_run(), blocking(fact_id, reason.value)))
    assert {k for k, f in found.items() if f.status is FAIL} == failing
    assert found["SO-1"].reason_code is reason
    run = preflight(safe_run(), blocking(fact_id, reason.value))
    assert status(run) is VerdictStatus.INCONCLUSIVE


def test_any_other_blocking_fact_undoes_every_measured_pass():
    found = findings(preflight(safe_run(), blocking("columns-missing", "columns_missing")))
    assert found["SO-1"].reason_code is ReasonCode.COLUMNS_MISSING
    assert found["COPY-1"].reason_code is ReasonCode.COLUMNS_MISSING
    assert found["CTX-1"].status is PASS


@pytest.mark.parametrize(
    ("split", "reason"),
    [
        (SplitFacts("temporal", "declared"), ReasonCode.SPLIT_NOT_RANDOM),
        (SplitFacts("unknown", "declared"), ReasonCode.SPLIT_NOT_RANDOM),
        (SplitFacts("random", "declared", ("tuning",)), ReasonCode.HOLDOUT_USED),
    ],
)
def test_a_split_that_is_no_fair_game_decides_nothing_but_copies(split, reason):
    run = replace(leaky_run(), release=replace(leaky_run().release, split=split))
    found = findings(run)
    assert found["COPY-1"].status is FAIL
    assert {found[rule].reason_code for rule in RESTING} == {reason}


def test_without_a_holdout_copies_can_fail_and_nothing_can_be_met():
    def drop(run: AuditRun) -> AuditRun:
        inputs = {k: v for k, v in run.provenance.inputs.items() if k != "holdout"}
        return replace(
            run,
            provenance=replace(run.provenance, inputs=inputs),
            release=replace(run.release, people={"real": 10_000}),
        )

    assert status(drop(leaky_run())) is VerdictStatus.NOT_MET
    assert status(drop(safe_run())) is VerdictStatus.INCONCLUSIVE
    assert findings(drop(safe_run()))["SO-1"].reason_code is ReasonCode.NO_HOLDOUT
    # A holdout of which nobody is left, because all stood on both sides, is none.
    nobody = replace(
        safe_run(), release=replace(safe_run().release, people={"real": 10_000, "holdout": 0})
    )
    assert status(nobody) is VerdictStatus.INCONCLUSIVE


def test_whatever_the_policy_asks_nothing_is_met_without_a_sound_holdout():
    """A policy, against `validate`, that rests on copies alone."""
    policy = resolve("gdpr-anonymisation-wp29")
    alone = replace(policy, rules=tuple(r for r in policy.rules if r.id == "COPY-1"))
    assert grade(alone, safe_run(), declared()).status is VerdictStatus.MET
    inputs = {k: v for k, v in safe_run().provenance.inputs.items() if k != "holdout"}
    lone = replace(safe_run(), provenance=replace(safe_run().provenance, inputs=inputs))
    assert grade(alone, lone, declared()).status is VerdictStatus.INCONCLUSIVE
    unfair = preflight(safe_run(), blocking("holdout-fairness", "holdout_not_fair"))
    assert grade(alone, unfair, declared()).status is VerdictStatus.INCONCLUSIVE


def test_an_alarm_that_needs_a_fair_holdout_is_withdrawn_with_it():
    far = measured("share", (0.9, 0.88, 0.92), null=0.667)
    run = with_measurements(safe_run(), "closest-record", far)
    run = preflight(run, blocking("holdout-fairness", "holdout_not_fair"))
    # Leave-one-out needs no holdout: the alarm stands.
    assert findings(run)["DIAG-DCR"].status is FindingStatus.ALARM
    done = run.result("closest-record")
    needy = replace(done, card=replace(done.card, needs=frozenset({Need.HOLDOUT})))
    finding = findings(with_result(run, needy))["DIAG-DCR"]
    assert (finding.status, finding.reason_code) == (OPEN, ReasonCode.HOLDOUT_NOT_FAIR)


def test_a_fail_on_an_auc_must_lie_beyond_the_blind_one():
    blind = PreflightFact("holdout-fairness", Severity.OK, "fair", {"auc": 0.6, "high": 0.69})
    found = findings(replace(leaky_run(), preflight=(blind,)))["MI-2"]
    assert (found.status, found.reason_code) == (OPEN, ReasonCode.NOT_WITHIN_BLIND)
    assert found.numbers == {"blind_high": 0.69}
    level = replace(blind, numbers={"high": 0.68})
    touching = findings(replace(leaky_run(), preflight=(level,)))["MI-2"]
    assert touching.reason_code is ReasonCode.NOT_WITHIN_BLIND
    unknown = findings(replace(leaky_run(), preflight=()))["MI-2"]
    assert unknown.reason_code is ReasonCode.NOT_WITHIN_BLIND


def test_an_attack_that_missed_the_planted_copies_passes_nothing():
    unable = ControlFact("linkability", "full_copy", passed=False)
    safe = findings(replace(safe_run(), controls=(unable,)))
    assert safe["LK-1"].reason_code is ReasonCode.ATTACK_WITHOUT_POWER
    assert safe["LK-2"].reason_code is ReasonCode.ATTACK_WITHOUT_POWER
    assert safe["SO-1"].status is PASS
    # A leak that it found nevertheless is a leak.
    assert findings(replace(leaky_run(), controls=(unable,)))["LK-1"].status is FAIL


def test_the_safe_side_of_the_null_is_suspicious():
    """12 required rules carry a p-value on the safe side: the level is .01 / 12."""
    sides = sum(
        f.measurement is not None and f.measurement.p_safe_side is not None and f.rule.required
        for f in findings(safe_run()).values()
    )
    assert sides == 12
    for p, reason in ((0.01 / 12, ReasonCode.BELOW_NULL), (0.01 / 11, None)):
        ends = (-0.05, -0.07, -0.03)
        run = with_measurements(
            safe_run(), "singling-out-univariate", measured("excess", ends, p_safe=p)
        )
        assert findings(run)["SO-1"].reason_code is reason


@pytest.mark.parametrize(
    ("ends", "reason"),
    [
        ((0.5, 0.45, 0.55), None),
        ((0.5, 0.449, 0.55), ReasonCode.BELOW_NULL),
        ((0.36, 0.34, 0.38), ReasonCode.BELOW_NULL),
        ((0.5, None, 0.55), ReasonCode.END_MISSING),
    ],
)
def test_an_auc_passes_within_both_sides(ends, reason):
    run = with_measurements(safe_run(), "membership-worst-case", measured("auc", ends, null=0.5))
    assert findings(run)["MI-2"].reason_code is reason


@pytest.mark.parametrize(("least", "reason"), [(0.45, None), (0.449, ReasonCode.BELOW_NULL)])
def test_of_several_attacks_each_must_keep_the_lower_limit(least, reason):
    """One attack at a coin's flip does not excuse another that an adversary would turn round."""
    auc = replace(measured("auc", (0.5, 0.49, 0.55), null=0.5), least_low=least)
    run = with_measurements(safe_run(), "membership-worst-case", auc)
    assert findings(run)["MI-2"].reason_code is reason
