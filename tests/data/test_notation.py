import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.notation import NOTATIONS, Notation, in_plain, may_hide_thousands

ENGLISH, GERMAN, FRENCH, SWISS = (
    Notation(",", "."),
    Notation(".", ","),
    Notation(" ", ","),
    Notation("'", "."),
)


@pytest.mark.parametrize(
    ("text", "notation", "plain"),
    [
        ("1,234,567.5", ENGLISH, "1234567.5"),
        ("-1,234", ENGLISH, "-1234"),
        ("\u22121,234", ENGLISH, "-1234"),
        ("12", ENGLISH, "12"),
        (".5", ENGLISH, ".5"),
        ("1,234.5e3", ENGLISH, "1234.5e3"),
        ("1.234,5", GERMAN, "1234.5"),
        ("0,5", GERMAN, "0.5"),
        ("1\u202f234,5", FRENCH, "1234.5"),
        ("1\u00a0234", FRENCH, "1234"),
        ("1\u2019234.5", SWISS, "1234.5"),
        ("\uff11\uff12", ENGLISH, "12"),
        ("1\u200b2", ENGLISH, "12"),
    ],
)
def test_numbers_are_written_plainly(text: str, notation: Notation, plain: str) -> None:
    assert in_plain(pa.array([text]), notation).to_pylist() == [plain]


@pytest.mark.parametrize("text", ["1,2,3", "12,34", "1,2345", "1234,567", "1,234,5", "1.234,567"])
def test_commas_out_of_place_are_no_thousands(text: str) -> None:
    assert in_plain(pa.array([text]), ENGLISH).to_pylist() == [""]


@pytest.mark.parametrize("text", ["", "x", "1e", "--1", "5 kg", "1 2", "10:30", "1-2"])
def test_what_is_no_number_is_none_in_any_notation(text: str) -> None:
    assert [in_plain(pa.array([text]), n)[0].as_py() for n in NOTATIONS] == [""] * len(NOTATIONS)


@given(st.integers(-(10**12), 10**12), st.integers(0, 999), st.sampled_from(NOTATIONS))
def test_a_number_survives_every_notation(whole: int, part: int, notation: Notation) -> None:
    written = f"{whole:,}".replace(",", notation.thousands) + f"{notation.decimals}{part:03}"

    assert in_plain(pa.array([written]), notation).to_pylist() == [f"{whole}.{part:03}"]


def test_points_before_three_digits_may_stand_for_thousands() -> None:
    assert may_hide_thousands(pa.array(["1.234", "12", "1.234.567"]))
    assert not may_hide_thousands(pa.array(["1.234", "1.5"]))
    assert not may_hide_thousands(pa.array(["1", "2"]))
