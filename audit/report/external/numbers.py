"""Numbers for outsiders: none that tells a count of people below 11, ends to half points.

The half point is wide enough from 2,200 people on. Among fewer, half a point is less than 11
people: there a difference that rests on a small count, or on counts that are not known, is rounded
to as many half points as 11 people are.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from math import ceil, exp, log

from audit.facts.estimate import Estimate
from audit.facts.measurement import Measurement
from audit.facts.withheld import SMALL, Withheld, fewer_than_small
from audit.report.digits import Unit, unit_of

HALF = Decimal("0.005")
_FPR = {"10pct": 0.1, "1pct": 0.01, "0_1pct": 0.001}
_SHARES = frozenset({"advantage", "meaningful"})


@dataclass(frozen=True, slots=True)
class Behind:
    """People whom a measurement counts: on how many of how many it succeeds."""

    people: int
    of: int

    @property
    def withheld(self) -> Withheld | None:
        """What stands for this count; None where it may be printed."""
        return fewer_than_small(self.people, self.of)


def counted(share: Measurement) -> Behind:
    """Return the people behind a share."""
    return Behind(round(share.estimate.value * share.n), share.n)


def outward(
    measured: Measurement, counts: Sequence[Behind], *, people: int, of_records: bool = False
) -> Measurement:
    """Return a measurement as outsiders may know it; its scope is left to the caller.

    Parameters
    ----------
    counts
        Of a difference: on how many real and on how many holdout people the attack succeeds.
        Empty where that is not known.
    people
        The smaller number of real and of holdout people.
    of_records
        A share counts synthetic records, which are nobody.
    """
    kind = _withheld(measured, counts, people=people, of_records=of_records)
    if kind is not None:
        return _replaced(measured, kind)
    unit = unit_of(measured.name)
    if unit.value.factor != 100:
        return replace(measured, estimate=replace(measured.estimate, method=""))
    known = len(counts) > 0 or unit is not Unit.POINTS
    if known and all(count.withheld is None for count in counts):
        return _rounded(measured, HALF)
    fewest = min([people, *(count.of for count in counts)])
    coarse = _rounded(measured, _step(fewest), with_value=True)
    return replace(coarse, p_value=None, p_safe_side=None, detectable=None)


def _withheld(
    measured: Measurement, counts: Sequence[Behind], *, people: int, of_records: bool
) -> Withheld | None:
    value, name = measured.estimate.value, measured.name
    if name == "max_probability":
        return Withheld.CLASS if value > 1 / SMALL else None
    if name.startswith("log_ratio"):
        rate = _FPR[name.rpartition("fpr_")[2]]
        # As many as those of one side who are found.
        return fewer_than_small(round(exp(value) * rate * people), people)
    if counts:
        return counts[0].withheld
    if name in _SHARES:
        return fewer_than_small(round(abs(value) * people), people)
    if unit_of(name) is Unit.PERCENT and not of_records:
        return fewer_than_small(round(abs(value) * measured.n), measured.n)
    return None


def _replaced(measured: Measurement, kind: Withheld) -> Measurement:
    """Return the number that stands for all small counts alike, without ends."""
    return Measurement(
        name=measured.name,
        estimate=Estimate(_stand_in(measured, kind), None, None, 0.95, kind.value),
        n=measured.n,
        scope=measured.scope,
        null_value=measured.null_value,
    )


def _stand_in(measured: Measurement, kind: Withheld) -> float:
    if kind is Withheld.CLASS:
        return 1 / (SMALL - 1)
    part = (SMALL - 1) / max(measured.n, SMALL - 1)
    share = part if kind is Withheld.FEWER else 1 - part
    if measured.name.startswith("log_ratio"):
        return log(share / _FPR[measured.name.rpartition("fpr_")[2]])
    return share


def _step(people: int) -> Decimal:
    """Return the fewest half points that are 11 people or more."""
    return HALF * max(1, ceil(Decimal(SMALL) / max(people, SMALL) / HALF))


def _rounded(measured: Measurement, step: Decimal, *, with_value: bool = False) -> Measurement:
    estimate = measured.estimate
    low, high = estimate.low, estimate.high
    value = _to(estimate.value, step, ROUND_HALF_EVEN) if with_value else estimate.value
    if low is not None:
        # A coarse step may lie beyond what a rate can be.
        within = _to(low, step, ROUND_FLOOR)
        low = max(within, -1.0) if low >= -1 else within
    if high is not None:
        within = _to(high, step, ROUND_CEILING)
        high = min(within, 1.0) if high <= 1 else within
    rounded = Estimate(value, low, high, estimate.confidence, "rounded outward")
    return replace(measured, estimate=rounded)


def _to(number: float, step: Decimal, rounding: str) -> float:
    return float((Decimal(repr(number)) / step).to_integral_value(rounding=rounding) * step)


_OF_REASONS = frozenset({"rows", "rows_needed", "people"})


def large(numbers: Mapping[str, float]) -> dict[str, float]:
    """Return the numbers of a reason that count nobody, or enough people."""
    return {k: v for k, v in numbers.items() if k in _OF_REASONS and (v == 0 or v >= SMALL)}
