"""Paths that are no files, and names that are no names."""

import os
from pathlib import Path

import pytest

from audit.data.release import read_release
from audit.errors import DataError
from audit.facts.project import Project


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("missing.csv", "cannot be opened (No such file or directory)"),
        (".", "names no CSV or Parquet file"),
        ("/dev/null", "is not a regular file"),
        ("nul\0.csv", "cannot be opened (not a valid path)"),
        ("postgresql://user:ZQ7@host/db", "does not say which table is to be read"),
        ("postgresql:/user:ZQ7@host/db", "is an address, not a file"),
        ("https://user:ZQ7@host/real.csv", "neither SQLite nor PostgreSQL"),
    ],
)
def test_paths_that_are_no_files_are_refused(tmp_path: Path, path: str, said: str) -> None:
    with pytest.raises(DataError) as caught:
        read_release(Project(real=path, synthetic=path), base=tmp_path)

    assert said in caught.value.message
    assert "ZQ7" not in caught.value.message


def test_tables_that_are_not_given_are_told(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        read_release(Project(), base=tmp_path)

    assert caught.value.message == "no real table is given\nno synthetic table is given"


def test_a_hostile_name_is_made_harmless(refused) -> None:
    name = "\x1b]8;;x\x07\u202e::error::`" + "A" * 300

    said = refused(f"{name},{name}\n1,2\n3,4\n".encode()).message

    assert not any(c in said for c in "\x1b\x07\u202e")
    assert len(said) < 200


def test_a_first_record_that_stands_in_for_names_is_not_repeated(refused, good: bytes) -> None:
    said = refused(b"7319042.137,a,b,7319042.137\n1,2,3,4\n5,6,7,8\n", good).message

    assert "7319042" not in said


def test_locale_and_folder_change_nothing(read, good: bytes, tmp_path: Path, monkeypatch) -> None:
    first = read(good, good)
    monkeypatch.chdir("/")
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")

    assert read(good, good).content_digest == first.content_digest
    assert os.getcwd() == "/"
