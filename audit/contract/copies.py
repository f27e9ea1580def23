"""Counts of copied people, and what they say.

How many real people return is a census of this release: the count is exact. What is estimated is
how many would return anyway, from people who were never in the data (DESIGN section 4, point 7).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from math import ceil

from audit.contract.arms import BoolArray, Side
from audit.contract.lab import Lab
from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Measurement
from audit.statistics.rates import Ends, clopper_pearson, exact_tails

CONFIDENCE = 0.95


@dataclass(frozen=True, eq=False)
class Copies:
    """Who was found in the release, and among whom it is counted."""

    found: Mapping[Side, BoolArray]
    """Per side, bool of shape (n_people,)."""
    among: Mapping[Side, BoolArray]
    """Per side, who counts; decided without looking at the release."""
    natural: BoolArray | None = None
    """Without a holdout: real people who would have been found among the *other* real people."""
    chances: float = 1.0
    """How many synthetic records there are for each of those others, at least 1."""

    def counts(self) -> tuple[int, int, int, int]:
        """Return k_real, n_real, k_control, n_control."""
        k_t = int((self.found[Side.REAL] & self.among[Side.REAL]).sum())
        n_t = int(self.among[Side.REAL].sum())
        if self.natural is not None:
            # People who meet come in pairs at least, so half as many are independent; and twice
            # the records meet twice the people, which one seen now counts for.
            pairs = ceil(int(self.natural.sum()) / 2)
            return k_t, n_t, pairs, max(pairs, round(n_t / (2 * self.chances)), 1)
        if not self.among[Side.HOLDOUT].any():
            # Nobody to compare with: the natural rate is unknown between 0 and 1.
            return k_t, n_t, 0, 0
        k_h = int((self.found[Side.HOLDOUT] & self.among[Side.HOLDOUT]).sum())
        return k_t, n_t, k_h, int(self.among[Side.HOLDOUT].sum())


def chances(lab: Lab) -> float:
    """Return how many synthetic records there are for each real record, at least 1."""
    return max(1.0, lab.table(Side.SYNTHETIC).n_rows / lab.table(Side.REAL).n_rows)


def copies_measured(copies: Copies, scope: Mapping[str, str]) -> Iterator[Measurement]:
    """Yield share, control share and excess."""
    k_t, n_t, k_h, n_h = copies.counts()
    yield Measurement("share", exactly(k_t / n_t), n_t, scope)
    if n_h == 0:
        return
    how = "holdout" if copies.natural is None else "leave-one-out in real"
    low, high = clopper_pearson(k_h, n_h)
    control = Estimate(k_h / n_h, low, high, CONFIDENCE, f"Clopper-Pearson, {how}")
    yield Measurement("control_share", control, n_h, scope)
    value = k_t / n_t - k_h / n_h
    ends = _excess_ends(k_t / n_t, k_h, n_h)
    tails = exact_tails(k_t, n_t, k_h, n_h)
    yield Measurement(
        "excess",
        _estimate(k_t, value, ends, how) if k_t or k_h else exactly(0.0),
        n_t,
        scope,
        null_value=0.0,
        p_value=tails.risky,
        p_safe_side=tails.safe if copies.natural is None else None,
    )


def _excess_ends(share: float, k_h: int, n_h: int) -> Ends:
    control = clopper_pearson(k_h, n_h)
    return Ends(share - control.high, share - control.low)


def _estimate(k_t: int, value: float, ends: Ends, how: str) -> Estimate:
    # That nobody was copied is known, so nothing above 0 is possible then.
    high = ends.high if k_t else max(value, 0.0)
    return Estimate(value, ends.low, high, CONFIDENCE, f"census less control, {how}")
