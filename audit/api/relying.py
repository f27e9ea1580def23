"""Whether a verdict of an earlier day may still be relied on; no table is needed."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from audit.api.assessment import Assessment
from audit.api.judging import load
from audit.errors import UsageError
from audit.facts.judgement import Policy, VerdictStatus
from audit.facts.reasons import WaiverCode
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


def reliance(path: str | Path, *, on: date, graded: date | None = None) -> Reliance:
    """Return whether the verdict of a finished run still holds.

    Parameters
    ----------
    path
        Folder of a graded run. Nothing is graded anew.
    on
        The day on which somebody relies on it.
    graded
        The day of the verdict. Only one that rests on waivers notes it; by default that day.

    Raises
    ------
    UsageError
        If `on` is before `graded`, or nobody knows the day of the verdict.
    DataError, IntegrityError
        If the files are malformed, or do not belong together.
    """
    assessment = load(path)
    day = graded or assessment.declared.graded_on
    if day is None:
        raise UsageError("no file says on which day the verdict was given", "Give --graded DAY.")
    if on < day:
        raise UsageError("the day of the verdict is after the day on which it is relied on")
    notes = assessment.verdict.waivers
    found = validity(
        assessment.policy,
        assessment.run,
        assessment.declared,
        used={note.id for note in notes if note.code is WaiverCode.USED},
        graded=day,
        on=on,
        current=_current(assessment.policy),
        versions=VERSIONS,
    )
    return Reliance(assessment, found)


def _current(policy: Policy) -> Policy | None:
    """Return the profile of that id; of a policy that is not ours nobody here knows a later one."""
    return resolve(policy.id) if policy.id in profiles() else None
