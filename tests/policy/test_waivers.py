"""A waiver sets one outcome aside, in the open, and nothing else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.facts.estimate import Estimate
from audit.facts.judgement import (
    Declared,
    Finding,
    FindingStatus,
    Policy,
    Tier,
    Verdict,
    VerdictStatus,
)
from audit.facts.measurement import AuditRun, ControlFact, InputFacts, Status
from audit.facts.reasons import ReasonCode, WaiverCode
from audit.facts.waiver import WAIVABLE, Waiver
from audit.policy.grade import grade
from audit.policy.waivers import may_be_waived, void_beforehand
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from tests.policy.sample import (
    WORST,
    copies,
    declared,
    measured,
    safe_run,
    skipped,
    with_measurements,
)
from tests.policy.test_properties import GDPR, SPOILED, few, runs

DAY = date(2026, 10, 1)
FAILING = (0.08, 0.06, 0.11)
WIDE = (0.03, 0.01, 0.07)
"""Against a limit of .05: beyond it, and across it."""
LK1 = Waiver(
    id="W-1",
    rule="LK-1",
    policy=f"{GDPR.id}@{GDPR.version}",
    context="public",
    synthetic_sha256="a" * 64,
    accepts="fail",
    owner="A. Owner",
    approver="B. Approver",
    reason="The recipients hold the real data anyway.",
    created=date(2026, 9, 1),
    expires=date(2026, 11, 1),
    value=0.08,
    high=0.11,
)


def linked(ends: tuple[float, float | None, float | None]) -> AuditRun:
    return with_measurements(safe_run(), "linkability", measured("excess", ends, WORST))


def stated(*waivers: Waiver, day: date | None = DAY, said: Declared | None = None) -> Declared:
    return replace(said or declared(), waivers=waivers, graded_on=day)


def graded(run: AuditRun, *waivers: Waiver, policy: Policy = GDPR, **how) -> Verdict:
    return grade(policy, run, stated(*waivers, **how))


def code(run: AuditRun, waiver: Waiver, **how) -> WaiverCode:
    verdict = graded(run, waiver, **how)
    (note,) = verdict.waivers
    used = note.code is WaiverCode.USED
    assert verdict.waived == used
    return note.code


def finding(verdict: Verdict, rule: str) -> Finding:
    return next(f for f in verdict.findings if f.rule.id == rule)


def test_a_waived_rule_keeps_its_own_outcome_and_number():
    run = linked(FAILING)
    assert grade(GDPR, run, declared()).status is VerdictStatus.NOT_MET
    verdict = graded(run, LK1)
    assert verdict.status is VerdictStatus.MET_WITH_WAIVERS
    assert verdict.coverage()["waived"] == verdict.waived == 1
    waived = finding(verdict, "LK-1")
    assert waived.unwaived is FindingStatus.FAIL
    own = finding(grade(GDPR, run, declared()), "LK-1")
    assert replace(waived, status=own.status, unwaived=None) == own


def test_an_open_rule_is_waived_only_for_the_reason_that_was_accepted():
    run = linked(WIDE)
    accepted = replace(
        LK1,
        accepts="inconclusive",
        reason_code=ReasonCode.INTERVAL_TOO_WIDE,
        value=0.03,
        high=0.07,
    )
    assert finding(graded(run, accepted), "LK-1").unwaived is FindingStatus.INCONCLUSIVE
    other = replace(accepted, reason_code=ReasonCode.COPIES_TO_REVIEW)
    assert code(run, other) is WaiverCode.OTHER_OUTCOME
    assert code(linked(FAILING), accepted) is WaiverCode.OTHER_OUTCOME
    assert code(run, replace(LK1, value=0.5, high=0.5)) is WaiverCode.OTHER_OUTCOME


def test_nobody_accepts_what_they_measured_themselves():
    ran = replace(declared(), operator=" b. APPROVER ")
    assert code(linked(FAILING), LK1, said=ran) is WaiverCode.APPROVER_IS_OPERATOR
    assert code(linked(FAILING), LK1, said=replace(ran, operator="C.")) is WaiverCode.USED


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"policy": f"{GDPR.id}@0.9.0"}, WaiverCode.OTHER_POLICY),
        ({"policy": f"acme@{GDPR.version}"}, WaiverCode.OTHER_POLICY),
        ({"rule": "LK-9"}, WaiverCode.NO_SUCH_RULE),
        ({"context": "internal"}, WaiverCode.OTHER_CONTEXT),
        ({"synthetic_sha256": "b" * 64}, WaiverCode.OTHER_FILE),
        ({"worst_scope": {"k": "1", "split": "2"}}, WaiverCode.OTHER_SCOPE),
        ({"value": 0.079}, WaiverCode.WORSE),
        ({"high": 0.109}, WaiverCode.WORSE),
        ({"value": None, "high": None}, WaiverCode.WORSE),
        ({"high": None}, WaiverCode.USED),
        ({"worst_scope": {"k": "1", "split": "1"}}, WaiverCode.USED),
    ],
)
def test_it_is_bound_to_all_that_it_was_granted_for(changed: dict, expected: WaiverCode):
    assert code(linked(FAILING), replace(LK1, **changed)) is expected


def test_an_upper_end_that_went_missing_is_worse():
    assert code(linked((0.08, 0.06, None)), LK1) is WaiverCode.WORSE
    assert code(linked((0.08, 0.06, 0.1)), LK1) is WaiverCode.USED


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 8, 31), WaiverCode.NOT_YET_VALID),
        (date(2026, 9, 1), WaiverCode.USED),
        (date(2026, 11, 1), WaiverCode.USED),
        (date(2026, 11, 2), WaiverCode.EXPIRED),
        (None, WaiverCode.UNDATED),
    ],
)
def test_it_holds_from_its_first_to_its_last_day(day: date | None, expected: WaiverCode):
    verdict = graded(linked(FAILING), LK1, day=day)
    assert [n.code for n in verdict.waivers] == [expected]
    used = expected is WaiverCode.USED
    assert verdict.status is (VerdictStatus.MET_WITH_WAIVERS if used else VerdictStatus.NOT_MET)


def test_a_file_without_a_digest_cannot_be_named():
    run = linked(FAILING)
    inputs = {**run.provenance.inputs, "synthetic": InputFacts(10_000, 4, None)}
    unbound = replace(run, provenance=replace(run.provenance, inputs=inputs))
    assert code(unbound, LK1) is WaiverCode.OTHER_FILE


def test_no_blocker_and_nothing_that_the_policy_excludes_is_waived():
    run = with_measurements(safe_run(), "identical-match", *copies(real=90, p=0.001))
    own = finding(grade(GDPR, run, declared()), "COPY-1")
    assert own.status is FindingStatus.FAIL
    assert not may_be_waived(own.rule)
    waiver = replace(LK1, rule="COPY-1", value=1.0, high=1.0)
    assert code(run, waiver) is WaiverCode.RULE_NOT_WAIVABLE
    rules = tuple(replace(r, waivable=r.id != "LK-1") for r in GDPR.rules)
    strict = replace(GDPR, rules=rules)
    assert code(linked(FAILING), LK1, policy=strict) is WaiverCode.RULE_NOT_WAIVABLE


@pytest.mark.parametrize(
    "reason", [ReasonCode.CHECK_FAILED, ReasonCode.TIMEOUT, ReasonCode.SKIPPED_ON_REQUEST]
)
def test_what_was_not_measured_cannot_be_accepted(reason: ReasonCode):
    run = skipped(safe_run(), "linkability", reason)
    waiver = replace(LK1, accepts="inconclusive", reason_code=reason, value=1.0, high=1.0)
    assert code(run, waiver) is WaiverCode.REASON_NOT_WAIVABLE
    assert graded(run, waiver).status is VerdictStatus.INCONCLUSIVE


def test_an_interval_that_was_never_made_cannot_be_accepted():
    """Not even where the reason could be: the result says so and holds no number."""
    run = skipped(safe_run(), "linkability", ReasonCode.INTERVAL_TOO_WIDE)
    assert run.result("linkability").status is Status.SKIPPED
    waiver = replace(LK1, accepts="inconclusive", reason_code=ReasonCode.INTERVAL_TOO_WIDE)
    assert code(run, waiver) is WaiverCode.NOT_MEASURED


@pytest.mark.parametrize("ends", [FAILING, WIDE])
def test_the_number_of_an_attack_without_power_cannot_be_accepted(ends):
    """Beyond the limit or across it: the attack missed a full copy, so the truth may be worse."""
    control = ControlFact("linkability", "full_copy", passed=False)
    run = replace(linked(ends), controls=(control,))
    own = finding(grade(GDPR, run, declared()), "LK-1")
    assert own.status is not FindingStatus.PASS
    assert code(run, fitting(own)) is WaiverCode.NUMBER_MEANS_NOTHING
    assert code(linked(ends), fitting(own)) is WaiverCode.USED


def test_a_statement_that_is_missing_can_be_waived():
    held = {key: said for key, said in declared().evidence.items() if key != "dpia_reference"}
    said = replace(declared(), evidence=held)
    waiver = replace(
        LK1,
        rule="DPIA-1",
        accepts="inconclusive",
        reason_code=ReasonCode.EVIDENCE_MISSING,
        value=None,
        high=None,
    )
    assert graded(safe_run(), waiver, said=said).status is VerdictStatus.MET_WITH_WAIVERS
    assert code(safe_run(), waiver) is WaiverCode.NOT_NEEDED


def test_a_rule_that_is_met_needs_none_and_one_is_enough():
    assert code(safe_run(), LK1) is WaiverCode.NOT_NEEDED
    assert graded(safe_run(), LK1).status is VerdictStatus.MET
    twice = graded(linked(FAILING), LK1, replace(LK1, id="W-2"))
    assert [n.code for n in twice.waivers] == [WaiverCode.USED, WaiverCode.ANOTHER_USED]
    assert twice.waived == 1


def test_a_void_waiver_does_not_stand_in_the_way_of_one_that_applies():
    both = graded(linked(FAILING), replace(LK1, id="W-0", value=0.01, high=0.01), LK1)
    assert [n.code for n in both.waivers] == [WaiverCode.WORSE, WaiverCode.USED]


def test_a_profile_that_concludes_nothing_does_not_conclude_by_waiver():
    policy = replace(GDPR, concludes=False)
    verdict = graded(linked(FAILING), LK1, policy=policy)
    assert (verdict.status, verdict.waived) == (VerdictStatus.EVIDENCE_COMPLETE, 1)


# ------------------------------------------------------------------ properties

ORDER = (
    VerdictStatus.MET,
    VerdictStatus.MET_WITH_WAIVERS,
    VerdictStatus.INCONCLUSIVE,
    VerdictStatus.NOT_MET,
)


def fitting(own: Finding) -> Waiver:
    """A waiver of the outcome of `own`, with the numbers of the day, whether it may be or not."""
    estimate = None if own.measurement is None else own.measurement.estimate
    return replace(
        LK1,
        id=f"W-{own.rule.id}",
        rule=own.rule.id,
        accepts="fail" if own.status is FindingStatus.FAIL else "inconclusive",
        reason_code=None if own.status is FindingStatus.FAIL else own.reason_code,
        value=None if estimate is None else estimate.value,
        high=None if estimate is None else estimate.high,
    )


@st.composite
def waivers(draw: st.DrawFn, verdict: Verdict) -> tuple[Waiver, ...]:
    """Waivers of some rules, most of them fitting, some with something changed."""
    changes = (
        {},
        {},
        {"value": -1.0},
        {"context": Tier.INTERNAL.value},
        {"expires": DAY - timedelta(1)},
        {"synthetic_sha256": "c" * 64},
    )
    chosen = draw(st.lists(st.sampled_from(verdict.findings), unique_by=lambda f: f.rule.id))
    return tuple(replace(fitting(f), **draw(st.sampled_from(changes))) for f in chosen)


@given(st.data(), runs())
@few
def test_a_waiver_only_ever_turns_its_own_rule_into_waived(data: st.DataObject, run: AuditRun):
    before = grade(GDPR, run, declared())
    given_ = data.draw(waivers(before))
    after = graded(run, *given_)
    used = {n.rule for n in after.waivers if n.code is WaiverCode.USED}
    assert len(after.waivers) == len(given_)
    for was, now in zip(before.findings, after.findings, strict=True):
        if now.rule.id not in used:
            assert now == was
            continue
        assert was.status in (FindingStatus.FAIL, FindingStatus.INCONCLUSIVE)
        assert may_be_waived(was.rule)
        assert was.status is FindingStatus.FAIL or was.reason_code in WAIVABLE
        assert now == replace(was, status=FindingStatus.WAIVED, unwaived=was.status)
    if used:
        assert after.status is not VerdictStatus.MET
    else:
        assert after.status is before.status
    assert verdict_from_bytes(verdict_to_bytes(after)) == after


@given(st.data(), runs())
@few
def test_no_set_of_waivers_leaves_exit_0_with_something_unmeasured(
    data: st.DataObject, run: AuditRun
):
    check = data.draw(st.sampled_from(sorted({r.card.id for r in run.results})))
    reason = data.draw(st.sampled_from(sorted(ReasonCode)))
    less = skipped(run, check, reason)
    own = grade(GDPR, less, declared())
    required = any(f.rule.required and f.rule.measure.startswith(f"{check}.") for f in own.findings)
    after = graded(less, *(fitting(f) for f in own.findings))
    assert after.status.exit_code != 0 or not required


@given(st.data(), runs(), st.floats(1e-6, 1))
@few
def test_a_worse_value_voids_it_and_a_better_one_does_not(
    data: st.DataObject, run: AuditRun, by: float
):
    own = grade(GDPR, run, declared())
    used = [
        fitting(f)
        for f in own.findings
        if f.measurement is not None
        and f.status in (FindingStatus.FAIL, FindingStatus.INCONCLUSIVE)
        and may_be_waived(f.rule)
        and (f.status is FindingStatus.FAIL or f.reason_code in WAIVABLE)
    ]
    for waiver in used:
        if code(run, waiver) is WaiverCode.NUMBER_MEANS_NOTHING:
            continue
        assert code(run, waiver) is WaiverCode.USED
        assert code(run, replace(waiver, value=waiver.value + by)) is WaiverCode.USED
        assert code(run, replace(waiver, value=waiver.value - by)) is WaiverCode.WORSE


@given(st.floats(0.06, 0.2), st.floats(-0.05, 0.05), st.floats(-0.05, 0.05))
@few
def test_once_granted_it_covers_no_larger_value_and_no_larger_end(
    value: float, more: float, wider: float
):
    waiver = replace(LK1, value=value, high=value + 0.05)
    low, new = 0.051, max(0.052, value + more)
    high = max(new, value + 0.05 + wider)
    run = linked((new, low, high))
    estimate = finding(grade(GDPR, run, declared()), "LK-1").measurement.estimate
    assert estimate == Estimate(new, low, high, 0.95, "constructed")
    worse = new > waiver.value or high > waiver.high
    assert code(run, waiver) is (WaiverCode.WORSE if worse else WaiverCode.USED)


@given(runs())
@few
def test_no_set_of_waivers_makes_a_verdict_worse_or_met_outright(run: AuditRun):
    before = grade(GDPR, run, declared())
    after = graded(run, *(fitting(f) for f in before.findings))
    if after.waived:
        assert ORDER.index(after.status) >= ORDER.index(VerdictStatus.MET_WITH_WAIVERS)
    assert ORDER.index(after.status) <= max(1, ORDER.index(before.status))


@given(runs(), st.sampled_from(sorted(SPOILED)))
@few
def test_no_set_of_waivers_leaves_exit_0_after_a_spoiled_audit(run: AuditRun, how: str):
    """No holdout, an unfair one, an attack without power: nobody can accept what was not shown."""
    spoiled = SPOILED[how](run)
    own = grade(GDPR, spoiled, declared())
    assert graded(spoiled, *(fitting(f) for f in own.findings)).status.exit_code != 0


def test_a_policy_may_grant_less_time_or_none():
    run = linked(FAILING)
    days = LK1.days
    assert code(run, LK1, policy=replace(GDPR, waiver_days=days)) is WaiverCode.USED
    shorter = replace(GDPR, waiver_days=days - 1)
    assert code(run, LK1, policy=shorter) is WaiverCode.LONGER_THAN_POLICY
    none = replace(GDPR, waiver_days=0)
    assert code(run, LK1, policy=none) is WaiverCode.POLICY_ALLOWS_NONE
    same_day = replace(LK1, created=DAY, expires=DAY)
    assert code(run, same_day, policy=none) is WaiverCode.POLICY_ALLOWS_NONE
    assert graded(run, LK1, policy=none).status is VerdictStatus.NOT_MET


def test_an_expired_statement_can_be_waived_as_such():
    evidence = {**declared().evidence, "dpia_reference": {"document": "D", "expires": "2026-09-30"}}
    said = replace(declared(), evidence=evidence)
    waiver = replace(
        LK1, rule="DPIA-1", accepts="inconclusive", reason_code=None, value=None, high=None
    )
    expired = replace(waiver, reason_code=ReasonCode.EVIDENCE_EXPIRED)
    assert graded(safe_run(), expired, said=said).status is VerdictStatus.MET_WITH_WAIVERS
    missing = replace(waiver, reason_code=ReasonCode.EVIDENCE_MISSING)
    assert code(safe_run(), missing, said=said) is WaiverCode.OTHER_OUTCOME


def test_what_no_attack_can_change_is_known_beforehand():
    late = replace(LK1, id="W-2", expires=date(2026, 9, 30))
    foreign = replace(LK1, id="W-3", synthetic_sha256="b" * 64)
    unknown = replace(LK1, id="W-4", rule="TTP-1")
    said = stated(LK1, late, foreign, unknown)
    notes = void_beforehand(GDPR, safe_run(), said)
    assert [(n.id, n.code) for n in notes] == [
        ("W-2", WaiverCode.EXPIRED),
        ("W-3", WaiverCode.OTHER_FILE),
        ("W-4", WaiverCode.NO_SUCH_RULE),
    ]
