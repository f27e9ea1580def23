"""What one draw of the study is a draw of."""

from typing import NamedTuple

SEED = 20_261_031
"""Of the whole study; every draw has its own stream under it."""
COPIES = "copies"


class Sizes(NamedTuple):
    """People of each table."""

    real: int
    holdout: int
    synthetic: int

    def __str__(self) -> str:
        return " + ".join(f"{n:,}" for n in self)


class Cell(NamedTuple):
    """One setting of the study."""

    population: str
    sizes: Sizes
    leak: float = 0.0
    """Size of the leak, by its kind; for a generator of known epsilon the epsilon."""
    kind: str = COPIES
    """A key of `leaks.LEAKS` or of `mechanisms.MECHANISMS`."""

    @property
    def is_private(self) -> bool:
        """Real, holdout and synthetic are independent draws: nothing was planted or generated."""
        return self.leak == 0 and self.kind == COPIES
