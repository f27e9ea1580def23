"""Frames are read as a file of the same content would be."""

import datetime as dt
from decimal import Decimal

import numpy as np
import pandas as pd
import pytest

from audit.data.release import Release, release_from_frames
from audit.errors import DataError
from audit.facts.project import Project
from audit.facts.schema import Kind


def release(real: pd.DataFrame, synthetic: pd.DataFrame | None = None) -> Release:
    return release_from_frames(real, real if synthetic is None else synthetic, project=Project())


def test_a_frame_and_its_csv_agree(read) -> None:
    frame = pd.DataFrame(
        {
            "n": [3, 1, 2] * 5,
            "x": [0.5, np.nan, 1e-7] * 5,
            "word": ["b", None, "a"] * 5,
            "flag": [True, False, True] * 5,
            "when": pd.to_datetime(["2020-01-03", "2020-01-01", None] * 5),
        }
    )
    csv = frame.to_csv(index=False).encode()

    of_frame, of_csv = release(frame), read(csv, csv)

    assert of_frame.content_digest == of_csv.content_digest
    assert of_frame.real.keys.tolist() == of_csv.real.keys.tolist()
    assert of_frame.digests["synthetic"].digest is None
    assert of_csv.digests["synthetic"].digest is not None


def test_an_object_column_of_mixed_types_becomes_text() -> None:
    cells = [1, 1.5, "x", None, True, Decimal("2.0"), dt.date(2020, 1, 1), np.nan] * 3

    column = release(pd.DataFrame({"a": pd.Series(cells, dtype=object)})).schema["a"]

    assert column.kind is Kind.CATEGORICAL


def test_integers_kept_as_objects_are_integers() -> None:
    frame = pd.DataFrame({"a": pd.Series([5, 7, None, 9] * 4, dtype=object)})

    table = release(frame).real

    assert table.schema["a"].kind is Kind.INTEGER
    assert np.isnan(table.numbers["a"]).sum() == 4


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (pd.DataFrame({"a": [["ZQ7"], ["ZQ7"]]}), "column `a` holds values of"),
        (pd.DataFrame({"a": [object(), "ZQ7"]}), "column `a` holds values of a foreign type"),
        (
            pd.DataFrame({"a": ["ZQ7\ud800", "ZQ7"]}, dtype=object),
            "column `a` holds values of a foreign type",
        ),
        (pd.DataFrame({"a": [1j, 2j]}), "column `a` holds values of a foreign type"),
        (pd.DataFrame({"a": pd.period_range("2020", periods=3)}), "holds values of the type"),
        (pd.DataFrame({"a": [1]}), "one row"),
        (pd.DataFrame({"a": []}), "no rows"),
        (pd.DataFrame(index=range(3)), "has no columns"),
        (pd.DataFrame([[1, 2], [3, 4]], columns=["a", "a"]), "come twice, in column 1, 2"),
        (
            pd.DataFrame([[1], [2]], columns=pd.MultiIndex.from_tuples([("a", "b")])),
            "several levels",
        ),
    ],
)
def test_what_no_file_could_hold_is_refused(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(DataError) as caught:
        release(frame)

    assert said in caught.value.message
    assert "ZQ7" not in caught.value.message
    assert caught.value.__cause__ is None


def test_the_index_is_no_data() -> None:
    frame = pd.DataFrame({"a": [1, 2, 3]})

    shifted = release(frame, frame.set_index(pd.Index([7, 8, 9], name="ZQ7")))

    assert shifted.synthetic.keys.tolist() == shifted.real.keys.tolist()


def test_columns_without_names_are_numbered() -> None:
    frame = pd.DataFrame(np.arange(12).reshape(4, 3) % 5)

    assert [c.name for c in release(frame).schema] == ["0", "1", "2"]
