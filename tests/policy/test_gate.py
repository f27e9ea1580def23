"""What opens the gate: nothing that takes evidence away, under any profile.

A wider interval or a missing measurement may turn a `not met` into `inconclusive`, for less is
known; it never turns anything into a verdict that answers 0.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import lru_cache

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from audit.facts import judgement
from audit.facts.estimate import Estimate
from audit.facts.judgement import Declared, Policy, Rule, VerdictStatus
from audit.facts.measurement import AuditRun, Measurement, Result, Status
from audit.facts.names import DAYS, EVIDENCE
from audit.facts.reasons import ReasonCode
from audit.policy.asked import asked
from audit.policy.decision import only_fails
from audit.policy.grade import grade
from audit.policy.load import profiles, resolve
from tests.policy.sample import card, declared, safe_run, with_measurements, with_result, without
from tests.policy.test_properties import GDPR, GRADED, SPOILED, centre, measurements, runs

INTERVAL = judgement.Test.INTERVAL
ORDER = (VerdictStatus.MET, VerdictStatus.INCONCLUSIVE, VerdictStatus.NOT_MET)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def everything_said(policy: Policy) -> Declared:
    """Every statement that anybody could ask for, complete and not expired."""
    said = {
        key: {name: "2099-01-01" if name in DAYS else "x" for name in fields}
        for key, fields in EVIDENCE.items()
    }
    tier = policy.contexts_allowed[0]
    return replace(declared(tier), evidence=said, graded_on=date(2099, 1, 1))


@lru_cache
def policy(name: str) -> Policy:
    return resolve(name)


def exit_code(run: AuditRun, name: str = GDPR.id, said: Declared | None = None) -> int:
    held = policy(name)
    return grade(held, run, said or everything_said(held)).status.exit_code


REQUIRED = [
    (name, rule)
    for name in profiles()
    for rule in asked(policy(name), everything_said(policy(name)))
    if rule.required
]
MEASURED = [(name, rule) for name, rule in REQUIRED if not rule.is_declared]
SAID = [(name, rule) for name, rule in REQUIRED if rule.is_declared]


def check_of(rule: Rule) -> str:
    return rule.measure.partition(".")[0]


def named(value: object) -> str:
    return value if isinstance(value, str) else getattr(value, "id", "")


@pytest.mark.parametrize("name", ["gdpr-anonymisation-wp29", "internal-sharing"])
def test_the_safe_run_opens_the_gate_to_begin_with(name: str):
    assert exit_code(safe_run(), name) == 0


def dropped(run: AuditRun, check: str) -> AuditRun:
    return replace(run, results=tuple(r for r in run.results if r.card.id != check))


def crashed(run: AuditRun, check: str) -> AuditRun:
    return with_result(run, Result(card(check), Status.FAILED, ReasonCode.CHECK_FAILED))


def skipped(run: AuditRun, check: str) -> AuditRun:
    return with_result(run, Result(card(check), Status.SKIPPED, ReasonCode.TIMEOUT))


@pytest.mark.parametrize(("name", "rule"), MEASURED, ids=named)
def test_without_any_one_required_measurement_the_gate_is_shut(name: str, rule: Rule):
    run = safe_run()
    if run.result(check_of(rule)) is not None:
        assert exit_code(without(run, rule.measure, rule.where), name) != 0
    for lose in (dropped, crashed, skipped):
        assert exit_code(lose(run, check_of(rule)), name) != 0


@pytest.mark.parametrize(("name", "rule"), SAID, ids=named)
def test_without_any_one_required_statement_the_gate_is_shut(name: str, rule: Rule):
    held = policy(name)
    key = rule.measure.partition(".")[2]
    said = everything_said(held)
    assumed = judgement.Source.ASSUMED
    elsewhere = {
        "release_context": replace(said, tier_source=assumed),
        "split": replace(said, split_source=assumed),
        "earlier_releases": replace(said, earlier_releases_source=assumed),
    }
    evidence = {k: v for k, v in said.evidence.items() if k != key}
    less = elsewhere.get(key, replace(said, evidence=evidence))
    assert exit_code(safe_run(), name, less) != 0


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("how", sorted(SPOILED))
def test_a_spoiled_or_absent_holdout_shuts_the_gate_of_every_profile(name: str, how: str):
    assert exit_code(SPOILED[how](safe_run()), name) != 0


@given(runs(), st.lists(st.sampled_from([r for r in GRADED if r.required]), min_size=1, max_size=8))
@few
def test_no_set_of_missing_measurements_opens_the_gate(run: AuditRun, rules: list[Rule]):
    for rule in rules:
        run = without(run, rule.measure, rule.where)
    assert exit_code(run) != 0


def changed(run: AuditRun, rule: Rule, how: Callable[[Estimate], Estimate]) -> AuditRun:
    found = run.measurement(rule.measure, rule.where)
    assert found is not None
    worse: Measurement = replace(found, estimate=how(found.estimate))
    return with_measurements(run, check_of(rule), worse)


def moved(estimate: Estimate, *, low: float, value: float, high: float) -> Estimate:
    ends = ((estimate.low, low), (estimate.high, high))
    new = [None if end is None else end + by for end, by in ends]
    return Estimate(estimate.value + value, new[0], new[1], 0.95, "moved")


@given(st.data(), st.sampled_from([r for r in GRADED if r.test is INTERVAL and not only_fails(r)]))
@few
def test_a_wider_interval_never_opens_the_gate(data: st.DataObject, rule: Rule):
    """All else is safe, so that this rule alone decides."""
    run = with_measurements(safe_run(), check_of(rule), data.draw(measurements(rule)))
    less, more = data.draw(st.floats(0, 0.3)), data.draw(st.floats(0, 0.3))
    wider = changed(run, rule, lambda e: moved(e, low=-less, value=0.0, high=more))
    assert exit_code(wider) != 0 or exit_code(run) == 0


@given(runs(), st.sampled_from([r for r in GRADED if r.test is INTERVAL]), st.floats(0, 0.5))
@few
def test_a_worse_value_never_improves_a_verdict(run: AuditRun, rule: Rule, by: float):
    """From the null upwards; below it, more is not worse but less strange."""
    found = run.measurement(rule.measure, rule.where)
    assume(found is not None and (found.estimate.low or 0.0) >= centre(rule) - 0.04)
    assume(found is not None and found.p_safe_side != 1e-6)
    worse = changed(run, rule, lambda e: moved(e, low=by, value=by, high=by))
    was, now = (grade(GDPR, each, declared()).status for each in (run, worse))
    assert ORDER.index(now) >= ORDER.index(was)


def kept(rules: Sequence[Rule], rule: Rule) -> tuple[Rule, ...]:
    return tuple(r for r in rules if r.id != rule.id)


@given(runs(), st.sampled_from([r for r in GDPR.rules if r.required]))
@few
def test_a_policy_with_one_rule_more_never_gives_a_better_verdict(run: AuditRun, rule: Rule):
    less = replace(GDPR, rules=kept(GDPR.rules, rule))
    was, now = (grade(each, run, declared()).status for each in (less, GDPR))
    assert ORDER.index(now) >= ORDER.index(was)
