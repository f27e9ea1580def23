"""A policy by any of its names: a profile, a file of the user, or what an old run was held to."""

import os
from collections.abc import Collection
from pathlib import Path

from audit.errors import PolicyError
from audit.facts.judgement import Policy
from audit.facts.measurement import Card
from audit.policy.load import resolve
from audit.policy.sources import builtin_ids
from audit.text import safe_text
from audit.wire.policy import FILE, policy_from_bytes
from audit.wire.small_file import regular_file
from audit.wire.strict_json import MOST_BYTES


def policy_named(name: str, *, plugins: Collection[Card] = ()) -> Policy:
    """Return a policy: a built-in id, a YAML file, a `policy.json`, or a run's folder with one.

    Parameters
    ----------
    plugins
        Cards of checks that are not ours and that a rule of a YAML file may rest on.

    Raises
    ------
    PolicyError, DataError
        If there is none, or with every fault of it.
    IntegrityError
        If a `policy.json` was changed after it was resolved.
    """
    path = Path(name)
    if name in builtin_ids():
        return resolve(name, plugins=plugins)
    if os.path.isdir(path):
        path /= FILE
    elif path.suffix != ".json":
        return resolve(name, plugins=plugins)
    try:
        data = regular_file(path, MOST_BYTES + 1)
    except (OSError, ValueError):
        pass
    else:
        return policy_from_bytes(data)
    raise PolicyError(
        f"there is no {FILE} at {safe_text(Path(name).name)}",
        "Name a policy, its file, or the folder of a graded run.",
    )
