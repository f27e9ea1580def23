"""Statements are true of exactly the people that a loop over the rows finds."""

import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.contract.predicates import Condition, Op, Predicate, column_values, match
from tests.contract.handmade import DATE, LEVEL, NUMBER, schema_of, table_of

DAY = 86_400e6
SCHEMA = schema_of({"x": NUMBER, "d": DATE, "c": LEVEL})
numbers = st.one_of(st.none(), st.sampled_from([-2.0, -1.0, 0.0, 1.5, 3.0]))
dates = st.one_of(st.none(), st.integers(0, 3).map(lambda d: d * DAY))
codes = st.one_of(st.none(), st.integers(0, 2))
rows = st.lists(st.tuples(numbers, dates, codes, st.integers(0, 4)), min_size=1, max_size=30)
conditions = st.one_of(
    st.builds(Condition, st.just("x"), st.sampled_from(Op), st.sampled_from([-2.0, 0.0, 1.0, 3.0])),
    st.builds(Condition, st.just("d"), st.sampled_from(Op), st.sampled_from([0.0, DAY, 9 * DAY])),
    st.builds(Condition, st.just("c"), st.sampled_from([Op.EQUALS, Op.MISSING]), st.just(1.0)),
)
predicates = st.lists(
    st.lists(conditions, min_size=1, max_size=3).map(lambda c: Predicate(tuple(c))), max_size=6
)


def holds(value, condition):
    """The meaning of a condition; nothing but `missing` is true of a missing value."""
    if condition.op is Op.MISSING:
        return math.isnan(value)
    if math.isnan(value):
        return False
    if condition.op is Op.EQUALS:
        return value == condition.value
    return value <= condition.value if condition.op is Op.AT_MOST else value >= condition.value


def brute(table, predicate):
    values = {c: column_values(table, c) for c in ("x", "d", "c")}
    return sorted(
        {
            int(table.people[i])
            for i in range(table.n_rows)
            if all(holds(values[c.column][i], c) for c in predicate.conditions)
        }
    )


def people_of(found, i):
    return sorted(found.person[found.starts[i] : found.starts[i + 1]].tolist())


@settings(max_examples=150, deadline=None)
@given(rows=rows, made=predicates)
def test_matches_are_those_of_a_loop(rows, made):
    x, d, c, owner = (list(part) for part in zip(*rows, strict=True))
    table = table_of(SCHEMA, {"x": x, "d": d, "c": c}, owner)
    found = match(table, made, at_most=1_000)
    assert found.starts.size == len(made) + 1
    for i, predicate in enumerate(made):
        assert people_of(found, i) == brute(table, predicate)
    assert found.counts.tolist() == [len(brute(table, p)) for p in made]


def test_what_fits_too_many_rows_fits_nobody():
    table = table_of(SCHEMA, {"x": [0.0] * 5, "d": [0.0] * 5, "c": [0, 0, 0, 1, 1]})
    everyone = Predicate((Condition("x", Op.EQUALS, 0.0),))
    two = Predicate((Condition("c", Op.EQUALS, 1.0),))
    assert match(table, [everyone, two], at_most=2).counts.tolist() == [0, 2]
    assert match(table, [everyone, two], at_most=5).counts.tolist() == [5, 2]


def test_dates_and_gaps_can_be_spoken_of():
    # Peers' defect 2: a statement about a date came out empty.
    table = table_of(SCHEMA, {"x": [1.0, None], "d": [2 * DAY, 5 * DAY], "c": [0, None]})
    early = Predicate((Condition("d", Op.AT_MOST, 2 * DAY),))
    gap = Predicate((Condition("x", Op.MISSING, 0.0), Condition("c", Op.MISSING, 0.0)))
    assert match(table, [early, gap], at_most=9).counts.tolist() == [1, 1]


def test_codes_as_numbers_keep_missing_apart():
    table = table_of(SCHEMA, {"x": [0.0] * 3, "d": [0.0] * 3, "c": [None, 0, 4]})
    assert sorted(np.nan_to_num(column_values(table, "c"), nan=-9.0)) == [-9.0, 0.0, 4.0]
