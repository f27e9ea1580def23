"""The files of a run, written in a fixed order and sealed.

The order makes a killed run harmless: facts first, the verdict after what it rests on, the list of
everything last, and what is attested of it. A folder without them is not complete.
"""

from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from audit.evidence.folder import remove_file, unwritable, write_file
from audit.evidence.manifest import CHECKSUMS, MANIFEST, checksums, manifest

RUN = "run.json"
EXECUTION = "execution.json"
POLICY = "policy.json"
DECLARED = "declared.json"
HISTORY = "history.json"
VERDICT = "verdict.json"
PDF = "report.pdf"
HTML = "report.html"
MARKDOWN = "summary.md"
JUNIT = "junit.xml"
SARIF = "results.sarif"
COLUMNS = "columns.csv"
NEXT_STEPS = "next-steps.yaml"
ATTESTATION = "attestation.json"
"""Written after the seal, by `closing`."""
EXTERNAL = "external"
"""Folder of the edition for outsiders."""
EXTERNAL_VERDICT = f"{EXTERNAL}/{VERDICT}"
EXTERNAL_PDF = f"{EXTERNAL}/{PDF}"
EXTERNAL_HTML = f"{EXTERNAL}/{HTML}"
ORDER = (
    RUN,
    EXECUTION,
    POLICY,
    DECLARED,
    HISTORY,
    VERDICT,
    PDF,
    HTML,
    MARKDOWN,
    JUNIT,
    SARIF,
    COLUMNS,
    NEXT_STEPS,
    EXTERNAL_VERDICT,
    EXTERNAL_PDF,
    EXTERNAL_HTML,
)


def write_files(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write some files of a run, in the fixed order; `seal` closes the folder afterwards.

    Raises
    ------
    RenderError
        If a file cannot be written; those before it are whole, it and those after it are absent.
    """
    unknown = sorted(files.keys() - set(ORDER))
    if unknown:
        raise ValueError(f"not a file of a run: {unknown[0]}")
    for name in (MANIFEST, CHECKSUMS, ATTESTATION):
        remove_file(folder, name)
    for name in ORDER:
        if name in files:
            write_file(folder, name, files[name])


def seal(folder: Path) -> None:
    """List every file of the run in `manifest.json` and `SHA256SUMS`.

    Raises
    ------
    RenderError
        If a file cannot be read back, or a list not written.
    """
    try:
        held = {name: (folder / name).read_bytes() for name in ORDER if (folder / name).is_file()}
    except OSError as error:
        raise unwritable(folder / MANIFEST, error) from None
    listed = manifest(held)
    write_file(folder, MANIFEST, listed)
    write_file(folder, CHECKSUMS, checksums({**held, MANIFEST: listed}))


def withdraw(folder: Path, *, verdict: bool) -> None:
    """Take back the seal of a folder, and its verdict: something could not be written."""
    for name in (ATTESTATION, CHECKSUMS, MANIFEST, *((VERDICT,) if verdict else ())):
        # What cannot be removed either is beyond help; the first failure is what is told.
        with suppress(OSError):
            (folder / name).unlink(missing_ok=True)
