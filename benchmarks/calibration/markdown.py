"""Sections and tables."""

from collections.abc import Sequence


def section(title: str, parts: Sequence[str]) -> str:
    """Return a title and what stands under it."""
    return "\n\n".join([f"### {title}", *parts])


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return one line of heads, and one for each row."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def named(measure: str, part: str) -> str:
    """Return a measurement, and which part of its check it speaks for."""
    return f"`{measure}`, {part}" if part else f"`{measure}`"
