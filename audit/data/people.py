"""Whose row is it: persons across the tables, matched by the column that names them."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.data.faults import Fault, Faulty, Side
from audit.data.notes import note
from audit.facts.measurement import PreflightFact

ROW = "row"
"""The unit of privacy where each record is a person of its own."""
# A person of real counts once, so it leaves the holdout; the reference holds neither of both.
_YIELDS_TO = {"holdout": ("real",), "reference": ("real", "holdout")}
_CODES = {"holdout": "same_person_both_sides", "reference": "reference_people_in_audit"}


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class People:
    """Persons per side, and which rows stay."""

    numbers: Mapping[Side, NDArray[np.int64]]
    """Shape (n,), the same number for the same person in every table; a side without the column
    is left out: its rows are persons."""
    kept: Mapping[Side, NDArray[np.bool_]]
    """Shape (n,), for the sides that lose rows."""
    notes: tuple[PreflightFact, ...] = ()


NOBODY = People({}, {})
"""Each row is a person."""


def people_of(codes: Mapping[Side, NDArray[np.int64]]) -> People:
    """Tell persons apart by the codes of the column that names them.

    Parameters
    ----------
    codes
        Per side that has the column, shape (n,), -1 where missing.

    Raises
    ------
    Faulty
        A real or holdout record names nobody, or nobody would be left in the holdout.
    """
    faults = [
        Fault(s, f"does not name the person in {int((c < 0).sum())} row(s)")
        for s, c in codes.items()
        if s in ("real", "holdout") and (c < 0).any()
    ]
    if faults:
        raise Faulty(*faults)
    kept: dict[Side, NDArray[np.bool_]] = {}
    notes: list[PreflightFact] = []
    for side, others in _YIELDS_TO.items():
        if side not in codes:
            continue
        known = np.concatenate([codes[o] for o in others if o in codes])
        twice = np.isin(codes[side], known[known >= 0])
        if not twice.any():
            continue
        if (~twice).sum() < 2:
            raise Faulty(Fault(side, "has fewer than two rows of people whom no other table holds"))
        kept[side] = ~twice
        people = float(len(np.unique(codes[side][twice])))
        notes.append(note(_CODES[side], {"people": people, "rows": float(twice.sum())}))
    return People({s: _own_number(c) for s, c in codes.items()}, kept, tuple(notes))


def _own_number(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Give each row without a name a person of its own."""
    return np.where(codes < 0, codes.max(initial=-1) + 1 + np.arange(len(codes)), codes)
