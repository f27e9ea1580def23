"""The distance of anonymeter, found by our engine: the compatibility mode of the reference tests.

Sum over columns of: a mismatch of categories; for numbers the difference as a share of the range
of both tables together. No audit uses it: the range knows the release, and one far record in it
moves everybody.

From a gap to a number its distance is not a number, and what is not a number sorts last: whoever
has a gap is compared with records that have it too, and with nobody else. A mark that weighs more
than all other columns together does the same.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from audit.contract.halves import halved, joint, meet, nearest_groups
from audit.contract.lab import Lab
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points
from benchmarks.peers.reference_tables import Reference
from benchmarks.speed.distance_works import rows_of

_LAST = 1e6


def points(
    queries: pd.DataFrame, among: pd.DataFrame, columns: Sequence[str]
) -> tuple[Points, Points]:
    """Return two tables over some columns on the scale of both.

    Parameters
    ----------
    columns
        Names that start with `n` are numbers.
    """
    numbers = [c for c in columns if c.startswith("n")]
    codes = [c for c in columns if c not in numbers]
    tables = rows_of([queries, among], numbers, codes)
    both = pd.concat([queries, among])[numbers]
    range_ = (both.max() - both.min()).to_numpy(np.float64)
    width = np.where(range_ == 0, 1.0, range_)
    gaps = [c for c in numbers if bool(both[c].isna().any())]

    def encoded(i: int) -> Points:
        rows = tables[i]
        x = [np.nan_to_num(rows.numbers[c] / w) for c, w in zip(numbers, width, strict=True)]
        marks = [rows.codes[c] for c in codes]
        marks += [np.isnan(rows.numbers[c]).astype(np.int64) for c in gaps]
        return Points(
            numbers=np.column_stack(x) if x else np.zeros((rows.n, 0)),
            codes=np.column_stack(marks) if marks else np.zeros((rows.n, 0), dtype=np.int64),
            weights=np.array([1.0] * len(codes) + [_LAST] * len(gaps)),
            metric=Metric.L1,
            divisor=1.0,
        )

    return encoded(0), encoded(1)


def linked(made: Reference, side: str, k: int, lab: Lab) -> NDArray[np.bool_]:
    """Tell whose halves meet among the k nearest synthetic records, as our check tells it."""
    pairs = [points(made.tables[side], made.tables["synthetic"], half) for half in made.halves]
    people, released = ([halved(p[i]) for p in pairs] for i in (0, 1))
    near = [nearest_groups(lab, p, r) for p, r in zip(people, released, strict=True)]
    left, right = (of.rows(p.group) for of, p in zip(near, people, strict=True))
    return meet(joint(*released).shared(left, right), left, right, k)


def guessed(made: Reference, side: str, secret: str) -> pd.Series:
    """Return the secret of the synthetic record nearest to each person; of equals the first."""
    known = [c for c in made.columns if c != secret]
    found = nearest(*points(made.tables[side], made.tables["synthetic"], known))
    return made.tables["synthetic"][secret].iloc[found.indices[:, 0]].reset_index(drop=True)
