"""Where every rule stands in `policy.json`, for tools that want to point at it."""

import json
from collections.abc import Mapping

from audit.errors import DataError
from audit.facts.judgement import Policy
from audit.wire.canonical import to_canonical
from audit.wire.policy import FILE, policy_to_bytes


def rule_places(policy: Policy) -> Mapping[str, tuple[int, int]]:
    """Return rule -> first column and the column after the last, counted from 1 in UTF-16 units.

    The file is canonical JSON, so it has one line, and every rule stands in it as it would alone.
    In a policy that no file can hold, nothing stands anywhere.
    """
    try:
        text = policy_to_bytes(policy).decode("utf-8")
    except DataError:
        return {}
    places: dict[str, tuple[int, int]] = {}
    for rule in json.loads(text)["rules"]:
        written = to_canonical(rule, FILE).decode("utf-8")
        start = text.index(written)
        places[rule["id"]] = (_column(text[:start]), _column(text[: start + len(written)]))
    return places


def _column(before: str) -> int:
    return len(before.encode("utf-16-le")) // 2 + 1
