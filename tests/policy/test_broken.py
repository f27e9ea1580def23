"""A gallery of broken policies: each is refused with all its faults and their lines.

What is said of each stands in `broken/expected.txt`. Look at the difference, and only then:
python -m tests.policy.test_broken
"""

import re
from pathlib import Path

import pytest

from audit.errors import PolicyError
from audit.policy.load import resolve

HERE = Path(__file__).parent / "broken"
EXPECTED = HERE / "expected.txt"
NAMES = sorted(path.stem for path in HERE.glob("*.yaml"))
NO_LINE = {"empty"}
"""Nothing stands on any line."""


def said(name: str) -> str:
    with pytest.raises(PolicyError) as caught:
        resolve(f"{name}.yaml", base=HERE)
    assert caught.value.exit_code == 3
    return caught.value.message


def expected() -> dict[str, str]:
    text = EXPECTED.read_text(encoding="utf-8")
    parts = re.split(r"^== ", text, flags=re.MULTILINE)[1:]
    named = (part.partition("\n") for part in parts)
    return {name: message.strip("\n") for name, _, message in named}


def test_the_gallery_is_whole():
    assert len(NAMES) >= 25
    assert sorted(expected()) == NAMES


@pytest.mark.parametrize("name", NAMES)
def test_a_broken_policy_is_refused_with_every_fault(name: str):
    assert said(name) == expected()[name]


@pytest.mark.parametrize("name", sorted(set(NAMES) - NO_LINE))
def test_every_fault_has_its_line(name: str):
    lines = (HERE / f"{name}.yaml").read_text().count("\n") + 1
    for fault in expected()[name].splitlines():
        found = re.match(rf"{name}\.yaml: line (\d+): ", fault)
        assert found, fault
        assert 1 <= int(found[1]) <= lines


@pytest.mark.parametrize("name", NAMES)
def test_no_fault_quotes_a_value(name: str):
    """A policy may hold names of people and columns; a message ends up in logs."""
    assert "Decision of the board" not in said(name)
    assert "Just in case" not in said(name)


if __name__ == "__main__":
    EXPECTED.write_text("".join(f"== {name}\n{said(name)}\n\n" for name in NAMES), encoding="utf-8")
