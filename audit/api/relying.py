"""Whether a verdict of an earlier day may still be relied on; no table is needed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from audit.api.assessment import Assessment
from audit.api.judging import load
from audit.errors import UsageError
from audit.facts.judgement import Policy, VerdictStatus
from audit.facts.versions import VERSIONS
from audit.policy.load import profiles, resolve
from audit.policy.validity import Validity, validity


@dataclass(frozen=True, slots=True)
class Reliance:
    """A verdict, and whether it still holds."""

    assessment: Assessment
    validity: Validity

    @property
    def exit_code(self) -> int:
        """The verdict's own code, but never 0 where it no longer holds: then 11."""
        own = self.assessment.exit_code
        return own or (0 if self.validity.holds else VerdictStatus.INCONCLUSIVE.exit_code)


def reliance(path: str | Path, *, graded: date, on: date) -> Reliance:
    """Return whether the verdict of a finished run still holds.

    Parameters
    ----------
    path
        Folder of a graded run. Nothing is graded anew.
    graded
        The day of the verdict. No file of facts holds one, so that equal data give equal bytes.
    on
        The day on which somebody relies on it.

    Raises
    ------
    UsageError
        If `on` is before `graded`.
    DataError, IntegrityError
        If the files are malformed, or do not belong together.
    """
    if on < graded:
        raise UsageError("the day of the verdict is after the day on which it is relied on")
    assessment = load(path)
    found = validity(
        assessment.policy,
        assessment.run,
        assessment.declared,
        graded=graded,
        on=on,
        current=_current(assessment.policy),
        versions=VERSIONS,
    )
    return Reliance(assessment, found)


def _current(policy: Policy) -> Policy | None:
    """Return the profile of that id; of a policy that is not ours nobody here knows a later one."""
    return resolve(policy.id) if policy.id in profiles() else None
