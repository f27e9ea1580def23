"""Which columns the tables share, and where they disagree."""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from audit.data.faults import Fault, Side, listed, quoted
from audit.data.sheet import Sheet


@dataclass(frozen=True, slots=True)
class Agreement:
    """The columns of the tables, compared by name."""

    shared: tuple[str, ...]
    """In every table, in the order of the real one."""
    withheld: tuple[str, ...]
    """In real, not in the synthetic table."""
    extra: Mapping[Side, tuple[str, ...]]
    """Per side, columns that real lacks; ignored."""
    faults: tuple[Fault, ...]


def agreement_of(sheets: Mapping[Side, Sheet]) -> Agreement:
    """Compare the column names of all tables.

    A column that only the synthetic table lacks is no fault: identifiers are rightly withheld, and
    of any other the audit says so. One that the holdout lacks is: half a comparison is none.
    """
    real = sheets["real"].names
    held = {s: frozenset(sheet.names) for s, sheet in sheets.items()}
    others = [s for s in sheets if s != "real"]
    extra = {s: tuple(n for n in sheets[s].names if n not in held["real"]) for s in others}
    faults: list[Fault] = []
    for side in others:
        faults += _nearly_alike([n for n in real if n not in held[side]], extra[side], side)
        lacking = [n for n in real if n in held["synthetic"] and n not in held[side]]
        if lacking:
            faults.append(Fault(side, f"lacks {listed(lacking)}, which the real table has"))
    shared = tuple(n for n in real if all(n in names for names in held.values()))
    if not shared and not faults:
        faults.append(Fault("synthetic", "shares no column with the real table"))
    return Agreement(
        shared=shared,
        withheld=tuple(n for n in real if n not in held["synthetic"]),
        extra=extra,
        faults=tuple(faults),
    )


def _nearly_alike(lacking: Sequence[str], extra: Sequence[str], side: Side) -> list[Fault]:
    wanted = {_folded(n): n for n in lacking if _folded(n)}
    return [
        Fault(
            side,
            f"has a column {quoted(n)} where the real table has {quoted(wanted[_folded(n)])}",
            "Spell column names alike in all tables.",
        )
        for n in extra
        if _folded(n) in wanted
    ]


def _folded(name: str) -> str:
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "".join(c for c in plain if c.isalnum())
