"""The guesser knows which values a column has, and nothing else."""

from audit.contract.blind_predicates import random_predicates
from audit.contract.predicates import Op
from tests.contract.handmade import LEVEL, NUMBER, lab_of

KINDS = {"x": NUMBER, "c": LEVEL}
SYNTHETIC = {"x": [1.0, 1.0, 1.0, 5.0], "c": [None, None, None, 2]}


def made(real, n=400, n_columns=2):
    lab = lab_of(KINDS, real, SYNTHETIC, {"x": [9.0], "c": [0]})
    return random_predicates(lab.for_check("a"), n, n_columns=n_columns)


def test_statements_use_values_of_the_release_evenly_and_gaps_as_gaps():
    statements = made({"x": [7.0], "c": [1]})
    conditions = [c for p in statements for c in p.conditions]
    assert {(c.op, c.value) for c in conditions if c.column == "c"} == {
        (Op.MISSING, 0.0),
        (Op.EQUALS, 2.0),
    }
    numbers = [c for c in conditions if c.column == "x"]
    assert {c.op for c in numbers} == {Op.EQUALS, Op.AT_MOST, Op.AT_LEAST}
    # 5 stands in one of four records and is said half of the time: 200 of 400, sd 10.
    assert abs(sum(c.value == 5.0 for c in numbers) - 200) < 45


def test_real_and_holdout_people_are_not_looked_at():
    assert made({"x": [7.0], "c": [1]}) == made({"x": [0.0, 3.0], "c": [0, 0]})


def test_as_many_columns_as_asked_for_or_as_there_are():
    assert {len(p.conditions) for p in made({"x": [7.0], "c": [1]}, 20, 1)} == {1}
    assert {len(p.conditions) for p in made({"x": [7.0], "c": [1]}, 20, 9)} == {2}
