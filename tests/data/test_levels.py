import pyarrow as pa
import pytest

from audit.data.cells import text_cells
from audit.data.levels import Coded, code_jointly


def coded(real: list[str | None], synthetic: list[str | None], **options: bool) -> Coded:
    cells = {"real": text_cells(pa.array(real, pa.string()))}
    cells["synthetic"] = text_cells(pa.array(synthetic, pa.string()))
    return code_jointly(cells, **options)


def test_codes_are_joint_and_ascend_with_the_text() -> None:
    levels = coded(["c", "a", None], ["b", "c", None])

    assert levels.texts.to_pylist() == ["a", "b", "c"]
    assert levels.codes["real"].tolist() == [2, 0, -1]
    assert levels.codes["synthetic"].tolist() == [1, 2, -1]
    assert levels.unseen == {"synthetic": 1}


@pytest.mark.parametrize(
    ("real", "synthetic"),
    [
        pytest.param("Married", "MARRIED", id="case"),
        pytest.param("Married", "\uff2darried", id="width"),
        pytest.param("Married", "Mar\u200bried", id="invisible"),
        pytest.param("New York", "New  York", id="white space"),
        pytest.param("01234", "1234", id="leading zero lost"),
        pytest.param("1234", "01234", id="leading zero gained"),
        pytest.param("01234", "1234.0", id="made a number"),
        pytest.param("1234", "1,234", id="thousands"),
        pytest.param("1,234", "1234", id="no thousands"),
        pytest.param("Stra\u00dfe", "STRASSE", id="case of more letters"),
        pytest.param("\u039f\u03b4\u03cc\u03c2", "\u039f\u0394\u038c\u03a3", id="final letter"),
        pytest.param("K\u00f6ln", "Koln", id="accents"),
        pytest.param("K\u00f6ln", "KOLN", id="accents and case"),
    ],
)
def test_a_known_level_is_recognised_in_another_spelling(real: str, synthetic: str) -> None:
    levels = coded([real, "other"], [synthetic, "new"])

    assert levels.codes["synthetic"][0] == levels.codes["real"][0]
    assert levels.respelled == {"synthetic": 1}
    assert levels.unseen == {"synthetic": 1}


def test_a_spelling_that_fits_two_levels_stays_unseen() -> None:
    levels = coded(["li", "LI"], ["Li", "li"])

    assert levels.unseen == {"synthetic": 1}
    assert levels.respelled == {"synthetic": 0}


def test_the_spelling_that_is_nearest_is_taken_first() -> None:
    # `RESUME` is both without accents; only one of them has its letters.
    levels = coded(["r\u00e9sum\u00e9", "resume", "x"], ["RESUME", "R\u00c9SUM\u00c9", "x"])

    assert levels.codes["synthetic"].tolist() == levels.codes["real"][[1, 0, 2]].tolist()
    assert levels.unseen == {"synthetic": 0}


def test_levels_that_real_tells_apart_are_never_merged() -> None:
    pairs = ["m", "M", "M\u00fcller", "Muller", "1,234", "1234", "01", "1"]

    levels = coded(pairs, pairs)

    assert len(set(levels.codes["real"].tolist())) == len(pairs)
    assert levels.codes["synthetic"].tolist() == levels.codes["real"].tolist()
    assert levels.respelled == {"synthetic": 0}


def test_holdout_is_real_to_spelling() -> None:
    cells = {s: text_cells(pa.array([t])) for s, t in (("real", "M"), ("holdout", "m"))}
    cells["synthetic"] = text_cells(pa.array(["m"]))

    levels = code_jointly(cells)

    assert levels.codes["synthetic"].tolist() == levels.codes["holdout"].tolist()
    assert levels.codes["holdout"].tolist() != levels.codes["real"].tolist()


def test_truth_words_agree_where_they_are_meant_as_such() -> None:
    as_truth = coded(["yes", "no"], ["1", "0"], as_truth=True)
    as_words = coded(["yes", "no"], ["1", "0"])

    assert as_truth.codes["synthetic"].tolist() == as_truth.codes["real"].tolist()
    assert as_words.unseen == {"synthetic": 2}
