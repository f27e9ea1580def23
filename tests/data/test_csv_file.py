"""One file per way in which a CSV goes wrong; the good cells around it are canaries."""

import bz2
import gzip
import lzma

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.data.csv_file import read_csv
from audit.data.faults import Faulty
from audit.data.sheet import Limits

ROWS = b"1,ZQ7a\n2,ZQ7b\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        pytest.param(b"", "real (real.csv): is empty", id="no bytes"),
        pytest.param(b"\n\n\n", "is empty", id="blank lines"),
        pytest.param(b"a,b\n", "has column names but no rows", id="header only"),
        pytest.param(b"a,b\n1,ZQ7a\n", "has one row", id="one row"),
        pytest.param(("a,b\n1,ZQ7\n" * 3).encode("utf-16"), "UTF-16", id="utf-16"),
        pytest.param(("a,b\n1,ZQ7\n" * 3).encode("utf-16-le"), "NUL", id="utf-16 without a mark"),
        pytest.param(b"a,b\n1,ZQ7\xe9\n2,x\n", "is not UTF-8 (line 2)", id="latin-1"),
        pytest.param(b"a,b\n1,ZQ7\n2,x\0ZQ7\n", "NUL character in line 3", id="NUL in a cell"),
        pytest.param(b"a\0,b\n" + ROWS, "NUL character in line 1", id="NUL in the header"),
        pytest.param(
            b"a,b\n" + ROWS + b"3\n4,5,ZQ7\n",
            "2 line(s) do not have 2 cells (line 4, 5)",
            id="ragged",
        ),
        pytest.param(
            b"a,b\n1,ZQ7,9\n2,ZQ7,9\n",
            "2 line(s) do not have 2 cells (line 2, 3)",
            id="all too long",
        ),
        pytest.param(
            b'a,b\n"ZQ7\nx",2\n3\n',
            "1 record(s) do not have 2 cells (record 3)",
            id="ragged, quoted",
        ),
        pytest.param(b"a,a\n" + ROWS, "come twice, in column 1, 2", id="duplicate names"),
        pytest.param(b",b\n" + ROWS, "has no name for column 1", id="empty name"),
        pytest.param(b"a, \n" + ROWS, "has no name for column 2", id="blank name"),
        pytest.param(b"a;b\n1;ZQ7\n2;ZQ7\n", "separated by semicolons", id="semicolons"),
        pytest.param(b"a\tb\n1\tZQ7\n2\tZQ7\n", "separated by tabs", id="tabs"),
        pytest.param(b"a|b\n1|ZQ7\n2|ZQ7\n", "separated by bars", id="bars"),
        pytest.param(b'a,b\n1,"ZQ7\n2,ZQ7\n', "left open", id="open quote, last column"),
        pytest.param(b'a,b\n"ZQ7,1\n2,ZQ7\n', "left open", id="open quote, first column"),
        pytest.param(
            b'a,b\n1,"ZQ7\n2,ZQ7\n3,"ZQ7"\n4,5\n',
            "text after one",
            id="open quote, closed by the next",
        ),
        pytest.param(b'"a,b\n1,ZQ7\n', "first line that cannot be read", id="open quote, header"),
        pytest.param(b"39,ZQ7,50,2\n" * 3, "looks like a record", id="no header"),
        pytest.param(gzip.compress(b"a,b\n" + ROWS), "gzip", id="gzip"),
        pytest.param(bz2.compress(b"a,b\n" + ROWS), "bzip2", id="bzip2"),
        pytest.param(lzma.compress(b"a,b\n" + ROWS), "xz", id="xz"),
        pytest.param(b"PK\x03\x04" + ROWS, "ZIP archive or an Excel", id="workbook"),
        pytest.param(b"\x80\x04\x95ZQ7", "a pickle", id="pickle"),
        pytest.param(b"ARROW1\0\0ZQ7", "an Arrow file", id="arrow"),
    ],
)
def test_a_faulty_file_is_refused_by_what_is_wrong(refused, content: bytes, said: str) -> None:
    assert said in refused(content).message


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"\xef\xbb\xbfa,b\n" + ROWS, id="byte order mark"),
        pytest.param(b"a,b\r\n1,ZQ7a\r\n2,ZQ7b\r\n", id="line ends of Windows"),
        pytest.param(b"a,b\r1,ZQ7a\r2,ZQ7b\r", id="line ends of an old Macintosh"),
        pytest.param(b"a,b\n" + ROWS[:-1], id="no last line end"),
        pytest.param(b"a,b\n\n1,ZQ7a\n\n2,ZQ7b\n\n", id="blank lines between"),
        pytest.param(b'"a","b"\n"1","ZQ7a"\n"2","ZQ7b"\n', id="all quoted"),
        pytest.param(b"a,b\n1, ZQ7a\n2,ZQ7b \n", id="spaces around"),
    ],
)
def test_harmless_differences_of_files_do_not_matter(read, content: bytes) -> None:
    release = read(b"a,b\n" + ROWS, content)

    assert release.synthetic.keys.tolist() == release.real.keys.tolist()
    assert [c.name for c in release.schema] == ["a", "b"]


def test_a_cell_beyond_the_limit_is_refused_by_its_column() -> None:
    huge = b"a,b\n1,x\n2," + b"Z" * 2000 + b"\n"

    with pytest.raises(Faulty) as caught:
        read_csv(huge, Limits(cell_bytes=1000))

    assert "column `b` has a cell above" in str(caught.value)


def test_a_cell_longer_than_a_block_is_refused() -> None:
    with pytest.raises(Faulty) as caught:
        read_csv(b"a,b\n1,x\n2," + b"Z" * (40 << 20) + b"\n", Limits())

    assert "ZZZ" not in str(caught.value)


def test_too_many_columns_are_refused() -> None:
    wide = b",".join(b"c%d" % i for i in range(51)) + b"\n" + b",".join([b"1"] * 51) + b"\n"

    with pytest.raises(Faulty, match="has 51 columns, more than the 50 allowed"):
        read_csv(wide, Limits(columns=50))


def test_a_table_of_1000_columns_is_read() -> None:
    wide = b",".join(b"c%d" % i for i in range(1000)) + (b"\n" + b",".join([b"1"] * 1000)) * 2

    assert len(read_csv(wide, Limits()).cells) == 1000


def test_quoted_line_ends_and_commas_are_part_of_the_cell() -> None:
    sheet = read_csv(b'a,b\n1,"x\ny,z"\n2,"say ""no"""\n', Limits())

    assert sheet.n_rows == 2
    assert sheet.cells["b"].texts.to_pylist() == ["x\ny,z", 'say "no"']


def test_only_the_empty_cell_is_missing() -> None:
    cells = read_csv(b'a,b\n1,?\n2,\n3,""\n4, \n5,NA\n', Limits()).cells["b"]

    assert cells.texts.to_pylist() == ["?", "NA"]
    assert cells.index.tolist() == [0, -1, -1, -1, 1]


@pytest.mark.parametrize("header", [b"1,2,3", b"place,1990,1995,2000", b"0,1", b"a,b,c,7"])
def test_numbered_column_names_are_no_record(header: bytes) -> None:
    record = b",".join([b"5"] * header.count(b",") + [b"6"])

    sheet = read_csv(b"\n".join([header, record, record]), Limits())

    assert sheet.names == tuple(header.decode().split(","))


@settings(max_examples=150, deadline=2000, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(alphabet='ab1,"\n\r;\t\0 \ufeffé', max_size=200).map(str.encode),
    )
)
def test_any_bytes_are_read_or_refused_and_nothing_else(content: bytes) -> None:
    sheet, faults = None, ()
    try:
        sheet = read_csv(content, Limits())
    except Faulty as caught:
        faults = caught.faults

    assert bool(faults) != (sheet is not None and sheet.n_rows >= 2 and bool(sheet.cells))


def test_a_table_of_words_without_a_header_is_refused(refused) -> None:
    # Column for column, the first record's words come back among the cells below.
    records = [f"{'uvw'[i % 3]},{'xyz'[i % 3]},{i}k" for i in range(30)]
    said = refused(("u,x,ZQ7\n" + "\n".join(records)).encode()).message
    assert said == "real (real.csv): starts with what looks like a record, not column names"


def test_columns_of_one_word_may_be_named_after_it(read) -> None:
    records = [f"{'asthma' * (i % 2)},{'gout' if i % 3 else 'no'},{i % 5}" for i in range(30)]
    table = ("asthma,gout,visits\n" + "\n".join(records)).encode()
    assert [c.name for c in read(table, table).schema] == ["asthma", "gout", "visits"]
