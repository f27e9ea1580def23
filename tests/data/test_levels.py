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


def test_truth_words_agree_where_they_are_meant_as_such() -> None:
    as_truth = coded(["yes", "no"], ["1", "0"], as_truth=True)
    as_words = coded(["yes", "no"], ["1", "0"])

    assert as_truth.codes["synthetic"].tolist() == as_truth.codes["real"].tolist()
    assert as_words.unseen == {"synthetic": 2}
