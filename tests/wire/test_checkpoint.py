"""What is whole in a checkpoint comes back as it was; what is not is left out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.facts.measurement import AuditRun, Status
from audit.wire.checkpoint import (
    Checkpoint,
    checkpoint_from_bytes,
    controls_line,
    head_line,
    result_line,
)
from audit.wire.run import run_from_bytes
from tests.golden.test_golden import HERE

SALT, KEY = "5a" * 32, "ab" * 32


@pytest.fixture(scope="module")
def run() -> AuditRun:
    return run_from_bytes((HERE / "copied.run.json").read_bytes())


@pytest.fixture(scope="module")
def lines(run: AuditRun) -> list[bytes]:
    measured = [r for r in run.results if r.status is Status.MEASURED]
    return [head_line(SALT, KEY), *(result_line(r) for r in measured), controls_line(run.controls)]


def test_facts_return_as_they_were(run: AuditRun, lines: list[bytes]) -> None:
    found = checkpoint_from_bytes(b"".join(lines))
    measured = tuple(r for r in run.results if r.status is Status.MEASURED)
    assert len(measured) > 10
    assert found == Checkpoint(SALT, KEY, measured, run.controls)
    again = [result_line(r) for r in found.results]
    assert again == lines[1:-1]


def test_half_a_line_and_all_after_it_are_left_out(lines: list[bytes]) -> None:
    whole = b"".join(lines[:4])
    torn = checkpoint_from_bytes(whole + lines[4][:-1])
    assert torn is not None
    assert [r.card.id for r in torn.results] == [
        r.card.id for r in checkpoint_from_bytes(whole).results
    ]
    assert len(torn.results) == 3
    assert checkpoint_from_bytes(whole + b"0" * 65 + b"{}\n" + lines[4]) == torn


def test_a_changed_byte_is_not_believed(lines: list[bytes]) -> None:
    changed = lines[2].replace(b'"value":0', b'"value":1', 1)
    assert changed != lines[2]
    found = checkpoint_from_bytes(b"".join([*lines[:2], changed, *lines[3:]]))
    assert found is not None
    assert len(found.results) == 1


@pytest.mark.parametrize("data", [b"", b"\n", b"{}", head_line(SALT, KEY)[:-1], b"\xff\xfe" * 9])
def test_what_is_no_checkpoint_is_none(data: bytes) -> None:
    assert checkpoint_from_bytes(data) is None


def test_another_version_is_not_guessed_at(lines: list[bytes]) -> None:
    from audit.wire.canonical import sha256_of

    body = lines[0][65:-1].replace(b"checkpoint/v1", b"checkpoint/v2")
    other = sha256_of(body).encode() + b" " + body + b"\n"
    assert checkpoint_from_bytes(other + lines[1]) is None


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10_000), st.binary(max_size=5), st.integers(0, 5))
def test_any_damage_is_survived(at: int, put: bytes, cut: int) -> None:
    data = head_line(SALT, KEY)
    at %= len(data)
    found = checkpoint_from_bytes(data[:at] + put + data[at + cut :])
    assert found in (None, Checkpoint(SALT, KEY))
