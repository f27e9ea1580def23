"""How much is done to learn whether this audit would have noticed."""

from dataclasses import dataclass
from enum import StrEnum


class Controls(StrEnum):
    """What a user may ask for."""

    OFF = "off"
    FAST = "fast"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Effort:
    """Numbers behind one setting."""

    deals: int
    """Divisions of the pool in which nobody is copied; of no use where `whole`."""
    draws: int
    """Divisions of the pool with copied people, behind each point of a curve."""
    statements: int
    """Statements of each way to single people out, at most."""
    whole: bool
    """Whether every attack is run on planted releases, and again on people dealt out anew."""


EFFORTS = {
    Controls.FAST: Effort(deals=100, draws=40, statements=1_000, whole=False),
    Controls.FULL: Effort(deals=0, draws=200, statements=4_000, whole=True),
}
REPEATS = 20
"""How often every attack is run anew on people dealt out anew, where that is asked for."""
