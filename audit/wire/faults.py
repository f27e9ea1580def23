"""Everything that is wrong with a file, said at once, without quoting a value of it."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any, TypeAlias

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from audit.errors import AuditError
from audit.text import safe_text

Path: TypeAlias = tuple[str | int, ...]
Lines: TypeAlias = Mapping[Path, int]
NO_LINES: Lines = {}
MOST_SHOWN = 50
BRANCH = "\0"
"""First character of the tags of a union; no key of a file begins with it."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong, and where."""

    text: str
    path: Path = ()
    line: int | None = None

    def __str__(self) -> str:
        where = f"line {self.line}: " if self.line is not None else ""
        path = json_path(self.path)
        return f"{where}{path}: {self.text}" if path else f"{where}{self.text}"


def raise_all(faults: Iterable[Fault], what: str, error: type[AuditError], hint: str = "") -> None:
    """Raise one error that lists all faults in the order of the file; no fault, no error."""
    found = sorted(set(faults), key=lambda f: (f.line or 0, [str(p) for p in f.path], f.text))
    if not found:
        return
    shown = [f"{what}: {fault}" for fault in found[:MOST_SHOWN]]
    if len(found) > MOST_SHOWN:
        shown.append(f"{what}: and {len(found) - MOST_SHOWN} more")
    raise error("\n".join(shown), hint)


def json_path(path: Path) -> str:
    """Return `results[2].check.id` for `("results", 2, "check", "id")`."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            name = safe_text(part, 60)
            text += f".{name}" if text else name
    return text


def line_of(path: Path, lines: Lines) -> int | None:
    """Return the line of the deepest known ancestor of `path`."""
    for end in range(len(path), -1, -1):
        if path[:end] in lines:
            return lines[path[:end]]
    return None


def faults_of(
    error: ValidationError, model: type[BaseModel], *, lines: Lines = NO_LINES
) -> list[Fault]:
    """Return the faults that `model` found, each with path and line."""
    schema = model.model_json_schema(by_alias=True)
    return list(_each_fault(error, schema, lines))


def _each_fault(error: ValidationError, schema: Mapping[str, Any], lines: Lines) -> Iterator[Fault]:
    for one in error.errors(include_url=False, include_input=False):
        path = tuple(p for p in one["loc"] if not _is_branch(p))
        yield Fault(_sentence(one, schema, path), path, line_of(path, lines))


def _is_branch(part: str | int) -> bool:
    """Tell whether a part of a path names the branch of a union; the file knows nothing of it."""
    return isinstance(part, str) and part.startswith(BRANCH)


_SAID = {
    "missing": "is missing",
    "string_type": "must be text",
    "float_type": "must be a number",
    "int_type": "must be a whole number",
    "int_from_float": "must be a whole number",
    "bool_type": "must be true or false",
    "tuple_type": "must be a list",
    "list_type": "must be a list",
    "dict_type": "must be a mapping",
    "model_type": "must be a mapping",
    "model_attributes_type": "must be a mapping",
    "finite_number": "must be finite",
    "none_required": "must be null",
    "union_tag_invalid": "is of no known kind",
    "union_tag_not_found": "has no kind",
    "string_too_short": "must not be empty",
    "too_short": "must not be empty",
    "string_too_long": "is too long",
    "string_pattern_mismatch": "has not the expected form",
}


def _sentence(one: ErrorDetails, schema: Mapping[str, Any], path: Path) -> str:
    """Say the fault in words; never with pydantic's own message, which may quote the input."""
    kind, context = one["type"], one.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown(str(path[-1]), names_at(schema, path[:-1]))
    if kind in ("enum", "literal_error"):
        return f"must be {str(context['expected']).replace(chr(39), '')}"
    if kind == "value_error":
        return str(context["error"])
    bounds = {
        "greater_than_equal": ("ge", "must be at least"),
        "greater_than": ("gt", "must be more than"),
        "less_than_equal": ("le", "must be at most"),
        "less_than": ("lt", "must be less than"),
    }
    if kind in bounds:
        key, words = bounds[kind]
        return f"{words} {context[key]}"
    return _SAID.get(kind, f"is not valid ({kind})")


def _unknown(name: str, allowed: Sequence[str]) -> str:
    near = get_close_matches(name, allowed, n=1, cutoff=0.6)
    return f"is not known here; did you mean {near[0]}?" if near else "is not known here"


def did_you_mean(name: str, allowed: Iterable[str]) -> str:
    """Return ` (did you mean X?)`, or nothing where no name is near."""
    near = get_close_matches(name, sorted(allowed), n=1, cutoff=0.6)
    return f" (did you mean {near[0]}?)" if near else ""


def names_at(schema: Mapping[str, Any], path: Path) -> list[str]:
    """Return the property names that a JSON Schema knows at `path`, over all branches."""
    nodes = [schema]
    for part in path:
        nodes = [down for node in nodes for down in _below(schema, node, part)]
    return sorted({name for node in _spread(schema, nodes) for name in node.get("properties", {})})


def _below(
    schema: Mapping[str, Any], node: Mapping[str, Any], part: str | int
) -> Iterator[Mapping[str, Any]]:
    for one in _spread(schema, [node]):
        if isinstance(part, int):
            candidates = [one.get("items")]
        else:
            candidates = [one.get("properties", {}).get(part), one.get("additionalProperties")]
        yield from (c for c in candidates if isinstance(c, Mapping))


def _spread(
    schema: Mapping[str, Any], nodes: Sequence[Mapping[str, Any]]
) -> Iterator[Mapping[str, Any]]:
    """Follow references and the branches of a union."""
    for node in nodes:
        if "$ref" in node:
            name = str(node["$ref"]).rpartition("/")[2]
            yield from _spread(schema, [schema["$defs"][name]])
        for branch in ("anyOf", "oneOf", "allOf"):
            yield from _spread(schema, node.get(branch, []))
        yield node
