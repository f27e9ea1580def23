"""Every control of one audit, in the order of the report."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np

from audit.contract.adversary import PredicateAttack
from audit.contract.arms import Side
from audit.contract.check import Check, NothingToTry
from audit.contract.lab import Lab
from audit.facts.measurement import ControlFact, CurvePoint, Need
from audit.harness.controls.able import full_copy, headline, noticed
from audit.harness.controls.effort import REPEATS, Effort
from audit.harness.controls.panels import WORST_CASES, Panels, Seat
from audit.harness.controls.worlds import Planted, dealt_out, planted, small_world
from audit.harness.limits import OutOfMemory, OutOfTime
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.statistics.detection import Fires, detection_curve, false_alarms, fires_of
from audit.statistics.panels import LEVEL

NULL, VERBATIM, JITTERED = "null", "verbatim", "jittered"
PEEKS = 0.001
"""A check that looks at the labels is significant at this level whoever is called real."""
_DEALS = 3
"""It must be so every time: once in a billion by chance."""


@dataclass(frozen=True, eq=False)
class Trial:
    """One lab and the people who are planted in its release, shared by all checks."""

    lab: Lab
    effort: Effort

    def facts(self, checks: Sequence[Check]) -> Iterator[ControlFact]:
        """Yield what each check notices. Nothing is said of a check that fails on the way."""
        competing = self._competing(checks)
        alone = [c for c in checks if c.card.id not in competing]
        # To fit models once more to learn that they notice the data themselves is dear.
        cheap = [c for c in checks if not (c.learns and c.card.id in competing)]
        plans = (self._able, self._quiet, self._verbatim, self._jittered)
        for plan, those in zip(plans, (cheap, alone, alone, alone), strict=True):
            for check in those:
                try:
                    self.lab.checkpoint()
                    fact = plan(check)
                except (OutOfTime, OutOfMemory, MemoryError):
                    # Nothing is known of the controls that are left, so nothing is said of them.
                    return
                except Exception:  # noqa: S112 - a crash says nothing of what would be noticed
                    continue
                if fact is not None:
                    yield fact

    def _competing(self, checks: Sequence[Check]) -> frozenset[str]:
        """Return the attacks whose people are looked at by way of a worst case."""
        if self.effort.whole:
            return frozenset()
        worst = (c for c in checks if isinstance(c, WORST_CASES))
        return frozenset(attack.card.id for check in worst for attack in check.attacks)

    def _lighter(self, check: Check) -> Check:
        """Return the check with less to do, where not everything is asked for.

        A worst case without the attacks that learn is noticed by no more than the whole.
        """
        if self.effort.whole:
            return check
        if isinstance(check, MembershipWorstCase):
            kept = tuple(a for a in check.attacks if not a.learns)
            return replace(check, attacks=kept, stacked=None) if kept else check
        if isinstance(check, AttributeInferenceWorstCase):
            wins = tuple(a for a in check.attacks if not a.learns)
            return replace(check, attacks=wins) if wins else check
        if isinstance(check, PredicateAttack):
            fewer: Any = check
            return replace(fewer, n_predicates=min(check.n_predicates, self.effort.statements))  # type: ignore[no-any-return]
        return check

    def _able(self, check: Check) -> ControlFact | None:
        if not check.card.alarms_on_copy:
            return None
        if self.lab.has_holdout:
            found = _tried(self._lighter(check), self._copied)
            if found is not None and found.passed:
                return found
        # What few people do not show, more may.
        return noticed(check, self._copied_whole)

    def _quiet(self, check: Check) -> ControlFact | None:
        if Need.HOLDOUT not in check.card.needs and not self.lab.has_holdout:
            return None
        if self.effort.whole:
            return self._quiet_whole(check)
        seat = self._panels.of(check, None)
        found = _none() if seat is None else self._alarms(check, seat)
        peeks = self._peeks(check)
        if seat is None and peeks is None:
            return None
        numbers = _counts(found) if seat is not None else {}
        numbers |= {} if peeks is None else {"p": peeks}
        quiet = found.is_quiet and (peeks is None or peeks > PEEKS)
        return ControlFact(check.card.id, NULL, quiet, numbers)

    def _alarms(self, check: Check, seat: Seat) -> Fires:
        rng = self._stream(f"null/{check.card.id}")
        return false_alarms(seat.panel, draws=self.effort.deals, rng=rng)

    def _peeks(self, check: Check) -> float | None:
        """Return the largest p-value over a few small worlds of people dealt out anew.

        What is said of a person is the same whoever is called real, or the check looks at the
        labels: then it is significant in every one of them.
        """
        largest: float | None = None
        for world in self._small_worlds:
            try:
                best = headline(self._lighter(check), world)
            except NothingToTry:
                return largest
            p = None if best is None else best.p_value
            if p is None:
                return largest
            largest = p if largest is None else max(largest, p)
            if largest > PEEKS:
                break
        return largest

    def _quiet_whole(self, check: Check) -> ControlFact | None:
        """Run the whole check again and again on people dealt out anew."""
        found = []
        for deal in range(REPEATS):
            release = dealt_out(self.lab.release, self._stream(f"deal/{deal}"))
            world = replace(self.lab, release=release, kept={}, of_people={})
            best = headline(check, world)
            if best is None or best.p_value is None:
                return None
            found.append(best.p_value <= LEVEL)
        fires = fires_of(sum(found), REPEATS)
        return ControlFact(check.card.id, NULL, fires.is_quiet, _counts(fires))

    def _verbatim(self, check: Check) -> ControlFact | None:
        return self._curve(check, VERBATIM, self._planted_verbatim)

    def _jittered(self, check: Check) -> ControlFact | None:
        return self._curve(check, JITTERED, self._planted_jittered)

    def _curve(self, check: Check, plan: str, released: Planted | None) -> ControlFact | None:
        seat = None if released is None else self._panels.of(check, released)
        if seat is None:
            return None
        rng = self._stream(f"{plan}/{check.card.id}")
        curve = detection_curve(seat.panel, draws=self.effort.draws, rng=rng)
        points = tuple(
            CurvePoint(round(n * seat.scale), share)
            for n, share in zip(curve.people, curve.noticed, strict=True)
        )
        numbers = {
            "of": float(self.lab.table(Side.REAL).n_people),
            "draws": float(curve.draws),
            "tried": float(round(curve.people[-1] * seat.scale)),
        }
        if curve.enough is not None:
            numbers["people_80"] = float(round(curve.enough * seat.scale))
        return ControlFact(check.card.id, plan, curve.enough is not None, numbers, points)

    @cached_property
    def _panels(self) -> Panels:
        return Panels(self.lab, self.effort)

    @cached_property
    def _copied(self) -> Lab:
        return small_world(self.lab, self._stream("copied"), copied=True)

    @cached_property
    def _copied_whole(self) -> Lab:
        return full_copy(self.lab)

    @cached_property
    def _small_worlds(self) -> tuple[Lab, ...]:
        return tuple(
            small_world(self.lab, self._stream(f"small/{deal}"), copied=False)
            for deal in range(_DEALS)
        )

    @cached_property
    def _planted_verbatim(self) -> Planted | None:
        return self._planted(jittered=False)

    @cached_property
    def _planted_jittered(self) -> Planted | None:
        return self._planted(jittered=True)

    def _planted(self, *, jittered: bool) -> Planted | None:
        if not self.lab.has_holdout:
            return None
        return planted(self.lab, self._stream("planted"), jittered=jittered)

    def _stream(self, purpose: str) -> np.random.Generator:
        return self.lab.for_check("controls").stream(purpose)


def _tried(check: Check, world: Lab) -> ControlFact | None:
    try:
        return noticed(check, world)
    except NothingToTry:
        return None


def _none() -> Fires:
    return Fires(0, 0, 0)


def _counts(fires: Fires) -> dict[str, float]:
    return {"fired": float(fires.fired), "draws": float(fires.draws), "bound": float(fires.bound)}
