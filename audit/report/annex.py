"""What a second expert needs: rules with their grounds, references, digests, parameters."""

import json
from collections.abc import Mapping, Sequence

from audit.facts.judgement import Decides, Declared, Finding, Policy, Rule, Verdict
from audit.facts.measurement import AuditRun, InputFacts, Result
from audit.facts.plugins import PluginFacts
from audit.report import outcome
from audit.report.assumed import split_words
from audit.report.digits import listed, look_for, plural, write, write_count
from audit.report.names import measurement_of, rule_name
from audit.report.noticed import noticed_sentence
from audit.report.pieces import Fact, Reference, Table
from audit.report.sentences import say
from audit.report.shapes import Annex, RuleRow
from audit.report.waived import waiver_table
from audit.report.wording import stopped
from audit.text import safe_text

MOST_PARAMETERS = 40
_INPUTS = ("synthetic", "real", "holdout", "reference")


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
        inputs=_inputs(run, declared),
        run=_run_facts(run, verdict, policy=policy),
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
        return say("asks", rule.op.value) if rule.op.value in ("present", "complete") else ""
    look = look_for(measurement_of(rule), limit=finding.limit)
    # A rule that can only fail is decided by the other end.
    end = "low" if rule.decides is Decides.FAIL_ONLY else rule.statistic.value
    words = f"{say('asks', end)} {_sign(rule)} {write(finding.limit, look)}"
    return words + look.suffix


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


def _inputs(run: AuditRun, declared: Declared) -> Table:
    given = run.provenance.inputs
    names = [n for n in _INPUTS if n in given] + sorted(set(given) - set(_INPUTS))
    return Table(
        caption="What was assessed",
        scope="",
        heads=(
            "Artefact",
            "Measured by the tool",
            "Digest",
            "Stated by the operator, not verified",
        ),
        rows=tuple(_input_row(n, given[n], run, declared) for n in names),
        mono=frozenset({2}),
    )


def _input_row(name: str, facts: InputFacts, run: AuditRun, declared: Declared) -> tuple[str, ...]:
    size = f"{plural(facts.rows, 'row')}, {plural(facts.columns, 'column')}"
    people = run.release.people.get(name)
    if people is not None and people != facts.rows:
        size += f", {write_count(people)} people"
    kind = "SHA-256" if name == "synthetic" else "HMAC-SHA-256"
    kind += " of the content" if facts.digest_of == "content" else ""
    digest = "none: this report is not bound to the file"
    if facts.digest:
        digest = f"{kind} {_grouped(facts.digest)}"
    return (safe_text(name, 20), size, digest, _stated(name, run, declared))


def _stated(name: str, run: AuditRun, declared: Declared) -> str:
    generator = declared.generator
    if name == "synthetic":
        made = " ".join(generator.get(k, "") for k in ("name", "version")).strip()
        synthesis = f"{generator['synthesis']} synthetic" if generator.get("synthesis") else ""
        tried = f"{generator['candidates']} tried" if generator.get("candidates") else ""
        return safe_text(", ".join(p for p in (made, synthesis, tried) if p), 160)
    if name == "holdout" and run.release.split.source == "declared":
        by = f", by {declared.split_stated_by}" if declared.split_stated_by else ""
        used = ", ".join(run.release.split.holdout_used_for)
        rest = f"; used for {used}" if used else ""
        return safe_text(f"split {split_words(run.release.split.how)}{by}{rest}", 160)
    return ""


def _grouped(digest: str, size: int = 8) -> str:
    clean = safe_text(digest)
    return " ".join(clean[i : i + size] for i in range(0, len(clean), size))


def _run_facts(run: AuditRun, verdict: Verdict, *, policy: Policy) -> tuple[Fact, ...]:
    made = run.provenance
    source = (
        "given by the operator"
        if made.seed_source == "given"
        else ("derived from the synthetic data and the version")
    )
    return (
        Fact("Program", f"{safe_text(made.tool, 40)} {safe_text(made.version, 40)}"),
        *(_plugin(p) for p in made.plugins),
        Fact("Seed", f"{made.seed}, {source}"),
        Fact("Run", "SHA-256 of run.json", _grouped(verdict.run_sha256)),
        Fact(
            "Policy",
            f"{safe_text(verdict.policy_id, 60)} {safe_text(verdict.policy_version, 20)}, "
            f"{_changes(policy)}"
            f"law as of {safe_text(policy.legal_snapshot, 30)}; SHA-256 of policy.json",
            _grouped(verdict.policy_sha256),
        ),
        *(Fact(safe_text(k, 30).replace("_", " "), _value(v)) for k, v in made.parameters.items()),
    )


def _changes(policy: Policy) -> str:
    return f"which extends {safe_text(policy.extends, 100)}, " if policy.extends else ""


def _plugin(plugin: PluginFacts) -> Fact:
    came = f"{safe_text(plugin.distribution, 60)} {safe_text(plugin.version, 40)}"
    ids = listed(tuple(safe_text(c, 60) for c in plugin.checks), longest=4)
    words = f"{safe_text(plugin.name, 60)} ({came}): {ids}; checks of others. SHA-256 of its files"
    return Fact("Plug-in", words, _grouped(plugin.digest))


def _value(value: object) -> str:
    words = value if isinstance(value, str) else json.dumps(value, sort_keys=True)
    return safe_text(words, 120)


def _parameters(results: Sequence[Result]) -> Table:
    rows = tuple(
        (
            safe_text(r.card.id, 60),
            str(r.card.version),
            _pairs(r.params),
        )
        for r in results
    )
    hidden = len(rows) - MOST_PARAMETERS
    return Table(
        caption="Checks and their parameters",
        scope="as they ran",
        heads=("Check", "Version", "Parameters"),
        rows=rows[:MOST_PARAMETERS],
        more=f"and {hidden} more, in run.json" if hidden > 0 else "",
        mono=frozenset({0, 2}),
    )


def _pairs(params: Mapping[str, object]) -> str:
    return ", ".join(f"{safe_text(k, 30)} {_value(v)}" for k, v in sorted(params.items()))
