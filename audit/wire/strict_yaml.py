"""YAML as people may write it for us: a tree of plain values, each with its line.

Of the language only mappings, lists and scalars of the YAML 1.2 core schema are read. Refused are
keys that come twice or are no text, anchors and aliases (nine levels of them expand to 4e8 items),
tags, several documents, deep nesting and size. `NO`, `010`, `12:30:45` and `2026-01-01` are text,
as they look.
"""

import re
from collections.abc import Hashable, Iterator
from dataclasses import dataclass
from math import isfinite
from typing import TypeAlias

import yaml

from audit.errors import AuditError, DataError
from audit.wire.faults import Fault, Path, raise_all

MOST_BYTES = 2**20
DEEPEST = 20
LONGEST_NUMBER = 40
Plain: TypeAlias = "bool | int | float | str | list[Plain] | dict[str, Plain] | None"

_STR = "tag:yaml.org,2002:str"
_INT = "tag:yaml.org,2002:int"
_FLOAT = "tag:yaml.org,2002:float"
_SCALARS = (
    ("bool", r"^(?:true|false)\Z", "tf"),
    ("null", r"^(?:null|~|)\Z", ["n", "~", ""]),
    ("int", r"^[-+]?(?:0|[1-9][0-9]*)\Z", "-+0123456789"),
    ("float", r"^[-+]?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?\Z", "-+0123456789"),
)


class _Loader(yaml.SafeLoader):
    """Builds nodes only; values are made below."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012


for _name, _form, _first in _SCALARS:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_name}", re.compile(_form), list(_first))


@dataclass(frozen=True, slots=True)
class Document:
    """A file as plain values."""

    tree: Plain
    lines: dict[Path, int]
    """Path -> line, counted from 1: of the key in a mapping, of the item in a list."""


def load_yaml(
    text: str | bytes, what: str, *, error: type[AuditError] = DataError, most: int = MOST_BYTES
) -> Document:
    """Read one YAML document.

    Parameters
    ----------
    text
        The content of the file; bytes must be UTF-8.
    what
        Name of the file, for the message.
    error
        What to raise.
    most
        Largest size in bytes.

    Raises
    ------
    AuditError
        Of type `error`, with every fault and its line, and without any value.
    """
    raw = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    if len(raw) > most:
        raise_all([Fault(f"is larger than {most >> 10} KiB")], what, error)
    try:
        decoded = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise_all([Fault("is not UTF-8 text")], what, error)
    faults = list(_forbidden(decoded))
    raise_all(faults, what, error)
    return _document(decoded, what, error)


def _document(text: str, what: str, error: type[AuditError]) -> Document:
    node = yaml.compose(text, Loader=_Loader)
    raise_all([Fault("is empty")] if node is None else [], what, error)
    assert node is not None
    reading = _Reading({}, [])
    tree = reading.value(node, ())
    raise_all(reading.faults, what, error)
    return Document(tree, reading.lines)


def _forbidden(text: str) -> Iterator[Fault]:
    """Walk the events, which nothing deep or looping can exhaust, before any node is built."""
    depth, documents = 0, 0
    try:
        for event in yaml.parse(text, Loader=_Loader):
            line = _line(event.start_mark)
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents == 2:
                    yield Fault("a second document begins", line=line)
            if isinstance(event, yaml.AliasEvent):
                yield Fault("an alias (*) is not allowed", line=line)
            elif isinstance(event, yaml.NodeEvent) and event.anchor is not None:
                yield Fault("an anchor (&) is not allowed", line=line)
            if isinstance(event, _TAGGED) and event.tag is not None:
                yield Fault("a tag (!) is not allowed", line=line)
            depth += isinstance(event, yaml.CollectionStartEvent)
            depth -= isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST:
                yield Fault(f"is nested deeper than {DEEPEST}", line=line)
                return
    except yaml.MarkedYAMLError as broken:
        line = _line(broken.problem_mark or broken.context_mark)
        yield Fault("is not YAML from here on", line=line)
    except yaml.YAMLError:
        yield Fault("holds a character that YAML does not allow")


def _line(mark: object) -> int | None:
    found = getattr(mark, "line", None)
    return None if found is None else int(found) + 1


_TAGGED = (yaml.ScalarEvent, yaml.CollectionStartEvent)


@dataclass(frozen=True, slots=True)
class _Reading:
    """The lines and faults met on the way through one tree of nodes."""

    lines: dict[Path, int]
    faults: list[Fault]

    def value(self, node: yaml.Node, path: Path) -> Plain:
        line = node.start_mark.line + 1
        self.lines.setdefault(path, line)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, i)) for i, item in enumerate(node.value)]
        return self._scalar(node.tag, node.value, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Plain]:
        made: dict[str, Plain] = {}
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag != _STR or not isinstance(key_node.value, Hashable):
                self.faults.append(Fault("a key must be text; put it in quotes", path, line))
                continue
            key = str(key_node.value)
            if key in made:
                self.faults.append(Fault("comes twice", (*path, key), line))
                continue
            self.lines[(*path, key)] = line
            made[key] = self.value(value_node, (*path, key))
        return made

    def _scalar(self, tag: str, text: str, path: Path) -> Plain:
        if tag == _STR:
            return text
        if tag in (_INT, _FLOAT):
            return self._number(tag, text, path)
        return {"true": True, "false": False}.get(text)

    def _number(self, tag: str, text: str, path: Path) -> Plain:
        if len(text) <= LONGEST_NUMBER:
            number = int(text) if tag == _INT else float(text)
            if isfinite(number) and (tag == _FLOAT or abs(number) < 2**53):
                return number
        self.faults.append(Fault("is a number out of range", path, self.lines[path]))
        return None
