"""What a run cannot show, whatever its numbers say (DESIGN section 4, points 10 to 12 and 15)."""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.facts.judgement import Policy, Rule
from audit.facts.measurement import (
    AuditRun,
    Card,
    Family,
    Measurement,
    Need,
    PreflightFact,
    Severity,
)
from audit.facts.reasons import ReasonCode
from audit.facts.versions import NO_VERSIONS
from audit.policy.decision import Decision, inconclusive

SAFE_SIDE_LEVEL = 0.01
_BY_ID = {
    "holdout-overlap": ReasonCode.HOLDOUT_OVERLAPS_REAL,
    "holdout-near-overlap": ReasonCode.HOLDOUT_NEAR_REAL,
    "holdout-fairness": ReasonCode.HOLDOUT_NOT_FAIR,
    "holdout-swapped": ReasonCode.HOLDOUT_SWAPPED,
}
_ABOUT_THE_HOLDOUT = frozenset(_BY_ID.values()) | {
    ReasonCode.NO_HOLDOUT,
    ReasonCode.HOLDOUT_TOO_SMALL,
    ReasonCode.HOLDOUT_USED,
    ReasonCode.SPLIT_NOT_RANDOM,
    ReasonCode.SPLIT_UNDECLARED,
    ReasonCode.STRATA_UNEQUAL,
}
_SHOW_NOTHING = (
    ReasonCode.HOLDOUT_NOT_FAIR,
    ReasonCode.STRATA_UNEQUAL,
)
"""With such a holdout real and holdout people differ whatever was released."""
_BOTH_SIDES = (
    ReasonCode.REFERENCE_HOLDS_PEOPLE,
    ReasonCode.HOLDOUT_OVERLAPS_REAL,
    ReasonCode.HOLDOUT_NEAR_REAL,
)
_ABOUT_THE_REFERENCE = frozenset({ReasonCode.REFERENCE_HOLDS_PEOPLE})
_RESTING = frozenset({Family.SINGLING_OUT, Family.LINKABILITY, Family.INFERENCE, Family.MEMBERSHIP})


@dataclass(frozen=True, slots=True)
class Trust:
    """What the run as a whole allows to be said."""

    has_holdout: bool
    blocking: tuple[ReasonCode, ...]
    """Reasons of the preflight facts that block, in their order."""
    split: ReasonCode | None
    """Why relabelling is no fair game, if it is none."""
    blind_high: float | None
    """Upper end of the AUC that tells real from holdout people without the synthetic data."""
    unable: frozenset[str]
    """Checks that missed even a full copy."""
    unreliable: frozenset[str]
    """Checks that cry wolf when real and holdout people are dealt out anew."""
    safe_sides: int
    """Number of required rules over which the test for the safe side is simultaneous."""
    outdated: frozenset[str] = frozenset()
    """Checks of the run whose version is not the one that was asked for."""

    @property
    def allows_met(self) -> bool:
        """Tell whether any policy may be met at all."""
        return self.has_holdout and not self.blocking


def trust_of(run: AuditRun, policy: Policy, versions: Mapping[str, int] = NO_VERSIONS) -> Trust:
    """Return what `run` allows to be said under `policy`.

    Parameters
    ----------
    versions
        Check id -> the version whose numbers count; what is not named counts in any version.
    """
    blocking = tuple(_reason(p) for p in run.preflight if p.status is Severity.BLOCKING)
    fairness = next((p for p in run.preflight if p.id == "holdout-fairness"), None)
    measured = (run.measurement(r.measure, r.where) for r in policy.rules if r.required)
    cards = [result.card for result in run.results]
    return Trust(
        has_holdout=has_holdout(run),
        blocking=blocking,
        split=_split(run),
        blind_high=None if fairness is None else fairness.numbers.get("high"),
        unable=_failing(run, "full_copy"),
        unreliable=_failing(run, "null"),
        safe_sides=sum(m is not None and m.p_safe_side is not None for m in measured),
        outdated=frozenset(c.id for c in cards if versions.get(c.id, c.version) != c.version),
    )


def _failing(run: AuditRun, plan: str) -> frozenset[str]:
    """Return the checks that did not pass this control. How few copies one notices fails none."""
    return frozenset(c.check for c in run.controls if c.plan == plan and not c.passed)


def has_holdout(run: AuditRun) -> bool:
    """Tell whether real people were given that the generator never saw."""
    holdout = run.provenance.inputs.get("holdout")
    rows = 0 if holdout is None else holdout.rows
    return rows > 0 and run.release.people.get("holdout", rows) > 0


def _reason(fact: PreflightFact) -> ReasonCode:
    if fact.code in set(ReasonCode):
        return ReasonCode(fact.code)
    return _BY_ID.get(fact.id, ReasonCode.NOT_MEASURED)


def _split(run: AuditRun) -> ReasonCode | None:
    split = run.release.split
    if split.is_exchangeable:
        return None
    return ReasonCode.HOLDOUT_USED if split.holdout_used_for else ReasonCode.SPLIT_NOT_RANDOM


def rests_on_holdout(card: Card) -> bool:
    """Tell whether the numbers of a check mean nothing without a fair holdout."""
    return Need.HOLDOUT in card.needs or card.family in _RESTING


def bars_pass(
    trust: Trust, rule: Rule, *, card: Card, measurement: Measurement, limit: float
) -> Decision | None:
    """Return why a pass may not stand, if it may not."""
    if card.id in trust.outdated:
        return inconclusive(ReasonCode.OTHER_CHECK_VERSION)
    resting = rests_on_holdout(card)
    if resting and not trust.has_holdout:
        return inconclusive(ReasonCode.NO_HOLDOUT)
    for reason in trust.blocking:
        if reason in _ABOUT_THE_REFERENCE:
            concerned = card.family is Family.MEMBERSHIP
        else:
            concerned = resting or reason not in _ABOUT_THE_HOLDOUT
        if concerned:
            return inconclusive(reason)
    if resting and trust.split is not None:
        return inconclusive(trust.split)
    if card.id in trust.unreliable:
        return inconclusive(ReasonCode.CONTROL_FIRES)
    if card.id in trust.unable:
        return inconclusive(ReasonCode.ATTACK_WITHOUT_POWER)
    return _below_null(trust, rule, measurement, limit)


def _below_null(
    trust: Trust, rule: Rule, measurement: Measurement, limit: float
) -> Decision | None:
    """Bar a pass on the safe side of the null: a swapped holdout, or members avoided."""
    level = SAFE_SIDE_LEVEL / max(1, trust.safe_sides)
    p = measurement.p_safe_side
    if p is not None and p <= level:
        return inconclusive(ReasonCode.BELOW_NULL, {"p": p, "level": level})
    if is_auc(rule) and rule.clears:
        # Of several attacks each must keep the limit: the best of them says nothing of the worst.
        least = measurement.least_low
        low = measurement.estimate.low if least is None else least
        if low is None:
            return inconclusive(ReasonCode.END_MISSING)
        mirrored = round(1 - limit, 12)
        if low < mirrored:
            return inconclusive(ReasonCode.BELOW_NULL, {"low": low, "level": mirrored})
    return None


def bars_fail(trust: Trust, rule: Rule, *, card: Card, measurement: Measurement) -> Decision | None:
    """Return why a fail may not stand, if it may not. A copy is a copy: it always stands."""
    if card.family is Family.COPYING or not rests_on_holdout(card):
        return None
    if card.id in trust.unreliable:
        return inconclusive(ReasonCode.CONTROL_FIRES)
    for reason in _SHOW_NOTHING:
        if reason in trust.blocking:
            return inconclusive(reason)
    if card.family is Family.MEMBERSHIP:
        # People of one side stand in what the attacks compare with: the others look like members.
        for reason in _BOTH_SIDES:
            if reason in trust.blocking:
                return inconclusive(reason)
    if trust.split is not None:
        return inconclusive(trust.split)
    if is_auc(rule) and not _beyond_blind(measurement, trust.blind_high):
        high = trust.blind_high
        return inconclusive(
            ReasonCode.NOT_WITHIN_BLIND, {} if high is None else {"blind_high": high}
        )
    return None


def _beyond_blind(measurement: Measurement, blind_high: float | None) -> bool:
    low = measurement.estimate.low
    return low is not None and blind_high is not None and low > blind_high


def is_auc(rule: Rule) -> bool:
    """Tell whether the rule is on the area under a curve."""
    return rule.measure.partition(".")[2] == "auc"
