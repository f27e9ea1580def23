"""Every profile under other terms: what is over, what is too old, what was argued.

One file for all: per profile the verdict, the rules that come out otherwise than with everything
stated, and the limits that were raised. Look at the difference, and only then:
python -m tests.golden.test_terms
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from audit.facts.judgement import Declared, Policy, Tier, Verdict
from audit.facts.measurement import AuditRun
from audit.policy.grade import grade
from audit.policy.load import profiles, resolve
from tests.golden.releases import DAY, safe, stated
from tests.golden.test_profiles import told
from tests.policy.sample import WORST, measured, with_measurements

HERE = Path(__file__).parent / "terms.json"


def between() -> AuditRun:
    """Linking gains .08, at least .06 and at most .11: beyond .05, and within .25."""
    gain = measured("excess", (0.08, 0.06, 0.11), WORST)
    return with_measurements(safe(), "linkability", gain)


def expired(said: Declared) -> Declared:
    """Every statement ended yesterday."""
    over = (DAY - timedelta(days=1)).isoformat()
    return replace(said, evidence={k: {**v, "expires": over} for k, v in said.evidence.items()})


def aged(said: Declared) -> Declared:
    """Every statement was made thirteen months ago."""
    old = (DAY - timedelta(days=400)).isoformat()
    made = {k: {**v, "date": old} for k, v in said.evidence.items()}
    return replace(said, evidence=made)


def terms(tier: Tier) -> Mapping[str, Declared]:
    said = stated(tier)
    plain = {"expired": expired(said), "aged": aged(said)}
    argued = replace(said, p_attack=0.2)
    return {
        **plain,
        "argued": argued,
        "argued, without an assessment": replace(
            argued,
            evidence={k: v for k, v in said.evidence.items() if k != "context_assessment"},
        ),
        "argued, aged": aged(argued),
    }


def narrowest(policy: Policy) -> Tier:
    return policy.contexts_allowed[-1]


def summary(verdict: Verdict, plain: Verdict) -> dict[str, object]:
    before = {f.rule.id: told(f) for f in plain.findings}
    argument = verdict.argument
    return {
        "verdict": str(verdict.status),
        "argument": None if argument is None else f"{argument.applied:g} ({argument.code})",
        "otherwise": {f.rule.id: told(f) for f in verdict.findings if before[f.rule.id] != told(f)},
        "raised": {
            f.rule.id: f"{f.limit_of_policy:g} -> {f.limit:g}"
            for f in verdict.findings
            if f.limit_of_policy is not None and f.limit is not None
        },
    }


def concluded() -> str:
    made: dict[str, object] = {}
    for name in profiles():
        policy = resolve(name)
        tier = narrowest(policy)
        plain = grade(policy, between(), stated(tier))
        cases = {n: grade(policy, between(), said) for n, said in terms(tier).items()}
        made[name] = {
            "context": str(tier),
            "verdict": str(plain.status),
            "terms": {n: summary(verdict, plain) for n, verdict in cases.items()},
        }
    return json.dumps(made, indent=1) + "\n"


def test_every_rule_finds_under_other_terms_what_it_found():
    assert concluded() == HERE.read_text("utf-8")


def test_what_is_over_opens_every_required_statement_and_nothing_else():
    for name, found in json.loads(HERE.read_text("utf-8")).items():
        otherwise = found["terms"]["expired"]["otherwise"]
        assert set(otherwise.values()) == {"inconclusive: evidence_expired"}, name
        rules = {rule.id: rule for rule in resolve(name).rules}
        assert all(rules[rule].is_declared for rule in otherwise)


if __name__ == "__main__":
    HERE.write_text(concluded(), encoding="utf-8")
