"""Changes of a file that keep it a file: a tree of JSON with one leaf or branch of it changed.

Bytes alone are turned down by the first comma; what is wrong in its meaning gets further.
"""

import copy
import json
import random
from collections.abc import Iterator
from typing import Any

import yaml

LONGEST_YAML = 50_000

ODD: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    1,
    0.5,
    1e308,
    5e-324,
    -0.0,
    2**53,
    2**63,
    "",
    " ",
    "x",
    "\u202e\u0007",
    "\ud800",
    "é",
    "e\u0301",
    "__proto__",
    "../../etc/passwd",
    "{{7*7}}",
    "x" * 5_000,
    [],
    {},
    [[]],
    [None],
    {"": ""},
    {"schema": "synthgate.run/v2"},
)


def mutated_json(data: bytes, seed: int) -> bytes | None:
    """Return another file of the same kind; None if `data` is neither JSON nor YAML.

    What was YAML becomes JSON, which is YAML, too.
    """
    tree = _tree_of(data)
    if not isinstance(tree, dict | list):
        return None
    rng = random.Random(seed)
    for _ in range(rng.choice((1, 1, 1, 2, 5))):
        tree = _changed(tree, rng)
    try:
        return json.dumps(tree, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass")
    except (ValueError, TypeError, RecursionError):
        return None


def _tree_of(data: bytes) -> Any:
    try:
        return json.loads(data)
    except (ValueError, RecursionError):
        pass
    if len(data) > LONGEST_YAML or b"&" in data or b"*" in data:
        # Slow to read, or a bomb: nothing for a reader that is not strict.
        return None
    try:
        return yaml.load(data, Loader=yaml.CSafeLoader)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _changed(tree: Any, rng: random.Random) -> Any:
    places = list(_places(tree, 0))
    if not places:
        return rng.choice(ODD)
    holder, key = rng.choice(places)
    how = rng.randrange(6)
    if how == 0:
        del holder[key]
    elif how == 1:
        other, there = rng.choice(places)
        holder[key] = copy.deepcopy(other[there])
    elif how == 2 and isinstance(holder, list):
        holder.insert(rng.randint(0, len(holder)), copy.deepcopy(holder[key]))
    elif how == 3 and isinstance(holder, dict):
        holder[str(rng.choice(ODD))] = holder.pop(key)
    elif how == 4 and isinstance(holder[key], int | float):
        holder[key] = holder[key] * rng.choice((-1, 0, 0.5, 2, 1e9)) + rng.choice((-1, 0, 1))
    else:
        holder[key] = copy.deepcopy(rng.choice(ODD))
    return tree


def _places(tree: Any, depth: int) -> Iterator[tuple[Any, Any]]:
    if depth > 40:
        return
    keys = (
        list(tree) if isinstance(tree, dict) else range(len(tree)) if isinstance(tree, list) else ()
    )
    for key in keys:
        yield tree, key
        yield from _places(tree[key], depth + 1)
