import pyarrow as pa
import pytest

from audit.data.cells import (
    NumberCells,
    TimeCells,
    as_text,
    longest_text,
    plain_cells,
    rows_of,
    text_cells,
)


def test_texts_are_normalised_and_counted() -> None:
    cells = text_cells(pa.array(["a", " a", "", None, "e\u0301", "\u00e9", "b ", " "]))

    assert cells.texts.to_pylist() == ["a", "\u00e9", "b"]
    assert cells.index.tolist() == [0, 0, -1, -1, 1, 1, 2, -1]
    # " a", the decomposed é, "b " and " ".
    assert cells.retouched == 4


def test_levels_that_no_cell_holds_are_forgotten() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([2, None, 2]), pa.array(["a", "b", "c"]))

    cells = plain_cells(column)

    assert cells.texts.to_pylist() == ["c"]
    assert cells.index.tolist() == [0, -1, 0]


def test_a_dictionary_that_holds_nothing_for_missing_is_read() -> None:
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1]), pa.array(["a", None]))

    assert plain_cells(column).index.tolist() == [0, -1]


def test_pieces_of_a_column_share_their_levels() -> None:
    cells = plain_cells(pa.chunked_array([["b", "a"], ["a", "c"]]))

    assert [cells.texts[i].as_py() for i in cells.index] == ["b", "a", "a", "c"]


def test_truth_values_have_one_spelling_and_other_words_keep_theirs() -> None:
    assert text_cells(pa.array(["True", "FALSE", None])).texts.to_pylist() == ["true", "false"]
    assert text_cells(pa.array(["True", "Maybe"])).texts.to_pylist() == ["True", "Maybe"]


@pytest.mark.parametrize("column", [pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_a_column_without_rows_is_read(column: pa.Array) -> None:
    assert rows_of(text_cells(column)) == 0


def test_numbers_and_times_are_written_once_per_value() -> None:
    numbers = as_text(NumberCells(pa.array([2.0, 0.5, 2.0, float("inf")]).to_numpy()))
    times = as_text(TimeCells(pa.array([0.0]).to_numpy(), aware=True))

    assert numbers.texts.to_pylist() == ["0.5", "2"]
    assert numbers.index.tolist() == [1, 0, 1, -1]
    assert times.texts.to_pylist() == ["1970-01-01 00:00:00Z"]


def test_the_longest_text_is_measured_in_bytes() -> None:
    assert longest_text(text_cells(pa.array(["a", "éé"]))) == 4
    assert longest_text(plain_cells(pa.array([1, 2]))) == 0


def test_integers_from_2_to_the_53_on_are_codes() -> None:
    assert plain_cells(pa.array([2**53 - 1])).values.tolist() == [2.0**53 - 1]
    assert plain_cells(pa.array([2**53, -1])).texts.to_pylist() == [str(2**53), "-1"]
