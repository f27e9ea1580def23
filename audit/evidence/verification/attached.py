"""The PDF and the facts that travel with it: are they the ones that lie beside it?"""

from collections.abc import Iterator, Mapping

from audit.evidence.attachments import UnreadableError, attachments_of
from audit.evidence.bundle import DECLARED, PDF, POLICY, RUN, VERDICT
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text

FACTS = (RUN, POLICY, DECLARED, VERDICT)
"""What the report for insiders carries."""


def attached_remarks(files: Mapping[str, bytes]) -> Iterator[Remark]:
    """Yield every attachment of every PDF that is not the file beside it."""
    for name, content in sorted(files.items()):
        if name.endswith(".pdf"):
            yield from _of(name, content, files)


def _of(name: str, pdf: bytes, files: Mapping[str, bytes]) -> Iterator[Remark]:
    folder = name[: name.rfind("/") + 1]
    try:
        held = attachments_of(pdf)
    except UnreadableError:
        yield _differs(Code.PDF_UNREADABLE, name)
        return
    wanted = FACTS if name == PDF else (VERDICT,)
    for fact in wanted:
        if fact not in held:
            yield _differs(Code.ATTACHMENT_MISSING, name, fact)
    for fact, content in sorted(held.items()):
        beside = files.get(folder + fact)
        if beside is None:
            yield _differs(Code.ATTACHMENT_UNKNOWN, name, safe_text(fact))
        elif beside != content:
            yield _differs(Code.ATTACHMENT_DIFFERS, name, safe_text(fact))


def _differs(code: Code, file: str, detail: str = "") -> Remark:
    return Remark(Step.PAPER, Weight.MISMATCH, code, safe_text(file), detail)
