"""Lines to paste into audit.yaml: what was assumed, for a person to confirm or to change."""

import json
from collections.abc import Iterator

from audit.facts.names import EVIDENCE
from audit.report.shapes import Steps, View

WIDTH = 78


def to_next_steps(view: View) -> str:
    """Return YAML: every assumption as the line that would declare it."""
    steps = view.steps
    lines = [
        "# Lines for audit.yaml: what was assumed or is missing. Nobody has confirmed it.",
        "# Change what is wrong, keep what is right, paste it: a line that is kept is a statement.",
    ]
    if steps.remedies:
        lines += ["#", "# To decide what is open, cheapest first:"]
        lines += [f"#   {i}. {_comment(text)}" for i, text in enumerate(steps.remedies, 1)]
    body = list(_body(steps))
    lines += body or ["# Nothing is missing."]
    if steps.waivers:
        lines += [
            "#",
            "# What may be accepted for a while, in a file of its own (waivers.yaml), if",
        ]
        lines += ["# somebody asks for it and somebody else accepts it:", "#"]
        lines += [f"# {line}" for line in steps.waivers]
    return "\n".join(lines) + "\n"


def _body(steps: Steps) -> Iterator[str]:
    if steps.tier:
        yield f'context: {{tier: {_text(steps.tier)}, recipients: ""}}'
    if steps.policy:
        yield f"policy: {_text(steps.policy)}"
    if steps.sensitivity:
        yield f"parameters: {{sensitivity: {_text(steps.sensitivity)}}}"
    if steps.unit:
        yield "unit_of_privacy: row  # or the column that names the person"
    if steps.holdout:
        yield 'release: {holdout: ""}  # real records that the generator never saw'
    if steps.split:
        yield f'split: {{how: {_text(steps.split)}, stated_by: ""}}'
    if steps.candidates:
        yield "generator: {candidates: 1}  # how many releases were tried"
    if steps.earlier_releases:
        yield "earlier_releases: []  # other releases about the same people"
    yield from _columns(steps)
    yield from _evidence(steps)


def _columns(steps: Steps) -> Iterator[str]:
    if steps.columns:
        yield "columns:"
        for column in steps.columns:
            roles = ", ".join(column.roles)
            yield f"  {_text(column.name)}: {{role: [{roles}]}}"
        yield 'assigned_by: ""'
    if steps.unnameable:
        yield f"# {steps.unnameable} more columns have names with control characters: rename them."


def _evidence(steps: Steps) -> Iterator[str]:
    if not steps.evidence:
        return
    yield "evidence:"
    for key in steps.evidence:
        fields = ", ".join(f'{_text(name)}: ""' for name in EVIDENCE[key])
        yield f"  {_text(key)}: {{{fields}}}"


def _text(value: str) -> str:
    """Quote a name as JSON does, which YAML reads; a plain word stays plain."""
    is_plain = value.replace("_", "").replace("-", "").isalnum() and value.isascii()
    reserved = value.lower() in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    starts = value[:1].isalpha()
    return value if is_plain and starts and not reserved else json.dumps(value, ensure_ascii=False)


def _comment(text: str) -> str:
    return " ".join(text.split())
