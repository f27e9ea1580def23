"""Roughly how long a run takes and how much memory, from sizes alone.

Processor seconds of one core, measured on audits of Adult: 500 to 20,000 people a side, 6 and 15
columns, 1 to 15 secrets. Another machine, another shape of data or other parameters may easily
take half as long or twice as long.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from audit.contract.lab import Lab
from audit.facts.measurement import Family
from audit.facts.outlook import Cost
from audit.harness.controls.effort import REPEATS, Controls
from audit.harness.controls.worlds import SMALL

_MEGABYTE = 1 << 20
_IN_SMALL, _FROM_WHOLE = 0.7, 0.2
"""Parts of a run on few people, and on everybody, that the fast controls take."""
_PLANTED = 2
"""Releases with copies on which the full controls run every attack."""


@dataclass(frozen=True, slots=True)
class Size:
    """What the cost depends on."""

    people: int
    synthetic: int
    columns: int
    secrets: int


def size_of(lab: Lab) -> Size:
    """Return the size of a release; rows count, not persons."""
    release = lab.release
    holdout = 0 if release.holdout is None else release.holdout.n_rows
    return Size(
        release.real.n_rows + holdout,
        release.synthetic.n_rows,
        len(lab.schema.comparable()),
        len(lab.schema.secrets()),
    )


def cost_of(size: Size, families: Mapping[Family, float], *, controls: str) -> Cost:
    """Return what a run takes.

    Parameters
    ----------
    families
        Part of the checks of each family that will be run.
    controls
        `off`, `fast` or `full`.
    """
    whole = _seconds(size, families)
    few = min(size.people, 2 * SMALL)
    small = _seconds(Size(few, few, size.columns, size.secrets), families)
    again = {
        Controls.OFF: 0.0,
        Controls.FAST: _IN_SMALL * small + _FROM_WHOLE * whole,
        Controls.FULL: (REPEATS + _PLANTED) * whole,
    }[Controls(controls)]
    rows = size.people + size.synthetic
    memory = _MEGABYTE * (370 + 1.1e-3 * rows * size.columns)
    return Cost(whole + again, memory, controls, again)


def _seconds(size: Size, families: Mapping[Family, float]) -> float:
    """Return the seconds without controls: a part that is always there, rows, secrets."""
    rows = size.people + size.synthetic
    wide = 0.4 + size.columns / 25
    parts = {
        Family.SINGLING_OUT: 1.0 + 3.5e-4 * rows,
        Family.LINKABILITY: 0.4 + 8e-5 * rows,
        Family.INFERENCE: 0.3 + size.secrets * (0.4 + 5e-5 * rows),
        Family.MEMBERSHIP: wide * (2.0 + 2.5e-4 * rows),
        Family.COPYING: wide * (0.3 + 8e-5 * rows),
        Family.DISTANCE: wide * (0.3 + 1e-4 * rows),
        Family.IDENTITY: 0.2 + 3e-5 * rows,
    }
    return sum(families.get(family, 0.0) * seconds for family, seconds in parts.items())
