"""Tables in memory of other libraries are read as a file of the same content would be."""

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

from audit.api.measuring import release_of
from audit.api.plan import plan_of
from audit.data.arrow_stream import read_arrow
from audit.data.faults import Faulty
from audit.data.release import Release, release_from_frames
from audit.data.sheet import Limits
from audit.errors import DataError
from audit.facts.project import Project

FRAME = pd.DataFrame(
    {
        "n": [3, 1, 2] * 5,
        "x": [0.5, None, 1e-7] * 5,
        "word": ["b", None, "a"] * 5,
        "flag": [True, False, True] * 5,
        "when": pd.to_datetime(["2020-01-03", "2020-01-01", None] * 5),
    }
)
POLARS = pl.DataFrame(
    {name: pl.Series(name, FRAME[name].astype(object).where(FRAME[name].notna(), None).tolist())
     for name in FRAME.columns}
)  # fmt: skip


def release(table: object) -> Release:
    return release_of(plan_of(Project()), table, table)


@pytest.mark.parametrize(
    "table",
    [
        POLARS,
        POLARS.with_columns(pl.col("word").cast(pl.Categorical)),
        pa.table(POLARS),
        pa.RecordBatch.from_pandas(FRAME, preserve_index=False),
    ],
    ids=["polars", "polars-categories", "arrow", "batch"],
)
def test_all_libraries_agree(table: object) -> None:
    of_pandas, of_other = release(FRAME), release(table)

    assert of_other.content_digest == of_pandas.content_digest
    assert of_other.schema == of_pandas.schema
    assert of_other.real.keys.tolist() == of_pandas.real.keys.tolist()
    assert of_other.digests["synthetic"].digest is None


def test_a_stream_may_come_in_pieces() -> None:
    table = pa.table(POLARS)
    reader = pa.RecordBatchReader.from_batches(table.schema, table.to_batches(max_chunksize=4))
    assert read_arrow(reader, Limits()).n_rows == 15


class Bursting:
    """A table whose stream fails, and says more than it should."""

    def __arrow_c_stream__(self, requested_schema: object = None) -> object:
        raise RuntimeError("ZQ7")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (POLARS.lazy(), "has not been computed yet"),
        ({"a": [1, 2]}, "is no table that can be read"),
        ([[1, 2]], "is no table that can be read"),
        (b"a\n1\n", "is no table that can be read"),
        (Bursting(), "cannot be read as an Arrow stream (RuntimeError)"),
        (pa.table({"a": [[1], [2]]}), "holds values of the type list"),
        (pa.table({"a": [1]}), "one row"),
        (pa.table({"a": pa.array([], pa.int64())}), "no rows"),
        (pa.table({}), "has no columns"),
        (pa.Table.from_arrays([pa.array([1, 2])] * 2, ["a", "a"]), "come twice"),
    ],
)
def test_what_is_no_table_is_refused_without_a_cell(table: object, said: str) -> None:
    with pytest.raises(DataError) as caught:
        release_from_frames(table, table, project=Project())  # type: ignore[arg-type]
    assert said in caught.value.message
    link: BaseException | None = caught.value
    while link is not None:
        assert "ZQ7" not in str(link)
        link = link.__cause__ or link.__context__


def test_the_budget_is_held() -> None:
    big = pa.table({"a": ["x" * 1000] * 4000})
    with pytest.raises(Faulty, match="holds more than 1 MiB"):
        read_arrow(big, Limits(table_bytes=1 << 20))
