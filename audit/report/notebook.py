"""An assessment in a notebook: the decision and one row per rule, short, without any script.

A notebook is handed on and committed, so it has the wording for outsiders: no column, no small
count. Colours are those of the notebook, light or dark; outcomes are told by words.
"""

from collections.abc import Iterator
from html import escape

from audit.report import outcome
from audit.report.markdown import sentence
from audit.report.screen import typewritten
from audit.report.shapes import RuleLine, View

_CELL = "text-align: left; vertical-align: top; padding: 0.2em 1em 0.2em 0"
_RULE = "border-top: 1px solid rgba(128, 128, 128, 0.5)"
_EDGES = {"met": "#3a8f63", "waived": "#3a7ca5", "not-met": "#c8553d"}
"""Middle tones that show on white and on black; the word says the same."""
_OTHER = "#b8860b"
_QUIET = (outcome.MET, outcome.NOT_EXCEEDED, outcome.NO_ALARM, outcome.NOT_APPLICABLE)


def to_notebook(view: View) -> str:
    """Return a piece of HTML: verdict, deciding sentence, rules worst first."""
    page = view.decision
    lines = sorted(view.outside, key=lambda line: outcome.loudness(line.mark))
    quiet = [line for line in lines if line.mark in _QUIET]
    loud = [line for line in lines if line.mark not in _QUIET]
    edge = _EDGES.get(page.verdict.shape, _OTHER)
    pieces = [
        f'<div style="border-left: 0.3em solid {edge}; padding-left: 1em">',
        f"<p><strong>{_safe(page.verdict.word)}</strong><br>",
        f"{_safe(view.release)} · policy {_safe(page.policy)} · context {_safe(page.context)} · ",
        f"{_safe(view.document)}</p>",
        f"<p>{_safe(sentence(view))}</p>",
        *(f"<p><em>{_safe(flag)}</em></p>" for flag in page.flags),
        *(_table(loud) if loud else ()),
        *_folded(quiet),
        f"<p>{_safe(page.coverage.total + page.coverage.counts + page.coverage.rest)}</p>",
        "</div>",
    ]
    return "".join(pieces)


def _folded(lines: list[RuleLine]) -> Iterator[str]:
    if lines:
        yield f"<details><summary>{len(lines)} more: met, no alarm, or not applicable</summary>"
        yield from _table(lines)
        yield "</details>"


def _table(lines: list[RuleLine]) -> Iterator[str]:
    yield '<table style="border-collapse: collapse; color: inherit; font-size: inherit"><thead><tr>'
    for head in ("Rule", "Measurement", "Outcome", "Result"):
        yield f'<th scope="col" style="{_CELL}">{head}</th>'
    yield "</tr></thead><tbody>"
    for line in lines:
        result = line.message.partition(": ")[2]
        yield f'<tr style="{_RULE}"><th scope="row" style="{_CELL}">{_safe(line.id)}</th>'
        for cell in (line.name, line.mark.word, result):
            yield f'<td style="{_CELL}">{_safe(cell)}</td>'
        yield "</tr>"
    yield "</tbody></table>"


def _safe(text: str) -> str:
    return escape(typewritten(text))
