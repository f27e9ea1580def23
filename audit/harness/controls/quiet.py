"""The null control: does a check keep quiet when real and holdout people are dealt out anew?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from audit.contract.check import Check, NothingToTry
from audit.contract.lab import Lab
from audit.facts.measurement import ControlFact, Need
from audit.harness.controls.able import headline
from audit.harness.controls.effort import REPEATS, Effort
from audit.harness.controls.lighter import lighter
from audit.harness.controls.panels import Panels
from audit.harness.controls.worlds import dealt_out, small_world
from audit.harness.limits import OutOfMemory, OutOfTime
from audit.statistics.detection import Fires, false_alarms, fires_of
from audit.statistics.panels import LEVEL

NULL = "null"
PEEKS = 0.001
"""A check that looks at the labels is significant at this level whoever is called real."""
_DEALS = 3
"""It must be so every time: once in a billion by chance."""


@dataclass(frozen=True, eq=False)
class Quiet:
    """People dealt out anew: what is said of each stays, who is called real does not."""

    lab: Lab
    effort: Effort
    panels: Panels

    def fact(self, check: Check) -> ControlFact | None:
        """Count false alarms from what the check says of everybody, and see whether it peeks."""
        if not asks_who_is_real(check):
            return None
        seat, peeks = self.panels.of(check, None), self._peeks(check)
        numbers = {} if peeks is None else {"p": peeks}
        passed = peeks is None or peeks > PEEKS
        if seat is not None:
            rng = self._stream(f"null/{check.card.id}")
            fires = false_alarms(seat.panel, draws=self.effort.deals, rng=rng)
            numbers |= _counts(fires)
            passed &= fires.is_quiet
        return ControlFact(check.card.id, NULL, passed, numbers) if numbers else None

    def whole(self, checks: Sequence[Check]) -> Iterator[ControlFact]:
        """Run whole checks on the whole release again and again, each deal shared by all."""
        asked = [c for c in checks if asks_who_is_real(c)]
        fired: dict[str, list[bool]] = {c.card.id: [] for c in asked}
        for deal in range(REPEATS):
            world = self._world(deal)
            for check in asked:
                p = _p_of(check, world)
                if p is not None:
                    fired[check.card.id].append(p <= LEVEL)
        for check_id, alarms in fired.items():
            if len(alarms) == REPEATS:
                fires = fires_of(sum(alarms), REPEATS)
                yield ControlFact(check_id, NULL, fires.is_quiet, _counts(fires))

    def _world(self, deal: int) -> Lab:
        release = dealt_out(self.lab.release, self._stream(f"deal/{deal}"))
        return replace(self.lab, release=release, kept={}, of_people={})

    def _peeks(self, check: Check) -> float | None:
        """Return the largest p-value over a few small worlds of people dealt out anew.

        What is said of a person is the same whoever is called real, or the check looks at the
        labels: then it is significant in every one of them.
        """
        largest: float | None = None
        for world in self._small_worlds:
            p = _p_of(lighter(check, self.effort), world)
            if p is None:
                return largest
            largest = p if largest is None else max(largest, p)
            if largest > PEEKS:
                break
        return largest

    @cached_property
    def _small_worlds(self) -> tuple[Lab, ...]:
        streams = (self._stream(f"small/{deal}") for deal in range(_DEALS))
        return tuple(small_world(self.lab, rng, copied=False) for rng in streams)

    def _stream(self, purpose: str) -> np.random.Generator:
        return self.lab.for_check("controls").stream(purpose)


def asks_who_is_real(check: Check) -> bool:
    """Whether the check compares real people with holdout people, if there are any."""
    return Need.HOLDOUT in check.card.needs or check.card.alarms_on_copy


def _p_of(check: Check, world: Lab) -> float | None:
    """Return the most significant p-value of a check; None if it has none, or crashes."""
    try:
        world.checkpoint()
        best = headline(check, world)
    except NothingToTry:
        return None
    except (OutOfTime, OutOfMemory, MemoryError):
        raise
    except Exception:
        # A crash says nothing of what would have been said.
        return None
    return None if best is None else best.p_value


def _counts(fires: Fires) -> dict[str, float]:
    return {"fired": float(fires.fired), "draws": float(fires.draws), "bound": float(fires.bound)}
