"""An argued probability of an attack raises some limits, up to a cap, and worsens no finding."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from audit.facts.argument import ArgumentCode
from audit.facts.judgement import Declared, FindingStatus, Policy, Tier, Verdict, VerdictStatus
from audit.facts.measurement import AuditRun, Family
from audit.facts.names import FAMILIES
from audit.policy.argument import argued, raised, takes_argument
from audit.policy.grade import grade
from audit.policy.load import profiles, resolve
from audit.policy.validity import Ending, validity
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from tests.golden.releases import safe as whole
from tests.golden.releases import stated as everything
from tests.policy.sample import WORST, declared, measured, safe_run, with_measurements
from tests.policy.test_properties import GDPR, RANK, few, runs

THIRD = Tier.TRUSTED_THIRD_PARTY
DAY = date(2026, 11, 1)
ASSESSMENT = {"document": "CA-3", "sha256": "e" * 64, "date": "2026-10-01"}


def arguing(p: float | None, tier: Tier = THIRD, **assessment: str | None) -> Declared:
    """Say everything that the context asks for, and argue `p`."""
    said = declared(tier)
    fields = {k: v for k, v in {**ASSESSMENT, **assessment}.items() if v is not None}
    evidence = {**said.evidence, "context_assessment": fields}
    return replace(said, evidence=evidence, p_attack=p, graded_on=DAY)


def linked(ends: tuple[float, float, float]) -> AuditRun:
    return with_measurements(safe_run(), "linkability", measured("excess", ends, WORST))


def finding(verdict: Verdict, rule: str):
    return next(f for f in verdict.findings if f.rule.id == rule)


def test_a_limit_is_divided_and_both_numbers_stand_in_the_verdict():
    run = linked((0.08, 0.06, 0.11))
    assert grade(GDPR, run, arguing(None)).status is VerdictStatus.NOT_MET
    verdict = grade(GDPR, run, arguing(0.4))
    link = finding(verdict, "LK-1")
    # .05 / .4 = .125
    assert (link.status, link.limit, link.limit_of_policy) == (FindingStatus.PASS, 0.125, 0.05)
    assert (verdict.argument.stated, verdict.argument.applied) == (0.4, 0.4)
    assert verdict.argument.code is ArgumentCode.APPLIED
    assert verdict.status is VerdictStatus.MET
    assert verdict_from_bytes(verdict_to_bytes(verdict)) == verdict


def test_nothing_is_raised_beyond_the_cap_nor_lowered_to_it():
    capped = finding(grade(GDPR, safe_run(), arguing(0.01)), "LK-1")
    assert (capped.limit, capped.limit_of_policy) == (0.33, 0.05)
    rule = next(r for r in GDPR.rules if r.id == "LK-1")
    argument = argued(GDPR, arguing(0.5))
    assert raised(0.4, rule, GDPR, argument) == 0.4
    assert raised(0.3, rule, GDPR, argument) == 0.33


@pytest.mark.parametrize(
    ("said", "code"),
    [
        (arguing(0.4, Tier.PUBLIC), ArgumentCode.PUBLIC),
        (arguing(1.0), ArgumentCode.NOT_LESS),
        (arguing(0.4, sha256=None), ArgumentCode.ASSESSMENT_MISSING),
        (arguing(0.4, date=None), ArgumentCode.ASSESSMENT_MISSING),
        (arguing(0.4, document=" "), ArgumentCode.ASSESSMENT_MISSING),
        (replace(declared(THIRD), p_attack=0.4), ArgumentCode.ASSESSMENT_MISSING),
        (arguing(0.4, expires="2026-10-31"), ArgumentCode.ASSESSMENT_EXPIRED),
        # Older than a verdict under this policy may be: 12 months.
        (arguing(0.4, date="2025-10-31"), ArgumentCode.ASSESSMENT_EXPIRED),
        (arguing(0.4, date="2026-11-02"), ArgumentCode.ASSESSMENT_EXPIRED),
        (replace(arguing(0.4), graded_on=None), ArgumentCode.ASSESSMENT_EXPIRED),
    ],
)
def test_otherwise_it_counts_as_1_and_the_verdict_says_why(said: Declared, code: ArgumentCode):
    verdict = grade(GDPR, safe_run(), said)
    assert (verdict.argument.code, verdict.argument.applied) == (code, 1.0)
    assert all(f.limit_of_policy is None for f in verdict.findings)
    assert verdict_from_bytes(verdict_to_bytes(verdict)) == verdict


def test_the_last_days_still_count():
    for said in (arguing(0.4, expires="2026-11-01"), arguing(0.4, date="2025-11-01")):
        assert grade(GDPR, safe_run(), said).argument.code is ArgumentCode.APPLIED


def test_a_policy_may_forbid_it():
    assert GDPR.argument is not None
    closed = replace(GDPR, argument=replace(GDPR.argument, contexts=(Tier.INTERNAL,)))
    for policy in (closed, replace(GDPR, argument=None)):
        verdict = grade(policy, linked((0.08, 0.06, 0.11)), arguing(0.4))
        assert verdict.argument.code is ArgumentCode.NOT_ALLOWED
        assert verdict.status is VerdictStatus.NOT_MET


@pytest.mark.parametrize("name", profiles())
def test_copies_identifiers_membership_and_claims_take_no_argument(name: str):
    policy = resolve(name)
    assert policy.argument is not None
    taking = {rule.id for rule in policy.rules if takes_argument(rule, policy)}
    families = {FAMILIES[r.measure.partition(".")[0]] for r in policy.rules if r.id in taking}
    assert families <= {Family.SINGLING_OUT, Family.LINKABILITY, Family.INFERENCE, Family.IDENTITY}
    excluded = ("COPY", "LEAK", "MI", "DIAG", "DP", "CTX", "VU-2", "VU-4")
    assert taking >= {"SO-1", "LK-1", "IN-1"}
    assert not [rule for rule in taking if rule.startswith(excluded)]


def test_a_verdict_ends_with_the_assessment_that_its_limits_rest_on():
    said = arguing(0.4, date="2026-01-15")
    held = {"policy": GDPR, "run": safe_run(), "declared": said, "used": (), "graded": DAY}
    now = {"current": None, "versions": {}}
    assert validity(**held, on=date(2027, 1, 15), **now).until == date(2027, 1, 15)
    late = validity(**held, on=date(2027, 1, 16), **now)
    assert late.endings == (Ending.EVIDENCE_EXPIRED,)
    # Without the argument nothing rests on it.
    held["declared"] = replace(said, p_attack=None)
    assert validity(**held, on=date(2027, 1, 16), **now).holds


def graded(run: AuditRun, p: float | None, policy: Policy = GDPR) -> dict[str, object]:
    return {f.rule.id: f for f in grade(policy, run, arguing(p)).findings}


@given(runs(), st.floats(0.001, 1), st.floats(0.001, 1))
@few
def test_a_lower_probability_never_worsens_a_finding_nor_touches_another_rule(
    run: AuditRun, one: float, other: float
):
    assume(one != other)
    less, more = sorted((one, other))
    # At 1 nothing is argued, so the verdict falls back on the limits of the policy.
    was, now = graded(run, more), graded(run, less)
    for rule, before in was.items():
        after = now[rule]
        assert RANK[after.status] <= RANK[before.status]
        if takes_argument(after.rule, GDPR):
            assert before.limit <= after.limit <= max(0.33, before.limit_of_policy or before.limit)
        else:
            assert after == before


@given(runs(), st.floats(0.001, 1))
@few
def test_in_public_it_changes_nothing_but_what_is_said_of_it(run: AuditRun, p: float):
    plain = grade(GDPR, run, arguing(None, Tier.PUBLIC))
    assert replace(grade(GDPR, run, arguing(p, Tier.PUBLIC)), argument=None) == plain


def test_the_cap_is_a_convention_with_a_source_of_its_own():
    for name in profiles():
        terms = resolve(name).argument
        assert (terms.cap, terms.basis, terms.cite) == (
            0.33,
            "literature_convention",
            ("ElEmam-2013",),
        )
        assert Tier.PUBLIC not in terms.contexts


def test_identity_takes_it_too():
    ontario = resolve("ipc-ontario-2025")
    said = replace(everything(THIRD), p_attack=0.5)
    found = finding(grade(ontario, whole(), said), "ID-1")
    assert (found.limit, found.limit_of_policy) == (0.1, 0.05)
