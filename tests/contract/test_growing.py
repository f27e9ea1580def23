"""Statements grow until they are true of one record, whatever the kind of column."""

import pytest

from audit.contract.growing import by_chance, by_trees, greedily, joined
from audit.contract.predicates import Condition, Op, Predicate, match
from tests.contract.handmade import DATE, LEVEL, NUMBER, lab_of

DAY = 86_400e6
KINDS = {"c": LEVEL, "d": DATE, "x": NUMBER}
ROWS = {
    "c": [i % 3 if i % 7 else None for i in range(60)],
    "d": [DAY * (i % 11) if i % 13 else None for i in range(60)],
    "x": [float(i * i % 17) if i % 5 else None for i in range(60)],
}
GROWERS = {
    "chance": lambda lab: by_chance(lab, 40, width=3),
    "greedy": lambda lab: greedily(lab, 40, most=3),
    "trees": lambda lab: by_trees(lab, 40),
}


def lab():
    return lab_of(KINDS, ROWS, ROWS, ROWS).for_check("grown")


@pytest.mark.parametrize("grow", GROWERS.values(), ids=GROWERS)
def test_every_statement_is_true_of_one_record(grow):
    made = lab()
    statements = grow(made)
    assert 10 < len(statements) <= 40
    assert len(set(statements)) == len(statements)
    assert (match(made.release.synthetic, statements, at_most=99).counts == 1).all()
    said = {c.column for p in statements for c in p.conditions}
    assert said == {"c", "d", "x"}
    assert any(c.op is Op.MISSING for p in statements for c in p.conditions)
    assert grow(lab()) == statements


def test_twins_are_never_cut_apart():
    twice = {"c": [0, 0, 1, 1], "d": [DAY, DAY, None, None], "x": [1.0, 1.0, 2.0, 2.0]}
    made = lab_of(KINDS, twice, twice, twice).for_check("grown")
    assert [grow(made) for grow in GROWERS.values()] == [[], [], []]


def test_greed_takes_the_rarest_column_first():
    rows = {"c": [0] * 8 + [1], "d": [DAY] * 9, "x": [1.0, 1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 3.0]}
    made = lab_of(KINDS, rows, rows, rows).for_check("grown")
    # Only the last record stands out: by `c` alone, and by `x` >= 3, which two more share. `d` <=
    # DAY is true of all nine and is left out.
    assert greedily(made, 9, most=3) == [
        Predicate((Condition("c", Op.EQUALS, 1.0), Condition("x", Op.AT_LEAST, 3.0)))
    ]


def test_few_statements_join_the_next_way():
    a, b, c, d = (Predicate((Condition(n, Op.EQUALS, 0.0),)) for n in "abcd")
    assert joined({"one": [a], "two": [b, c], "three": [c, d]}, fewest=2) == {
        "one+two": [a, b, c],
        "three": [c, d],
    }
    assert joined({"one": [a, b], "two": [a]}, fewest=2) == {"one+two": [a, b]}
    assert joined({"one": [a], "two": [b]}, fewest=9) == {"one+two": [a, b]}
    assert joined({"one": [], "two": []}, fewest=1) == {}
