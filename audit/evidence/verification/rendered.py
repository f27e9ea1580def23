"""The renditions made again and compared: what the paper says is what the facts say.

It takes the program that wrote them. The PDF is also a function of the text libraries of the
system, which no file names: another PDF is told as a warning, not as tampering.
"""

from collections.abc import Iterator, Mapping
from importlib.metadata import PackageNotFoundError, version
from itertools import product
from typing import Any

from audit.errors import RenderError
from audit.evidence.bundle import (
    COLUMNS,
    DECLARED,
    EXECUTION,
    EXTERNAL_PDF,
    EXTERNAL_VERDICT,
    HISTORY,
    HTML,
    PDF,
    POLICY,
    RUN,
    VERDICT,
)
from audit.evidence.renditions import render_files
from audit.evidence.verification.attached import FACTS
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text
from audit.version import VERSION
from audit.wire.execution import ExecutionV1

_PLAIN = ("html", "md", "junit", "sarif")
_LIBRARIES = ("matplotlib", "jinja2", "weasyprint")


def rendered_remarks(
    files: Mapping[str, bytes], facts: Mapping[str, Any], *, written_by: str
) -> Iterator[Remark]:
    """Yield every rendition that says something else than it would if it were made again."""
    if written_by != VERSION:
        yield _remark(Weight.NOT_CHECKED, Code.OTHER_VERSION, detail=safe_text(written_by))
        return
    if any(name not in facts for name in FACTS):
        yield _remark(Weight.NOT_CHECKED, Code.NO_VERDICT)
        return
    try:
        made = _closest(files, facts)
    except RenderError as error:
        yield _remark(Weight.NOT_CHECKED, Code.CANNOT_BE_RENDERED, detail=error.message)
        return
    other = _other_libraries(facts.get(EXECUTION))
    for name in _differing(made, files):
        if other and name.endswith((".html", ".pdf")):
            yield _remark(Weight.NOT_CHECKED, Code.OTHER_LIBRARIES, name, other)
        elif name.endswith(".pdf"):
            yield _remark(Weight.WARNING, Code.PDF_DIFFERS, name)
        else:
            yield _remark(Weight.MISMATCH, Code.RENDITION_DIFFERS, name)


def _closest(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> Mapping[str, bytes]:
    """Return the renditions that differ least from those of the folder.

    Whether every page was marked as report-only, and whether the files for machines were asked for
    in the words of insiders, no file says: all are held against it until one is the same.
    """
    best: Mapping[str, bytes] = {}
    fewest = len(files) + 1
    for mark, editions in product((False, True), _editions(files)):
        made = _made(files, facts, report_only=mark, editions=editions)
        differing = len(_differing(made, files))
        if differing < fewest:
            best, fewest = made, differing
        if not fewest:
            break
    return best


def _editions(files: Mapping[str, bytes]) -> tuple[tuple[str, ...] | None, ...]:
    if EXTERNAL_VERDICT not in files:
        return None, ("internal",)
    inside = any(name in files for name in (HTML, PDF, COLUMNS))
    return (("internal", "external") if inside else ("external",),)


def _made(
    files: Mapping[str, bytes],
    facts: Mapping[str, Any],
    *,
    report_only: bool,
    editions: tuple[str, ...] | None,
) -> Mapping[str, bytes]:
    """Render the plain files, and the PDFs where there are some and the rest is the same."""
    args = (facts[RUN], facts[VERDICT])
    terms: dict[str, Any] = {
        "policy": facts[POLICY],
        "declared": facts[DECLARED],
        "history": facts.get(HISTORY),
        "facts": {name: files[name] for name in FACTS},
        "report_only": report_only,
        "editions": editions,
    }
    plain = render_files(*args, **terms, formats=_PLAIN).files
    if not {PDF, EXTERNAL_PDF} & files.keys() or _differing(plain, files):
        return plain
    return {**plain, **render_files(*args, **terms, formats=("pdf",)).files}


def _differing(made: Mapping[str, bytes], files: Mapping[str, bytes]) -> list[str]:
    """Return the files that differ; a signature is appended to a PDF and changes no byte of it."""
    return sorted(
        name
        for name, content in made.items()
        if name in files
        and not (
            files[name].startswith(content) if name.endswith(".pdf") else files[name] == content
        )
    )


def _other_libraries(execution: ExecutionV1 | None) -> str:
    """Return the libraries that make figures and pages and are of another version here."""
    if execution is None:
        return "execution.json is missing"
    return ", ".join(name for name in _LIBRARIES if execution.library(name) != _version(name))


def _version(library: str) -> str | None:
    try:
        return version(library)
    except PackageNotFoundError:
        return None


def _remark(weight: Weight, code: Code, file: str = "", detail: str = "") -> Remark:
    return Remark(Step.RENDITIONS, weight, code, file, detail)
