import hashlib
import hmac

import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from audit.data.csv_file import read_csv
from audit.data.digest import content_digest, keyed_digest, plain_digest
from audit.data.sheet import Limits, sheet_of

CSV = b"a,b,c\n1,x,0.5\n2,,\n3,x,-0.0\n"


def of_csv(content: bytes) -> str:
    return content_digest(read_csv(content, Limits()))


def of_arrow(columns: dict[str, pa.Array]) -> str:
    return content_digest(sheet_of(pa.table(columns), Limits()))


def test_digests_of_bytes_are_the_standard_ones() -> None:
    assert plain_digest(b"x") == hashlib.sha256(b"x").hexdigest()
    assert keyed_digest(b"x", b"key") == hmac.new(b"key", b"x", "sha256").hexdigest()


def test_order_and_spelling_are_no_content() -> None:
    turned = b"b,c,a\r\nx,0,3\r\n,,2.0\r\nx,.5,1e0\r\n"

    assert of_csv(turned) == of_csv(CSV)


def test_the_format_of_the_file_is_no_content() -> None:
    columns = {
        "c": pa.array([0.0, None, 0.5], pa.float32()),
        "b": pa.array(["x", None, "x"]).dictionary_encode(),
        "a": pa.array([3, 2, 1], pa.int8()),
    }

    assert of_arrow(columns) == of_csv(CSV)


def test_every_cell_is_content() -> None:
    changed = [
        CSV.replace(b"0.5", b"0.6"),
        CSV.replace(b"x", b"y", 1),
        CSV.replace(b"2,,", b"2,,7"),
    ]

    digests = {of_csv(content) for content in [CSV, *changed]}

    assert len(digests) == 4


def test_names_and_the_number_of_equal_rows_are_content() -> None:
    assert of_csv(CSV.replace(b"a,b,c", b"a,b,d")) != of_csv(CSV)
    assert of_csv(CSV + b"1,x,0.5\n") != of_csv(CSV)


def test_values_that_move_between_columns_are_noticed() -> None:
    assert of_csv(b"a,b\n1,2\n3,4\n") != of_csv(b"a,b\n2,1\n4,3\n")


def test_times_and_numbers_are_not_mistaken_for_one_another() -> None:
    moment = pa.array([0, 1], pa.timestamp("us"))

    assert of_arrow({"a": moment}) != of_arrow({"a": pa.array([0, 1])})
    assert of_arrow({"a": moment}) == of_csv(b"a\n1970-01-01\n1970-01-01 00:00:00.000001\n")
    assert of_arrow({"a": moment}) != of_arrow({"a": pa.array([0, 1], pa.timestamp("us", "UTC"))})


@given(st.permutations([b"1,x,0.5", b"2,,", b"3,x,-0.0", b"3,x,-0.0", b"01,NA,9007199254740993"]))
def test_the_order_of_rows_is_no_content(rows: list[bytes]) -> None:
    ordered = sorted(rows)

    assert of_csv(b"a,b,c\n" + b"\n".join(rows)) == of_csv(b"a,b,c\n" + b"\n".join(ordered))


def test_the_digest_never_changes() -> None:
    # The seed of every run depends on it.
    pinned = "9b95d60abd2d11243942a02aef19a6813d15907813c2eec233d2c8e56cad4a7c"

    assert of_csv(CSV) == pinned
