"""A number with its two ends."""

from dataclasses import dataclass
from math import isfinite


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with two one-sided confidence ends.

    Raises
    ------
    ValueError
        If a number is not finite, or the ends do not enclose the value.
    """

    value: float
    low: float | None
    """Lower end; None where it does not exist (the logarithm of a rate that may be 0)."""
    high: float | None
    """Upper end; None where it does not exist (a lower bound has none)."""
    confidence: float
    """Level of *each* end, one-sided; 1.0 for an exact count."""
    method: str
    """How the ends were made, in the field's terms."""

    def __post_init__(self) -> None:
        """Refuse what could not be graded."""
        numbers = [x for x in (self.value, self.low, self.high) if x is not None]
        if not all(isfinite(x) for x in numbers):
            raise ValueError("an estimate must be finite")
        if self.low is not None and self.low > self.value:
            raise ValueError("the lower end lies above the value")
        if self.high is not None and self.high < self.value:
            raise ValueError("the upper end lies below the value")

    @property
    def is_exact(self) -> bool:
        """Nothing was estimated: a count over everybody."""
        return self.low == self.value == self.high


def exactly(value: float, method: str = "census") -> Estimate:
    """Return a number that is known, not estimated."""
    return Estimate(value, value, value, 1.0, method)
