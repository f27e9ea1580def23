"""What ever broke a reader, or was thought of beforehand, is read or refused in order."""

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.fuzz.corpus_files import ROOT, corpus_of
from tests.fuzz.mutate import mutated_json
from tests.fuzz.targets import TARGETS

SLOWEST = 5.0
FILES = [(target, file) for target in TARGETS for file in corpus_of(target)]
TREES = [(t, f) for t, f in FILES if mutated_json(f.read_bytes()[:200_000], 0) is not None]


@pytest.mark.parametrize("target", TARGETS)
def test_the_corpus_is_read_or_refused_in_order(target: str) -> None:
    files = corpus_of(target)
    assert files
    # Broken policies have a test of their own, which knows what is to be said of each.
    for file in (f for f in files if f.parent.name != "broken"):
        started = time.monotonic()
        TARGETS[target](file.read_bytes())
        assert time.monotonic() - started < SLOWEST, file.name


def test_no_file_of_the_corpus_belongs_to_nobody() -> None:
    held = {path.name for path in (ROOT / "tests/fuzz/corpus").iterdir()}
    assert held <= set(TARGETS)
    assert sum(f.stat().st_size for _, f in FILES if "corpus" in f.parts) < 1_000_000


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_one_changed_leaf_is_read_or_refused_in_order(data: st.DataObject) -> None:
    target, file = data.draw(st.sampled_from(TREES))
    changed = mutated_json(file.read_bytes(), data.draw(st.integers(0, 2**31)))
    if changed is not None:
        TARGETS[target](changed)


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_damaged_files_are_read_or_refused_in_order(data: st.DataObject) -> None:
    target, file = data.draw(st.sampled_from(FILES))
    held = file.read_bytes()
    at = data.draw(st.integers(0, len(held)))
    cut = data.draw(st.integers(0, 40))
    TARGETS[target](held[:at] + data.draw(st.binary(max_size=12)) + held[at + cut :])


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(sorted(TARGETS)), st.binary(max_size=300))
def test_any_bytes_are_read_or_refused_in_order(target: str, data: bytes) -> None:
    TARGETS[target](data)


def test_a_reader_that_is_not_in_order_is_noticed(tmp_path: Path) -> None:
    from audit.errors import DataError
    from tests.fuzz.targets import FindingError, in_order

    for message in ("", "\x1b[31m", "x" * 100_000):
        with pytest.raises(FindingError), in_order():
            raise DataError(message)
    with pytest.raises(KeyError), in_order():
        raise KeyError
    with in_order():
        raise DataError("real: is empty")
