"""How a number is printed: its unit, its decimals, ends rounded outward."""

from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_EVEN, Decimal
from enum import Enum

from audit.facts.estimate import Estimate
from audit.facts.withheld import withheld

MINUS = "\u2212"
THIN = "\u202f"
"""Narrow no-break space: before a per cent sign, in long numbers, never at the end of a line."""
PERCENT = f"{THIN}%"


@dataclass(frozen=True, slots=True)
class Look:
    """How one kind of quantity is written."""

    factor: int
    """What the stored number is multiplied by."""
    decimals: int
    suffix: str = ""
    """What stands behind the number in a sentence; tables say it in their head."""


class Unit(Enum):
    """What a measurement counts in."""

    POINTS = Look(100, 1, " points")
    PERCENT = Look(100, 1, PERCENT)
    PROBABILITY = Look(1, 3)
    LOG = Look(1, 2)
    PLAIN = Look(1, 2)
    COUNT = Look(1, 0)


_POINTS = frozenset({"excess", "risk", "privacy_loss"})
_PERCENT = ("rate", "share", "tpr_at", "disco", "repu", "rapid", "unique_", "fpr", "left_tail")
_PROBABILITY = frozenset(
    {
        "accuracy",
        "advantage",
        "auc",
        "max_probability",
        "mean_ratio",
        "meaningful",
        "ppv",
        "relative_f1",
    }
)
_SHARES = frozenset(
    {
        "apparent_match",
        "cap",
        "delta_presence",
        "delta_presence_least",
        "dorig",
        "gcap",
        "precision",
        "recall",
        "special_uniques",
        "tcap",
        "unmatched",
    }
)
_COUNTS = frozenset({"k_anonymity", "k_map", "l_diversity"})
_LOG = ("log_ratio", "epsilon")


def unit_of(name: str) -> Unit:
    """Return the unit of the measurement called `name`."""
    if name in _POINTS or name.endswith("_excess"):
        return Unit.POINTS
    name = name.removesuffix("_control")
    if name in _COUNTS:
        return Unit.COUNT
    if name in _PROBABILITY:
        return Unit.PROBABILITY
    if name.startswith(_LOG):
        return Unit.LOG
    if name in _SHARES or any(part in name for part in _PERCENT):
        return Unit.PERCENT
    return Unit.PLAIN


def look_for(name: str, *, limit: float | None = None) -> Look:
    """Return how `name` is written beside `limit`; a limit below 1 % asks for a finer look."""
    look = unit_of(name).value
    is_fine = limit is not None and look.factor == 100 and limit < 0.01
    return Look(look.factor, 2, look.suffix) if is_fine else look


def write(number: float, look: Look, *, rounding: str = ROUND_HALF_EVEN) -> str:
    """Write one number: true minus, fixed decimals, and 0 as plain 0."""
    scaled = Decimal(repr(float(number))) * look.factor
    if scaled == 0:
        return "0"
    rounded = scaled.quantize(Decimal(1).scaleb(-look.decimals), rounding=rounding)
    text = f"{abs(rounded):,.{look.decimals}f}"
    return f"{MINUS}{text}" if rounded < 0 else text


def write_low(number: float, look: Look) -> str:
    """Write a lower end, rounded downward."""
    return write(number, look, rounding=ROUND_FLOOR)


def write_high(number: float, look: Look) -> str:
    """Write an upper end, rounded upward."""
    return write(number, look, rounding=ROUND_CEILING)


def write_value(estimate: Estimate, look: Look) -> str:
    """Write the value; nothing where it is withheld, which the ends say."""
    return "" if withheld(estimate) else write(estimate.value, look)


def write_ends(estimate: Estimate, look: Look) -> str:
    """Write both ends: `7.1 to 10.3`, `exact`, or the one end that exists."""
    instead = withheld(estimate)
    if instead is not None:
        return instead.value
    if estimate.is_exact:
        return "exact"
    low = None if estimate.low is None else write_low(estimate.low, look)
    high = None if estimate.high is None else write_high(estimate.high, look)
    if low is None and high is None:
        return "no ends"
    if high is None:
        return f"at least {low}"
    return f"at most {high}" if low is None else f"{low} to {high}"


def write_bare(number: float, look: Look) -> str:
    """Write a number for a sentence: `5`, not `5.0`."""
    text = write(number, look)
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_count(number: float) -> str:
    """Write a whole number in groups of three."""
    whole = round(number)
    return f"{MINUS if whole < 0 else ''}{abs(whole):,}"


def write_any(number: float) -> str:
    """Write a number of which only the code knows the meaning."""
    if float(number).is_integer():
        return write_count(number)
    text = f"{abs(number):.3g}"
    return f"{MINUS}{text}" if number < 0 else text


def write_p(p_value: float) -> str:
    """Write a p-value with two digits, and never as 0."""
    if p_value < 0.001:
        return "< 0.001"
    return f"{p_value:.3f}" if p_value < 0.1 else f"{p_value:.2f}"


def write_chance(probability: float) -> str:
    """Write a probability as a whole percentage, never rounded up to certainty."""
    percent = 100 * probability
    if percent >= 99.5:
        return f"> 99{PERCENT}"
    if 0 < percent < 0.5:
        return f"< 1{PERCENT}"
    return f"{percent:.0f}{PERCENT}"


def plural(count: int, singular: str, several: str | None = None) -> str:
    """Write a count with its noun."""
    return f"{write_count(count)} {singular if count == 1 else several or singular + 's'}"


def listed(words: tuple[str, ...], *, longest: int = 6) -> str:
    """Join words as a sentence does; a long list is cut and says so."""
    shown = words[:longest]
    if len(words) > longest:
        return f"{', '.join(shown)} and {write_count(len(words) - longest)} more"
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"
