"""Tables that somebody broke, or made to break: the exit code, and a sentence without a cell."""

import gzip
import io
import os
import pickle
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from audit import api
from audit.errors import DataError
from tests.command import call
from tests.hostile.conftest import BODY, GOOD, HEADER, Refuse

ROOT = Path(__file__).parents[2]


def parquet(columns: dict[str, object], **how: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink, **how)
    return sink.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "UTF-16": (GOOD.encode("utf-16"), "is encoded in UTF-16"),
    "UTF-16 without a mark": (GOOD.encode("utf-16-le"), "has a NUL character in line 1"),
    "UTF-32": (GOOD.encode("utf-32"), "UTF-16 or UTF-32"),
    "latin-1": (GOOD.replace("townC", "t\xf6wn").encode("latin-1"), "is not UTF-8 (line 4)"),
    "a NUL in a cell": (GOOD.replace("townC", "to\0n").encode(), "a NUL character in line 4"),
    "a NUL in a name": (b"a\0ge,city,code\n" + BODY.encode(), "a NUL character in line 1"),
    "one long record": (GOOD.encode() + b"1,ZQ7x,3,4\n", "do not have 3 cells (line 62)"),
    "long records": ((HEADER + BODY.replace("\n", ",9\n")).encode(), "60 line(s) do not have 3"),
    "a short record": (GOOD.encode() + b"1,ZQ7x\n", "do not have 3 cells (line 62)"),
    "a name twice": (b"age,age,code\n" + BODY.encode(), "names that come twice, in column 1, 2"),
    "a blank name": (b"age, ,code\n" + BODY.encode(), "has no name for column 2"),
    "a header alone": (HEADER.encode(), "has column names but no rows"),
    "nothing": (b"", "is empty"),
    "line ends alone": (b"\n" * 9, "is empty"),
    "semicolons": (GOOD.replace(",", ";").encode(), "separated by semicolons"),
    "tabs": (GOOD.replace(",", "\t").encode(), "separated by tabs"),
    "an open quote": (GOOD.encode() + b'1,"ZQ7x,3\n', "a quote that is left open"),
    "many quotes": (b"a,b\n" + b'"' * 100_001 + b"\n", "a quote that is left open"),
    "a field of 50 MB": (
        GOOD.encode() + b"1," + b"Z" * 50_000_000 + b",3\n",
        "cannot be read as CSV",
    ),
    "a name of 50 MB": (b"a" * 50_000_000 + b",b\n1,2\n3,4\n", "a first line that cannot be read"),
    "20,000 columns": (
        (",".join(f"c{i}" for i in range(20_000)) + "\n" + "1," * 19_999 + "1\n").encode(),
        "has 20000 columns, more than the 5000 allowed",
    ),
    "gzip": (gzip.compress(GOOD.encode()), "is compressed (gzip)"),
    "ZIP": (b"PK\x03\x04" + GOOD.encode(), "a ZIP archive or an Excel workbook"),
    "a pickle": (pickle.dumps({"ZQ7": [1] * 50}), "is a pickle"),
    "a program": (Path(sys.executable).read_bytes()[:100_000], "has a NUL character in line 1"),
    "half a surrogate": (b"a,b\n1,\xed\xa0\x80\n2,x\n", "is not UTF-8 (line 2)"),
}
REFUSED_PARQUET: dict[str, tuple[bytes, str]] = {
    "lists": (parquet({"a": [["ZQ7"], ["y"]], "b": [1, 2]}), "`a` holds values of the type list"),
    "structs": (parquet({"a": [{"x": "ZQ7"}] * 2}), "`a` holds values of the type struct"),
    "bytes": (parquet({"a": [b"ZQ7", b"\xff"]}), "`a` holds values of the type binary"),
    "no rows": (parquet({"a": pa.array([], pa.int64())}), "has column names but no rows"),
    "an end cut off": (parquet({"a": list(range(500))})[:-50], "is damaged or encrypted"),
    "its mark alone": (b"PAR1", "is damaged or encrypted"),
    "noise": (b"PAR1" + bytes(range(256)) * 4 + b"PAR1", "is damaged or encrypted"),
    "a CSV in disguise": (GOOD.encode(), "is no Parquet file, whatever its name says"),
    "a name of 5,000": (parquet({"x" * 5_000: [1, 2, 3]}), "a column name above 1000 characters"),
    "a pickle": (pickle.dumps([1] * 50), "is a pickle"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_broken_csv_is_refused(looked: Refuse, name: str) -> None:
    content, said = REFUSED[name]
    answer = looked(content)
    assert answer.code == 3
    assert said in answer.text


@pytest.mark.parametrize("name", REFUSED_PARQUET)
def test_a_broken_parquet_is_refused(looked: Refuse, name: str) -> None:
    content, said = REFUSED_PARQUET[name]
    answer = looked(content, ".parquet")
    assert answer.code == 3
    assert said in answer.text


ODD: dict[str, bytes] = {
    "a mark in front": b"\xef\xbb\xbf" + GOOD.encode(),
    "ends of DOS": GOOD.replace("\n", "\r\n").encode(),
    "ends of old Macs": GOOD.replace("\n", "\r").encode(),
    "infinities": GOOD.encode() + b"inf,ZQ7x,00001\n1e400,ZQ7x,00002\n",
    "integers of 26 digits": GOOD.encode() + b"99999999999999999999999999,ZQ7x,00001\n",
    "the word NA": GOOD.replace("ZQ7townC", "NA").encode(),
    "quotes within": GOOD.encode() + b'1,"ZQ7 ""x"", y",00009\n',
}


@pytest.mark.parametrize("name", ODD)
def test_an_odd_table_is_read(looked: Refuse, name: str) -> None:
    assert looked(ODD[name]).code == 0


def test_100000_categories_are_read(good: Path) -> None:
    for side, first in (("many", 0), ("more", 50_000)):
        rows = (f"{20 + i % 50},ZQ7town{first + i},{i % 9}x\n" for i in range(100_000))
        (good / f"{side}.csv").write_text(HEADER + "".join(rows))
    answer = call("preflight", "--real", good / "many.csv", "--synthetic", good / "more.csv")
    # Half of them return, which blocks an audit; they are read, and none is told.
    assert (answer.code, answer.err) == (0, b"")
    assert "city: identifier" in answer.text
    assert "ZQ7" not in answer.text


def test_a_table_beyond_the_budget_is_refused_before_it_is_unpacked(looked: Refuse) -> None:
    numbers = parquet({"a": pa.array(np.zeros(8_000_000)), "b": pa.array(np.zeros(8_000_000))})
    assert len(numbers) < 100_000
    answer = looked(numbers, ".parquet", "--max-memory", "200MB")
    assert answer.code == 3
    assert "holds more than 95 MiB when unpacked Allow more with --max-memory" in answer.text
    empty_cells = (
        b",".join(b"c%d" % i for i in range(4_000)) + b"\n" + (b"," * 3_999 + b"\n") * 4_000
    )
    answer = looked(empty_cells, ".csv", "--max-memory", "200MB")
    assert (answer.code, "MiB when unpacked" in answer.text) == (3, True)


BOMBS = """
import io, resource, sys
from pathlib import Path
import numpy as np, pyarrow as pa, pyarrow.parquet as pq
from tests.command import call
folder = Path(sys.argv[1])
good = folder / "good.csv"
index = pa.array(np.zeros(400_000, dtype=np.int32))
long = pa.DictionaryArray.from_arrays(index, pa.array(["Z" * 100_000]))
listed = pa.DictionaryArray.from_arrays(index, pa.array([b"Z" * 100_000]))
for name, column in (("texts", long), ("bytes", listed)):
    file = folder / f"{name}.parquet"
    pq.write_table(pa.table({"a": column}), file, store_schema=False, compression="zstd")
    assert file.stat().st_size < 1_000_000
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for name in ("texts", "bytes"):
    answer = call("preflight", "--real", folder / f"{name}.parquet", "--synthetic", good)
    print(answer.code, answer.text)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def test_a_small_file_that_holds_40_gigabytes_never_fills_the_memory(good: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", BOMBS, good],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    *told, grown = done.stdout.splitlines()
    assert [line[:2] for line in told] == ["3 ", "3 "]
    assert "holds values of the type binary" in told[1]
    assert int(grown) < 700 * 1024, "KiB"


class Loud:
    """An object that does something when it is looked at, or written."""

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, ("pickled",)

    def __str__(self) -> str:
        raise AssertionError("looked at")

    __repr__ = __str__


def test_objects_in_frames_are_neither_called_nor_pickled(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    good = pd.DataFrame({"a": range(20), "b": list("xyzuv" * 4)})
    for cells in ([Loud()] * 20, [{"ZQ7": 1}] * 20, [[1]] * 20, [np.zeros(2)] * 20):
        bad = good.assign(b=pd.Series(cells, dtype=object))
        with pytest.raises(DataError, match="`b` holds values of a foreign type") as told:
            api.audit(bad, good)
        assert "ZQ7" not in f"{told.value.message}{told.value.hint}"
    assert list(tmp_path.iterdir()) == []


def test_a_pickle_is_never_loaded(looked: Refuse, good: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, ...]:
            return os.mkdir, (str(good / "pickled"),)

    for protocol in range(6):
        assert looked(pickle.dumps(Bomb(), protocol)).code == 3
    assert not (good / "pickled").exists()
