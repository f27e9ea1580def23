"""How long a report on 500 columns takes, and how large it becomes.

    python -m benchmarks.wide_report [--columns 500] [--rows 300] [--keep DIR]

The tables are drawn from twelve hidden factors, a tenth of the synthetic rows are real ones. The
audit leaves out what learns, and what competes with it: what is timed is the paper, and every
column is attacked as a secret all the same.
"""

import sys
import tempfile
from argparse import ArgumentParser
from pathlib import Path
from time import perf_counter

import numpy as np
import pandas as pd

import audit
from audit.api.judging import render

SEED = 5
FACTORS = 12
LEARNS = (
    "attribute-inference-model",
    "attribute-inference-worst-case",
    "membership-discriminator",
    "membership-error-profile",
    "membership-stacked",
    "membership-worst-case",
    "reconstruction",
    "disclosive-combinations",
)
EDITIONS = ("internal", "external")


def tables(columns: int, rows: int) -> dict[str, pd.DataFrame]:
    """Return a release of many columns of five kinds; a tenth of the real rows is in it."""
    draw = np.random.default_rng(SEED)
    factors = draw.normal(size=(3 * rows, FACTORS))
    hidden = factors @ draw.normal(size=(FACTORS, columns)) + 2 * draw.normal(
        size=(3 * rows, columns)
    )
    whole = pd.DataFrame({f"column_{j:03}": _column(hidden[:, j], j) for j in range(columns)})
    real, holdout, synthetic = (whole[i * rows : (i + 1) * rows] for i in range(3))
    copied = pd.concat([real[: rows // 10], synthetic[rows // 10 :]])
    return {"real": real, "holdout": holdout, "synthetic": copied.reset_index(drop=True)}


def _column(values: np.ndarray, j: int) -> pd.Series:
    levels = pd.Series(np.digitize(values, [-4.0, -1.0, 1.0, 4.0]))
    kinds = (
        pd.Series(values.round(2)),
        pd.Series(np.clip((3 * values + 20).round(), 0, None).astype(int)),
        levels.map(dict(enumerate("abcde"))),
        pd.Series(np.where(values > 0, "yes", "no")),
        levels.map(dict(enumerate(("none", "low", "middle", "high", "top")))),
    )
    return kinds[j % len(kinds)]


def main() -> int:
    """Audit, render, and print what it took."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--columns", type=int, default=500)
    parser.add_argument("--rows", type=int, default=300)
    parser.add_argument("--keep", type=Path)
    asked = parser.parse_args()
    begun = perf_counter()
    made = audit.audit(**tables(asked.columns, asked.rows), skip=LEARNS, controls="off")
    measured = perf_counter() - begun
    print(f"{asked.columns} columns, {asked.rows} rows a table: measured in {measured:.0f} s")
    with tempfile.TemporaryDirectory() as place:
        folder = asked.keep or Path(place)
        for edition in EDITIONS:
            for form in ("html", "pdf"):
                begun = perf_counter()
                files = render(made, formats=(form,), editions=(edition,)).files
                took = perf_counter() - begun
                name = next(n for n in files if n.endswith(form))
                size = len(files[name]) / 1e6
                (folder / f"{edition}.{form}").write_bytes(files[name])
                print(f"{edition} {form}: {took:.1f} s, {size:.2f} MB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
