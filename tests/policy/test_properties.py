"""No bad news improves a verdict, and no missing news either."""

from dataclasses import replace

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audit.facts import judgement
from audit.facts.estimate import Estimate
from audit.facts.judgement import Finding, FindingStatus, Limit, Operator, Rule, VerdictStatus
from audit.facts.measurement import (
    AuditRun,
    ControlFact,
    Measurement,
    PreflightFact,
    Severity,
    SplitFacts,
)
from audit.facts.reasons import ReasonCode
from audit.policy.asked import asked
from audit.policy.decision import only_fails
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from tests.policy.sample import copies, declared, safe_run, with_measurements, without

GDPR = resolve("gdpr-anonymisation-wp29")
GRADED = [r for r in asked(GDPR, declared()) if not r.is_declared]
COPIES, INTERVAL = judgement.Test.COPIES, judgement.Test.INTERVAL
RANK = {FindingStatus.PASS: 0, FindingStatus.INCONCLUSIVE: 1, FindingStatus.FAIL: 2}
RANK[FindingStatus.ALARM] = 2
ORDER = (VerdictStatus.MET, VerdictStatus.INCONCLUSIVE, VerdictStatus.NOT_MET)
few = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def centre(rule: Rule) -> float:
    name = rule.measure.partition(".")[2]
    return {"auc": 0.5, "share": 0.667, "tail_share_1pct": 0.667}.get(name, 0.0)


@st.composite
def measurements(draw: st.DrawFn, rule: Rule) -> Measurement:
    """A value within .3 of the null, ends at most .2 apart, p-values of any kind."""
    size = 10.0 if "log_ratio" in rule.measure else 1.0
    value = centre(rule) + size * draw(st.floats(-0.05, 0.3))
    down, up = draw(st.floats(0, 0.1)), draw(st.floats(0, 0.1))
    return Measurement(
        name=rule.measure.partition(".")[2],
        estimate=Estimate(
            value,
            draw(st.sampled_from([value - size * down] * 5 + [None])),
            draw(st.sampled_from([value + size * up] * 5 + [None])),
            0.95,
            "drawn",
        ),
        n=draw(st.integers(2_000, 20_000)),
        scope=rule.where,
        null_value=centre(rule),
        p_value=draw(st.sampled_from([None, 0.001, 0.03, 0.5])),
        p_safe_side=draw(st.sampled_from([None, 1e-6, 0.5])),
    )


@st.composite
def runs(draw: st.DrawFn) -> AuditRun:
    """Some measurements drawn, the others safe."""
    run = safe_run()
    for rule in draw(st.lists(st.sampled_from(GRADED), max_size=5, unique_by=lambda r: r.id)):
        if rule.test is COPIES:
            real, holdout = draw(st.integers(0, 90)), draw(st.integers(0, 9))
            p = draw(st.sampled_from([None, 0.001, 0.03, 0.5]))
            high = real / 10_000 - holdout / 5_000 + draw(st.floats(0, 0.004))
            drawn = tuple(copies(real=real, holdout=holdout, p=p, high=high))
        else:
            drawn = (draw(measurements(rule)),)
        run = with_measurements(run, rule.measure.partition(".")[0], *drawn)
    return run


def finding(run: AuditRun, rule: Rule, policy=GDPR) -> Finding:
    return next(f for f in grade(policy, run, declared()).findings if f.rule.id == rule.id)


def verdict_rank(run: AuditRun) -> int:
    return ORDER.index(grade(GDPR, run, declared()).status)


@given(runs())
@few
def test_a_verdict_is_reached_on_any_run_and_can_be_stored(run: AuditRun):
    verdict = grade(GDPR, run, declared())
    assert verdict == grade(GDPR, run, declared())
    assert verdict_from_bytes(verdict_to_bytes(verdict)) == verdict
    for each in verdict.findings:
        if each.status is FindingStatus.INCONCLUSIVE:
            assert each.reason_code is not None


@given(st.data(), st.sampled_from([r for r in GRADED if r.test is INTERVAL]))
@few
def test_a_worse_value_never_improves_a_finding(data: st.DataObject, rule: Rule):
    """From the null upwards; below it, more is not worse but less strange."""
    before = data.draw(measurements(rule))
    assume(before.estimate.low is None or before.estimate.low >= centre(rule) - 0.04)
    by = data.draw(st.floats(0, 0.5))
    low, high = (None if x is None else x + by for x in (before.estimate.low, before.estimate.high))
    after = replace(before, estimate=Estimate(before.estimate.value + by, low, high, 0.95, "x"))
    check = rule.measure.partition(".")[0]
    was, now = (finding(with_measurements(safe_run(), check, m), rule) for m in (before, after))
    assert RANK[now.status] >= RANK[was.status]


@given(st.data(), st.sampled_from([r for r in GRADED if not only_fails(r)]))
@few
def test_a_wider_interval_never_makes_a_pass(data: st.DataObject, rule: Rule):
    """But for rules that can only fail: they say `not exceeded` of what they cannot see."""
    assume(rule.test is INTERVAL)
    before = data.draw(measurements(rule))
    more, less = data.draw(st.floats(0, 0.3)), data.draw(st.floats(0, 0.3))
    low, high = before.estimate.low, before.estimate.high
    wider = Estimate(
        before.estimate.value,
        None if low is None else low - less,
        None if high is None else high + more,
        0.95,
        "x",
    )
    check = rule.measure.partition(".")[0]
    was, now = (
        finding(with_measurements(safe_run(), check, m), rule)
        for m in (before, replace(before, estimate=wider))
    )
    assert now.status is not FindingStatus.PASS or was.status is FindingStatus.PASS


@given(runs(), st.sampled_from([r for r in GRADED if r.required]))
@few
def test_a_missing_measurement_never_leaves_exit_0(run: AuditRun, rule: Rule):
    less = without(run, rule.measure, rule.where)
    assert finding(less, rule).status is FindingStatus.INCONCLUSIVE
    assert grade(GDPR, less, declared()).status.exit_code != 0


SPOILED = {
    "no holdout": lambda run: replace(
        run,
        provenance=replace(
            run.provenance,
            inputs={k: v for k, v in run.provenance.inputs.items() if k != "holdout"},
        ),
    ),
    "unfair": lambda run: blocked(run, ReasonCode.HOLDOUT_NOT_FAIR),
    "overlap": lambda run: blocked(run, ReasonCode.HOLDOUT_OVERLAPS_REAL),
    "columns": lambda run: blocked(run, ReasonCode.COLUMNS_MISSING),
    "temporal": lambda run: replace(
        run, release=replace(run.release, split=SplitFacts("temporal", "declared"))
    ),
    "used": lambda run: replace(
        run, release=replace(run.release, split=SplitFacts("random", "declared", ("tuning",)))
    ),
    "unable": lambda run: replace(
        run, controls=(ControlFact("linkability", "full_copy", passed=False),)
    ),
}


def blocked(run: AuditRun, reason: ReasonCode) -> AuditRun:
    return replace(
        run, preflight=(*run.preflight, PreflightFact("x", Severity.BLOCKING, reason.value))
    )


@given(runs(), st.sampled_from(sorted(SPOILED)))
@few
def test_a_spoiled_audit_never_makes_a_pass_and_never_leaves_exit_0(run: AuditRun, how: str):
    spoiled = SPOILED[how](run)
    before = {f.rule.id: f.status for f in grade(GDPR, run, declared()).findings}
    after = grade(GDPR, spoiled, declared())
    for each in after.findings:
        if each.status is FindingStatus.PASS:
            assert before[each.rule.id] is FindingStatus.PASS
    assert after.status.exit_code != 0


@given(runs(), st.sampled_from([r for r in GRADED if r.op is Operator.AT_MOST]), st.floats(0, 2))
@few
def test_a_higher_limit_never_worsens_a_finding(run: AuditRun, rule: Rule, by: float):
    was = finding(run, rule)
    assume(was.limit is not None)
    wider = rule.limit_where_control_collides
    raised = replace(
        rule,
        limit=Limit(number=(finding(safe_run(), rule).limit or 0.0) + by),
        limit_where_control_collides=None if wider is None else wider + by,
    )
    policy = replace(GDPR, rules=tuple(raised if r.id == rule.id else r for r in GDPR.rules))
    assert RANK[finding(run, rule, policy).status] <= RANK[was.status]


@given(runs())
@few
def test_the_verdict_is_never_better_than_its_worst_required_finding(run: AuditRun):
    verdict = grade(GDPR, run, declared())
    worst = max(RANK[f.status] for f in verdict.findings if f.rule.required)
    assert verdict_rank(run) >= worst
    if verdict.status is VerdictStatus.MET:
        assert {f.status for f in verdict.findings if f.rule.required} == {FindingStatus.PASS}
