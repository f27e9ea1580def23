import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.numerals import by_value, number_texts, read_numerals


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1", 1.0),
        ("+5", 5.0),
        ("-0", 0.0),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("1E-2", 0.01),
    ],
)
def test_numbers_are_read(text: str, value: float) -> None:
    assert read_numerals(pa.array([text])).values.tolist() == [value]


@pytest.mark.parametrize(
    "text", ["", "x", "1,5", "1 000", "0x10", "1_000", "--1", "1e", "٣", "1.2.3"]
)
def test_other_texts_are_no_numbers(text: str) -> None:
    assert not read_numerals(pa.array([text])).is_number.any()


def test_codes_infinities_and_words_for_missing_are_told_apart() -> None:
    texts = pa.array(["01234", "9007199254740993", "9007199254740991", "1e400", "-inf", "NA", "7"])

    read = read_numerals(texts)

    assert read.is_code.tolist() == [True, True, False, False, False, False, False]
    assert read.is_infinite.tolist() == [False, False, False, True, True, False, False]
    assert read.values[4] == -np.inf
    assert read.is_missing_word.tolist() == [False] * 5 + [True, False]


def test_one_spelling_per_value() -> None:
    assert by_value(pa.array(["1.0", "1", "1e0", "01", "x", "-0.0"])).to_pylist() == [
        "1",
        "1",
        "1",
        "01",
        "x",
        "0",
    ]


@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1))
def test_numbers_survive_being_written(values: list[float]) -> None:
    written = number_texts(np.array(values) + 0.0)

    assert read_numerals(written).values.tolist() == values
