"""A table in several files says what one file of the same rows says."""

from pathlib import Path

import pandas as pd
import pytest

from audit.data.named import read_named
from audit.data.release import Release, read_release
from audit.data.several import is_several
from audit.data.sheet import Limits
from audit.errors import DataError
from audit.facts.project import Project
from tests.canaries import found

CANARY = "ZQ7XV9"
FRAME = pd.DataFrame(
    {
        "n": [i % 9 for i in range(90)],
        "x": [i / 8 for i in range(90)],
        "word": [("a, b", 'say "x"', None, " c ", "\u00e9t\u00e9")[i % 5] for i in range(90)],
        "code": [f"0{i % 7}" for i in range(90)],
        "at": pd.to_datetime("2001-01-01") + pd.to_timedelta(range(90), unit="h"),
    }
)


def write(folder: Path, suffix: str, *, pieces: int = 3) -> Path:
    folder.mkdir()
    for number in range(pieces):
        piece = FRAME.iloc[number::pieces]
        if suffix == "csv":
            piece.to_csv(folder / f"part-{number}.csv", index=False)
        else:
            piece.to_parquet(folder / f"part-{number}.parquet", index=False)
    (folder / "_SUCCESS").write_text("")
    (folder / ".part-0.csv.crc").write_text("x")
    return folder


def release(name: str, base: Path, **limits: int) -> Release:
    project = Project(real=name, synthetic=name)
    return read_release(project, base=base, limits=Limits(**limits))


def refused(name: str, base: Path, **limits: int) -> str:
    with pytest.raises(DataError) as caught:
        release(name, base, **limits)
    link: BaseException | None = caught.value
    while link is not None:
        assert found(f"{link}{getattr(link, 'hint', '')}".encode()) == []
        link = link.__cause__ or link.__context__
    return caught.value.message


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("name", ["parts", "parts/*.{suffix}", "parts/part-[012].{suffix}"])
def test_a_folder_and_a_pattern_hold_what_one_file_holds(
    tmp_path: Path, suffix: str, name: str
) -> None:
    write(tmp_path / "parts", suffix)
    FRAME.to_csv(tmp_path / "whole.csv", index=False)

    of_parts = release(name.format(suffix=suffix), tmp_path)
    of_file = release("whole.csv", tmp_path)

    assert of_parts.content_digest == of_file.content_digest
    assert of_parts.schema == of_file.schema
    assert sorted(of_parts.real.keys.tolist()) == sorted(of_file.real.keys.tolist())
    assert of_parts.digests["synthetic"].digest_of == "content"


def test_a_name_with_marks_is_a_file_where_there_is_one(tmp_path: Path) -> None:
    for name in ("data[1].csv", "data1.csv"):
        FRAME.to_csv(tmp_path / name, index=False)
    assert not is_several(tmp_path / "data[1].csv")
    assert release("data[1].csv", tmp_path).digests["synthetic"].digest_of == "file"
    folder = tmp_path / "odd [a] *"
    folder.mkdir()
    FRAME.to_csv(folder / "b[c]?.csv", index=False)
    assert release("odd [a] *", tmp_path).digests["real"].rows == 90
    assert release("odd [a] */b*.csv", tmp_path).digests["real"].rows == 90
    assert "names no CSV or Parquet file" in refused("nowhere/b*.csv", tmp_path)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({"a.csv": "n,w\n1,x\n2,y\n", "b.csv": "w,n\nx,1\n"}, "other columns than the first one"),
        ({"a.csv": "n,w\n1,x\n", "b.parquet": "PAR1"}, "not all CSV, or all Parquet"),
        ({"a.csv": f"n,w\n1,{CANARY}\n2\n"}, "cannot be read as CSV"),
        ({"a.csv": f'n,w\n1,"{CANARY}\n2,y\n'}, "cannot be read as CSV"),
        ({"a.csv": f"n,w\n1,{CANARY},9\n2,y\n"}, "cannot be read as CSV"),
        ({"a.csv": f"\n\nn,w\n1,{CANARY}\n2,x\n"}, "begins with a blank line"),
        ({"a.csv": f"n,w\n1,{CANARY}\0\n2,x\n"}, "has a NUL character"),
        ({"a.csv": f"n;w\n1;{CANARY}\n2;x\n"}, "separated by semicolons"),
        ({"a.csv": "n,w\n"}, "has column names but no rows"),
        ({"a.csv": "n,w\n1,x\n"}, "has one row"),
        ({"a.csv": ""}, "is empty"),
        ({"a.parquet": f"PAR1{CANARY}"}, "cannot be read (number 1)"),
        ({"a.txt": "n\n1\n"}, "names no CSV or Parquet file"),
        ({}, "names no CSV or Parquet file"),
    ],
)
def test_what_is_no_table_in_parts(tmp_path: Path, files: dict[str, str], said: str) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_text(content)
    assert said in refused("parts", tmp_path)


def test_the_budget_is_held(tmp_path: Path) -> None:
    folder = tmp_path / "parts"
    folder.mkdir()
    wide = pd.DataFrame({"a": ["x" * 1000] * 4000, "b": range(4000)})
    for number in range(3):
        wide.to_csv(folder / f"{number}.csv", index=False)
    assert "holds more than 4 MiB" in refused("parts", tmp_path, table_bytes=4 << 20)


def test_without_duckdb_it_says_how_to_get_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path / "parts", "csv")
    monkeypatch.setitem(__import__("sys").modules, "duckdb", None)
    with pytest.raises(DataError) as caught:
        release("parts", tmp_path)
    assert "pip install 'synthgate[duckdb]'" in caught.value.hint


def test_nothing_but_the_named_files_is_read_or_written(tmp_path: Path) -> None:
    write(tmp_path / "parts", "parquet")
    before = sorted(p.name for p in tmp_path.rglob("*"))
    source = read_named("synthetic", "parts", base=tmp_path)
    assert source.sheet.n_rows == 90
    assert sorted(p.name for p in tmp_path.rglob("*")) == before
