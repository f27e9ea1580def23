"""The only place that prints. Plain text: a column name is never read as mark-up."""

import sys
import textwrap
from collections.abc import Iterable, Iterator
from shutil import get_terminal_size

import typer

from audit.text import safe_text

LONGEST = 2000
NARROWEST, WIDEST = 40, 100
_ENTRIES = ("- ", *(f"{i}. " for i in range(1, 10)))


def say(lines: Iterable[str]) -> None:
    """Write lines for a person to stdout, wrapped to the terminal."""
    width = min(max(get_terminal_size((WIDEST, 24)).columns, NARROWEST), WIDEST)
    for line in lines:
        for part in _wrapped(line, width):
            typer.echo(part)


def warn(line: str) -> None:
    """Write one line to stderr that must not be missed."""
    typer.echo(f"synthgate: {safe_text(line, LONGEST)}", err=True)


def emit(content: bytes) -> None:
    """Write one machine-readable object to stdout, as it is."""
    sys.stdout.buffer.write(content if content.endswith(b"\n") else content + b"\n")
    sys.stdout.buffer.flush()


def _wrapped(line: str, width: int) -> Iterator[str]:
    """Fold one line; what is folded stands under the text of its entry."""
    indent = " " * (len(line) - len(line.lstrip(" ")))
    text = safe_text(line, LONGEST)
    mark = text.split(" ", 1)[0] + " " if text.startswith(_ENTRIES) else ""
    folded = textwrap.wrap(
        text,
        width,
        initial_indent=indent,
        subsequent_indent=indent + " " * len(mark),
        break_long_words=False,
        break_on_hyphens=False,
    )
    yield from folded or [""]
