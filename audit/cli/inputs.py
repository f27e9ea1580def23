"""From flags to values: the plan, the effort, the key."""

import os
from pathlib import Path

from audit import api
from audit.cli.flags import Effort, Inputs, Terms
from audit.cli.parsing import parse_lists, parse_settings, parse_size
from audit.cli.progress import OnProgress
from audit.errors import UsageError
from audit.text import safe_text, system_reason

DEFAULT_PROJECT = Path("audit.yaml")
KEY_VARIABLE = "SYNTHGATE_DIGEST_KEY"
SHORTEST_KEY = 16


def plan_from(inputs: Inputs, terms: Terms | None = None) -> api.Plan:
    """Return what is to be audited: what the flags say, over what the project file says.

    Where neither a file nor a table is named, `audit.yaml` in the current folder is taken.

    Raises
    ------
    UsageError
        If the file does not exist.
    DataError
        With every fault of the file, each with its line.
    """
    file = inputs.project
    if file is None and not (inputs.real or inputs.synthetic) and DEFAULT_PROJECT.is_file():
        file = DEFAULT_PROJECT
    if file is not None and not file.is_file():
        raise UsageError(
            f"there is no project file {safe_text(file.name)}", "synthgate init TABLE drafts one."
        )
    plan = api.with_tables(
        api.plan_of(file),
        real=inputs.real,
        synthetic=inputs.synthetic,
        holdout=inputs.holdout,
        reference=inputs.reference,
        metadata=inputs.metadata,
    )
    plan = api.with_plugins(plan, parse_lists(inputs.plugins or ()))
    if terms is None:
        return plan
    plan = api.with_decision(plan, context=terms.context, policy=terms.policy)
    return api.with_waivers(plan, terms.waivers)


def effort_from(effort: Effort, on_progress: OnProgress | None) -> api.Effort:
    """Return how hard to look, and whom to tell how far things are.

    Raises
    ------
    UsageError
        If a size or a setting cannot be understood.
    """
    return api.Effort(
        only=parse_lists(effort.only or ()),
        skip=parse_lists(effort.skip or ()),
        parameters=parse_settings(effort.settings or ()),
        controls=effort.controls.value,
        seed=effort.seed,
        jobs=effort.jobs,
        max_memory=None if effort.max_memory is None else parse_size(effort.max_memory),
        timeout=effort.timeout,
        on_progress=on_progress,
    )


def key_from(file: Path | None) -> bytes | None:
    """Return the key that binds a run to its real tables: of the file, else of the environment.

    Raises
    ------
    UsageError
        If the key cannot be read, or is too short to keep anybody out.
    """
    where = KEY_VARIABLE if file is None else f"the key file {safe_text(file.name)}"
    try:
        key = os.environ.get(KEY_VARIABLE, "").encode() if file is None else file.read_bytes()
    except OSError as error:
        reason = system_reason(error)
        raise UsageError(f"{where} cannot be read ({reason})") from None
    if file is None and not key:
        return None
    if len(key.strip()) < SHORTEST_KEY:
        raise UsageError(
            f"{where} does not hold a key of at least {SHORTEST_KEY} bytes",
            "Make one with: openssl rand -hex 32",
        )
    return key.strip()
