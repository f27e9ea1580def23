"""The paper of an assessment: every rendition as bytes under the name of its file.

Renderers are imported when they are asked for: the PDF and the figures weigh more than all else.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from audit.errors import RenderError
from audit.evidence import bundle
from audit.facts.history import History
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report.view import View, build_view

FORMATS = ("pdf", "html", "json", "junit", "sarif", "md")
"""`json` names the fact files, which are always written."""


@dataclass(frozen=True, slots=True)
class Renditions:
    """What could be made, and what could not."""

    files: Mapping[str, bytes]
    """File name -> content."""
    missing: Mapping[str, str] = field(default_factory=dict)
    """File name -> why it was not made; only of formats that nobody asked for by name."""


def render_files(
    run: AuditRun,
    verdict: Verdict,
    *,
    policy: Policy,
    declared: Declared,
    facts: Mapping[str, bytes],
    formats: Sequence[str] | None = None,
    report_only: bool = False,
    history: History | None = None,
) -> Renditions:
    """Render an assessment.

    Parameters
    ----------
    facts
        The fact files (name -> bytes); the PDF carries them.
    formats
        Some of `FORMATS`; None for all that this machine can make.
    report_only
        Mark every page: the verdict opened no gate.
    history
        What was tried before, where a ledger knows.

    Raises
    ------
    RenderError
        If a format that was asked for by name cannot be made.
    """
    view = build_view(run, verdict, policy, declared, report_only=report_only, history=history)
    files = {bundle.NEXT_STEPS: _next_steps(view), bundle.COLUMNS: _columns(view)}
    for name in formats or FORMATS:
        if name in _PLAIN:
            file, make = _PLAIN[name]
            files[file] = make(view)
    if formats is not None and "pdf" not in formats:
        return Renditions(files)
    try:
        files[bundle.PDF] = _pdf(files.get(bundle.HTML) or _html(view), facts)
    except RenderError as error:
        if formats is not None:
            raise
        return Renditions(files, {bundle.PDF: f"{error.message}. {error.hint}"})
    return Renditions(files)


def _pdf(html: bytes, facts: Mapping[str, bytes]) -> bytes:
    from audit.report.pdf import to_pdf

    return to_pdf(html, attachments=facts)


def _html(view: View) -> bytes:
    from audit.report.html import to_html

    return to_html(view)


def _markdown(view: View) -> bytes:
    from audit.report.markdown import to_markdown

    return to_markdown(view).encode()


def _junit(view: View) -> bytes:
    from audit.report.junit import to_junit

    return to_junit(view)


def _sarif(view: View) -> bytes:
    from audit.report.sarif import to_sarif

    return to_sarif(view)


def _columns(view: View) -> bytes:
    from audit.report.columns import to_columns

    return to_columns(view)


def _next_steps(view: View) -> bytes:
    from audit.report.next_steps import to_next_steps

    return to_next_steps(view).encode()


_PLAIN: Mapping[str, tuple[str, Callable[[View], bytes]]] = {
    "html": (bundle.HTML, _html),
    "md": (bundle.MARKDOWN, _markdown),
    "junit": (bundle.JUNIT, _junit),
    "sarif": (bundle.SARIF, _sarif),
}
