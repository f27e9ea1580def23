"""What a second expert needs: rules with their grounds, references, digests, parameters."""

import json
from collections.abc import Mapping, Sequence

from audit.facts.judgement import Decides, Declared, Finding, Policy, Rule, Verdict
from audit.facts.measurement import AuditRun, Result
from audit.report import outcome
from audit.report.argument import own_limit
from audit.report.digits import listed, look_for, write
from audit.report.names import measurement_of, rule_name
from audit.report.noticed import noticed_sentence
from audit.report.pieces import Reference, Table
from audit.report.sentences import say
from audit.report.shapes import Annex, RuleRow
from audit.report.waived import waiver_table
from audit.report.wording import stopped
from audit.text import safe_text

MOST_PARAMETERS = 40


def annex(run: AuditRun, verdict: Verdict, *, policy: Policy, declared: Declared) -> Annex:
    """Return the annex; nothing in it is needed to understand the verdict."""
    return Annex(
        rules=tuple(_rule_row(f, run, policy) for f in _in_order(verdict, policy)),
        citations=tuple(
            Reference(
                safe_text(c.key, 40),
                safe_text(c.text, 300),
                ", ".join(p for p in (safe_text(c.dated, 30), _read(is_verified=c.verified)) if p),
            )
            for c in policy.citations
        ),
        papers=_papers(run.results),
        parameters=_parameters(run.results),
        waivers=waiver_table(verdict, declared),
    )


def _in_order(verdict: Verdict, policy: Policy) -> tuple[Finding, ...]:
    order = {rule.id: i for i, rule in enumerate(policy.rules)}
    return tuple(sorted(verdict.findings, key=lambda f: order.get(f.rule.id, len(order))))


def _rule_row(finding: Finding, run: AuditRun, policy: Policy) -> RuleRow:
    rule = finding.rule
    basis = say("basis_short", rule.basis.value)
    return RuleRow(
        id=safe_text(rule.id, 24),
        asks=rule_name(rule, run),
        conditions=_conditions(rule),
        limit=_limit_words(finding),
        basis=f"{basis}, transposed" if rule.transposed else basis,
        grounds=_grounds(rule, policy),
        cite=stopped(", ".join(safe_text(c, 40) for c in rule.cite)),
        mark=outcome.mark_of(finding),
        noticed=noticed_sentence(finding, run),
    )


def _grounds(rule: Rule, policy: Policy) -> str:
    """Return the rationale; before it, uncut by it, why the rule is looser than in a parent."""
    rationale = stopped(safe_text(rule.rationale, 300))
    reason = policy.loosened.get(rule.id)
    if reason is None:
        return rationale
    return f"{say('basis_note', 'loosened', reason=stopped(safe_text(reason, 300)))} {rationale}"


def _read(*, is_verified: bool) -> str:
    return "verified" if is_verified else "not verified"


def _conditions(rule: Rule) -> str:
    traits = [
        rule.severity.value.capitalize(),
        "" if rule.required else "optional",
        "can only fail" if rule.decides.value == "fail_only" and rule.clears else "",
        "" if rule.clears else "alarm only",
        "" if rule.waivable else "cannot be waived",
        f"source {_read(is_verified=rule.verified)}",
    ]
    return f"{'; '.join(t for t in traits if t)}."


def _limit_words(finding: Finding) -> str:
    rule = finding.rule
    if rule.is_declared or finding.limit is None:
        asks = say("asks", rule.op.value) if rule.op.value in ("present", "complete") else ""
        months = rule.max_age_months
        return asks if months is None else asks + say("asks", "not_older", months=str(months))
    look = look_for(measurement_of(rule), limit=finding.limit)
    # A rule that can only fail is decided by the other end.
    end = "low" if rule.decides is Decides.FAIL_ONLY else rule.statistic.value
    words = f"{say('asks', end)} {_sign(rule)} {write(finding.limit, look)}"
    return words + look.suffix + own_limit(finding)


def _sign(rule: Rule) -> str:
    return "=" if rule.op.value == "==" else "≤"


def _papers(results: Sequence[Result]) -> tuple[Reference, ...]:
    users: dict[str, list[str]] = {}
    for result in results:
        for reference in result.card.references:
            users.setdefault(safe_text(reference, 200), []).append(safe_text(result.card.id, 60))
    return tuple(
        Reference("", text, listed(tuple(dict.fromkeys(ids)), longest=3))
        for text, ids in sorted(users.items())
    )


def value_words(value: object) -> str:
    """Return a parameter in one line."""
    words = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return safe_text(words, 120)


def _parameters(results: Sequence[Result]) -> Table:
    ruled = [r for r in results if r.params]
    bare = tuple(f"{safe_text(r.card.id, 60)} {r.card.version}" for r in results if not r.params)
    rows = tuple((safe_text(r.card.id, 60), str(r.card.version), _pairs(r.params)) for r in ruled)
    hidden = len(rows) - MOST_PARAMETERS
    more = [f"And {hidden} more, in run.json"] if hidden > 0 else []
    more += [f"Without parameters: {listed(bare, longest=MOST_PARAMETERS)}"] if bare else []
    return Table(
        caption="Checks and their parameters",
        scope="as they ran",
        heads=("Check", "Version", "Parameters"),
        rows=rows[:MOST_PARAMETERS],
        more=". ".join(more),
        mono=frozenset({0, 2}),
    )


def _pairs(params: Mapping[str, object]) -> str:
    return ", ".join(f"{safe_text(k, 30)} {value_words(v)}" for k, v in sorted(params.items()))
