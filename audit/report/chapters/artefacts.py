"""Section 4: what was assessed, measured and stated in columns of their own."""

from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun, InputFacts
from audit.facts.plugins import PluginFacts
from audit.report.annex import value_words
from audit.report.assumed import split_words
from audit.report.chapters.given import Given, chapter
from audit.report.digits import listed, plural, write_count
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Fact, Table
from audit.report.sentences import phrase, say
from audit.text import safe_text
from audit.wire.canonical import sha256_of, to_canonical

_INPUTS = ("synthetic", "real", "holdout", "reference")
_STEP = 5
"""Sizes of tables are rounded to it."""


def artefacts(given: Given) -> PlainSection:
    """Return the identification: tables with their digests, policy, program, seed."""
    synthetic = given.run.provenance.inputs.get("synthetic")
    is_bound = synthetic is not None and synthetic.digest is not None
    facts = run_facts(given.run, given.verdict, policy=given.policy)
    return chapter(
        "artefacts",
        answer=phrase("artefacts", "answer" if is_bound else "answer_unbound"),
        passages=(
            Passage(table=inputs_table(given.run, given.declared)),
            Passage(title=say("artefacts", "run"), facts=facts, tail=say("artefacts", "tail")),
        ),
    )


def inputs_table(run: AuditRun, declared: Declared) -> Table:
    """Return the tables with their sizes and digests, beside what was stated of them."""
    given = run.provenance.inputs
    names = [n for n in _INPUTS if n in given] + sorted(set(given) - set(_INPUTS))
    return Table(
        caption=say("artefacts", "table"),
        scope=say("artefacts", "table_scope"),
        heads=(
            "Artefact",
            "Measured by the tool",
            "Digest",
            "Stated by the operator, not verified",
        ),
        rows=tuple(_input_row(n, given[n], run, declared) for n in names),
        mono=frozenset({2}),
        is_prose=True,
    )


def _input_row(name: str, facts: InputFacts, run: AuditRun, declared: Declared) -> tuple[str, ...]:
    size = f"{plural(_rounded(facts.rows), 'row')}, {plural(facts.columns, 'column')}"
    people = run.release.people.get(name)
    if people is not None and people != facts.rows:
        size += f", {write_count(_rounded(people))} people"
    kind = "SHA-256" if name == "synthetic" else "HMAC-SHA-256"
    kind += " of the content" if facts.digest_of == "content" else ""
    digest = "none: this report is not bound to the file"
    if facts.digest:
        digest = f"{kind} {grouped(facts.digest)}"
    return (safe_text(name, 20), size, digest, _stated(name, run, declared))


def _rounded(count: int) -> int:
    return _STEP * round(count / _STEP)


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


def grouped(digest: str, size: int = 8) -> str:
    """Return a digest in groups, so that two of them can be compared by eye."""
    clean = safe_text(digest)
    return " ".join(clean[i : i + size] for i in range(0, len(clean), size))


def run_facts(run: AuditRun, verdict: Verdict, *, policy: Policy) -> tuple[Fact, ...]:
    """Return what the numbers depend on: program, seed, schema, policy, parameters."""
    made = run.provenance
    given = made.seed_source == "given"
    source = "given by the operator" if given else "derived from the synthetic data and the version"
    return (
        Fact("Policy", _policy_words(verdict, policy), grouped(verdict.policy_sha256)),
        Fact("Run", "SHA-256 of run.json", grouped(verdict.run_sha256)),
        *_schema(run),
        Fact("Program", f"{safe_text(made.tool, 40)} {safe_text(made.version, 40)}"),
        *(_plugin(p) for p in made.plugins),
        Fact("Seed", f"{made.seed}, {source}"),
        *(
            Fact(safe_text(k, 30).replace("_", " "), value_words(v))
            for k, v in sorted(made.parameters.items())
        ),
    )


def _policy_words(verdict: Verdict, policy: Policy) -> str:
    name = f"{safe_text(verdict.policy_id, 60)} {safe_text(verdict.policy_version, 20)}"
    changes = f"which extends {safe_text(policy.extends, 100)}, " if policy.extends else ""
    law = f"law as of {safe_text(policy.legal_snapshot, 30)}"
    return f"{name}, {changes}{law}; SHA-256 of policy.json"


def _schema(run: AuditRun) -> tuple[Fact, ...]:
    """The digest of names, kinds and roles; nothing where no column is named."""
    columns = run.release.columns
    if not columns or not all(c.name for c in columns):
        return ()
    entries: list[object] = [
        {"name": c.name, "kind": c.kind, "roles": list(c.roles), "source": c.source}
        for c in columns
    ]
    digest = sha256_of(to_canonical({"columns": entries}, "the columns"))
    return (Fact("Schema", "SHA-256 of names, kinds and roles of the columns", grouped(digest)),)


def _plugin(plugin: PluginFacts) -> Fact:
    came = f"{safe_text(plugin.distribution, 60)} {safe_text(plugin.version, 40)}"
    ids = listed(tuple(safe_text(c, 60) for c in plugin.checks), longest=4)
    words = f"{safe_text(plugin.name, 60)} ({came}): {ids}; checks of others. SHA-256 of its files"
    return Fact("Plug-in", words, grouped(plugin.digest))
