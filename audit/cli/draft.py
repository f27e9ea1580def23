"""The text of a first `audit.yaml`."""

import json
import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from audit.database.address import absolute, is_address, without_password
from audit.errors import RenderError, UsageError
from audit.facts.project import ColumnPlan
from audit.text import safe_text, system_reason
from audit.wire.project import project_from_bytes

_REST = """\
# How were real and holdout separated, and who says so? Undeclared, nothing can be met.
# split: {how: random, stated_by: "..."}
# Who is to be looked at apart? A group can only fail, and must be chosen before the attacks.
# groups: {women: {sex: [F]}, elderly: {age: {from: 80}}}
assigned_by: ""   # who confirms the roles above
# Who runs the audit, for whom, and why? Printed as stated.
# operator: "..."
# controller: "..."
# purpose: "..."
# contact: "..."
# computed_at: "..."   # where the computation ran
# retention: "..."     # what becomes of the evidence
# To whom does the release go? public | trusted_third_party | internal | secure_enclave
# context: {tier: public, recipients: "..."}
# policy: gdpr-anonymisation-wp29
# parameters: {sensitivity: high}
# What stands above behind a # is assumed until somebody states it.
"""


def draft_project(real: str, *, synthetic: str | None, holdout: str | None, folder: Path) -> str:
    """Return a project file for a table: kinds as found, roles as the names suggest.

    Parameters
    ----------
    real
        The table; its cells are read, and none is written. Nor is a password in its address.
    synthetic, holdout
        Named in the draft, not read.
    folder
        Where the file will stand; paths in it are relative to that.

    Raises
    ------
    DataError
        If the table cannot be used.
    """
    from audit.data.draft import draft_columns

    paths = {"real": real, "synthetic": synthetic, "holdout": holdout}
    named = {side: _relative(p, folder) for side, p in paths.items() if p is not None}
    text = "\n".join(_lines(named, draft_columns(real))) + "\n" + _REST
    # What is written must be understood; a draft that is not is a fault of ours.
    project_from_bytes(text.encode(), "the draft")
    return text


def write_new(file: Path, text: str) -> None:
    """Write a file that does not exist yet.

    Raises
    ------
    UsageError
        If it exists.
    RenderError
        If it cannot be written.
    """
    try:
        with file.open("x", encoding="utf-8") as handle:
            handle.write(text)
    except FileExistsError:
        raise UsageError(
            f"{safe_text(file.name)} exists already", "Name another file with --out."
        ) from None
    except OSError as error:
        reason = system_reason(error)
        raise RenderError(f"{safe_text(file.name)} could not be written: {reason}") from None


def _lines(paths: Mapping[str, str], columns: Mapping[str, ColumnPlan]) -> Iterator[str]:
    yield "# A draft. Kinds come from the cells, roles from the names; confirm every line."
    yield "schema: synthgate.project/v1"
    yield "release:"
    for side in ("real", "synthetic", "holdout"):
        line = f"{side}: {_quoted(paths[side])}" if side in paths else f"# {side}: {side}.csv"
        yield f"  {line}"
    yield "unit_of_privacy: row   # or the column that names the person"
    yield "columns:"
    for name, plan in columns.items():
        yield f"  {_quoted(name)}: {{{_plan(plan)}}}"


def _plan(plan: ColumnPlan) -> str:
    parts = [f"kind: {plan.kind}"] if plan.kind is not None else []
    roles = sorted(plan.roles or ())
    if len(roles) == 1:
        parts.append(f"role: {roles[0]}")
    elif roles:
        parts.append(f"role: [{', '.join(roles)}]")
    return ", ".join(parts)


def _quoted(text: str) -> str:
    """Return a double-quoted scalar; every JSON string is one, and holds no foreign mark."""
    return json.dumps(text, ensure_ascii=True)


def _relative(name: str, folder: Path) -> str:
    if is_address(name):
        return without_password(absolute(name, Path.cwd()))
    return Path(os.path.relpath(name, folder)).as_posix()
