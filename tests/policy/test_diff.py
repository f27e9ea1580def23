"""What differs between two policies: hand-made pairs, and the laws of a difference."""

from dataclasses import replace
from pathlib import Path

import pytest

from audit.facts.difference import Change, Direction, RuleChange, RuleDifference
from audit.facts.judgement import (
    Basis,
    Context,
    Decides,
    Limit,
    Policy,
    Rule,
    RuleSeverity,
    Statistic,
    Tier,
)
from audit.policy.diff import difference
from audit.policy.load import profiles, resolve

TIGHTER, LOOSER, OTHER = Direction.TIGHTER, Direction.LOOSER, Direction.OTHER
RULE = Rule("R-1", "linkability.risk", Limit(number=0.1), Basis.PROJECT_DEFAULT, "Because.")
POLICY = Policy(
    id="one",
    version="1.0.0",
    intent="To compare.",
    rules=(RULE,),
    contexts=(Context(Tier.PUBLIC, {"top": 0.1}), Context(Tier.INTERNAL, {"top": 0.2})),
    contexts_allowed=(Tier.PUBLIC, Tier.INTERNAL),
    tables={"tiers": {"low": 0.3, "medium": 0.2, "high": 0.1}},
    citations=(),
    legal_snapshot="2026-08-01",
    expires_months=12,
    sha256="a" * 64,
)


def with_rule(**new: object) -> Policy:
    return replace(POLICY, rules=(replace(RULE, **new),))


def changes(before: Policy, after: Policy) -> tuple[Change, ...]:
    (rule,) = difference(before, after).rules
    assert rule.kind is RuleDifference.CHANGED
    return rule.changes


@pytest.mark.parametrize("name", profiles())
def test_a_policy_does_not_differ_from_itself(name: str):
    found = difference(resolve(name), resolve(name))
    assert (found.general, found.rules) == ((), ())


def test_a_limit_is_compared_as_it_resolves():
    number, table, context = Limit(number=0.1), Limit(table="tiers"), Limit(context="top")
    # .1 everywhere; by sensitivity .3, .2, .1; by context .1, .2.
    assert changes(with_rule(limit=number), with_rule(limit=table)) == (
        Change("limit", 0.1, 0.3, LOOSER, "low"),
        Change("limit", 0.1, 0.2, LOOSER, "medium"),
    )
    assert changes(with_rule(limit=number), with_rule(limit=context)) == (
        Change("limit", 0.1, 0.2, LOOSER, "internal"),
    )
    both = changes(with_rule(limit=table), with_rule(limit=context))
    assert both == (
        Change("limit", 0.3, 0.1, TIGHTER, "public, low"),
        Change("limit", 0.2, 0.1, TIGHTER, "public, medium"),
        Change("limit", 0.3, 0.2, TIGHTER, "internal, low"),
        Change("limit", 0.1, 0.2, LOOSER, "internal, high"),
    )
    flat = replace(POLICY, tables={"tiers": dict.fromkeys(("low", "medium", "high"), 0.1)})
    moved = replace(flat, rules=(replace(RULE, limit=table),))
    assert difference(POLICY, moved).rules == ()
    assert changes(POLICY, with_rule(limit=Limit(number=0.05))) == (
        Change("limit", 0.1, 0.05, TIGHTER),
    )


def test_a_number_and_a_distance_from_the_null_cannot_be_compared():
    found = changes(POLICY, with_rule(limit=Limit(above_null=0.0)))
    assert found == (
        Change("limit above the value without a leak", None, 0.0, OTHER),
        Change("limit", 0.1, None, OTHER),
    )
    before, after = with_rule(limit=Limit(above_null=0.1)), with_rule(limit=Limit(above_null=0.2))
    assert [c.direction for c in changes(before, after)] == [LOOSER]


@pytest.mark.parametrize(
    "looser",
    [
        {"required": False},
        {"waivable": True},
        {"clears": False},
        {"decides": Decides.FAIL_ONLY},
        {"statistic": Statistic.LOW},
        {"severity": RuleSeverity.MINOR},
        {"limit": Limit(number=0.2)},
        {"limit_where_control_collides": 0.2},
    ],
    ids=lambda given: next(iter(given)),
)
def test_each_way_to_ask_less_is_looser_and_its_opposite_tighter(looser: dict[str, object]):
    strict = replace(RULE, waivable=False, limit_where_control_collides=0.1)
    before, after = (
        replace(POLICY, rules=(strict,)),
        replace(POLICY, rules=(replace(strict, **looser),)),
    )
    there, back = changes(before, after), changes(after, before)
    assert [c.direction for c in there] == [LOOSER]
    assert [c.direction for c in back] == [TIGHTER]
    assert (there[0].before, there[0].after) == (back[0].after, back[0].before)
    assert there[0].what in looser


@pytest.mark.parametrize(
    ("looser", "what"),
    [
        ({"contexts_allowed": (*POLICY.contexts_allowed, Tier.SECURE_ENCLAVE)}, "contexts_allowed"),
        ({"expires_months": 24}, "expires_months"),
        ({"alarms_block": False}, "alarms"),
        ({"concludes": True}, "concludes"),
        ({"asserts": {}}, "asserts.treated_as_personal_data"),
    ],
)
def test_what_the_whole_policy_allows_is_compared_too(looser: dict[str, object], what: str):
    strict = replace(
        POLICY, alarms_block=True, concludes=False, asserts={"treated_as_personal_data": True}
    )
    there = difference(strict, replace(strict, **looser))
    back = difference(replace(strict, **looser), strict)
    assert [(c.what, c.direction) for c in there.general] == [(what, LOOSER)]
    assert [(c.what, c.direction) for c in back.general] == [(what, TIGHTER)]


def test_rules_that_come_and_go():
    other = replace(RULE, id="R-2", measure="linkability.excess", required=False)
    more = replace(POLICY, rules=(RULE, other))
    added, removed = difference(POLICY, more), difference(more, POLICY)
    assert added.rules == (RuleChange("R-2", RuleDifference.ADDED, "linkability.excess", False),)
    assert removed.rules[0].kind is RuleDifference.REMOVED
    assert (added.count(TIGHTER), added.count(LOOSER)) == (1, 0)
    assert (removed.count(TIGHTER), removed.count(LOOSER)) == (0, 1)


def test_another_question_is_neither():
    found = changes(POLICY, with_rule(measure="linkability.excess", where={"k": "1"}))
    assert found == (
        Change("measure", "linkability.risk", "linkability.excess", OTHER),
        Change("where", "", "k: 1", OTHER),
    )


def test_a_child_that_may_only_tighten_differs_in_tighter_ways_only(tmp_path: Path):
    """What `extends` accepts without a reason, the difference calls tighter or another wording."""
    (tmp_path / "acme.yaml").write_text(
        """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
extends: gdpr-anonymisation-wp29
contexts_allowed: [public]
expires_months: 6
alarms: block
tables: {residual_risk: {high: 0.04}}
rules:
  - {id: COPY-1, limit: 0.0005, basis: organisation_policy, rationale: x}
  - {id: SO-1, severity: blocker, waivable: false, basis: organisation_policy, rationale: x}
  - {id: SO-2, basis: organisation_policy, rationale: x}
  - {id: SO-3, basis: organisation_policy, rationale: x}
  - {id: SO-4, basis: organisation_policy, rationale: x}
  - {id: LK-1, basis: organisation_policy, rationale: x}
  - {id: LK-2, basis: organisation_policy, rationale: x}
  - {id: IN-1, basis: organisation_policy, rationale: x}
  - {id: IN-2, basis: organisation_policy, rationale: x}
  - {id: VU-1, basis: organisation_policy, rationale: x}
  - {id: VU-3, basis: organisation_policy, rationale: x}
"""
    )
    found = difference(resolve("gdpr-anonymisation-wp29"), resolve("acme.yaml", base=tmp_path))
    assert found.count(LOOSER) == 0
    # Three contexts gone, shorter, alarms block: 5. COPY-1: 1. SO-1: limit, severity, waivable: 3.
    # SO-2 to SO-4, LK-1, LK-2, IN-1, IN-2, VU-1, VU-3: the limit at high, 9.
    assert found.count(TIGHTER) == 5 + 1 + 3 + 9


def test_what_may_be_argued_and_waived_and_who_is_asked():
    gdpr, strict = resolve("gdpr-anonymisation-wp29"), resolve("strict-public-release")
    assert gdpr.argument is not None
    general = {c.what: c for c in difference(gdpr, strict).general}
    assert general["waivers.max_days"] == Change("waivers.max_days", 90, 0, TIGHTER)
    wider = replace(gdpr, argument=replace(gdpr.argument, cap=0.5))
    assert difference(gdpr, wider).general == (Change("attack_probability.cap", 0.33, 0.5, LOOSER),)
    closed = replace(gdpr, argument=replace(gdpr.argument, contexts=()))
    assert {c.direction for c in difference(gdpr, closed).general} == {TIGHTER}
    assert {c.direction for c in difference(closed, gdpr).general} == {LOOSER}
    # What is asked in no context that is still allowed is not missed.
    gone = {r.rule for r in difference(gdpr, strict).rules if r.kind is RuleDifference.REMOVED}
    assert gone == set()


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"contexts": (Tier.PUBLIC,)}, Change("contexts", "all", "public", LOOSER)),
        ({"if_stated": True}, Change("if_stated", False, True, LOOSER)),
        ({"max_age_months": 6}, Change("max_age_months", None, 6, TIGHTER)),
    ],
)
def test_a_statement_may_be_asked_less(change, expected: Change):
    said = {"measure": "declared.contract", "limit": None}
    before, after = with_rule(**said), with_rule(**said, **change)
    assert changes(before, after) == (expected,)
    back = changes(after, before)[0]
    assert back.direction is (TIGHTER if expected.direction is LOOSER else LOOSER)


def test_another_claim_is_neither_tighter_nor_looser():
    before, after = with_rule(limit=Limit(declared="a.b")), with_rule(limit=Limit(declared="a.c"))
    assert changes(before, after) == (Change("limit as claimed", "a.b", "a.c", OTHER),)
