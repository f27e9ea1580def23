"""The ledger: every verdict that was given, in a chain that shows what was removed or edited.

An entry holds the digest of the one before it. Who edits or removes an entry breaks the chain; who
cuts off its end leaves a whole chain, which is found by the `history.json` of a run that it held,
or by a digest that was noted elsewhere.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from audit.database.address import Address, AddressFault, address_of
from audit.database.journal import Line, append, lines, prepare
from audit.database.trouble import DatabaseTrouble
from audit.errors import DataError, RenderError, UsageError
from audit.evidence.searching import tried_before
from audit.facts.history import ORIGIN, Audited, Entry, History
from audit.wire.entry import entry_from_text, entry_of

HINT = "Name another ledger with --ledger, or none with: --ledger none"


def default_place() -> str:
    """Return where the ledger is kept where nobody names one."""
    home = os.environ.get("XDG_DATA_HOME") or ""
    # A relative path there is to be ignored (XDG Base Directory Specification).
    folder = Path(home) if Path(home).is_absolute() else Path(os.path.expanduser("~/.local/share"))
    return str(folder / "synthgate" / "ledger.sqlite")


def require_ledger(place: str) -> None:
    """Make sure that a verdict can be recorded at `place`; make the ledger if there is none.

    Raises
    ------
    UsageError
        If no ledger can be kept at such an address.
    RenderError
        If it cannot be written.
    """
    address = _address(place)
    if address.file is not None and place == default_place():
        _make_folder(address.file.parent)
    trouble: DatabaseTrouble
    try:
        return prepare(address)
    except DatabaseTrouble as told:
        trouble = told
    raise _unwritable(address, trouble)


def record(place: str, audited: Audited) -> History:
    """Append a verdict, and return its entry with what was tried before it.

    Raises
    ------
    UsageError
        If no ledger can be kept at such an address.
    RenderError
        If it cannot be written.
    """
    address, now = _address(place), datetime.now(UTC)
    recorded = now.isoformat(timespec="seconds").replace("+00:00", "Z")
    made: list[History] = []

    def make(head: Line | None, same: Sequence[Line]) -> Line:
        sequence, previous = (1, ORIGIN) if head is None else (head.sequence + 1, head.sha256)
        entry, body = entry_of(audited, sequence=sequence, recorded=recorded, previous=previous)
        made[:] = [_history(entry, tuple(e for e in map(_entry, same) if e is not None))]
        return _line(entry, body)

    trouble: DatabaseTrouble
    try:
        append(address, audited.release, make)
    except DatabaseTrouble as told:
        trouble = told
    else:
        return made[0]
    raise _unwritable(address, trouble)


def entries(place: str, release: str | None = None) -> tuple[Entry, ...]:
    """Return the entries of a release, or all, the oldest first; unreadable ones are left out.

    Raises
    ------
    DataError
        If the ledger cannot be read.
    """
    return tuple(e for e in map(_entry, _stored(place, release)) if e is not None)


def find(place: str, run_sha256: str, verdict_sha256: str) -> tuple[Entry, ...]:
    """Return the entries of one verdict on one run; several where it was repeated.

    Raises
    ------
    DataError
        If the ledger cannot be read.
    """
    wanted = (run_sha256, verdict_sha256)
    return tuple(
        e for e in entries(place) if (e.audited.run_sha256, e.audited.verdict_sha256) == wanted
    )


@dataclass(frozen=True, slots=True)
class Chain:
    """What became of a ledger."""

    n: int
    head: str
    """SHA-256 of the last entry."""
    faults: tuple[str, ...]
    """Empty where no entry was removed or edited."""


def check(place: str, *, known: Sequence[str] = ()) -> Chain:
    """Follow the chain from its first entry to its last.

    Parameters
    ----------
    known
        Digests that some entry must have: those of `history.json` beside a verdict, or noted
        elsewhere. Only they tell that the end of a ledger was cut off.

    Raises
    ------
    DataError
        If the ledger cannot be read.
    """
    stored = _stored(place)
    faults = []
    sequence, previous = 0, ORIGIN
    for line in stored:
        if line.sequence != sequence + 1:
            faults.append(_gap(sequence + 1, line.sequence - 1))
        elif line.previous != previous:
            faults.append(f"entry {line.sequence} does not follow from the one before it")
        faults += _faults_of(line)
        sequence, previous = line.sequence, line.sha256
    held = {line.sha256 for line in stored}
    faults += [f"no entry has the digest {digest[:16]}…" for digest in known if digest not in held]
    return Chain(len(stored), previous, tuple(faults))


def _faults_of(line: Line) -> list[str]:
    """Return what of one stored line cannot be as it was written."""
    entry = _entry(line)
    if entry is None:
        return [f"entry {line.sequence} was edited: it cannot be read"]
    held = entry.audited
    written = (entry.sequence, held.release, held.run_sha256, held.verdict_sha256, entry.previous)
    stored = (line.sequence, line.release, line.run_sha256, line.verdict_sha256, line.previous)
    if entry.sha256 != line.sha256 or written != stored:
        return [f"entry {line.sequence} was edited: it does not have its digest"]
    return []


def _gap(first: int, last: int) -> str:
    if last < first:
        return f"entry {last + 1} stands in the wrong place"
    return (
        f"entry {first} is missing" if first == last else f"entries {first} to {last} are missing"
    )


def _stored(place: str, release: str | None = None) -> tuple[Line, ...]:
    address = _address(place)
    trouble: DatabaseTrouble
    try:
        return lines(address, release)
    except DatabaseTrouble as told:
        trouble = told
    raise DataError(f"the ledger ({address.shown}) cannot be read: {trouble.what}", trouble.hint)


def _address(place: str) -> Address:
    fault: AddressFault
    try:
        return address_of(place)
    except AddressFault as told:
        fault = told
    raise UsageError(
        f"the ledger {fault.what}",
        "Write the path of an SQLite file, or postgresql://USER@HOST/DATABASE.",
    )


def _unwritable(address: Address, trouble: DatabaseTrouble) -> RenderError:
    message = f"the ledger ({address.shown}) could not be written: {trouble.what}"
    return RenderError(message, trouble.hint or HINT)


def _make_folder(folder: Path) -> None:
    reason = ""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = str(error.strerror)
    if reason:
        raise RenderError(f"the ledger could not be written: no folder for it ({reason})", HINT)


def _entry(line: Line) -> Entry | None:
    try:
        return entry_from_text(line.body)
    except DataError:
        return None


def _line(entry: Entry, body: str) -> Line:
    held = entry.audited
    return Line(
        sequence=entry.sequence,
        release=held.release,
        run_sha256=held.run_sha256,
        verdict_sha256=held.verdict_sha256,
        body=body,
        previous=entry.previous,
        sha256=entry.sha256,
    )


def _history(entry: Entry, same: Sequence[Entry]) -> History:
    held = entry.audited
    return History(
        release=held.release,
        sequence=entry.sequence,
        recorded=entry.recorded,
        run_sha256=held.run_sha256,
        verdict_sha256=held.verdict_sha256,
        previous=entry.previous,
        sha256=entry.sha256,
        tried=tried_before(held, [e.audited for e in same]),
    )
