"""The sentences of the report, read from the templates: code in, words out."""

import string
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from audit.facts.judgement import Basis
from audit.report.digits import PERCENT, write_any
from audit.report.pieces import Phrase, Span
from audit.report.templates import template_bytes

FILES = ("sentences.toml", "chapters.toml")


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would decide a finding."""

    key: str
    cost: int
    """1 is a line in a file; the largest is new data."""
    text: str


@cache
def _book() -> Mapping[str, Mapping[str, object]]:
    # Constant text of the program, read once; nothing of a run is kept here.
    made: dict[str, Mapping[str, object]] = {}
    for file in FILES:
        made |= tomllib.loads(template_bytes(file).decode("utf-8"))
    return made


def _names(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in string.Formatter().parse(template) if name)


def _numbers(values: Mapping[str, object]) -> dict[str, str]:
    return {k: v if isinstance(v, str) else write_any(float(str(v))) for k, v in values.items()}


def has(chapter: str, key: str) -> bool:
    """Tell whether a sentence exists."""
    return key in _book()[chapter]


def keys(chapter: str) -> tuple[str, ...]:
    """Return the codes of a chapter that have a sentence."""
    return tuple(_book()[chapter])


def say(chapter: str, key: str, /, **values: object) -> str:
    """Return the sentence of `key`, filled in, emphasis left out.

    Parameters
    ----------
    chapter, key
        Where the sentence stands.
    values
        Strings are inserted as they are; numbers are written plainly.

    Raises
    ------
    KeyError
        If the code has no sentence; a test over the closed lists of codes excludes it.
    """
    return "".join(span.text for span in phrase(chapter, key, **values))


def phrase(chapter: str, key: str, /, **values: object) -> Phrase:
    """Return the sentence of `key`, filled in, with its emphasis."""
    entry = _book()[chapter][key]
    template = entry if isinstance(entry, str) else _choose(entry, values)
    filled = _numbers(values)
    # Emphasis is read from our own text before anything foreign enters it.
    pieces = template.replace(" %", PERCENT).split("*")
    spans = (Span(p.format_map(filled), strong=i % 2 == 1) for i, p in enumerate(pieces))
    return _spaced(tuple(s for s in spans if s.text))


def _spaced(spans: Phrase) -> Phrase:
    """Let a space between two spans open the second: a line that ends in one breaks badly."""
    before = (False, *(s.text.endswith(" ") for s in spans))
    last = len(spans) - 1
    return tuple(
        replace(s, text=(" " if owed else "") + (s.text if i == last else s.text.rstrip(" ")))
        for i, (s, owed) in enumerate(zip(spans, before, strict=False))
    )


def _choose(entry: object, values: Mapping[str, object]) -> str:
    if not isinstance(entry, Mapping):
        raise KeyError("a sentence is a text or a table with a text")
    text = str(entry["text"])
    return text if _names(text) <= values.keys() else str(entry.get("plain", ""))


def first(chapter: str, candidates: Iterable[str], default: str) -> str:
    """Return the first of `candidates` that has a sentence in `chapter`."""
    return next((c for c in candidates if has(chapter, c)), default)


def remedies(reason: str, values: Mapping[str, object]) -> tuple[Remedy, ...]:
    """Return what would decide a finding, cheapest first; remedies without numbers drop out."""
    entry = _book()["reason"][reason]
    wanted = entry["remedies"] if isinstance(entry, Mapping) else []
    found = (_remedy(str(key), values) for key in wanted)
    return tuple(sorted((r for r in found if r.text), key=lambda r: r.cost))


def _remedy(key: str, values: Mapping[str, object]) -> Remedy:
    entry = _book()["remedy"][key]
    cost = entry["cost"] if isinstance(entry, Mapping) else 0
    return Remedy(key, int(cost), say("remedy", key, **values))


def texts(chapter: str, key: str, field: str) -> tuple[str, ...]:
    """Return a field of an entry that holds one text or several."""
    entry = _book()[chapter][key]
    value = entry.get(field, ()) if isinstance(entry, Mapping) else ()
    return (value,) if isinstance(value, str) else tuple(str(v) for v in value)


def rows(chapter: str) -> tuple[Mapping[str, object], ...]:
    """Return a chapter that is a list of tables, in its order."""
    entries = _book()[chapter]
    return tuple(entry for entry in entries if isinstance(entry, Mapping))


def emphasised(text: str) -> Phrase:
    """Return a text of our own with its emphasis, nothing to be filled in."""
    pieces = text.replace(" %", PERCENT).split("*")
    spans = (Span(piece, strong=i % 2 == 1) for i, piece in enumerate(pieces))
    return _spaced(tuple(s for s in spans if s.text))


def basis_sentence(basis: Basis, *, is_transposed: bool) -> str:
    """Return on whose authority a limit stands."""
    return say("transposed" if is_transposed else "basis", basis.value)
