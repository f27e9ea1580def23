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

    column = read(["high", "low", ""], ["mid", "LOW", "huge"], stated)

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


# --- tables in other notations -------------------------------------------------------------------


def numbers(column: TypedColumn) -> list[list[float]]:
    return [column.numbers[s].tolist() for s in ("real", "synthetic")]


@pytest.mark.parametrize(
    ("real", "synthetic"),
    [
        pytest.param(["1234", "999", "20500"], ["1,234", "999", "20,500"], id="thousands"),
        pytest.param(["1234", "999", "20500"], ["1.234", "999", "20.500"], id="by points"),
        pytest.param(["1234", "999", "20500"], ["1 234", "999", "20\u202f500"], id="by spaces"),
        pytest.param(["1234.5", "0.25"], ["1,234.5", "0.25"], id="thousands and decimals"),
        pytest.param(["1234.5", "0.25"], ["1.234,5", "0,25"], id="decimal comma"),
        pytest.param(["1.125", "2.25", "7.375"], ["1,125", "2,25", "7,375"], id="only a comma"),
        pytest.param(["1.125", "2.250", "7.375"], ["1,125", "2,250", "7,375"], id="by the values"),
        pytest.param(["1125", "2250.5"], ["1,125", "2,250.5"], id="by one cell"),
    ],
)
def test_numbers_in_another_notation_are_the_same(real: list[str], synthetic: list[str]) -> None:
    column = read(real, synthetic)

    assert numbers(column)[0] == numbers(column)[1]
    assert "numbers_rewritten" in told(column)


def test_the_numbers_rewritten_are_counted() -> None:
    assert told(read(["1234", "5", "6"], ["1,234", "5"]))["numbers_rewritten"] == ("synthetic", 1)


def test_a_comma_that_may_be_both_is_refused() -> None:
    with pytest.raises(Faulty, match="3 of 3 cells of synthetic are not"):
        read(["1.5", "2.5", "3.25"], ["1,125", "2,250", "7,375"])


def test_a_plain_number_stays_what_it_is() -> None:
    # Read as thousands these would be 34271 and 18004, which nobody has.
    column = read(["34", "18", "60"], ["34.271", "18.004"])

    assert column.numbers["synthetic"].tolist() == [34.271, 18.004]
    assert told(column) == {}


def test_a_comma_in_a_column_of_words_is_no_number() -> None:
    column = read(["101,102", "101", "x"], ["101102", "101,102", "101"])

    # The list of two codes returns as a list; what looks like it without the comma does, too, as
    # nobody has that.
    assert column.codes["synthetic"].tolist() == [1, 1, 0]
    assert len(column.texts) == 3


def test_real_numbers_with_commas_are_refused_as_before() -> None:
    with pytest.raises(Faulty, match="holds numbers written with commas"):
        read(["1,234", "5,678", "9,012"], ["1234", "5678", "9012"])


@pytest.mark.parametrize(
    ("real", "synthetic"),
    [
        pytest.param(["2020-03-13", "2020-01-02"], ["13/03/2020", "02/01/2020"], id="day first"),
        pytest.param(["2020-03-13", "2020-01-02"], ["03/13/2020", "01/02/2020"], id="month first"),
        pytest.param(["2020-03-03", "2020-01-02"], ["03.03.2020", "02.01.2020"], id="by values"),
        pytest.param(["2020-03-13", "2020-01-02"], ["20200313", "20200102"], id="compact"),
        pytest.param(["13/03/2020", "02/01/2020"], ["2020-03-13", "2020-01-02"], id="ISO"),
        pytest.param(["13/03/2020", "02/01/2020"], ["03/13/2020", "01/02/2020"], id="turned"),
        pytest.param(["2020-03-13", "2020-01-02"], ["Mar 13, 2020", "Jan 2, 2020"], id="words"),
        pytest.param(
            ["2020-03-13T10:00:00Z", "2020-01-02T22:30:00Z"],
            ["13.03.2020 12:00 +0200", "03.01.2020 00:30 +02:00"],
            id="and another zone",
        ),
    ],
)
def test_dates_in_another_form_are_the_same(real: list[str], synthetic: list[str]) -> None:
    column = read(real, synthetic)

    assert numbers(column)[0] == numbers(column)[1]
    rewritten = {"dates_rewritten": ("synthetic", 2)}
    assert told(column) == ({} if synthetic[0] == "2020-03-13" else rewritten)


def test_a_whole_number_may_be_a_compact_date() -> None:
    column = read(["2020-03-13", "2020-01-02"], [20200313, 20200102])

    assert numbers(column)[0] == numbers(column)[1]


def test_a_date_that_may_be_two_is_refused() -> None:
    with pytest.raises(Faulty, match="2 of 2 cells of synthetic are not"):
        read(["2020-03-13", "2020-01-02"], ["03/04/2021", "05/06/2021"])


def test_a_zone_that_was_cut_off_is_not_made_up() -> None:
    with pytest.raises(Faulty, match="mixes times with and without a time zone"):
        read(["2020-03-13 10:00Z", "2020-01-02 10:00Z"], ["13/03/2020 10:00", "02/01/2020 10:00"])


def test_a_date_that_is_replayed_is_found_in_another_form() -> None:
    stated = ColumnPlan(Kind.DATETIME)
    cells = {
        "real": plain_cells(pa.array(["1980-12-31", "1990-01-02"])),
        "synthetic": plain_cells(pa.array(["31/12/1980", "02/01/1990"])),
    }
    pool = pool_of(cells)

    column = read_column("x", plan_column(pool, stated), cells, pool, coded=True)

    assert column.codes["synthetic"].tolist() == column.codes["real"].tolist() == [0, 1]


def test_a_word_for_an_empty_cell_is_missing_where_nobody_has_the_word() -> None:
    column = read(["a", "b", ""], ["a", "None", "NA"])

    assert column.codes["synthetic"].tolist() == [0, -1, -1]
    assert told(column) == {"missing_words": ("synthetic", 2)}


@pytest.mark.parametrize("real", [["DE", "FR", "NA", ""], ["DE", "FR"]])
def test_a_word_for_an_empty_cell_may_be_a_word(real: list[str]) -> None:
    assert read(real, ["DE", "NA"]).codes["synthetic"].min() >= 0


def test_new_codes_for_rare_levels_are_no_comparison_either() -> None:
    # 60 levels, three people each, and none of the 180 cells known: single people would explain
    # none of them.
    real = [f"zip {i % 60}" for i in range(180)]

    assert told(read(real, [f"c{i % 60}" for i in range(180)])) == {
        "levels_unknown": ("synthetic", 180)
    }
    # Where each second person has a level alone, half of the cells are new in any sample.
    single = [f"zip {i}" for i in range(90)] + [f"town {i % 9}" for i in range(90)]
    fresh = [f"zip {i}" for i in range(200, 300)] + ["town 1"] * 80
    assert told(read(single, fresh)) == {"levels_unseen": ("synthetic", 100)}
