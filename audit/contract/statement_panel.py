"""What statements say of everybody when real and holdout people are dealt out anew."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np

from audit.contract.arms import BoolArray, FloatArray
from audit.contract.isolation import Bets, relabelled
from audit.contract.lab import Lab
from audit.statistics.isolation import isolates
from audit.statistics.panels import LEVEL, Deal, Panel

_RELABELLINGS = 600


class _Law(NamedTuple):
    """The excess of each set of statements under relabelling."""

    sd: FloatArray
    z: float
    """Largest standardised excess, exceeded with probability `LEVEL`."""


@dataclass(frozen=True, eq=False)
class StatementPanel(Panel):
    """An adversary who makes statements, in several ways that share one level.

    The statements were made from a release in which all planted people are copied. Where fewer of
    them are, the statements that fit one of the others are true of nobody.
    """

    ways: tuple[Bets, ...]
    lab: Lab

    @property
    def n_pool(self) -> int:
        """People of both sides."""
        return self.ways[0].n_real + self.ways[0].n_holdout

    def noticed(self, deal: Deal, copied: Sequence[int]) -> BoolArray:
        """Compare the excess of the best way with what relabelling rarely reaches."""
        return np.array([self._is_noticed(deal, n) for n in copied])

    def _is_noticed(self, deal: Deal, n: int) -> bool:
        present = ~self._absent(self.planted[deal.order[n:]])
        gaps = [_gap(bets, deal.is_real & present, ~deal.is_real & present) for bets in self.ways]
        bare, full = self._laws
        part = n / max(self.planted.size, 1)
        sd = np.sqrt((1 - part) * bare.sd**2 + part * full.sd**2)
        moves = sd > 0
        if not moves.any():
            return False
        z = float((np.array(gaps)[moves] / sd[moves]).max())
        return z > max(bare.z, full.z if n else bare.z)

    @cached_property
    def _laws(self) -> tuple[_Law, _Law]:
        """With nobody copied, and with everybody who is planted."""
        bare = self._law(self._absent(self.planted))
        return bare, self._law(self._absent(self.planted[:0])) if self.planted.size else bare

    def _law(self, absent: BoolArray) -> _Law:
        gaps = relabelled([b.without(absent) for b in self.ways], self.lab, draws=_RELABELLINGS)
        sd = gaps.std(axis=0)
        moves = sd > 0
        if not moves.any():
            return _Law(sd, np.inf)
        z = (gaps[:, moves] / sd[moves]).max(axis=1)
        return _Law(sd, float(np.quantile(z, 1 - LEVEL, method="higher")))

    def _absent(self, people: np.ndarray) -> BoolArray:
        absent = np.zeros(self.n_pool, np.bool_)
        absent[people] = True
        return absent


def _gap(bets: Bets, real: BoolArray, holdout: BoolArray) -> float:
    attack = isolates(bets.counts(real), bets.n_real, bets.n_drawn)
    control = isolates(bets.counts(holdout), bets.n_holdout, bets.n_drawn)
    return float(attack.mean() - control.mean())
