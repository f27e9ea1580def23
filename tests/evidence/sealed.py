"""A small finished folder: met with a waiver, graded on 1 October 2026, with a PDF of one line."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from audit.api import Assessment, grade
from audit.api.judging import write_into
from audit.evidence.execution import Execution
from audit.evidence.renditions import Renditions, render_files
from audit.evidence.signing import PublicKey, Signer, read_signer
from audit.evidence.verification.held import Held, read_folder
from audit.evidence.verification.whole import Asked, verify_files
from audit.facts.judgement import VerdictStatus
from audit.facts.measurement import AuditRun
from audit.facts.verification import Code, Step, Verification, Weight
from audit.facts.versions import VERSIONS
from audit.report.pdf import to_pdf
from tests.policy.test_waivers import FAILING, LK1, linked, stated

GRADED, LATER = date(2026, 10, 1), date(2026, 10, 20)
"""The waiver holds until 1 November 2026."""
PAGE = b'<!doctype html><html lang="en-GB"><title>Audit</title><p>Met, with a waiver.</p></html>'
SECRET = """\
-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIAABAgMEBQYHCAkKCwwNDg8QERITFBUWFxgZGhscHR4f
-----END PRIVATE KEY-----
"""
"""The bytes 0 to 31: known to everybody, and good for nothing but tests."""
PUBLIC = """\
-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----
"""
FACTS = ("run.json", "policy.json", "declared.json", "verdict.json")


def today(run: AuditRun) -> AuditRun:
    """The run as today's checks would have measured it."""
    cards = (replace(r.card, version=VERSIONS[r.card.id]) for r in run.results)
    results = tuple(replace(r, card=c) for r, c in zip(run.results, cards, strict=True))
    return replace(run, results=results)


@cache
def assessment() -> Assessment:
    made = grade(today(linked(FAILING)), declared=stated(LK1), as_of=GRADED)
    assert made.verdict.status is VerdictStatus.MET_WITH_WAIVERS
    started, ended = (datetime(2026, 10, 1, 9, m, tzinfo=UTC) for m in (0, 5))
    return replace(made, execution=Execution(started, ended, {"linkability": 1.5}))


@cache
def paper() -> Mapping[str, bytes]:
    """Everything that is rendered, with a PDF of one line in place of the report."""
    made = assessment()
    facts = {name: content for name, content in made.to_files().items() if name in FACTS}
    files = render_files(
        made.run,
        made.verdict,
        policy=made.policy,
        declared=made.declared,
        facts=facts,
        formats=("md", "junit", "sarif"),
    ).files
    return {**files, "report.pdf": to_pdf(PAGE, attachments=facts)}


def write(
    folder: Path, signer: Signer | None = None, instead: Mapping[str, bytes | None] | None = None
) -> Path:
    """Write the folder; of `instead`, bytes replace a file and None leaves it out."""
    files = {**assessment().to_files(), **paper(), **(instead or {})}
    kept = {name: content for name, content in files.items() if content is not None}
    folder.mkdir(parents=True, exist_ok=True)
    write_into(folder, kept, Renditions({}), signer)
    return folder


def signer(folder: Path) -> Signer:
    file = folder / "everybody.key"
    file.write_text(SECRET)
    return read_signer(file)


def look(
    held: Held | Path | Mapping[str, bytes],
    *keys: PublicKey,
    on: date = LATER,
    rendered: bool = False,
    digests: Mapping[str, str] | None = None,
) -> Verification:
    if isinstance(held, Path):
        held = read_folder(held)
    elif not isinstance(held, Held):
        held = Held(held, {})
    return verify_files(held, Asked(on, keys, digests or {}, rendered), name="run")


def told(found: Verification, weight: Weight = Weight.MISMATCH) -> set[tuple[Step, Code, str]]:
    return {(r.step, r.code, r.file) for r in found.of(weight)}


def codes(found: Verification, weight: Weight = Weight.MISMATCH) -> set[Code]:
    return {r.code for r in found.of(weight)}
