"""What can still be done where nobody was held out: a ladder, the best step first."""

from audit.facts.measurement import AuditRun
from audit.report.sentences import keys, phrase, say
from audit.report.shapes import Ladder

CHAPTER = "no_holdout"
_AROUND = ("label", "intro", "never")


def ladder(run: AuditRun) -> Ladder | None:
    """Return the ladder, or None where people were held out."""
    return None if "holdout" in run.release.people else steps_down()


def steps_down() -> Ladder:
    """Return every step, in the order of what it can show."""
    return Ladder(
        label=say(CHAPTER, "label"),
        intro=say(CHAPTER, "intro"),
        steps=tuple(phrase(CHAPTER, key) for key in keys(CHAPTER) if key not in _AROUND),
        never=phrase(CHAPTER, "never"),
    )
