"""Everything about a folder at once."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from audit.evidence.bundle import RUN, VERDICT
from audit.evidence.pades import is_signed
from audit.evidence.signing import PublicKey
from audit.evidence.verification.attached import attached_remarks
from audit.evidence.verification.facts import Read, read_facts
from audit.evidence.verification.graded import builtin, graded_remarks
from audit.evidence.verification.held import Held, read_folder
from audit.evidence.verification.listed import listed_remarks, manifest_of
from audit.evidence.verification.papers import paper_remarks
from audit.evidence.verification.recorded import history_remarks, ledger_remarks
from audit.evidence.verification.relied import relied_remarks
from audit.evidence.verification.stated import stated
from audit.evidence.verification.tables import table_remarks
from audit.facts.verification import Remark, Step, Verification
from audit.text import safe_text


@dataclass(frozen=True, slots=True)
class Asked:
    """What a folder is held against."""

    as_of: date
    keys: Sequence[PublicKey] = ()
    """Each of them must have signed."""
    digests: Mapping[str, str] = field(default_factory=dict)
    """Table -> digest as it is today."""
    rendered: bool = False
    """Whether the renditions are made again, which takes seconds."""
    ledger: str | None = None
    """Where the verdict should be recorded."""


def verify_folder(folder: Path, asked: Asked) -> Verification:
    """Look at the folder of a run.

    Raises
    ------
    DataError
        If there is no run.
    """
    return verify_files(read_folder(folder), asked, name=safe_text(folder.resolve().name))


def verify_files(held: Held, asked: Asked, *, name: str) -> Verification:
    """Look at the files of a run; everything that differs is told at once."""
    manifest = manifest_of(held.files)
    written_by = "" if manifest is None else manifest.version
    read = read_facts(held.files)
    current = builtin(read)
    attestation = stated(held.files, read, written_by=written_by, keys=asked.keys)
    remarks = (
        *listed_remarks(held),
        *read.remarks,
        *graded_remarks(held.files, read, written_by=written_by, current=current),
        *attached_remarks(held.files),
        *_rendered(held, read, asked, written_by),
        *attestation.remarks,
        *paper_remarks(held.files),
        *table_remarks(read.facts.get(RUN), asked.digests),
        *history_remarks(held.files, read.facts),
        *ledger_remarks(held.files, read.facts, asked.ledger),
        *relied_remarks(read.facts, on=asked.as_of, current=current),
    )
    verdict = read.facts.get(VERDICT)
    return Verification(
        folder=name,
        as_of=asked.as_of,
        written_by=safe_text(written_by),
        verdict="" if verdict is None else verdict.status.value,
        signed_by=attestation.signed_by,
        vouched=tuple(k.id for k in asked.keys if k.id in attestation.signed_by),
        steps=_steps(held, asked),
        remarks=remarks,
    )


def _steps(held: Held, asked: Asked) -> tuple[Step, ...]:
    """Return what there was to look at."""
    papers = [content for name, content in held.files.items() if name.endswith(".pdf")]
    left_out = {
        Step.RENDITIONS: not asked.rendered,
        Step.PAPER: not papers,
        Step.LEDGER: asked.ledger is None,
        Step.PDF_SIGNATURES: not any(is_signed(paper) for paper in papers),
    }
    return tuple(step for step in Step if not left_out.get(step, False))


def _rendered(held: Held, read: Read, asked: Asked, written_by: str) -> Iterator[Remark]:
    if asked.rendered:
        # Renderers weigh more than all else.
        from audit.evidence.verification.rendered import rendered_remarks

        yield from rendered_remarks(held.files, read.facts, written_by=written_by)
