"""Boxes around records hold the records that the same statements are true of."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.contract.descriptions import describe
from audit.contract.predicates import Op, match
from tests.contract.handmade import DATE, LEVEL, NUMBER, schema_of, table_of

SCHEMA = schema_of({"c": LEVEL, "d": DATE, "x": NUMBER})
row = st.tuples(
    st.one_of(st.none(), st.integers(0, 2)),
    st.one_of(st.none(), st.integers(0, 3).map(float)),
    st.one_of(st.none(), st.sampled_from([-1.0, 0.0, 0.5, 2.0])),
)


def table(rows):
    c, d, x = (list(part) for part in zip(*rows, strict=True))
    return table_of(SCHEMA, {"c": c, "d": d, "x": x})


@settings(max_examples=150, deadline=None)
@given(rows=st.lists(row, min_size=1, max_size=25), width=st.integers(1, 3), seed=st.integers(0, 9))
def test_alone_is_what_the_statement_says(rows, width, seed):
    made_of = table(rows)
    records = describe(made_of, SCHEMA.comparable())
    rng = np.random.default_rng(seed)
    asked = rng.integers(made_of.n_rows, size=12)
    chosen = np.array([np.sort(rng.permutation(3)[:width]) for _ in asked])
    statements = [records.predicate(int(r), c) for r, c in zip(asked, chosen, strict=True)]
    counts = match(made_of, statements, at_most=99).counts
    # Every statement fits the record that it was made from.
    assert (counts >= 1).all()
    assert records.alone(asked, chosen).tolist() == (counts == 1).tolist()


def test_numbers_are_described_by_their_side_of_the_median():
    made_of = table([(0, 1.0, v) for v in (1.0, 2.0, 3.0, None)])
    records = describe(made_of, SCHEMA.comparable())
    x = made_of.numbers["x"]
    said = {
        float(np.nan_to_num(x[i], nan=-9)): records.predicate(i, np.array([2])).conditions[0]
        for i in range(4)
    }
    # The median of 1, 2, 3 is 2.
    assert {v: (c.op, c.value) for v, c in said.items()} == {
        1.0: (Op.AT_MOST, 1.0),
        2.0: (Op.AT_MOST, 2.0),
        3.0: (Op.AT_LEAST, 3.0),
        -9.0: (Op.MISSING, 0.0),
    }


def test_beyond_the_first_block_of_records():
    # The twin of the first record stands far behind it.
    rows = [(0, 0.0, float(i % 900)) for i in range(1_000)]
    made_of = table(rows)
    records = describe(made_of, SCHEMA.comparable())
    everything = np.tile(np.arange(3), (1_000, 1))
    alone = records.alone(np.arange(1_000), everything)
    statements = [records.predicate(i, everything[i]) for i in range(1_000)]
    assert alone.tolist() == (match(made_of, statements, at_most=9_999).counts == 1).tolist()


@pytest.mark.parametrize("value", [None, 3.0])
def test_a_column_of_one_value_or_none_describes_nobody(value):
    made_of = table([(1, value, 0.0)] * 4)
    records = describe(made_of, SCHEMA.comparable())
    assert not records.alone(np.arange(4), np.tile([1], (4, 1))).any()
