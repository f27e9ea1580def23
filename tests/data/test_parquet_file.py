"""One file per way in which a Parquet goes wrong."""

import datetime as dt
import io
from collections.abc import Mapping
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.data.faults import Faulty
from audit.data.parquet_file import read_parquet
from audit.data.sheet import Limits
from audit.facts.schema import Kind


def parquet(columns: Mapping[str, object], **options: object) -> bytes:
    sink = io.BytesIO()
    table = pa.table(columns) if isinstance(columns, dict) else columns
    pq.write_table(table, sink, **options)
    return sink.getvalue()


def values(name: str, array: pa.Array) -> list[object]:
    return read_parquet(parquet({name: array}), Limits()).cells[name]


GOOD = parquet({"a": list(range(40)), "b": [f"ZQ7{i}" for i in range(40)]})


@pytest.mark.parametrize(
    ("array", "family"),
    [
        (pa.array([["ZQ7"], ["ZQ7"]]), "list"),
        (pa.array([{"ZQ7x": 1}, {"ZQ7x": 2}]), "struct"),
        (pa.array([[("ZQ7", 1)]] * 2, pa.map_(pa.string(), pa.int64())), "map"),
        (pa.array([b"ZQ7", b"ZQ7"]), "binary"),
        (pa.array([["ZQ7"]] * 2, pa.large_list(pa.string())), "large_list"),
    ],
)
def test_types_without_one_plain_value_are_refused(refused, array: pa.Array, family: str) -> None:
    error = refused(parquet({"fine": [1, 2], "x": array}))

    assert f"column `x` holds values of the type {family}" in error.message


def test_all_faulty_columns_are_told_at_once(refused) -> None:
    lists = pa.array([["ZQ7"], ["ZQ7"]])

    error = refused(parquet({"x": lists, "fine": [1, 2], "y": lists}))

    assert "`x`" in error.message
    assert "`y`" in error.message


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"PAR1", "damaged", id="magic only"),
        pytest.param(GOOD[:-9], "damaged", id="truncated"),
        pytest.param(b"PAR1" + bytes(500) + b"PAR1", "damaged", id="garbage"),
        pytest.param(parquet({"a": pa.array([], pa.int64())}), "no rows", id="no rows"),
        pytest.param(parquet({"a": [1]}), "one row", id="one row"),
        pytest.param(
            parquet(pa.table([[1, 2], [3, 4]], names=["a", "a"])), "come twice", id="duplicates"
        ),
        pytest.param(parquet({" ": [1, 2]}), "no name for column 1", id="blank name"),
        pytest.param(parquet({"a\0": [1, 2]}), "NUL", id="NUL in a name"),
        pytest.param(parquet({"a" * 2000: [1, 2]}), "above 1000 characters", id="long name"),
    ],
)
def test_a_faulty_file_is_refused_by_what_is_wrong(refused, content: bytes, said: str) -> None:
    assert said in refused(content).message


def test_a_file_that_only_calls_itself_parquet_is_refused(refused) -> None:
    assert "is no Parquet file" in refused(b"a,b\n1,ZQ7\n2,ZQ7\n", suffix=".parquet").message


def test_a_checksum_that_does_not_match_is_refused(refused) -> None:
    content = bytearray(
        parquet(
            {"a": [7319042.137, 7319043.137] * 50},
            compression="none",
            use_dictionary=False,
            write_page_checksum=True,
        )
    )
    middle = content.index(b"PAR1") + 200
    content[middle] ^= 1

    assert "damaged" in refused(bytes(content)).message


def test_a_bomb_is_refused_by_its_rows_whatever_its_footer_says() -> None:
    bomb = parquet({"a": pa.array([1.0] * 1_000_000)})

    assert len(bomb) < 10_000
    with pytest.raises(Faulty, match="holds more than 3 MiB when unpacked"):
        read_parquet(bomb, Limits(table_bytes=3 << 20))


def test_a_bomb_of_one_text_stays_one_text() -> None:
    bomb = parquet({"a": pa.array(["x" * 100_000] * 300), "b": pa.array(range(300))})

    cells = read_parquet(bomb, Limits(table_bytes=3 << 20)).cells["a"]
    assert len(bomb) < 100_000
    assert (len(cells.texts), cells.index.tolist()) == (1, [0] * 300)


@pytest.mark.parametrize("dictionary", [True, False])
def test_a_bomb_of_texts_is_refused_while_unpacking(dictionary: bool) -> None:
    texts = ["x" * 100_000 + str(i) for i in range(300)]
    bomb = parquet({"a": pa.array(texts)}, compression="zstd", use_dictionary=dictionary)
    assert len(bomb) < 1_000_000

    with pytest.raises(Faulty, match="when unpacked"):
        read_parquet(bomb, Limits(table_bytes=3 << 20))


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([Decimal("1.10"), None]), ["1.10"]),
        (pa.array(["b", None]).dictionary_encode(), ["b"]),
        (pa.array([True, False]), ["true", "false"]),
        (pa.array([2**60, 1]), [str(2**60), "1"]),
        (pa.array([2**64 - 1, 1], pa.uint64()), [str(2**64 - 1), "1"]),
        (pa.array([None, None]), []),
    ],
)
def test_types_that_become_text(array: pa.Array, expected: list[str]) -> None:
    assert values("x", array).texts.to_pylist() == expected


@pytest.mark.parametrize(
    ("array", "expected"),
    [
        (pa.array([1, 2], pa.int8()), [1.0, 2.0]),
        (pa.array([0.1, -0.0], pa.float32()), [0.1, 0.0]),
        (pa.array([dt.timedelta(seconds=3), dt.timedelta(milliseconds=5)]), [3.0, 0.005]),
        (pa.array([dt.time(0, 1), dt.time(1, 0)]), [60.0, 3600.0]),
    ],
)
def test_types_that_become_numbers(array: pa.Array, expected: list[float]) -> None:
    assert values("x", array).values.tolist() == expected


def test_times_are_brought_to_utc() -> None:
    cells = values("x", pa.array([0, 3_600_000], pa.timestamp("ms", "Europe/Berlin")))

    assert cells.aware
    assert cells.microseconds.tolist() == [0.0, 3.6e9]


def test_row_numbers_of_pandas_are_left_out_and_noted(read) -> None:
    content = parquet({"a": [1, 2, 3], "__index_level_0__": [10, 11, 12]})

    release = read(content, content)

    assert [c.name for c in release.schema] == ["a"]
    assert "index_columns" in [n.code for n in release.notes]


def test_csv_and_parquet_of_the_same_table_agree(read) -> None:
    csv = b"n,x,when,word,flag\n" + b"".join(
        b"%d,%s,2020-01-%02d,w%d,%s\n" % (i * i, b"%.3f" % (i / 8), i % 28 + 1, i % 4, f)
        for i, f in enumerate([b"True", b"False"] * 15)
    )
    columns = {
        "flag": [True, False] * 15,
        "when": [dt.date(2020, 1, i % 28 + 1) for i in range(30)],
        "word": pa.array([f"w{i % 4}" for i in range(30)]).dictionary_encode(),
        "x": [round(i / 8, 3) for i in range(30)],
        "n": [i * i for i in range(30)],
    }

    mixed = read(csv, parquet(columns))
    swapped = read(parquet(columns), csv)

    assert mixed.content_digest == swapped.content_digest
    assert mixed.real.keys.tolist() == mixed.synthetic.keys.tolist()
    assert mixed.real.keys.tolist() == swapped.real.keys.tolist()
    assert {c.name: c.kind for c in mixed.schema} == {
        "n": Kind.INTEGER,
        "x": Kind.CONTINUOUS,
        "when": Kind.DATETIME,
        "word": Kind.CATEGORICAL,
        "flag": Kind.BOOLEAN,
    }


@settings(max_examples=150, deadline=2000)
@given(st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.integers(0, 255)), max_size=6))
def test_mutated_files_are_read_or_refused_and_nothing_else(changes: list[tuple[int, int]]) -> None:
    content = bytearray(GOOD)
    for place, byte in changes:
        content[place] = byte
    sheet, faults = None, ()
    try:
        sheet = read_parquet(bytes(content), Limits())
    except Faulty as caught:
        faults = caught.faults

    assert bool(faults) != (sheet is not None)
