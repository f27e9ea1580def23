"""Every control of one audit, in the order of the report."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from audit.contract.arms import Side
from audit.contract.check import Check, NothingToTry
from audit.contract.lab import Lab
from audit.facts.measurement import ControlFact, CurvePoint
from audit.harness.controls.able import full_copy, noticed
from audit.harness.controls.effort import Effort
from audit.harness.controls.lighter import competing, lighter
from audit.harness.controls.panels import Panels
from audit.harness.controls.quiet import Quiet
from audit.harness.controls.worlds import Planted, planted, small_world
from audit.harness.limits import OutOfMemory, OutOfTime
from audit.statistics.detection import detection_curve

VERBATIM, JITTERED = "verbatim", "jittered"


@dataclass(frozen=True, eq=False)
class Trial:
    """One lab and the people who are planted in its release, shared by all checks."""

    lab: Lab
    effort: Effort

    def facts(self, checks: Sequence[Check]) -> Iterator[ControlFact]:
        """Yield what each check notices. Nothing is said of a check that fails on the way.

        Raises
        ------
        OutOfTime, OutOfMemory, MemoryError
            When a limit is reached; what came before stands.
        """
        rivals = frozenset() if self.effort.whole else competing(checks)
        alone = [c for c in checks if c.card.id not in rivals]
        # To fit models once more to learn that they notice the data themselves is dear.
        cheap = [c for c in checks if not (c.learns and c.card.id in rivals)]
        yield from _each(self._able, cheap, self.lab)
        if self.lab.has_holdout:
            quiet = Quiet(self.lab, self.effort, self._panels)
            if self.effort.whole:
                yield from quiet.whole(checks)
            else:
                yield from _each(quiet.fact, alone, self.lab)
            yield from _each(self._verbatim, alone, self.lab)
            yield from _each(self._jittered, alone, self.lab)

    def _able(self, check: Check) -> ControlFact | None:
        if not check.card.alarms_on_copy:
            return None
        if self.lab.has_holdout:
            found = _tried(lighter(check, self.effort), self._copied)
            if found is not None and found.passed:
                return found
        # What few people do not show, more may.
        return noticed(check, self._copied_whole)

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
    def _planted_verbatim(self) -> Planted | None:
        return self._planted(jittered=False)

    @cached_property
    def _planted_jittered(self) -> Planted | None:
        return self._planted(jittered=True)

    def _planted(self, *, jittered: bool) -> Planted | None:
        return planted(self.lab, self._stream("planted"), jittered=jittered)

    def _stream(self, purpose: str) -> np.random.Generator:
        return self.lab.for_check("controls").stream(purpose)


def _tried(check: Check, world: Lab) -> ControlFact | None:
    try:
        return noticed(check, world)
    except NothingToTry:
        return None


def _each(
    plan: Callable[[Check], ControlFact | None], checks: Sequence[Check], lab: Lab
) -> Iterator[ControlFact]:
    for check in checks:
        lab.checkpoint()
        try:
            fact = plan(check)
        except (OutOfTime, OutOfMemory, MemoryError):
            raise
        except Exception:  # noqa: S112 - a crash says nothing of what would be noticed
            continue
        if fact is not None:
            yield fact
