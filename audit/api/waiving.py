"""Waivers as they reach a grading: read from their file, and held against a day."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from audit.api.plan import Plan
from audit.facts.judgement import Declared, Policy
from audit.facts.waiver import Waiver
from audit.policy.statements import depends_on_the_day
from audit.text import safe_text
from audit.wire.small_file import small_file
from audit.wire.waivers import waivers_from_bytes


def read_waivers(path: Path) -> tuple[Waiver, ...]:
    """Return the waivers of a file.

    Raises
    ------
    DataError
        If the file cannot be read; with every fault and its line if it is faulty.
    """
    return waivers_from_bytes(small_file(path), safe_text(path.name))


def with_waivers(plan: Plan, file: str | Path | None = None) -> Plan:
    """Declare the waivers of `file`, else those of the project's own file, if it names one.

    Parameters
    ----------
    file
        Relative to the current folder; the one in the project file is relative to that.

    Raises
    ------
    DataError
        If the file cannot be read, or is faulty.
    """
    named = plan.project.waivers
    if file is None and named is None:
        return plan
    path = plan.base / (named or "") if file is None else Path.cwd() / file
    declared = replace(plan.project.declared, waivers=read_waivers(path), graded_on=None)
    return replace(plan, project=replace(plan.project, declared=declared, waivers=str(path)))


def dated(declared: Declared, policy: Policy, as_of: date | None = None) -> Declared:
    """Return what was declared with the day of grading: `as_of`, else today in UTC.

    Where no waiver, term or age depends on the day, none is noted.
    """
    if not depends_on_the_day(policy, declared):
        return replace(declared, graded_on=None)
    return replace(declared, graded_on=as_of or datetime.now(UTC).date())
