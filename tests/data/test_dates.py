import datetime as dt

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.dates import Order, in_iso
from audit.data.moments import order_of, read_ordered

DAY, HOUR = 86_400e6, 3600e6
FORMS = {
    Order.DAY_FIRST: ("{d}/{m}/{y}", "{d:02}.{m:02}.{y}", "{d}. {m}. {y}", "{d}-{b}-{y}"),
    Order.MONTH_FIRST: ("{m}/{d}/{y}", "{m:02}-{d:02}-{y}", "{b} {d}, {y}"),
    Order.YEAR_FIRST: ("{y}/{m}/{d}", "{y}.{m:02}.{d:02}", "{y} {b} {d}", "{y}{m:02}{d:02}"),
}


@pytest.mark.parametrize(
    ("text", "order", "microseconds"),
    [
        ("02/01/1970", Order.DAY_FIRST, DAY),
        ("01/02/1970", Order.MONTH_FIRST, DAY),
        ("2. 1. 1970 1:00", Order.DAY_FIRST, DAY + HOUR),
        ("2 January 1970, 01:00:00.5", Order.DAY_FIRST, DAY + HOUR + 5e5),
        ("Jan. 2, 1970 1:00 AM", Order.MONTH_FIRST, DAY + HOUR),
        ("Jan 2, 1970 12:00 am", Order.MONTH_FIRST, DAY),
        ("1/1/1970 12:30 p.m.", Order.MONTH_FIRST, DAY / 2 + HOUR / 2),
        ("02.01.1970 02:00 +0200", Order.DAY_FIRST, DAY),
        ("1970/01/02 00:00:00 UTC", Order.YEAR_FIRST, DAY),
        ("19700102T01:00", Order.YEAR_FIRST, DAY + HOUR),
    ],
)
def test_dates_in_other_orders_are_read(text: str, order: Order, microseconds: float) -> None:
    assert read_ordered(pa.array([text]), order).microseconds.tolist() == [microseconds]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "31/02/2020",
        "32/01/2020",
        "01/01/20",
        "01/01/20200",
        "Foo 1, 2020",
        "Marx 2, 2020",
        "1/1/2020 13:00 PM",
        "1/1/2020 0:30 AM",
        "1/1/2020 24:00",
        "1/1/2020 UTC",
        "1//1/2020",
        "101/102",
    ],
)
def test_what_is_no_date_is_none_in_any_order(text: str) -> None:
    for order in Order:
        assert not read_ordered(pa.array([text]), order).is_moment.any()


def test_only_times_with_a_zone_are_aware() -> None:
    texts = pa.array(["1/2/2020 10:00 GMT", "1/2/2020 10:00 -0500", "1/2/2020 10:00", "1/2/2020"])

    assert read_ordered(texts, Order.DAY_FIRST).is_aware.tolist() == [True, True, False, False]


@given(st.dates(), st.sampled_from([(o, f) for o, forms in FORMS.items() for f in forms]))
def test_a_date_survives_every_form(day: dt.date, written: tuple[Order, str]) -> None:
    order, form = written
    months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
    text = form.format(d=day.day, m=day.month, y=f"{day.year:04}", b=months[day.month - 1])

    assert in_iso(pa.array([text]), order).to_pylist() == [day.isoformat()]


def test_the_order_is_the_only_one_that_fits_every_date() -> None:
    assert order_of(pa.array(["03/01/2020", "13/01/2020"])) is Order.DAY_FIRST
    assert order_of(pa.array(["03/01/2020", "03/13/2020"])) is Order.MONTH_FIRST
    assert order_of(pa.array(["2020/01/03", "2020/03/13"])) is Order.YEAR_FIRST


def test_an_order_that_cannot_be_told_is_none() -> None:
    assert order_of(pa.array(["03/01/2020", "04/02/2020"])) is None
    assert order_of(pa.array(["13/01/2020", "01/13/2020"])) is None
    assert order_of(pa.array(["13/01/2020", "soon"])) is None
    assert order_of(pa.array([], pa.string())) is None


def test_orders_that_agree_are_one() -> None:
    assert order_of(pa.array(["01/01/2020", "02/02/2020"])) is Order.DAY_FIRST
