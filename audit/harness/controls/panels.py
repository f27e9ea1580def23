"""What each check says of everybody: the numbers that controls are put together from."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from audit.contract.adversary import PredicateAttack, ScoringAttack, TargetedAttack
from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.check import Check
from audit.contract.copies import Copies
from audit.contract.isolation import Bets, bets_of
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.reference import points_of, pool, pooled_points
from audit.contract.statement_panel import StatementPanel
from audit.facts.measurement import Family
from audit.harness.controls.effort import Effort
from audit.harness.controls.lighter import lighter
from audit.harness.controls.worlds import Planted
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.near_copy import NearCopy
from audit.space.encode import ENCODINGS
from audit.statistics.panels import Panel, ScorePanel, WinPanel, shared_level, shared_z
from audit.statistics.roc import midranks

_PEOPLE = (Side.REAL, Side.HOLDOUT)
_NOBODY = np.zeros(0, np.int64)
_PLACES = 24
"""Bytes that a panel of rankings keeps for each person and ranking."""
_CLOSEST = "membership-closest-record"


@dataclass(frozen=True, eq=False)
class Seat:
    """A panel, and how many people of the release each of its people stands for."""

    panel: Panel
    scale: float = 1.0
    """Real people for each one who is attacked: 1 where everybody is."""


@dataclass(frozen=True, eq=False)
class Panels:
    """Makes the panel of a check, from what the run has measured already."""

    lab: Lab
    effort: Effort

    def of(self, check: Check, planted: Planted | None) -> Seat | None:
        """Return the panel of a check; None if it does not speak of people one by one.

        Parameters
        ----------
        planted
            Where copies are released; None for the release as it is. None is returned where the
            check is too dear to run again with the effort that was asked for.
        """
        if isinstance(check, PredicateAttack):
            return self._statements(check, planted)
        if isinstance(check, IdenticalMatch | NearCopy):
            return self._copies(check, planted)
        if isinstance(check, TargetedAttack | AttributeInferenceWorstCase):
            return self._wins(check, planted)
        if isinstance(check, ScoringAttack | MembershipWorstCase):
            return self._scores(check, planted)
        return None

    def _statements(self, check: PredicateAttack, planted: Planted | None) -> Seat | None:
        fewer = lighter(check, self.effort)
        assert isinstance(fewer, PredicateAttack)
        lab = (self.lab if planted is None else planted.lab).for_check(check.card.id)
        told = [s.made for s in fewer.ways(lab).values() if s.made]
        if not told:
            return None
        bets: tuple[Bets, ...] = tuple(bets_of(made, lab).light for made in told)
        people = _NOBODY if planted is None else planted.people
        return Seat(StatementPanel(bets[0].n_real, people, bets, lab))

    def _copies(self, check: IdenticalMatch | NearCopy, planted: Planted | None) -> Seat:
        base = _found(check.graded(self.lab))
        n_real = self.lab.table(Side.REAL).n_people
        if planted is None:
            return Seat(WinPanel(n_real, _NOBODY, base, base[:0]))
        copied = _found(check.graded(planted.lab))[planted.people]
        return Seat(WinPanel(n_real, planted.people, base, copied))

    def _wins(
        self, check: TargetedAttack | AttributeInferenceWorstCase, planted: Planted | None
    ) -> Seat | None:
        attacks = check.attacks if isinstance(check, AttributeInferenceWorstCase) else (check,)
        at_most = attacks[0].n_targets
        every = [(a, c) for a in attacks for c in _graded(a, a.outcomes(self.lab))]
        base = np.column_stack([c.pooled for _, c in every])
        n_real = every[0][1].real.size
        level = self.lab.keep(
            ("controls", "level", check.card.id),
            lambda: shared_level(base, n_real, rng=self._stream(check)),
        )
        scale = self.lab.table(Side.REAL).n_people / n_real
        if planted is None:
            return Seat(WinPanel(n_real, _NOBODY, base, base[:0], level), scale)
        tried = [a for a in attacks if self.effort.whole or not a.learns]
        if not tried:
            return None
        # The same attacks in the same order, so that columns belong together.
        cases = [c for a in tried for c in _graded(a, a.outcomes(planted.lab))]
        copied = np.column_stack([c.pooled for c in cases])[planted.seats]
        kept = np.array([any(a is t for t in tried) for a, _ in every])
        kept &= np.array([c.scope.get("join") != "direct" for _, c in every])
        fits = np.array([c.scope.get("join") != "direct" for c in cases])
        places = self._places(planted.people, at_most)
        return Seat(WinPanel(n_real, places, base[:, kept], copied[:, fits], level), scale)

    def _scores(
        self, check: ScoringAttack | MembershipWorstCase, planted: Planted | None
    ) -> Seat | None:
        attacks = check.attacks if isinstance(check, MembershipWorstCase) else (check,)
        every = [(a, c) for a in attacks for c in a.outcomes(self.lab)]
        base = np.column_stack([c.pooled for _, c in every])
        n_real = every[0][1].real.size
        if _PLACES * base.size > self.lab.memory // 2:
            return None
        z, k = self._z(check, base, n_real), len(every)
        if planted is None:
            return Seat(ScorePanel(n_real, _NOBODY, base, base[:0], z, k))
        if self.effort.whole:
            cases = [c for a in attacks for c in a.outcomes(planted.whole)]
            copied = np.column_stack([c.pooled for c in cases])[planted.people]
            return Seat(ScorePanel(n_real, planted.people, base, copied, z, k))
        kept = np.array([a.card.id == _CLOSEST for a, _ in every])
        if not kept.any():
            return None
        copied = self._closeness(planted)
        return Seat(ScorePanel(n_real, planted.people, base[:, kept], copied, z, k))

    def _z(
        self, check: ScoringAttack | MembershipWorstCase, base: FloatArray, n_real: int
    ) -> float:
        def found() -> float:
            ranks = np.column_stack([midranks(column) for column in base.T])
            return shared_z(ranks, n_real, rng=self._stream(check))

        return self.lab.keep(("controls", "z", check.card.id), found)

    def _closeness(self, planted: Planted) -> FloatArray:
        """Return how near the closest synthetic record lies to each planted person, shape (m, 3).

        The scores of `membership-closest-record`, of the planted people alone.
        """
        table = pool(self.lab)
        person = np.searchsorted(planted.people, table.people[planted.rows])
        columns = []
        for encoding in ENCODINGS:
            lab = planted.lab
            people = pooled_points(encoding, lab).take(planted.rows)
            released = points_of(lab.table(Side.SYNTHETIC), encoding, lab)
            near = lab.search(people, released).distances[:, 0]
            best = np.full(planted.people.size, -np.inf)
            np.maximum.at(best, person, -near)
            columns.append(best)
        return np.column_stack(columns)

    def _places(self, people: IntArray, at_most: int) -> IntArray:
        """Return where pooled people stand among those who are attacked."""
        n_real = self.lab.table(Side.REAL).n_people
        attacked = []
        for side, first in zip(_PEOPLE, (0, n_real), strict=True):
            arm = self.lab.arm(side, at_most)
            attacked.append(np.unique(self.lab.table(side).people[arm.rows]) + first)
        return np.searchsorted(np.concatenate(attacked), people)

    def _stream(self, check: Check) -> np.random.Generator:
        return self.lab.for_check("controls").stream(f"level/{check.card.id}")


def _graded(attack: TargetedAttack, cases: Sequence[Wins]) -> Sequence[Wins]:
    """Return the variants that are graded: of a linkage those with one neighbour."""
    return cases if attack.card.family is Family.INFERENCE else attack.parted(cases) or cases


def _found(copies: Copies) -> BoolArray:
    """Return who counts and was found, real people first: shape (n_pool, 1)."""
    sides = [copies.found[s] & copies.among[s] for s in _PEOPLE]
    return np.concatenate(sides)[:, None]
