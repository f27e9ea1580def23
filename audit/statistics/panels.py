"""What an attack says of everybody, and its own test of it on people dealt out anew.

What an attack says of a person is a fixed number, found without knowing who is real. Let it be
known twice for some people, the *planted*: with the release as it is, and with a copy of them in
it. Then a release in which N of them are copied is put together from these numbers, and so is any
other division of the pool into real and holdout people: nothing has to be attacked again. The sizes
of all tables stay as they are (DESIGN section 4, point 12; `statistics.md` F16).
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy import special

from audit.statistics.arrays import BoolArray, FloatArray, IntArray
from audit.statistics.least_wins import least_wins
from audit.statistics.max_t import joint_critical_value
from audit.statistics.negative_hypergeometric import negative_hypergeometric_sf, tail_count
from audit.statistics.relabelling import relabelling_law
from audit.statistics.roc import midranks

LEVEL = 0.05
"""An attack notices a leak where its p-value is at most this."""
TAIL = 0.01
"""False positive rate at which the tail of a ranking is tested."""

Counted = TypeVar("Counted", IntArray, FloatArray)


class Deal(NamedTuple):
    """One division of the pool, and the order in which planted people are copied."""

    is_real: BoolArray
    """Shape (n_pool,)."""
    order: IntArray
    """Positions among the planted, the first one copied first; all of them are real here."""


def deals(
    n_pool: int, n_real: int, planted: IntArray, *, draws: int, rng: np.random.Generator
) -> Iterator[Deal]:
    """Yield divisions of the pool in which all planted people are real.

    Who is planted was decided without knowing who is real, so the others are still a random draw.

    Parameters
    ----------
    n_pool, n_real
        Number of people, and how many of them are real.
    planted
        Who may be copied: positions in the pool, at most `n_real`.
    """
    rest = np.setdiff1d(np.arange(n_pool), planted)
    for _ in range(draws):
        is_real = np.zeros(n_pool, np.bool_)
        is_real[planted] = True
        is_real[rng.permutation(rest)[: n_real - planted.size]] = True
        yield Deal(is_real, rng.permutation(planted.size))


@dataclass(frozen=True, eq=False)
class Panel(ABC):
    """What one attack says of everybody, and of the planted once they are copied."""

    n_real: int
    planted: IntArray
    """Positions in the pool, shape (m,); empty where nobody was planted."""

    @property
    @abstractmethod
    def n_pool(self) -> int:
        """People of both sides."""

    @abstractmethod
    def noticed(self, deal: Deal, copied: Sequence[int]) -> BoolArray:
        """Tell for each number of copied people whether the test is significant, shape (N,)."""


@dataclass(frozen=True, eq=False)
class WinPanel(Panel):
    """An adversary who wins or loses; several ways to attack share one level."""

    base: BoolArray
    """Shape (n_pool, K)."""
    copied: BoolArray
    """Shape (m, K): the same for planted people once they are copied."""
    level: float = LEVEL
    """Of each way to attack; see `shared_level`."""

    @property
    def n_pool(self) -> int:
        """People of both sides."""
        return len(self.base)

    def noticed(self, deal: Deal, copied: Sequence[int]) -> BoolArray:
        """Compare the wins among real people with the least that relabelling rarely reaches."""
        gained = _gained(
            self.copied.astype(np.int64), self.base[self.planted].astype(np.int64), deal, copied
        )
        k_real = (deal.is_real.astype(np.float32) @ self._won).astype(np.int64) + gained
        k_all = gained + self._total
        return np.asarray((k_real >= self._least[k_all]).any(axis=1))

    @cached_property
    def _won(self) -> NDArray[np.float32]:
        """Wins as numbers: counts below 2^24 are exact, and one product counts them all."""
        return np.ascontiguousarray(self.base, dtype=np.float32)

    @cached_property
    def _total(self) -> IntArray:
        return np.asarray(self.base.sum(axis=0), dtype=np.int64)

    @cached_property
    def _least(self) -> IntArray:
        """Fewest wins among real people that are significant, by wins in the pool."""
        return least_wins(self.n_pool, self.n_real, self.level)


@dataclass(frozen=True, eq=False)
class ScorePanel(Panel):
    """An adversary who ranks people: the AUC and the tail at 1 % share the level."""

    base: FloatArray
    """Shape (n_pool, K)."""
    copied: FloatArray
    """Shape (m, K)."""
    z: float
    """Standardised AUC that is significant; see `shared_z`."""
    rankings: int
    """How many of them share the level of the tail, by Bonferroni."""

    @property
    def n_pool(self) -> int:
        """People of both sides."""
        return len(self.base)

    def noticed(self, deal: Deal, copied: Sequence[int]) -> BoolArray:
        """Compare AUC and tail with what relabelling rarely reaches."""
        hold = (~deal.is_real).astype(np.int64)
        found = np.zeros(len(copied), np.bool_)
        n_real, n_hold = self.n_real, int(hold.sum())
        for k, places in enumerate(self._places):
            below = np.concatenate([[0], np.cumsum(hold[places.order])])
            base = (below[places.low] + below[places.high]) / 2
            moved = (below[places.copied_low] + below[places.copied_high]) / 2
            gained = _gained(moved[:, None], base[self.planted][:, None], deal, copied)[:, 0]
            beaten = base[deal.is_real].sum() + gained
            sd = self._law[k]
            found |= (sd > 0) & (beaten - n_real * n_hold / 2 >= self.z * sd)
            if self._tail is not None:
                start = places.beyond(below, n_hold, self._tail.j)
                above = (places.low >= start).astype(np.int64)
                lifted = (places.copied_low >= start).astype(np.int64)
                more = _gained(lifted[:, None], above[self.planted][:, None], deal, copied)[:, 0]
                found |= above[deal.is_real].sum() + more >= self._tail.least
        return found

    @cached_property
    def _places(self) -> tuple["_Places", ...]:
        return tuple(_placed(b, c) for b, c in zip(self.base.T, self.copied.T, strict=True))

    @cached_property
    def _law(self) -> FloatArray:
        """Standard deviation, under relabelling, of the pairs that real people win."""
        ranks = np.column_stack([midranks(column) for column in self.base.T])
        return relabelling_law(ranks, np.arange(self.n_pool) < self.n_real, None).sd

    @cached_property
    def _tail(self) -> "_Tail | None":
        n_hold = self.n_pool - self.n_real
        j = tail_count(TAIL, n_hold)
        if j < 1:
            return None
        x = np.arange(self.n_real + 1)
        p = negative_hypergeometric_sf(x, j=j, n_real=self.n_real, n_holdout=n_hold)
        rare = np.flatnonzero(p * self.rankings <= LEVEL / 2)
        return _Tail(j, int(rare[0])) if rare.size else None


class _Tail(NamedTuple):
    j: int
    """Which holdout person from the top is the threshold."""
    least: int
    """Fewest real people above it that are significant, whichever attack finds them."""


class _Places(NamedTuple):
    """Where scores stand in the ascending order of all base scores; ties have a range."""

    order: NDArray[np.int32]
    low: NDArray[np.int32]
    high: NDArray[np.int32]
    copied_low: NDArray[np.int32]
    copied_high: NDArray[np.int32]
    bounds: NDArray[np.int32]
    """`high` of each place in the order, shape (n_pool,)."""

    def beyond(self, below: IntArray, n_hold: int, j: int) -> int:
        """Return the first place above the j-th largest holdout score."""
        place = int(np.searchsorted(below, n_hold - j, side="right")) - 1
        return int(self.bounds[place])


def _placed(base: FloatArray, copied: FloatArray) -> _Places:
    order = np.argsort(base, kind="stable").astype(np.int32)
    ascending = base[order]
    low, high, copied_low, copied_high = (
        np.searchsorted(ascending, values, side=side).astype(np.int32)
        for values in (base, copied)
        for side in ("left", "right")
    )
    return _Places(order, low, high, copied_low, copied_high, high[order])


def _gained(copied: Counted, base: Counted, deal: Deal, wanted: Sequence[int]) -> Counted:
    """Return what the first N copied people add to a sum over real people, shape (N, K)."""
    steps = np.cumsum(copied[deal.order] - base[deal.order], axis=0)
    total = np.concatenate([np.zeros((1, steps.shape[1]), steps.dtype), steps])
    found: Counted = total[np.asarray(wanted, dtype=np.int64)]
    return found


def shared_level(columns: BoolArray, n_real: int, *, rng: np.random.Generator) -> float:
    """Return the level of each of several attacks under which all together keep `LEVEL`.

    Parameters
    ----------
    columns
        Who is won by which attack, shape (n_pool, K). All that compete, whether or not they are
        tried on the planted.
    """
    if columns.shape[1] == 1:
        return LEVEL
    if (columns == columns[0]).all():
        return LEVEL / int(columns.shape[1])
    labels = np.arange(len(columns)) < n_real
    wins = columns.astype(np.float64)
    return float(special.ndtr(-joint_critical_value(wins, labels, rng=rng, level=1 - LEVEL)))


def shared_z(ranks: FloatArray, n_real: int, *, rng: np.random.Generator) -> float:
    """Return the standardised AUC that the best of several rankings exceeds by chance at 2.5 %.

    The other half of the level belongs to the tail.

    Parameters
    ----------
    ranks
        Midranks in the pool, shape (n_pool, K), of all rankings that compete.
    """
    labels = np.arange(len(ranks)) < n_real
    return joint_critical_value(ranks, labels, rng=rng, level=1 - LEVEL / 2)
