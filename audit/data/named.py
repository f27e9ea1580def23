"""A table by its name: a file, the files of a folder or pattern, a part of a database."""

from pathlib import Path

from audit.data.digest import content_digest, keyed_digest
from audit.data.faults import Fault, Faulty, Side
from audit.data.several import is_several
from audit.data.sheet import Limits, Sheet
from audit.data.sources import DEFAULT_LIMITS, Source, read_source
from audit.database.address import AddressFault, Selection, is_address, selection_of
from audit.facts.measurement import InputFacts
from audit.text import safe_text


def read_named(
    side: Side,
    name: str,
    *,
    base: Path,
    digest_key: bytes | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Source:
    """Read the table that `name` stands for.

    Parameters
    ----------
    base
        Where relative paths start.

    Raises
    ------
    Faulty
        With every fault, each naming the side and what may be said of the place.
    """
    if is_address(name):
        return _of_database(side, name, base, digest_key=digest_key, limits=limits)
    if is_several(base / name):
        from audit.data.parts import read_parts

        where = f"{side} ({safe_text(Path(name).name, 60)})"
        try:
            sheet = read_parts(base / name, limits)
        except Faulty as refused:
            faults = refused.faults
        else:
            return _by_content(side, sheet, digest_key)
        raise Faulty(*(Fault(where, f.what, f.hint) for f in faults))
    return read_source(side, base / name, digest_key=digest_key, limits=limits)


def _of_database(
    side: Side, name: str, base: Path, *, digest_key: bytes | None, limits: Limits
) -> Source:
    from audit.data.sql_table import read_sql

    selection: Selection
    fault: Fault
    try:
        selection = selection_of(name, base=base)
    except AddressFault as told:
        # Not repeated: an address may hold a password.
        fault = Fault(side, told.what, told.hint)
    else:
        where = f"{side} ({selection.shown})"
        try:
            sheet = read_sql(selection, limits)
        except Faulty as refused:
            faults = refused.faults
        else:
            return _by_content(side, sheet, digest_key)
        raise Faulty(*(Fault(where, f.what, f.hint) for f in faults))
    raise Faulty(fault)


def _by_content(side: Side, sheet: Sheet, key: bytes | None) -> Source:
    """Return a source that no single file holds: its digest is that of the content."""
    content = content_digest(sheet) if side == "synthetic" or key else ""
    digest: str | None = content
    if side != "synthetic":
        digest = keyed_digest(content.encode("ascii"), key) if key else None
    facts = InputFacts(
        rows=sheet.n_rows,
        columns=len(sheet.cells),
        digest=digest,
        digest_of="file" if digest is None else "content",
    )
    return Source(side, sheet, facts, content if side == "synthetic" else "")
