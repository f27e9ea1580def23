"""A synthetic table that is the real one, written otherwise: its rows must still be recognised."""

import io
import unicodedata
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit.errors import DataError
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind

N = 60
REAL = pd.DataFrame(
    {
        "key": [f"k{7 * i % N:03d}x" for i in range(N)],
        "age": [20 + i * 7 % 41 for i in range(N)],
        "pay": [900 + 37 * i * i for i in range(N)],
        "weight": [round(50 + i * 0.37, 2) for i in range(N)],
        "sex": ["MF"[i % 2] for i in range(N)],
        "town": [["K\u00f6ln", "New York", "Aachen"][i % 3] for i in range(N)],
        "zip": [["01234", "52062", "99999"][i % 3] for i in range(N)],
        "seen": [f"2020-03-{i % 28 + 1:02d}T10:{i % 60:02d}:00Z" for i in range(N)],
        "smoker": [["yes", "no"][i % 2] for i in range(N)],
        "marker": [(i * i % 101) / 7 for i in range(N)],
    }
)


def written(frame: pd.DataFrame) -> bytes:
    return frame.to_csv(index=False).encode()


def as_parquet(frame: pd.DataFrame) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink)
    return sink.getvalue()


def changed(**columns: Callable[[pd.Series], pd.Series]) -> bytes:
    return written(REAL.assign(**{n: change(REAL[n]) for n, change in columns.items()}))


def shifted(times: pd.Series) -> pd.Series:
    zoned = pd.to_datetime(times).dt.tz_convert("Asia/Kolkata")
    return zoned.map(lambda t: t.isoformat(sep=" "))


def clock(times: pd.Series, form: str) -> pd.Series:
    return pd.to_datetime(times).dt.strftime(form)


DISGUISES = {
    "whole numbers with a point": changed(age=lambda c: c.astype(float)),
    "ten decimals": changed(weight=lambda c: c.map("{:.10f}".format)),
    "ten decimals of a number that has more": changed(marker=lambda c: c.map("{:.10f}".format)),
    "seven digits": changed(marker=lambda c: c.map("{:.6e}".format)),
    "thousands": changed(pay=lambda c: c.map("{:,}".format)),
    "thousands, with decimals": changed(pay=lambda c: c.map("{:,.2f}".format)),
    "thousands by points": changed(pay=lambda c: c.map(lambda v: f"{v:,}".replace(",", "."))),
    "decimal comma": changed(weight=lambda c: c.astype(str).str.replace(".", ",")),
    "scientific notation": changed(weight=lambda c: c.map("{:.6e}".format)),
    "lower case": changed(sex=lambda c: c.str.lower(), town=lambda c: c.str.upper()),
    "white space": changed(town=lambda c: "  " + c + " ", sex=lambda c: c + "\u00a0"),
    "decomposed letters": changed(town=lambda c: c.map(lambda t: unicodedata.normalize("NFD", t))),
    "invisible characters": changed(town=lambda c: c.str.replace("e", "e\u200b")),
    "leading zeros lost": changed(zip=lambda c: c.astype(int)),
    "another time zone": changed(seen=shifted),
    "days first": changed(seen=lambda c: clock(c, "%d/%m/%Y %H:%M %z")),
    "months first, on a clock of 12": changed(seen=lambda c: clock(c, "%m/%d/%Y %I:%M %p UTC")),
    "months in words": changed(seen=lambda c: clock(c, "%d %b %Y, %H:%M:%S Z")),
    "accents lost": changed(town=lambda c: c.str.replace("\u00f6", "o")),
    "truth values": changed(smoker=lambda c: c == "yes"),
    "ones and zeros": changed(smoker=lambda c: (c == "yes").astype(float)),
    "other columns first": written(REAL[REAL.columns[::-1]]),
    "other rows first": written(REAL.iloc[::-1]),
    "new keys": changed(key=lambda c: "new" + c),
    "typed Parquet": as_parquet(
        REAL.assign(seen=pd.to_datetime(REAL["seen"]), smoker=REAL["smoker"] == "yes")
    ),
    "categories": as_parquet(REAL.assign(sex=REAL["sex"].astype("category"))),
    "single precision": as_parquet(REAL.assign(weight=REAL["weight"].astype(np.float32))),
}


@pytest.mark.parametrize("disguise", DISGUISES)
def test_a_copy_is_recognised_under(disguise: str, read) -> None:
    release = read(written(REAL), DISGUISES[disguise])

    assert len(release.schema.comparable()) == 9
    assert release.synthetic.keys.tolist() == release.real.keys.tolist()


@pytest.mark.parametrize(
    "disguise",
    [
        changed(weight=lambda c: c.astype(str) + " kg"),
        changed(seen=lambda c: clock(c, "%d/%m/%Y %H:%M")),
        changed(seen=lambda c: clock(c, "%d/%m/%y %H:%M %z")),
        changed(seen=lambda c: pd.to_datetime(c).astype("int64") // 10**9),
        changed(seen=lambda c: c.str.rstrip("Z")),
        changed(age=lambda c: pd.to_datetime("1970-01-01") + pd.to_timedelta(c, "D")),
    ],
)
def test_a_copy_that_cannot_be_recognised_is_refused(disguise: bytes, read) -> None:
    with pytest.raises(DataError, match=r"synthetic|time zone"):
        read(written(REAL), disguise)


def test_a_copy_with_other_labels_blocks_the_audit(read) -> None:
    labelled = changed(town=lambda c: c.map({"K\u00f6ln": "a", "New York": "b", "Aachen": "c"}))

    release = read(written(REAL), labelled)

    assert ("levels_unknown", "blocking") in [(n.code, n.status) for n in release.notes]


def test_a_declared_kind_is_no_disguise(read) -> None:
    plans = {"age": ColumnPlan(Kind.CATEGORICAL)}

    release = read(written(REAL), DISGUISES["whole numbers with a point"], columns=plans)

    assert release.synthetic.keys.tolist() == release.real.keys.tolist()
