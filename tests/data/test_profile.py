import pyarrow as pa
import pytest

from audit.data.cells import plain_cells
from audit.data.pooling import pool_of
from audit.data.profile import ColumnProfile, profile_of
from audit.data.reading import read_column
from audit.data.typing import plan_column
from audit.facts.project import ColumnPlan


def profile(real: list[object], holdout: list[object]) -> ColumnProfile:
    cells = {"real": plain_cells(pa.array(real)), "holdout": plain_cells(pa.array(holdout))}
    cells["synthetic"] = plain_cells(pa.array(real * 3))
    pool = pool_of(cells)
    return profile_of(read_column("x", plan_column(pool, ColumnPlan()), cells, pool))


def test_counts_are_over_real_and_holdout() -> None:
    # Present: a, a, bbb, a; one of five cells is missing; lengths 1, 1, 3, 1.
    expected = ColumnProfile(2, 4, 0.2, 1.5, False, 0.75)

    found = profile(["a", "a", "bbb"], [None, "a"])

    assert found.missing_share == pytest.approx(0.2)
    assert found == ColumnProfile(2, 4, found.missing_share, 1.5, False, expected.largest_share)


def test_real_and_holdout_are_not_told_apart() -> None:
    assert profile(["a", "b"], ["c", None]) == profile(["c", None], ["a", "b"])


@pytest.mark.parametrize(
    ("values", "dense"),
    [
        pytest.param([f"P{i:04d}" for i in range(40)], True, id="numbered, with a head"),
        pytest.param([f"{i}/2020" for i in range(40)], False, id="two numbers"),
        pytest.param([f"P{i * i}" for i in range(40)], False, id="sparse"),
        pytest.param([f"{'AB'[i % 2]}{i}" for i in range(40)], False, id="two heads"),
        pytest.param([f"name {chr(97 + i)}" for i in range(20)], False, id="names"),
        pytest.param(list(range(40)), True, id="counted up"),
        pytest.param([i * 0.5 for i in range(40)], False, id="fractions"),
        pytest.param([i**3 for i in range(40)], False, id="sparse numbers"),
    ],
)
def test_dense_keys_are_recognised(values: list[object], dense: bool) -> None:
    assert profile(values[::2], values[1::2]).is_dense_key is dense
