"""Small releases of which every peer's answers are frozen: seeded, and the same on any machine.

Values are made by additions and multiplications of uniform draws and rounded to six decimals, so no
library for logarithms or roots has a say, and a CSV file gives every number back.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
import pandas as pd
from numpy.typing import NDArray

SIDES = ("real", "holdout", "synthetic")
Tables: TypeAlias = Mapping[str, pd.DataFrame]
_LEVELS = {"a": 4, "b": 3, "c": 5}
_DIGITS = 6
_SEED = 20261128


@dataclass(frozen=True, eq=False)
class Reference:
    """One release, and what is asked of it."""

    tables: Tables
    halves: tuple[tuple[str, ...], tuple[str, ...]]
    """The two sources that linkability joins."""
    secrets: tuple[str, ...]
    """Columns that are inferred from all others."""

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns, in the order of the tables."""
        return tuple(str(c) for c in self.tables["real"])

    @property
    def numbers(self) -> tuple[str, ...]:
        """The columns of numbers."""
        return tuple(c for c in self.columns if c.startswith("n"))

    @property
    def codes(self) -> tuple[str, ...]:
        """The columns of categories."""
        return tuple(c for c in self.columns if not c.startswith("n"))

    @property
    def has_gaps(self) -> bool:
        """Whether any value is missing."""
        return any(bool(t.isna().any(axis=None)) for t in self.tables.values())

    @property
    def digest(self) -> str:
        """SHA-256 of the values of all tables."""
        text = "".join(f"{side}\n{as_csv(self.tables[side])}" for side in SIDES)
        return sha256(text.encode()).hexdigest()


def as_csv(table: pd.DataFrame) -> str:
    """Return a table as text that gives back the same values."""
    return table.to_csv(index=False, lineterminator="\n")


def reference(name: str) -> Reference:
    """Make one release; equal names give equal values.

    Raises
    ------
    KeyError
        If there is no release of that name.
    """
    tables = REFERENCES[name]()
    if "d" in tables["real"]:
        return Reference(tables, (("a", "b", "c"), ("d", "e", "f")), ("a", "d"))
    return Reference(tables, (("n1", "a", "b"), ("n2", "n3", "c")), ("a", "n3"))


def dense(made: Reference) -> Mapping[str, NDArray[np.float64]]:
    """Return the tables as matrices of numbers: shares of the pool's range, and one-hot levels.

    A missing number stands in the middle; a missing category is no level.
    """
    pool = pd.concat([made.tables[s] for s in SIDES[:2]])
    low, width = pool[[*made.numbers]].min(), np.ptp(pool[[*made.numbers]].to_numpy(), axis=0)
    levels = {c: sorted(pool[c].dropna().unique()) for c in made.codes}

    def matrix(table: pd.DataFrame) -> NDArray[np.float64]:
        scaled = ((table[[*made.numbers]] - low) / width).fillna(0.5).to_numpy()
        marks = [(table[c] == v).to_numpy(np.float64) for c, known in levels.items() for v in known]
        return np.column_stack([scaled, *marks]).astype(np.float64)

    return {side: matrix(table) for side, table in made.tables.items()}


def _draw(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw people: dependent categories, and numbers of a line, a bell and a long tail."""
    hidden = rng.random(n)
    a = (4 * hidden).astype(np.int64)
    b = np.where(rng.random(n) < 0.7, np.minimum(a // 2 + rng.integers(0, 2, n), 2), 0)
    c = (a + rng.integers(0, 3, n)) % 5
    tail = rng.random(n)
    numbers = {
        "n1": 10 + 40 * hidden + 10 * rng.random(n),
        "n2": 20 + 5 * b + 10 * rng.random((3, n)).sum(axis=0),
        "n3": 5 + 50 * tail * tail * tail * tail + 3 * c,
    }
    columns = {name: x.round(_DIGITS) for name, x in numbers.items()}
    return pd.DataFrame({**columns, **_labelled({"a": a, "b": b, "c": c})})


def _labelled(codes: Mapping[str, NDArray[np.int64]]) -> dict[str, list[str]]:
    return {name: [f"{name}{code}" for code in x.tolist()] for name, x in codes.items()}


def _draw_categories(rng: np.random.Generator, n: int) -> pd.DataFrame:
    """Draw people of a few levels: most records are equally near to several people."""
    first = _draw(rng, n)[[*_LEVELS]]
    more = {name: rng.integers(0, k, n) for name, k in {"d": 3, "e": 4, "f": 2}.items()}
    d = np.where(rng.random(n) < 0.6, first["a"].str[1:].astype(np.int64) % 3, more["d"])
    return pd.concat([first, pd.DataFrame(_labelled({**more, "d": d}))], axis=1)


def _trio(
    seed: int,
    n: int,
    *,
    n_holdout: int | None = None,
    copied: float = 0.0,
    draw: Callable[[np.random.Generator, int], pd.DataFrame] = _draw,
) -> dict[str, pd.DataFrame]:
    """Draw three samples of one population; the first synthetic rows are those of real people."""
    rng = np.random.default_rng([_SEED, seed])
    sizes = {"real": n, "holdout": n_holdout or n, "synthetic": n}
    tables = {side: draw(rng, size) for side, size in sizes.items()}
    k = round(copied * n)
    if k:
        parts = [tables["real"].iloc[:k], tables["synthetic"].iloc[k:]]
        tables["synthetic"] = pd.concat(parts, ignore_index=True)
    return tables


def _with_gaps() -> Tables:
    """One in ten has no n1, one in ten no c; a tenth of the people is copied, gaps and all."""

    def draw(rng: np.random.Generator, n: int) -> pd.DataFrame:
        table = _draw(rng, n)
        return table.assign(
            n1=table["n1"].where(rng.random(n) >= 0.1), c=table["c"].where(rng.random(n) >= 0.1)
        )

    return _trio(4, 400, copied=0.1, draw=draw)


def _negative() -> Tables:
    """All numbers are below 0, as debts or temperatures may be."""

    def draw(rng: np.random.Generator, n: int) -> pd.DataFrame:
        table = _draw(rng, n)
        return table.assign(**{name: -table[name] for name in ("n1", "n2", "n3")})

    return _trio(6, 400, draw=draw)


def _far_person() -> Tables:
    """One real person lies a thousand times farther out than anybody else."""
    tables = _trio(8, 400)
    far = tables["real"].copy()
    far.loc[0, ["n1", "n2", "n3"]] = [60_000.0, 60_000.0, 60_000.0]
    return {**tables, "real": far}


def _reversed_categories() -> Tables:
    """The release `categories` with its synthetic rows in the opposite order."""
    tables = _categories()
    return {**tables, "synthetic": tables["synthetic"].iloc[::-1].reset_index(drop=True)}


def _categories() -> Tables:
    return _trio(3, 600, draw=_draw_categories)


def _copied_categories() -> Tables:
    """The release is the real table, and everybody has a twin in the holdout."""
    tables = _trio(9, 600, copied=1.0, draw=_draw_categories)
    return {**tables, "holdout": tables["real"].iloc[::-1].reset_index(drop=True)}


REFERENCES: Mapping[str, Callable[[], Tables]] = MappingProxyType(
    {
        "mixed-300": lambda: _trio(1, 300),
        "mixed-1000": lambda: _trio(2, 1_000),
        "categories": _categories,
        "categories-reversed": _reversed_categories,
        "gaps": _with_gaps,
        "copies-0": lambda: _trio(5, 400),
        "copies-10": lambda: _trio(5, 400, copied=0.1),
        "copies-50": lambda: _trio(5, 400, copied=0.5),
        "copies-100": lambda: _trio(5, 400, copied=1.0),
        "negative": _negative,
        "few-holdout": lambda: _trio(7, 900, n_holdout=90),
        "far-person": _far_person,
        "copied-categories": _copied_categories,
    }
)
"""Every release by name."""
