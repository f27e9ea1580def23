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
from audit.report.edition import Edition
from audit.report.external.facts import outward
from audit.report.inside import for_insiders
from audit.report.view import View, build_view
from audit.wire.external_verdict import external_verdict_to_bytes

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
    editions: Sequence[str] | None = None,
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
    editions
        `internal`, `external` or both; None for the internal one. Markdown, JUnit and SARIF are
        worded for outsiders unless `internal` alone is asked for by name.

    Raises
    ------
    RenderError
        If a format that was asked for by name cannot be made.
    """
    given = (run, verdict, policy, declared)
    view = build_view(*given, report_only=report_only, history=history)
    outside = build_view(*given, report_only=report_only, history=history, edition=Edition.EXTERNAL)
    alone = editions is not None and set(editions) == {Edition.INTERNAL}
    told = for_insiders(view, verdict, run, declared) if alone else outside
    files = {bundle.NEXT_STEPS: _next_steps(view), **_told(told, formats)}
    missing: dict[str, str] = {}
    if Edition.INTERNAL in (editions or (Edition.INTERNAL,)):
        files[bundle.COLUMNS] = _columns(view)
        pages = _Pages(bundle.HTML, bundle.PDF, facts)
        _add_pages(files, missing, view, pages, formats=formats)
    if Edition.EXTERNAL in (editions or ()):
        held = external_verdict(*given)
        files[bundle.EXTERNAL_VERDICT] = held
        pages = _Pages(bundle.EXTERNAL_HTML, bundle.EXTERNAL_PDF, {bundle.VERDICT: held})
        _add_pages(files, missing, outside, pages, formats=formats)
    return Renditions(files, missing)


def _told(view: View, formats: Sequence[str] | None) -> dict[str, bytes]:
    """Return the files for job summaries, build servers and code hosts."""
    wanted = (_PLAIN[name] for name in formats or FORMATS if name in _PLAIN)
    return {file: make(view) for file, make in wanted}


@dataclass(frozen=True, slots=True)
class _Pages:
    """The pages of one edition: the names of its files, and what its PDF carries."""

    html: str
    pdf: str
    attached: Mapping[str, bytes]


def _add_pages(
    files: dict[str, bytes],
    missing: dict[str, str],
    view: View,
    pages: _Pages,
    *,
    formats: Sequence[str] | None,
) -> None:
    if formats is None or "html" in formats:
        files[pages.html] = _html(view)
    if formats is not None and "pdf" not in formats:
        return
    try:
        files[pages.pdf] = _pdf(files.get(pages.html) or _html(view), pages.attached)
    except RenderError as error:
        if formats is not None:
            raise
        missing[pages.pdf] = f"{error.message}. {error.hint}"


def external_verdict(run: AuditRun, verdict: Verdict, policy: Policy, declared: Declared) -> bytes:
    """Return the verdict for outsiders: a function of the facts, so that it can be made again."""
    facts = outward(run, verdict, policy, declared)
    synthetic = facts.run.provenance.inputs.get("synthetic")
    digest = synthetic.digest if synthetic else None
    return external_verdict_to_bytes(facts.verdict, synthetic=digest)


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
    "md": (bundle.MARKDOWN, _markdown),
    "junit": (bundle.JUNIT, _junit),
    "sarif": (bundle.SARIF, _sarif),
}
