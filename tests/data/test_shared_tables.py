"""Adult and census extracts: the types that a person would give them, and their copies."""

import os
import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from audit.data.release import Release, read_release
from audit.facts.project import Project
from audit.facts.schema import Kind

FOLDER = Path(
    os.environ.get("SYNTHGATE_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
pytestmark = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no tables under {FOLDER}"),
]
NUMBERS = {"age", "fnlwgt", "education_num", "capital_gain", "capital_loss"}


def release(name: str, synthetic: str) -> Release:
    project = Project(
        real=f"{name}/real.csv", synthetic=f"{name}/{synthetic}", holdout=f"{name}/holdout.csv"
    )
    return read_release(project, base=FOLDER)


def key_rows(keys: np.ndarray) -> pd.MultiIndex:
    return pd.MultiIndex.from_arrays([keys[:, 0], keys[:, 1]])


@pytest.mark.parametrize(
    ("name", "synthetic", "hours"),
    [
        ("adult", "synthetic_ctgan.csv", "hr_per_week"),
        ("census2k", "synthetic_mostly.csv", "hours_per_week"),
    ],
)
def test_census_columns_get_the_kinds_a_person_would_give(
    name: str, synthetic: str, hours: str
) -> None:
    schema = release(name, synthetic).schema

    assert {c.name for c in schema if c.kind is Kind.INTEGER} == NUMBERS | {hours}
    assert {c.kind for c in schema} == {Kind.INTEGER, Kind.CATEGORICAL}
    assert len(schema.comparable()) == 15


@pytest.mark.parametrize(
    ("name", "synthetic"),
    [("adult", "synthetic_ctgan.csv"), ("census2k", "synthetic_flip30.csv")],
)
def test_equal_keys_are_equal_rows_of_the_files(name: str, synthetic: str) -> None:
    read = release(name, synthetic)
    files = {"real": "real.csv", "synthetic": synthetic, "holdout": "holdout.csv"}
    raw = {
        side: pd.read_csv(FOLDER / name / file, dtype=str, keep_default_na=False)
        for side, file in files.items()
    }
    tables = {"real": read.real, "synthetic": read.synthetic, "holdout": read.holdout}

    for side in ("synthetic", "holdout"):
        found = key_rows(tables[side].keys).isin(key_rows(read.real.keys)).sum()
        expected = pd.MultiIndex.from_frame(raw[side]).isin(pd.MultiIndex.from_frame(raw["real"]))
        assert found == expected.sum()
        assert tables[side].n_rows == len(raw[side])


def test_adult_is_read_in_seconds() -> None:
    start = time.perf_counter()

    release("adult", "synthetic_ctgan.csv")

    # About 0.4 s on two cores; the margin is for a busy machine.
    assert time.perf_counter() - start < 5
