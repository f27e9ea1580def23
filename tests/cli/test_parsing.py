"""Text of the command line becomes values, or a sentence that says what was expected."""

import pytest

from audit.cli.parsing import parse_formats, parse_lists, parse_settings, parse_size
from audit.errors import UsageError


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("8GiB", 8 * 1024**3),
        ("8gib", 8 * 1024**3),
        ("1.5 GB", 1_500_000_000),
        ("500M", 500_000_000),
        ("2Ti", 2 * 1024**4),
        ("1000000", 1_000_000),
    ],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "8", "GiB", "-1GiB", "8 apples", "1e9", "999999", "nan", "8iB"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(UsageError, match="--max-memory is no size"):
        parse_size(text)


def test_formats() -> None:
    assert parse_formats(None) is None
    assert parse_formats("pdf, html,pdf") == ("pdf", "html")


@pytest.mark.parametrize("text", ["", ",", "docx", "pdf,docx"])
def test_unknown_formats(text: str) -> None:
    with pytest.raises(UsageError, match="--format does not know") as refused:
        parse_formats(text)
    assert "sarif" in refused.value.hint


def test_options_may_be_repeated_and_hold_lists() -> None:
    assert parse_lists(["a,b", "b", " c "]) == ("a", "b", "c")


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("3", 3),
        ("-3", -3),
        ("0.5", 0.5),
        ("1e-3", 0.001),
        ("true", True),
        ("false", False),
        ("True", "True"),
        ("gower", "gower"),
        ("1,2,5", (1, 2, 5)),
        ("a=b", "a=b"),
        ("", ""),
    ],
)
def test_a_setting(written: str, value: object) -> None:
    assert parse_settings([f"linkability.k={written}"]) == {"linkability": {"k": value}}


def test_settings_of_one_check_stand_together() -> None:
    assert parse_settings(["a.x=1", "b.y=2", "a.z=3"]) == {"a": {"x": 1, "z": 3}, "b": {"y": 2}}


@pytest.mark.parametrize("text", ["", "k=3", "linkability.k", "Linkability.k=3", ".k=3", "a.=3"])
def test_what_is_no_setting(text: str) -> None:
    with pytest.raises(UsageError, match=r"CHECK\.FIELD=VALUE"):
        parse_settings([text])


def test_a_setting_given_twice_is_refused() -> None:
    with pytest.raises(UsageError, match=r"a\.x is set twice"):
        parse_settings(["a.x=1", "a.x=2"])
