"""Cells that do not fit, in each direction."""

import numpy as np
import pyarrow as pa
import pytest

from audit.data.cells import plain_cells
from audit.data.faults import Faulty
from audit.data.pooling import pool_of
from audit.data.reading import TypedColumn, read_column
from audit.data.typing import plan_column
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind


def read(
    real: list[object],
    synthetic: list[object],
    stated: ColumnPlan | None = None,
    *,
    as_type: pa.DataType | None = None,
) -> TypedColumn:
    cells = {
        "real": plain_cells(pa.array(real)),
        "synthetic": plain_cells(pa.array(synthetic, as_type)),
    }
    pool = pool_of(cells)
    return read_column("x", plan_column(pool, stated or ColumnPlan()), cells, pool)


def told(column: TypedColumn) -> dict[str, tuple[str, int]]:
    return {r.code: (r.side, r.cells) for r in column.remarks if r.cells}


def test_a_few_cells_that_are_no_numbers_are_missing_and_counted() -> None:
    column = read(["1", "2", "3"], ["1"] * 99 + ["ZQ7"])

    assert np.isnan(column.numbers["synthetic"]).sum() == 1
    assert told(column) == {"cells_unparseable": ("synthetic", 1)}


def test_more_than_one_in_a_hundred_is_a_conflict() -> None:
    with pytest.raises(Faulty, match="2 of 100 cells of synthetic are not") as caught:
        read(["1", "2", "3"], ["1"] * 98 + ["ZQ7", "ZQ8"])

    assert "ZQ" not in str(caught.value)


def test_a_declared_number_must_be_one_in_real_too() -> None:
    with pytest.raises(Faulty, match="is declared continuous, but 1 of 3 cells of real are not"):
        read(["1", "2", "x"], ["1", "2"], ColumnPlan(Kind.CONTINUOUS))


def test_infinities_and_words_for_missing_are_counted() -> None:
    column = read(["1", "2", "3", "inf"], ["1", "NA", "-Infinity", "1e999"])

    assert np.isnan(column.numbers["synthetic"]).tolist() == [False, True, True, True]
    assert ("cells_infinite", "synthetic", 2) in [(r.code, r.side, r.cells) for r in column.remarks]
    assert ("missing_words", "synthetic", 1) in [(r.code, r.side, r.cells) for r in column.remarks]


def test_spelling_of_numbers_does_not_matter() -> None:
    column = read(["1", "2", "30"], ["1.0", "2.0000000000", "3e1"])

    assert column.numbers["synthetic"].tolist() == column.numbers["real"].tolist()


def test_numbers_where_dates_stand_are_a_conflict() -> None:
    with pytest.raises(Faulty, match="by real and holdout, datetime"):
        read(["2020-01-01", "2020-01-02"], [18262, 18263])


def test_dates_where_numbers_stand_are_a_conflict() -> None:
    with pytest.raises(Faulty, match="integer, but 2 of 2 cells of synthetic are not"):
        read([5, 7, 9], [0, 1], as_type=pa.timestamp("s"))


def test_a_shifted_time_zone_is_the_same_instant() -> None:
    column = read(
        ["2020-01-01T10:00:00Z", "2020-01-01T12:00:00Z"],
        ["2020-01-01T12:00:00+02:00", "2020-01-01T14:00:00+02:00"],
    )

    assert column.numbers["synthetic"].tolist() == column.numbers["real"].tolist()


def test_times_with_and_without_a_zone_do_not_mix() -> None:
    with pytest.raises(Faulty, match="mixes times with and without a time zone"):
        read(["2020-01-01 10:00Z", "2020-01-02 10:00Z"], ["2020-01-01 10:00", "2020-01-02 10:00"])


def test_declared_dates_may_be_whole_numbers() -> None:
    stated = ColumnPlan(Kind.DATETIME, datetime_format="%Y%m%d")

    column = read([19700102, 19700103], ["1970-01-02", "19700103"], stated)

    assert column.numbers["real"].tolist() == [86_400e6, 2 * 86_400e6]
    assert column.numbers["synthetic"].tolist() == column.numbers["real"].tolist()


def test_a_rank_is_the_place_in_the_declared_order() -> None:
    stated = ColumnPlan(Kind.ORDINAL, order=("low", "mid", "high"))

    column = read(["high", "low", ""], ["mid", "LOW", "none"], stated)

    assert column.numbers["real"].tolist()[:2] == [2.0, 0.0]
    assert column.numbers["synthetic"].tolist()[:2] == [1.0, 0.0]
    # Missing, and a level outside the order: no rank, but the latter has a code.
    assert np.isnan([column.numbers["real"][2], column.numbers["synthetic"][2]]).all()
    assert column.codes["synthetic"][2] >= 0
    assert told(column)["levels_unseen"] == ("synthetic", 1)


def test_an_order_that_lacks_a_level_is_refused_without_naming_it() -> None:
    with pytest.raises(Faulty, match=r"has 1 level\(s\) that its declared order lacks") as caught:
        read(["a", "ZQ7"], ["a"], ColumnPlan(Kind.ORDINAL, order=("a", "b")))

    assert "ZQ7" not in str(caught.value)


def test_ordinal_numbers_are_ranked_by_value() -> None:
    column = read(["10", "9", "100"], ["9.0", "10"], ColumnPlan(Kind.ORDINAL))

    assert column.numbers["real"].tolist() == [1.0, 0.0, 2.0]
    assert column.numbers["synthetic"].tolist() == [0.0, 1.0]


def test_a_label_encoded_column_is_no_comparison() -> None:
    column = read(["male", "female"] * 10, ["0", "1"] * 10)

    assert told(column) == {"levels_unknown": ("synthetic", 20)}


def test_a_new_category_is_only_noted() -> None:
    column = read(["a", "b"] * 10, ["a"] * 19 + ["c"])

    assert told(column) == {"levels_unseen": ("synthetic", 1)}
    assert column.codes["synthetic"].max() == 2


def test_numbers_declared_as_categories_are_compared_by_value() -> None:
    column = read(["1", "2", "NA"], [1.0, 2.0, None], ColumnPlan(Kind.CATEGORICAL))

    assert column.codes["real"].tolist() == [0, 1, -1]
    assert column.codes["synthetic"].tolist() == [0, 1, -1]


def test_a_copy_does_not_hide_behind_single_precision() -> None:
    exact = [0.123456789, 2.5, 1234.56789]

    column = read(exact, exact, as_type=pa.float32())

    assert column.numbers["synthetic"].tolist() == column.numbers["real"].tolist()
    assert told(column) == {"single_precision": ("synthetic", 3)}
