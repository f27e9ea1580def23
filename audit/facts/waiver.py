"""A waiver: a person accepts, for a while, that one rule does not hold for one file."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from audit.facts.reasons import ReasonCode, WaiverCode

MOST_DAYS = 90
"""The longest that a waiver may last, by prudence: no framework sets a number."""
ACCEPTED = ("fail", "inconclusive")
WAIVABLE = frozenset(
    {
        ReasonCode.INTERVAL_TOO_WIDE,
        ReasonCode.COPIES_TO_REVIEW,
        ReasonCode.EVIDENCE_MISSING,
        ReasonCode.EVIDENCE_EXPIRED,
    }
)
"""What may be accepted as open. Everything else says that nothing was measured, that the check did
not work, or that the comparison was unfair: there is no number that anybody could accept."""


def same_person(one: str, other: str) -> bool:
    """Tell whether two names are one: case and spaces make no other person."""
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


@dataclass(frozen=True, slots=True)
class Waiver:
    """What somebody accepted, bound to everything that it was accepted for."""

    id: str
    rule: str
    policy: str
    """`id@version`."""
    context: str
    """Tier of the release."""
    synthetic_sha256: str
    """Digest of the synthetic file, as `run.json` holds it."""
    accepts: str
    """`fail` or `inconclusive`: the outcome of the rule that is set aside."""
    owner: str
    approver: str
    reason: str
    created: date
    expires: date
    """The last day on which it holds."""
    reason_code: ReasonCode | None = None
    """Why the rule is open; only with `inconclusive`."""
    value: float | None = None
    """The value when it was accepted; None for a rule on a statement."""
    high: float | None = None
    """The upper end when it was accepted; None where there was none."""
    worst_scope: Mapping[str, str] = field(default_factory=dict)
    """The secret or split that was the worst, where the acceptance rests on it."""
    document_sha256: str | None = None

    @property
    def days(self) -> int:
        """How long it lasts."""
        return (self.expires - self.created).days


@dataclass(frozen=True, slots=True)
class WaiverNote:
    """What became of one waiver."""

    id: str
    rule: str
    code: WaiverCode
