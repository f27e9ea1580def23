"""Facts with other texts in every place that holds one."""

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any


def planted(thing: Any, path: str, mark: Callable[[str, str], str]) -> Any:
    """Return facts with every text in them, keys too, handed to `mark` with its place."""
    if isinstance(thing, Enum):
        return thing
    if isinstance(thing, str):
        return mark(path, thing)
    if is_dataclass(thing) and not isinstance(thing, type):
        names = [f.name for f in fields(thing)]
        return replace(thing, **{n: planted(getattr(thing, n), f"{path}.{n}", mark) for n in names})
    if isinstance(thing, list | tuple):
        return type(thing)(planted(item, path, mark) for item in thing)
    if isinstance(thing, dict):
        return {mark(f"{path}.key", k): planted(v, f"{path}.value", mark) for k, v in thing.items()}
    return thing
