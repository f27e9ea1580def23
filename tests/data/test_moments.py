import datetime as dt

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.faults import Faulty
from audit.data.moments import moment_texts, read_moments

DAY = 86_400e6


@pytest.mark.parametrize(
    ("text", "microseconds"),
    [
        ("1970-01-02", DAY),
        ("1970-01-02 00:00", DAY),
        ("1970-01-02T00:00:00.5", DAY + 5e5),
        ("1970-01-02T00:00:00.1234567", DAY + 123456),
        ("1970-01-02T02:00:00+02:00", DAY),
        ("1970-01-01 22:00:00-0200", DAY),
        ("1970-01-02T00:00Z", DAY),
    ],
)
def test_iso_forms_are_read(text: str, microseconds: float) -> None:
    assert read_moments(pa.array([text])).microseconds.tolist() == [microseconds]


@pytest.mark.parametrize(
    "text",
    [
        "2021-02-29",
        "1900-02-29",
        "2020-04-31",
        "2020-13-01",
        "2020-1-1",
        "01/02/2020",
        "20200101",
        "2020-01-01 24:00",
        "2020-01-01Z",
        "0000-01-01",
        "12020-01-01",
        "2020-01-01 10:00 CET",
    ],
)
def test_dates_that_are_none_are_not_read(text: str) -> None:
    assert np.isnan(read_moments(pa.array([text])).microseconds).all()


@given(st.dates())
def test_every_date_is_read(day: dt.date) -> None:
    days = (day - dt.date(1970, 1, 1)).days

    assert read_moments(pa.array([day.isoformat()])).microseconds.tolist() == [days * DAY]


def test_a_declared_format_is_read_and_iso_beside_it() -> None:
    read = read_moments(pa.array(["02/01/1970", "1970-01-02", "31/31/1970"]), "%d/%m/%Y")

    assert read.microseconds.tolist()[:2] == [DAY, DAY]
    assert np.isnan(read.microseconds[2])


def test_a_declared_zone_makes_times_aware() -> None:
    read = read_moments(pa.array(["02/01/1970 02:00 +0200"]), "%d/%m/%Y %H:%M %z")

    assert read.microseconds.tolist() == [DAY]
    assert read.is_aware.all()


def test_a_format_that_is_none_is_refused_without_the_cell() -> None:
    with pytest.raises(Faulty) as caught:
        read_moments(pa.array(["ZQ7"]), "%Q")

    assert "ZQ7" not in str(caught.value)
    assert caught.value.__context__ is None


def test_points_in_time_are_written_in_one_spelling() -> None:
    assert moment_texts(np.array([DAY, 5e5]), aware=False).to_pylist() == [
        "1970-01-02",
        "1970-01-01 00:00:00.5",
    ]
    assert moment_texts(np.array([DAY]), aware=True).to_pylist() == ["1970-01-02 00:00:00Z"]
