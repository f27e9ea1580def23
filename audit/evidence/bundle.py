"""The files of a run, written in a fixed order and sealed.

The order makes a killed run harmless: facts first, the verdict after what it rests on, the list of
everything last. A folder without a manifest is not complete.
"""

from collections.abc import Mapping
from pathlib import Path

from audit.evidence.folder import write_file
from audit.evidence.manifest import CHECKSUMS, MANIFEST, checksums, manifest

RUN = "run.json"
EXECUTION = "execution.json"
POLICY = "policy.json"
DECLARED = "declared.json"
VERDICT = "verdict.json"
PDF = "report.pdf"
HTML = "report.html"
MARKDOWN = "summary.md"
JUNIT = "junit.xml"
SARIF = "results.sarif"
COLUMNS = "columns.csv"
NEXT_STEPS = "next-steps.yaml"
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
    for name in (MANIFEST, CHECKSUMS):
        (folder / name).unlink(missing_ok=True)
    for name in ORDER:
        if name in files:
            write_file(folder, name, files[name])


def seal(folder: Path) -> None:
    """List every file of the run in `manifest.json` and `SHA256SUMS`."""
    held = {name: (folder / name).read_bytes() for name in ORDER if (folder / name).is_file()}
    listed = manifest(held)
    write_file(folder, MANIFEST, listed)
    write_file(folder, CHECKSUMS, checksums({**held, MANIFEST: listed}))
