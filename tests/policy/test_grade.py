from dataclasses import replace

import pytest

from audit.errors import PolicyError
from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import (
    Basis,
    Declared,
    Finding,
    FindingStatus,
    Limit,
    Policy,
    Rule,
    RuleSeverity,
    Source,
    Tier,
    VerdictStatus,
)
from audit.facts.measurement import AuditRun, Caveat, Measurement, Result, Status
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.policy.asked import asked
from audit.policy.fit import may_be_left_out, require_fit
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.canonical import sha256_of
from audit.wire.run import run_to_bytes
from tests.policy.sample import (
    VULNERABLE,
    WORST,
    card,
    declared,
    measured,
    safe_run,
    skipped,
    with_measurements,
    with_result,
    without,
)

PASS, FAIL, OPEN = FindingStatus.PASS, FindingStatus.FAIL, FindingStatus.INCONCLUSIVE
ALARM = FindingStatus.ALARM
GDPR = resolve("gdpr-anonymisation-wp29")


def found(run: AuditRun, *, policy: Policy = GDPR, said: Declared | None = None):
    verdict = grade(policy, run, said or declared())
    return {f.rule.id: f for f in verdict.findings}


def status(run: AuditRun, *, policy: Policy = GDPR, said: Declared | None = None):
    return grade(policy, run, said or declared()).status


def leaking(check: str, name: str, ends, scope=None, **more) -> AuditRun:
    return with_measurements(safe_run(), check, measured(name, ends, scope, **more))


def test_a_safe_and_fully_declared_release_is_met_and_bound_to_its_run():
    run = safe_run()
    verdict = grade(GDPR, run, declared())
    assert verdict.status is VerdictStatus.MET
    assert verdict.status.exit_code == 0
    assert verdict.run_sha256 == sha256_of(run_to_bytes(run))
    assert verdict.policy_sha256 == GDPR.sha256
    assert [f.rule for f in verdict.findings] == list(asked(GDPR, declared()))
    left_out = {"TTP-1", "TTP-2", "INT-1", "INT-2", "ENC-1", "ENC-2", "DP-1", "DP-2"}
    assert {r.id for r in GDPR.rules} - {f.rule.id for f in verdict.findings} == left_out


@pytest.mark.parametrize("rule", [r for r in GDPR.rules if r.required and not r.is_declared])
def test_deleting_a_required_measurement_never_leaves_exit_0(rule: Rule):
    run = without(safe_run(), rule.measure, rule.where)
    finding = found(run)[rule.id]
    assert finding.status is OPEN
    assert finding.reason_code is not None
    assert status(run).exit_code == 11
    check = rule.measure.partition(".")[0]
    gone = replace(run, results=tuple(r for r in run.results if r.card.id != check))
    assert status(gone).exit_code == 11


@pytest.mark.parametrize("reason", [ReasonCode.TIMEOUT, ReasonCode.CHECK_FAILED])
def test_an_unmeasured_check_is_inconclusive_for_its_own_reason(reason: ReasonCode):
    run = skipped(safe_run(), "linkability", reason)
    finding = found(run)["LK-1"]
    assert (finding.status, finding.reason_code) == (OPEN, reason)
    assert status(run) is VerdictStatus.INCONCLUSIVE


def test_numbers_of_a_result_that_was_not_measured_count_for_nothing():
    done = safe_run().result("linkability")
    half = replace(done, status=Status.FAILED, reason_code=ReasonCode.CHECK_FAILED)
    assert found(with_result(safe_run(), half))["LK-1"].reason_code is ReasonCode.CHECK_FAILED


def test_a_check_that_only_describes_is_not_graded():
    done = safe_run().result("linkability")
    describing = replace(done, card=replace(done.card, grades=False))
    assert found(with_result(safe_run(), describing))["LK-1"].reason_code is ReasonCode.NOT_MEASURED


def test_a_missing_vulnerable_stratum_says_what_it_takes():
    run = without(safe_run(), "membership-worst-case.auc", VULNERABLE)
    small = replace(run, release=replace(run.release, people={"real": 10_000, "holdout": 2_000}))
    finding = found(small)["VU-2"]
    assert finding.reason_code is ReasonCode.VULNERABLE_SET_MISSING
    # 2 (3.3 / .05)^2 / 12 = 726 in the stratum; a quarter of 2,904 people.
    assert finding.numbers == {"rows": 2_000, "rows_needed": 2_904}
    enough = replace(run, release=replace(run.release, people={"real": 9_999, "holdout": 2_904}))
    assert found(enough)["VU-2"].numbers == {}
    # With 5,000 people it was not the size either.
    assert found(run)["VU-2"].numbers == {}


@pytest.mark.parametrize(("people", "status_"), [(998, OPEN), (999, PASS)])
def test_one_percent_needs_999_holdout_people(people: int, status_):
    """j = floor(.01 (n + 1)) is 9 at 998 and 10 at 999 (DESIGN section 4, point 5)."""
    run = safe_run()
    run = replace(run, release=replace(run.release, people={"real": 10_000, "holdout": people}))
    finding = found(run)["MI-1"]
    assert finding.status is status_
    if status_ is OPEN:
        assert finding.reason_code is ReasonCode.HOLDOUT_TOO_SMALL
        assert finding.numbers == {"rows": 998, "rows_needed": 999}


def test_limits_follow_sensitivity_and_context():
    run = leaking("singling-out-univariate", "excess", (0.06, 0.04, 0.08))
    assert found(run, said=declared(sensitivity="high"))["SO-1"].status is OPEN
    assert found(run, said=declared(sensitivity="low"))["SO-1"].status is PASS
    assert found(run, said=declared(sensitivity="low"))["SO-1"].limit == 0.09
    for tier, limit in ((Tier.PUBLIC, 1.0), (Tier.SECURE_ENCLAVE, 2.3)):
        assert found(safe_run(), said=declared(tier))["MI-1"].limit == limit


def test_excess_passes_and_risk_fails():
    # Nearly everybody is reached anyway: a small excess, a large risk.
    run = leaking("attribute-inference-worst-case", "risk", (0.3, 0.2, 0.4))
    assert found(run)["IN-1"].status is PASS
    assert found(run)["IN-2"].status is FAIL
    assert status(run) is VerdictStatus.NOT_MET
    wide = leaking("attribute-inference-worst-case", "risk", (0.04, -0.1, 0.4))
    assert found(wide)["IN-2"].reason_code is ReasonCode.NOT_EXCEEDED
    assert status(wide) is VerdictStatus.MET


def test_a_replayed_identifier_is_one_too_many():
    replayed = Measurement("sparse_share", exactly(0.0001), 10_000)
    run = with_measurements(safe_run(), "value-replay", replayed)
    assert found(run)["LEAK-1"].status is FAIL
    assert status(run) is VerdictStatus.NOT_MET


def test_a_distance_raises_an_alarm_and_changes_nothing_unless_the_policy_says_so():
    run = leaking("closest-record", "share", (0.9, 0.88, 0.92), null=0.667)
    finding = found(run)["DIAG-DCR"]
    assert (finding.status, finding.limit) == (ALARM, 0.667)
    assert status(run) is VerdictStatus.MET
    assert grade(GDPR, run, declared()).coverage()["alarms"] == 1
    assert status(run, policy=replace(GDPR, alarms_block=True)) is VerdictStatus.INCONCLUSIVE
    calm = found(safe_run())["DIAG-DCR"]
    assert (calm.status, calm.reason_code) == (PASS, ReasonCode.NOT_EXCEEDED)
    unknown = leaking("closest-record", "share", (0.9, 0.88, 0.92), null=None)
    assert found(unknown)["DIAG-DCR"].reason_code is ReasonCode.END_MISSING


def test_a_check_that_never_clears_cannot_be_made_to():
    """Even where a policy, against `validate`, requires it."""
    rule = Rule("N-1", "closest-record.share", Limit(0.95), Basis.PROJECT_DEFAULT, "x")
    policy = replace(GDPR, rules=(*GDPR.rules, rule))
    finding = found(safe_run(), policy=policy)["N-1"]
    assert (finding.status, finding.reason_code) == (OPEN, ReasonCode.NOT_EXCEEDED)
    assert status(safe_run(), policy=policy) is VerdictStatus.INCONCLUSIVE
    far = leaking("closest-record", "share", (0.99, 0.98, 0.995), null=0.667)
    assert found(far, policy=policy)["N-1"].status is ALARM
    assert status(far, policy=policy) is VerdictStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    ("severity", "expected"),
    [
        (RuleSeverity.BLOCKER, VerdictStatus.NOT_MET),
        (RuleSeverity.MAJOR, VerdictStatus.NOT_MET),
        (RuleSeverity.MINOR, VerdictStatus.MET),
        (RuleSeverity.ADVISORY, VerdictStatus.MET),
    ],
)
def test_an_optional_rule_weighs_by_its_severity(severity, expected):
    rule = Rule(
        "N-1",
        "linkability.excess",
        Limit(-0.5),
        Basis.PROJECT_DEFAULT,
        "x",
        where=WORST,
        severity=severity,
        required=False,
    )
    assert status(safe_run(), policy=replace(GDPR, rules=(*GDPR.rules, rule))) is expected


def test_fail_outweighs_inconclusive():
    run = skipped(
        leaking("singling-out-univariate", "excess", (0.3, 0.2, 0.4)),
        "linkability",
        ReasonCode.TIMEOUT,
    )
    assert status(run) is VerdictStatus.NOT_MET


def test_a_profile_that_does_not_conclude_never_says_met():
    policy = replace(GDPR, concludes=False)
    assert status(safe_run(), policy=policy) is VerdictStatus.EVIDENCE_COMPLETE
    leaky = leaking("singling-out-univariate", "excess", (0.3, 0.2, 0.4))
    assert status(leaky, policy=policy) is VerdictStatus.NOT_MET


def test_a_policy_without_rules_shows_nothing():
    assert status(safe_run(), policy=replace(GDPR, rules=())) is VerdictStatus.INCONCLUSIVE
    # Nor does one that requires nothing.
    optional = tuple(replace(rule, required=False) for rule in GDPR.rules)
    assert status(safe_run(), policy=replace(GDPR, rules=optional)) is VerdictStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"tier_source": Source.ASSUMED}, "CTX-1"),
        ({"split_source": Source.ASSUMED}, "SPLIT-1"),
        ({"earlier_releases_source": Source.ASSUMED}, "REL-1"),
        (
            {
                "evidence": {
                    "labelled_as_synthetic": {"by": "A."},
                    "dpia_reference": {"document": "x"},
                }
            },
            "CTX-2",
        ),
        (
            {
                "evidence": {
                    "labelled_as_synthetic": {"by": "A."},
                    "dpia_reference": {"document": "x"},
                    "authorisation": {"by": "A."},
                }
            },
            "CTX-2",
        ),
        (
            {
                "evidence": {
                    "dpia_reference": {"document": "x"},
                    "authorisation": {"by": "A.", "date": "2026-11-01"},
                }
            },
            "LBL-1",
        ),
        (
            {
                "evidence": {
                    "labelled_as_synthetic": {"by": "A."},
                    "dpia_reference": {"document": " "},
                    "authorisation": {"by": "A.", "date": "2026-11-01"},
                }
            },
            "DPIA-1",
        ),
    ],
)
def test_what_was_not_stated_is_asked_for(changes, missing: str):
    said = replace(declared(), **changes)
    findings = found(safe_run(), said=said)
    assert {k for k, f in findings.items() if f.status is OPEN} == {missing}
    assert findings[missing].reason_code is ReasonCode.EVIDENCE_MISSING


def test_the_worst_scope_is_named():
    scopes = [{"k": "1", "split": str(i)} for i in range(3)]
    parts = [
        measured("excess", (0.01 * i, -0.02, 0.04), scope)
        for i, scope in zip((1, 3, 2), scopes, strict=True)
    ]
    other_k = measured("excess", (0.9, 0.8, 1.0), {"k": "5", "split": "9"})
    run = with_measurements(safe_run(), "linkability", *parts, other_k)
    assert found(run)["LK-1"].worst_scope == scopes[1]
    # A stratum is no part of the whole.
    secret = {"secret": "zip", "knows": "all", **VULNERABLE}
    run = leaking("attribute-inference-worst-case", "excess", (0.9, 0.8, 1.0), secret)
    assert found(run)["IN-1"].worst_scope == {"secret": "income", "knows": "all"}
    assert found(run)["VU-1"].worst_scope == secret
    assert found(run)["SO-1"].worst_scope == {}


def test_no_rare_people_is_said():
    run = without(safe_run(), "identical-match.excess", {})
    done = run.result("identical-match")
    run = with_result(run, replace(done, caveats=(Caveat(CaveatCode.NO_RARE_PEOPLE),)))
    assert found(run)["COPY-1"].reason_code is ReasonCode.TOO_FEW_PEOPLE
    # Elsewhere the caveat explains nothing.
    run = without(safe_run(), "linkability.excess", WORST)
    done = replace(run.result("linkability"), caveats=(Caveat(CaveatCode.NO_RARE_PEOPLE),))
    assert found(with_result(run, done))["LK-1"].reason_code is ReasonCode.NOT_MEASURED


def test_a_wide_interval_says_how_many_people_it_takes():
    run = leaking("singling-out-univariate", "excess", (0.02, -0.04, 0.08), n=1_000)
    finding: Finding = found(run)["SO-1"]
    assert finding.reason_code is ReasonCode.INTERVAL_TOO_WIDE
    assert finding.numbers == {"rows": 1_000, "rows_needed": 4_000}


def test_a_policy_is_refused_in_a_context_that_it_does_not_allow():
    with pytest.raises(PolicyError, match="internal-sharing: is not meant for the context public"):
        grade(resolve("internal-sharing"), safe_run(), declared(Tier.PUBLIC))
    with pytest.raises(PolicyError, match="sets no limit for the sensitivity extreme"):
        grade(GDPR, safe_run(), declared(sensitivity="extreme"))


def test_not_applicable_is_declared_with_a_reason_and_never_for_what_protects_people():
    said = replace(declared(), not_applicable={"LK-1": "one column only", "LK-2": "idem"})
    run = skipped(safe_run(), "linkability", ReasonCode.TOO_FEW_COLUMNS)
    verdict = grade(GDPR, run, said)
    assert verdict.status is VerdictStatus.MET
    assert verdict.coverage()["not_applicable"] == 2
    said = replace(
        declared(),
        not_applicable={
            **dict.fromkeys(("COPY-1", "LEAK-1", "MI-1", "CTX-2", "?"), "x"),
            "LK-1": " ",
        },
    )
    with pytest.raises(PolicyError) as caught:
        require_fit(GDPR, said)
    assert len(caught.value.message.splitlines()) == 6
    allowed = {r.id for r in GDPR.rules if may_be_left_out(r)}
    assert allowed == {
        "SO-1",
        "SO-2",
        "SO-3",
        "SO-4",
        "LK-1",
        "LK-2",
        "IN-1",
        "IN-2",
        "VU-1",
        "VU-3",
    } | {
        "DIAG-AA",
        "DIAG-COPYING",
        "DIAG-DCR",
        "DIAG-NNDR",
        "DIAG-TAIL",
        "DPIA-1",
    } | {"LBL-1", "REL-1", "TTP-1", "TTP-2", "INT-1", "INT-2", "ENC-1", "ENC-2", "DP-1"}


def test_an_estimate_without_an_upper_end_can_only_fail():
    rule = Rule(
        "N-1",
        "membership-worst-case.epsilon_lower",
        Limit(1.0),
        Basis.PROJECT_DEFAULT,
        "x",
        required=False,
        clears=True,
    )
    policy = replace(GDPR, rules=(*GDPR.rules, rule))

    def bound(low: float) -> AuditRun:
        lower = Measurement("epsilon_lower", Estimate(low, low, None, 0.95, "x"), 100)
        return with_measurements(safe_run(), "membership-worst-case", lower)

    assert found(bound(0.5), policy=policy)["N-1"].reason_code is ReasonCode.END_MISSING
    assert found(bound(1.5), policy=policy)["N-1"].status is FAIL


def test_the_sample_is_no_stranger_to_the_cards():
    assert isinstance(safe_run().results[0], Result)
    assert card("closest-record").clears is False
