"""Two graded runs side by side: what got better or worse from one release to the next.

Not to be confused with `difference`, which is about two policies.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from audit.facts.estimate import Estimate
from audit.facts.judgement import Declared, Finding, FindingStatus, Rule, Verdict, VerdictStatus
from audit.facts.measurement import AuditRun


class Trend(StrEnum):
    """Where a number went."""

    WORSE = "worse"
    """Beyond the intervals: its new lower end lies above its old upper end."""
    BETTER = "better"
    """Beyond the intervals, the other way round."""
    WITHIN = "within"
    """The intervals overlap: no difference was shown, which is not the same as none."""
    NOT_COMPARED = "not_compared"


class Gap(StrEnum):
    """Why a number, or a rule, is not compared."""

    ONLY_OLD = "only_old"
    ONLY_NEW = "only_new"
    OTHER_CHECK_VERSION = "other_check_version"
    OTHER_PARAMETERS = "other_parameters"
    OTHER_NULL = "other_null"
    """The value without a leak is another one."""
    DRAWN_ANEW = "drawn_anew"
    """The scope is a draw of the seed, and the seeds differ: another cut of the columns."""
    END_MISSING = "end_missing"
    BELOW_NULL = "below_null"
    """Lower than before, and below the value without a leak: nothing to be glad about."""
    DESCRIBES = "describes"
    """Bigger is not riskier: it only describes, or it is the rate of one side alone."""
    NOT_APPLICABLE = "not_applicable"
    """One of the two declares that the rule does not apply."""

    @property
    def bars(self) -> bool:
        """Tell whether a rule with this gap cannot be compared at all, its outcome included."""
        return self in _BARRING


_BARRING = frozenset(
    {
        Gap.ONLY_OLD,
        Gap.ONLY_NEW,
        Gap.OTHER_CHECK_VERSION,
        Gap.OTHER_PARAMETERS,
        Gap.NOT_APPLICABLE,
    }
)


class Move(StrEnum):
    """Where a rule went."""

    REGRESSED = "regressed"
    IMPROVED = "improved"
    SAME = "same"
    NEW = "new"
    GONE = "gone"
    NOT_COMPARED = "not_compared"


class ApartCode(StrEnum):
    """What differs between the two audits, beside the release."""

    OTHER_POLICY = "other_policy"
    OTHER_CONTEXT = "other_context"
    OTHER_SENSITIVITY = "other_sensitivity"
    OTHER_REAL = "other_real"
    OTHER_HOLDOUT = "other_holdout"
    OTHER_REFERENCE = "other_reference"
    OTHER_COLUMNS = "other_columns"
    OTHER_ROLES = "other_roles"
    OTHER_UNIT = "other_unit"
    OTHER_SPLIT = "other_split"
    OTHER_SUITE = "other_suite"
    OTHER_PLUGINS = "other_plugins"
    # From here on: to be known, and no obstacle.
    UNBOUND = "unbound"
    SAME_RUN = "same_run"
    SAME_FILE = "same_file"
    OTHER_SIZE = "other_size"
    OTHER_VERSION = "other_version"
    SEED_GIVEN = "seed_given"
    OTHER_SETTINGS = "other_settings"
    WAIVERS = "waivers"

    @property
    def is_obstacle(self) -> bool:
        """Tell whether the two audits cannot be compared for this reason."""
        return self not in _NOTES


_NOTES = frozenset(
    {
        ApartCode.UNBOUND,
        ApartCode.SAME_RUN,
        ApartCode.SAME_FILE,
        ApartCode.OTHER_SIZE,
        ApartCode.OTHER_VERSION,
        ApartCode.SEED_GIVEN,
        ApartCode.OTHER_SETTINGS,
        ApartCode.WAIVERS,
    }
)


@dataclass(frozen=True, slots=True)
class Apart:
    """One thing that differs between the two audits."""

    code: ApartCode
    old: str = ""
    new: str = ""
    names: tuple[str, ...] = ()
    """Of the columns or checks that it is about."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two: a run, what a policy says of it, and what was declared."""

    run: AuditRun
    verdict: Verdict
    declared: Declared | None = None
    """None where nothing stands beside the verdict."""


@dataclass(frozen=True, slots=True)
class MeasurementPair:
    """One measurement of both runs."""

    check: str
    name: str
    scope: Mapping[str, str]
    old: Estimate | None
    new: Estimate | None
    trend: Trend
    gap: Gap | None = None


@dataclass(frozen=True, slots=True)
class RulePair:
    """One rule under both verdicts."""

    rule: Rule
    old: Finding | None
    new: Finding | None
    move: Move
    trend: Trend
    gap: Gap | None = None

    @property
    def is_by_outcome(self) -> bool:
        """Tell whether the rule came out otherwise."""
        return self.old is not None and self.new is not None and own(self.old) is not own(self.new)


def own(finding: Finding) -> FindingStatus:
    """Return what a rule came out as; a waiver sets that aside and does not change it."""
    return finding.unwaived or finding.status


@dataclass(frozen=True, slots=True)
class Comparison:
    """From the audit of one release to that of the next."""

    old: Side
    new: Side
    apart: tuple[Apart, ...]
    """What the two do not have in common; obstacles first."""
    rules: tuple[RulePair, ...]
    measurements: tuple[MeasurementPair, ...]

    @property
    def obstacles(self) -> tuple[Apart, ...]:
        """Why the two cannot be compared as wholes; empty where they can."""
        return tuple(a for a in self.apart if a.code.is_obstacle)

    def of_move(self, move: Move) -> tuple[RulePair, ...]:
        """Return the rules that went one way."""
        return tuple(pair for pair in self.rules if pair.move == move)

    def of_trend(self, trend: Trend) -> tuple[MeasurementPair, ...]:
        """Return the measurements that went one way."""
        return tuple(pair for pair in self.measurements if pair.trend == trend)

    @property
    def gate_code(self) -> int:
        """What a gate on regressions answers: 10 a rule regressed, 11 no comparison, 0 neither.

        It says nothing of the verdict: what was not met before and is not met now has not
        regressed.
        """
        if self.obstacles:
            return VerdictStatus.INCONCLUSIVE.exit_code
        if self.of_move(Move.REGRESSED):
            return VerdictStatus.NOT_MET.exit_code
        incomplete = (Move.NEW, Move.GONE, Move.NOT_COMPARED)
        if any(pair.move in incomplete for pair in self.rules):
            return VerdictStatus.INCONCLUSIVE.exit_code
        return 0
