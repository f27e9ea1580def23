"""Does a ledger still hold the verdict of a finished run, and is it whole?"""

from pathlib import Path

from audit.errors import DataError
from audit.evidence import bundle
from audit.evidence.ledger import check, find
from audit.evidence.stored import read_stored
from audit.wire.canonical import sha256_of


def run_faults(place: str, folder: Path) -> tuple[str, ...]:
    """Return what is wrong with a ledger as seen from a run that it held; empty if nothing is.

    The `history.json` of the run names its entry: it is missed even where the end of the ledger was
    cut off, or the whole ledger was written anew.

    Raises
    ------
    DataError
        If the ledger cannot be read, or the folder holds no verdict.
    IntegrityError
        If the files of the folder do not belong together.
    """
    stored = read_stored(folder)
    if stored.verdict is None:
        raise DataError("no verdict stands beside this run", "Name the folder of a graded run.")
    history = stored.history
    chain = check(place, known=() if history is None else (history.sha256,))
    verdict = sha256_of((stored.folder / bundle.VERDICT).read_bytes())
    held = find(place, stored.verdict.run_sha256, verdict)
    return chain.faults if held else (*chain.faults, "no entry is about the verdict of this run")
