"""Files written by hand are read whole; one that cannot be read is named without its folder."""

import pytest

from audit.errors import DataError
from audit.wire.small_file import small_file
from audit.wire.strict_yaml import MOST_BYTES


def test_the_content_comes_back(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b"x: 1")
    assert small_file(tmp_path / "a.yaml") == b"x: 1"


def test_no_more_is_read_than_tells_that_it_is_too_much(tmp_path):
    (tmp_path / "a.yaml").write_bytes(b" " * (MOST_BYTES + 99))
    assert len(small_file(tmp_path / "a.yaml")) == MOST_BYTES + 1


def test_a_missing_file_is_named_without_its_folder(tmp_path):
    with pytest.raises(DataError, match=r"^none\.yaml cannot be read: No such file") as refused:
        small_file(tmp_path / "none.yaml")
    assert tmp_path.name not in str(refused.value.message)
    assert refused.value.__context__ is None
