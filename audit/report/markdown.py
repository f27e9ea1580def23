"""The verdict as Markdown, for a job summary or a pull request: wording for outsiders."""

import re

from audit.report import outcome
from audit.report.pieces import Span, plain
from audit.report.shapes import RuleLine, View

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~@$&])")
_LINKED = re.compile(r"(?<=[A-Za-z]):(?=//)|(?<=[Ww]{3})\.")
"""What makes a link of plain text, without any mark."""
_CALLED = str.maketrans({"@": "\uff20", "#": "\uff03"})
"""A code host looks for people and issues after it has read the escapes."""


def to_markdown(view: View) -> str:
    """Return verdict, deciding sentence and one row per rule; no column names, no small counts."""
    page = view.decision
    lines = [
        f"# {escaped(page.verdict.word)}",
        "",
        f"Synthetic data privacy assessment · {escaped(view.release)} · {escaped(view.document)}",
        "",
        f"Policy **{escaped(page.policy)}**. Context **{escaped(page.context)}**: "
        f"{escaped(page.context_words)}",
        "",
        "".join(_span(s) for s in page.sentence_external),
        "",
        *(f"> {escaped(flag)}" for flag in page.flags),
        *([""] if page.flags else []),
        escaped(page.coverage.total + page.coverage.counts + page.coverage.rest),
        "",
        "| Rule | Measurement | Result | Outcome |",
        "| --- | --- | --- | --- |",
        *(_row(line) for line in sorted(view.outside, key=_loudness)),
        "",
        *_waivers(view),
        "This is a technical assessment. It is not legal advice, nor a determination that the "
        "data are anonymous or that any processing is lawful.",
    ]
    return "\n".join(lines) + "\n"


def _waivers(view: View) -> list[str]:
    lines = [f"- Waiver {escaped(line)}" for line in view.decision.waivers_external]
    return [*lines, ""] if lines else []


def _span(span: Span) -> str:
    if not span.strong:
        return escaped(span.text)
    words = span.text.strip()
    # Markdown knows no bold that begins or ends with a space.
    before, after = (" " if edge.isspace() else "" for edge in (span.text[:1], span.text[-1:]))
    return f"{before}**{escaped(words)}**{after}"


def _loudness(line: RuleLine) -> int:
    return outcome.loudness(line.mark)


def _row(line: RuleLine) -> str:
    result = line.message.partition(": ")[2]
    required = "" if line.required else " (optional)"
    cells = (line.id + required, line.name, result, line.mark.word)
    return "| " + " | ".join(escaped(cell) for cell in cells) + " |"


def escaped(text: str) -> str:
    """Escape what Markdown, HTML or a chat would read as more than text."""
    text = _LINKED.sub(r"\\\g<0>", _SPECIAL.sub(r"\\\1", text.translate(_CALLED)))
    return text.replace("\\&", "&amp;").replace("\\<", "&lt;")


def sentence(view: View) -> str:
    """Return the deciding sentence in plain words for outsiders."""
    return plain(view.decision.sentence_external)
