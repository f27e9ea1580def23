"""What counts as naming a secret."""

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.secrets import Secret, knowledge, levels_of
from audit.facts.schema import Kind, Role
from tests.contract.handmade import DATE, GRADE, LEVEL, NUMBER, WHOLE, lab_of, schema_of

DAY = 86_400e6
NAN = float("nan")


def secret(kind, real, holdout=(1.0,), tolerance=0.05, absolute=0.0):
    lab = lab_of({"s": kind}, {"s": list(real)}, {"s": [1.0]}, {"s": list(holdout)})
    return Secret(lab, lab.schema["s"], tolerance, absolute)


def hits(found, guesses, truth):
    guessed = np.array(guesses, dtype=float)
    return found.hit(guessed, np.full(guessed.shape, truth)).tolist()


def test_a_number_is_hit_within_a_twentieth_of_its_size():
    found = secret(NUMBER, [0.0, 100.0])
    assert hits(found, [95.0, 105.0, 94.9, 105.1], 100.0) == [True, True, False, False]


def test_negative_secrets_are_hit_no_more_easily():
    # Peers' defect 1: a tolerance that takes the sign of the guess lets every negative one win.
    found = secret(NUMBER, [0.0, -100.0])
    guesses = [-96.0, -94.0, -1.0, 100.0, -1e9]
    assert hits(found, guesses, -100.0) == [True, False, False, False, False]


def test_zero_is_hit_by_zero_alone():
    assert hits(secret(WHOLE, [0.0, 9.0]), [0.0, 1.0, -1.0], 0.0) == [True, False, False]


@pytest.mark.parametrize("sign", [1, -1])
def test_a_small_number_is_hit_within_a_part_of_the_spread_of_the_pool(sign):
    # Pool 0, 10, 20, 30, 40: quartiles 10 and 30, so 1 is .05 of the spread and .05 x 30 is 1.5.
    real, holdout = [0.0, sign * 10.0, sign * 40.0], [sign * 20.0, sign * 30.0]
    found = secret(NUMBER, real, holdout, absolute=0.05)
    assert hits(found, [0.9, -1.0, 1.1, NAN], 0.0) == [True, True, False, False]
    assert hits(found, [sign * 28.6, sign * 31.4, sign * 28.4], sign * 30.0) == [True, True, False]
    # The spread is that of real and holdout people together, whoever is real.
    other = secret(NUMBER, holdout, real, absolute=0.05)
    assert hits(other, [0.9, -1.0, 1.1, NAN], 0.0) == [True, True, False, False]


def test_dates_are_hit_within_a_twentieth_of_the_spread_of_the_pool():
    # Pool 0, 10, 20, 30, 40 days: quartiles 10 and 30, tolerance .05 x 20 = 1 day.
    found = secret(DATE, [0.0, 10 * DAY, 40 * DAY], [20 * DAY, 30 * DAY], absolute=0.05)
    guesses = [10.9 * DAY, 9.1 * DAY, 11.1 * DAY, 8.9 * DAY]
    assert hits(found, guesses, 10 * DAY) == [True, True, False, False]


@pytest.mark.parametrize("kind", [LEVEL, GRADE])
def test_levels_are_hit_exactly(kind):
    assert hits(secret(kind, [0, 40]), [40.0, 41.0, 39.0], 40.0) == [True, False, False]


def test_that_something_is_missing_counts_as_a_value():
    # Peers' defect 5: a gap was at distance 1 from a gap, or poisoned the distance.
    found = secret(NUMBER, [None, 5.0])
    assert hits(found, [NAN, 5.0], NAN) == [True, False]
    assert hits(found, [NAN, 5.0], 5.0) == [False, True]


@pytest.mark.parametrize(
    ("kind", "pool", "best"),
    [
        (LEVEL, [0, 1, 1, 2], 1.0),
        # The mode 1 hits two of seven, the median 98 four: 96, 98, 100 and 102.
        (NUMBER, [1, 1, 96, 98, 100, 102, 104], 98.0),
        # Nothing is commoner than a gap.
        (NUMBER, [None, None, None, 7.0, 8.0], NAN),
        (LEVEL, [None, None, 1], NAN),
        (NUMBER, [None, None], NAN),
    ],
)
def test_the_guesser_names_what_is_right_most_often(kind, pool, best):
    # Holdout people count as well: the guess does not know who is real.
    found = secret(kind, pool[:1], pool[1:])
    assert found.commonest() == pytest.approx(best, nan_ok=True)
    assert secret(kind, pool[1:], pool[:1]).commonest() == pytest.approx(best, nan_ok=True)


def test_what_is_known_beside_a_secret():
    quasi, sensitive = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
    schema = schema_of(
        {"age": WHOLE, "zip": LEVEL, "cost": NUMBER, "note": Kind.TEXT},
        {"age": quasi, "zip": quasi, "cost": sensitive},
    )
    named = {k: [c.name for c in v] for k, v in knowledge(schema, schema["cost"]).items()}
    # Everything else is the quasi-identifiers here: one set of knowledge, not two.
    assert named == {"others": ["age", "zip"]}
    named = {k: [c.name for c in v] for k, v in knowledge(schema, schema["zip"]).items()}
    assert named == {"quasi_identifiers": ["age"], "others": ["age", "cost"]}


def test_without_quasi_identifiers_everything_else_is_known():
    ordinary = frozenset({Role.ORDINARY})
    schema = schema_of({"a": WHOLE, "b": WHOLE}, {"a": ordinary, "b": frozenset({Role.SENSITIVE})})
    assert list(knowledge(schema, schema["b"])) == ["others"]


def rows_of_levels(real, holdout, side):
    lab = lab_of({"s": LEVEL}, {"s": real}, {"s": [0]}, {"s": holdout})
    return sorted(map(tuple, levels_of(lab, lab.arm(side), lab.schema["s"]).tolist()))


def test_levels_do_not_know_who_is_real():
    real, holdout = [0, 0, 0, 1, None], [2, 2]
    there = rows_of_levels(real, holdout, Side.REAL)
    assert there == rows_of_levels(holdout, real, Side.HOLDOUT)
    # Levels of the pool by frequency 0, 2, 1, and a last indicator of a gap.
    assert there == sorted(
        [(1.0, 0.0, 0.0, 0.0)] * 3 + [(0.0, 0.0, 1.0, 0.0)] + [(0.0, 0.0, 0.0, 1.0)]
    )


def test_tenths_of_a_number_and_its_gaps():
    lab = lab_of({"s": NUMBER}, {"s": [1.0, None]}, {"s": [0.0]}, {"s": [3.0]})
    rows = levels_of(lab, lab.arm(Side.REAL), lab.schema["s"])
    assert rows.shape == (2, 10)
    by_gap = {bool(r[-1]): r[:-1].sum() for r in rows}
    # 1 lies below all tenths of the pool (1.2 to 2.8), a gap is in none of them.
    assert by_gap == {False: 9.0, True: 0.0}
