"""Counts of official statistics: keys that one person alone has, keys that give a secret away.

All are shares of rows of one table. `d` counts records of a table of people, `s` of the release:
d_q records have key q, d_tq of them secret t (Raab, Nowok and Dibben).
"""

from dataclasses import dataclass

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.attribution import (
    Answers,
    Attribution,
    Words,
    class_sizes,
    combined,
)

FEWEST_OF_LEVEL, SHARE_OF_LEVEL = 50, 0.9
"""More disclosures than this, and more than this part of them: one level explains them."""
FEWEST_OF_PAIR, SHARE_OF_PAIR = 4, 0.8
"""The same for one known value together with one level."""


def classes_of(words: Words) -> IntArray:
    """Return how many rows of one table share the word of each, itself counted: shape (n,)."""
    _, group, size = np.unique(words, return_inverse=True, return_counts=True)
    return np.asarray(size[group.reshape(-1)], dtype=np.int64)


def dominant_levels(asked: Attribution, share: float) -> BoolArray:
    """Tell which levels more than this share of real and holdout people have, shape (levels,)."""
    pool = np.concatenate([asked.secret[Side.REAL], asked.secret[Side.HOLDOUT]])
    return np.asarray(np.bincount(pool, minlength=asked.levels) > share * pool.size)


@dataclass(frozen=True)
class Exclusions:
    """Disclosures that say little about a person."""

    dominant: float = 1.0
    """Levels that a larger share of people have are left out; 1: none."""
    missing: bool = False
    """Whether rows with a missing secret or a missing known value are left out."""
    limit: int | None = None
    """Cells of more records are left out: they speak about a group."""

    def keep(self, asked: Attribution, side: Side, cell: IntArray) -> BoolArray:
        """Tell which rows count, of shape (n,).

        Parameters
        ----------
        cell
            How many records stand behind the disclosure of each row.
        """
        kept = ~dominant_levels(asked, self.dominant)[asked.secret[side]]
        if self.missing:
            kept &= ~asked.missing[side]
        return kept if self.limit is None else kept & (cell <= self.limit)


NOTHING_LEFT_OUT = Exclusions()


def disclosed(
    asked: Attribution, side: Side, said: Answers, without: Exclusions = NOTHING_LEFT_OUT
) -> BoolArray:
    """Tell which rows the release discloses correctly (DiSCO): bool of shape (n,).

    All synthetic records of the row's key share one secret, and it is the row's own. Whether that
    is so depends on the release and on the row, so it is the same whoever is a member.
    """
    hit = said.unanimous & (said.right > 0)
    return np.asarray(hit & without.keep(asked, side, said.total))


def disclosive_in(
    asked: Attribution, side: Side, without: Exclusions = NOTHING_LEFT_OUT
) -> BoolArray:
    """Tell which rows are disclosed by their own table (Dorig): bool of shape (n,)."""
    key = combined(asked.keys[side])
    cell = classes_of(key + _marked(asked.secret[side]))
    return np.asarray((cell == classes_of(key)) & without.keep(asked, side, cell))


def gains(asked: Attribution, side: Side, said: Answers) -> FloatArray:
    """Return how far the release carries from its own share of a secret to certainty (RAPID).

    Returns
    -------
    FloatArray
        (p - q) / (1 - q) for each row, at most 1, where p is the share of the row's own secret
        among the nearest synthetic records and q its share among all of them; 0 where q is 1 or
        nobody answers.
    """
    levels = asked.secret[Side.SYNTHETIC]
    base = (np.bincount(levels, minlength=asked.levels) / levels.size)[asked.secret[side]]
    room = np.where(base < 1, 1 - base, 1.0)
    return np.where((said.total > 0) & (base < 1), (said.share - base) / room, 0.0)


def replicated(own: Words, released: Words, *, among: Words | None = None) -> BoolArray:
    """Tell which rows have a key that occurs once among people and once in the release (repU).

    Parameters
    ----------
    own
        Keys of the rows, uint64 of shape (n,).
    released
        Keys of the synthetic records.
    among
        Keys of the people among whom a row must be alone; None: of the rows themselves.
    """
    alone = class_sizes(own if among is None else among, own) == 1
    return np.asarray(alone & (class_sizes(released, own) == 1))


def one_level_explains(asked: Attribution, hit: BoolArray) -> bool:
    """Tell whether nearly all disclosures among real people are of one level of the secret."""
    levels = asked.secret[Side.REAL][hit]
    return _explains(levels, hit, fewest=FEWEST_OF_LEVEL, share=SHARE_OF_LEVEL)


def one_pair_explains(asked: Attribution, hit: BoolArray) -> bool:
    """Tell whether one known value together with one level explains most disclosures."""
    levels = _marked(asked.secret[Side.REAL][hit])
    return any(
        _explains(column[hit] + levels, hit, fewest=FEWEST_OF_PAIR, share=SHARE_OF_PAIR)
        for column in asked.keys[Side.REAL]
    )


def _marked(levels: IntArray) -> Words:
    """Return levels as words that can be added to those of keys."""
    return levels.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)


def _explains(values: IntArray | Words, hit: BoolArray, *, fewest: int, share: float) -> bool:
    if values.size == 0:
        return False
    most = int(np.unique(values, return_counts=True)[1].max())
    return most > fewest and most > share * int(hit.sum())
