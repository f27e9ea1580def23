"""Text of the command line turned into values: sizes, lists, settings of checks, seconds."""

import re
from collections.abc import Iterable

from audit.errors import UsageError

FORMATS = ("pdf", "html", "json", "junit", "sarif", "md")
_UNITS = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3, "t": 1000**4}
_BINARY = {"ki": 1024, "mi": 1024**2, "gi": 1024**3, "ti": 1024**4}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgt]?i?)b?", re.IGNORECASE)
_SETTING = re.compile(r"([a-z0-9-]+)\.([a-z_0-9]+)=(.*)", re.DOTALL)
_INTEGER = re.compile(r"[-+]?\d+")
_NUMBER = re.compile(r"[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?", re.IGNORECASE)


def parse_size(text: str) -> int:
    """Return a size such as `8GiB`, `500MB` or a plain number in bytes.

    Raises
    ------
    UsageError
        If the text is no size, or less than a megabyte.
    """
    match = _SIZE.fullmatch(text.strip())
    unit = match.group(2).lower() if match else "?"
    factor = (_UNITS | _BINARY).get(unit)
    size = int(float(match.group(1)) * factor) if match and factor else 0
    if size < 1000**2:
        raise UsageError("--max-memory is no size", "Write for example --max-memory 8GiB.")
    return size


def parse_formats(text: str | None) -> tuple[str, ...] | None:
    """Return the formats that were asked for by name; None where all are wanted.

    Raises
    ------
    UsageError
        If a format does not exist.
    """
    if text is None:
        return None
    named = parse_list(text)
    unknown = [f for f in named if f not in FORMATS]
    if unknown or not named:
        raise UsageError(
            f"--format does not know {unknown[0] if unknown else 'an empty list'}",
            f"The formats are {', '.join(FORMATS)}.",
        )
    return named


def parse_list(text: str) -> tuple[str, ...]:
    """Split at commas; the order stays, repetitions go."""
    return tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))


def parse_lists(texts: Iterable[str]) -> tuple[str, ...]:
    """Join options that may be repeated and may each hold a list."""
    return tuple(dict.fromkeys(part for text in texts for part in parse_list(text)))


def parse_settings(texts: Iterable[str]) -> dict[str, dict[str, object]]:
    """Return `CHECK.FIELD=VALUE` settings as check -> field -> value.

    A value is a number, `true`, `false`, a comma-separated list of these, or else text.

    Raises
    ------
    UsageError
        If a setting has another form, or one field is set twice.
    """
    settings: dict[str, dict[str, object]] = {}
    for text in texts:
        match = _SETTING.fullmatch(text)
        if not match:
            raise UsageError(
                "--set needs the form CHECK.FIELD=VALUE",
                "For example --set linkability.n_splits=5.",
            )
        check, field, value = match.groups()
        if field in settings.setdefault(check, {}):
            raise UsageError(f"{check}.{field} is set twice", "Keep one of the two.")
        settings[check][field] = _value(value)
    return settings


def _value(text: str) -> object:
    if "," in text:
        return tuple(_scalar(part.strip()) for part in text.split(",") if part.strip())
    return _scalar(text.strip())


def _scalar(text: str) -> bool | int | float | str:
    if text in ("true", "false"):
        return text == "true"
    if _INTEGER.fullmatch(text):
        return int(text)
    if _NUMBER.fullmatch(text):
        return float(text)
    return text
