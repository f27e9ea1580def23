"""One type plan per column, fitted on real and holdout together and applied to every table.

The synthetic table has no say: whoever supplies it could otherwise move a column out of the
comparison by the way it is written. Rules, first match wins, on the pooled present values:

constant     at most one state, missing being a state; overrules a declaration
(declared)   what a person or the metadata stated, if the values allow it
identifier   the unit of privacy, and every declared direct identifier
datetime     all are ISO dates or times, or all are dates in one other order of day, month and year
categorical  one number, or missing
boolean      whole numbers with exactly two levels; or two words such as yes and no
identifier   whole numbers, all distinct (20 or more), that fill at least half of their range; or
             that do so once per table (a restarted row number); a sparse number such as a census
             weight stays a number
integer      whole numbers, however few levels: codes keep their order, rows their equality
continuous   other numbers
identifier   texts, all distinct (20 or more); or all e-mail addresses
text         more than half of the cells distinct and more than 100; or many words
categorical  the rest: leading zeros, integers from 2^53 on, mixed types
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from audit.data.dates import Order
from audit.data.faults import Fault, Faulty
from audit.data.notes import Remark
from audit.data.numerals import LARGEST_EXACT, matches, read_numerals, written_with_commas
from audit.data.pooling import Pool
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role

FEWEST_KEYS = 20
"""Fewer distinct values than this say nothing about a key."""
TRUE, FALSE = frozenset({"true", "yes", "t", "y", "1"}), frozenset({"false", "no", "f", "n", "0"})
_FEWEST_RESTARTED = 200
_TEXT_LEVELS = 100
_TEXT_WORDS = 6.0
_EMAIL = r"^[^@\s]+@[^@\s]+\.[^@\s]+$"


@dataclass(frozen=True, slots=True)
class TypePlan:
    """How the cells of one column are read, in every table."""

    kind: Kind
    declared: bool = False
    by_value: bool = False
    """Levels that are numbers are compared as numbers: `1.0` is `1`."""
    order: tuple[str, ...] | None = None
    datetime_format: str | None = None
    date_order: Order | None = None
    """Of dates that are neither ISO dates nor of a declared format."""


def plan_column(pool: Pool, stated: ColumnPlan, *, is_unit: bool = False) -> TypePlan:
    """Return how one column is read.

    Raises
    ------
    Faulty
        The declared kind is impossible, or the values are numbers in a foreign notation.
    """
    by_value, written = pool.numbers is not None, stated.datetime_format
    if pool.n_levels + pool.has_missing <= 1 and not is_unit:
        return TypePlan(Kind.CONSTANT, stated.kind is not None, by_value)
    if stated.kind is not None:
        _refuse_impossible(pool, stated)
        return TypePlan(stated.kind, True, by_value, stated.order, written, pool.order)
    if is_unit or (stated.roles is not None and Role.DIRECT_IDENTIFIER in stated.roles):
        return TypePlan(Kind.IDENTIFIER, False, by_value)
    return TypePlan(_inferred(pool), False, by_value, date_order=pool.order)


def typing_remarks(name: str, pool: Pool, plan: TypePlan) -> tuple[Remark, ...]:
    """Return what a reader should know about the plan of one column."""
    if plan.kind is Kind.CONSTANT:
        return (Remark("columns_constant", "real", name, max(pool.n_present, 1)),)
    if plan.declared or pool.texts is None or plan.kind is Kind.IDENTIFIER:
        return ()
    numerals = read_numerals(pool.texts)
    numeric = int(pool.counts[numerals.is_number].sum())
    if 2 * numeric > pool.n_present > numeric and not numerals.is_code.any():
        return (Remark("mixed_types", "real", name, pool.n_present - numeric),)
    return ()


def fills_range(levels: NDArray[np.float64]) -> bool:
    """Tell whether ascending distinct whole numbers fill at least half of their range.

    The range is counted in steps of their greatest common divisor, so 10, 20, 30 fill theirs.
    """
    if len(levels) < 2 or np.abs(levels[[0, -1]]).max() > LARGEST_EXACT:
        return False
    step = np.gcd.reduce(np.diff(levels).astype(np.int64))
    return bool((levels[-1] - levels[0]) / step + 1 <= 2 * len(levels))


def _inferred(pool: Pool) -> Kind:
    if pool.numbers is not None:
        return _numeric_kind(pool, pool.numbers)
    if pool.texts is None:
        return Kind.DATETIME
    with_commas = pool.counts[written_with_commas(pool.texts)].sum()
    if with_commas >= 0.99 * pool.n_present:
        hint = "Write a decimal point and no thousands separator, or declare the kind."
        raise Faulty(Fault("", "holds numbers written with commas", hint))
    return _text_kind(pool, pool.texts)


def _numeric_kind(pool: Pool, levels: NDArray[np.float64]) -> Kind:
    if len(levels) == 1:
        # One number or missing: a yes or no.
        return Kind.CATEGORICAL
    if not _is_whole(levels).all():
        return Kind.CONTINUOUS
    if len(levels) == 2:
        return Kind.BOOLEAN
    once = pool.counts.max() == 1 and len(levels) >= FEWEST_KEYS
    restarted = pool.counts.max() <= pool.n_tables and len(levels) >= _FEWEST_RESTARTED
    if (once or restarted) and fills_range(levels):
        return Kind.IDENTIFIER
    return Kind.INTEGER


def _text_kind(pool: Pool, texts: pa.Array) -> Kind:
    if len(texts) == 2:
        first, second = (t.casefold() for t in texts.to_pylist())
        if (first in TRUE and second in FALSE) or (first in FALSE and second in TRUE):
            return Kind.BOOLEAN
    if len(texts) > 2 and matches(texts, _EMAIL).all():
        return Kind.IDENTIFIER
    if len(texts) >= FEWEST_KEYS and pool.counts.max() == 1:
        return Kind.IDENTIFIER
    if len(texts) > _TEXT_LEVELS and 2 * len(texts) > pool.n_present:
        return Kind.TEXT
    words = pc.count_substring(texts, pattern=" ").to_numpy() + 1
    many_words = float(words @ pool.counts) >= _TEXT_WORDS * pool.n_present
    if many_words and len(texts) > max(FEWEST_KEYS, pool.n_present / 10):
        return Kind.TEXT
    return Kind.CATEGORICAL


def _is_whole(levels: NDArray[np.float64]) -> NDArray[np.bool_]:
    whole: NDArray[np.bool_] = levels == np.floor(levels)
    return whole & (np.abs(levels) <= LARGEST_EXACT)


def _refuse_impossible(pool: Pool, stated: ColumnPlan) -> None:
    """Refuse what no cell could repair; cells that do not parse are counted where they are read."""
    if stated.kind is Kind.BOOLEAN and pool.n_levels > 2:
        raise Faulty(Fault("", "is declared boolean and has more than two values"))
    if stated.kind is Kind.CONSTANT:
        raise Faulty(Fault("", "is declared constant and is not"))
    unordered = stated.kind is Kind.ORDINAL and stated.order is None and pool.numbers is None
    if unordered and stated.stated_by == "project":
        hint = "List its levels under `order`, lowest first."
        raise Faulty(Fault("", "is declared ordinal without an order", hint))
    split = 0 if pool.numbers is None else pool.counts[~_is_whole(pool.numbers)].sum()
    if stated.kind is Kind.INTEGER and split > 0.01 * pool.n_present:
        raise Faulty(Fault("", "is declared integer and holds fractions"))
