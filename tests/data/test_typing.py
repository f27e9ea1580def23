"""The type plan, one rule per case; every case is written as a CSV would hold it."""

import numpy as np
import pyarrow as pa
import pytest

from audit.data.cells import text_cells
from audit.data.faults import Faulty
from audit.data.pooling import pool_of
from audit.data.typing import TypePlan, fills_range, plan_column, typing_remarks
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role

NOTHING = ColumnPlan()


def plan(
    real: list[str], holdout: list[str] | None = None, stated: ColumnPlan = NOTHING
) -> TypePlan:
    cells = {"real": text_cells(pa.array(real, pa.string()))}
    if holdout is not None:
        cells["holdout"] = text_cells(pa.array(holdout, pa.string()))
    return plan_column(pool_of(cells), stated)


def kind(real: list[str], holdout: list[str] | None = None, stated: ColumnPlan = NOTHING) -> Kind:
    return plan(real, holdout, stated).kind


def counted(n: int, start: int = 0, step: int = 1) -> list[str]:
    return [str(start + step * i) for i in range(n)]


NAMES = [f"name {i}" for i in range(200)]
WORDS = ["the patient felt well and went home today", "no change since the last visit was found"]


@pytest.mark.parametrize(
    ("real", "expected"),
    [
        pytest.param(["", ""], Kind.CONSTANT, id="all missing"),
        pytest.param(["x", "x"], Kind.CONSTANT, id="one text"),
        pytest.param(["1", "1.0"], Kind.CONSTANT, id="one number, spelled twice"),
        pytest.param(["x", ""], Kind.CATEGORICAL, id="one text or missing"),
        pytest.param(["7", ""], Kind.CATEGORICAL, id="one number or missing"),
        pytest.param(["0", "1", "1"], Kind.BOOLEAN, id="two whole numbers"),
        pytest.param(["1.0", "2", ""], Kind.BOOLEAN, id="two whole numbers and missing"),
        pytest.param(["Yes", "no"], Kind.BOOLEAN, id="two truth words"),
        pytest.param(["F", "M"], Kind.CATEGORICAL, id="two other words"),
        pytest.param(["0.5", "0.7"], Kind.CONTINUOUS, id="two fractions"),
        pytest.param(["1", "2", "3"] * 9, Kind.INTEGER, id="few whole numbers stay numbers"),
        pytest.param(["1.0", "2.0", "3.0", ""], Kind.INTEGER, id="whole numbers with a point"),
        pytest.param(["1", "2", "3.5"], Kind.CONTINUOUS, id="a fraction among them"),
        pytest.param(["1", "2", "NA", "3"] * 3, Kind.INTEGER, id="a word for missing"),
        pytest.param(["1", "2", "inf"] * 3, Kind.BOOLEAN, id="an infinity is missing"),
        pytest.param(["01234", "99999", "12345"], Kind.CATEGORICAL, id="leading zero"),
        pytest.param(["9007199254740993", "1", "1", "2"], Kind.CATEGORICAL, id="beyond 2^53"),
        pytest.param([str(2**60 + i) for i in range(20)], Kind.IDENTIFIER, id="long keys"),
        pytest.param(["2020-01-01", "2020-01-02 10:00"], Kind.DATETIME, id="ISO dates"),
        pytest.param(["2020-01-01", "NA", "2021-01-01"], Kind.DATETIME, id="dates and a word"),
        pytest.param(["2020-01-01", "soon"], Kind.CATEGORICAL, id="a date that is none"),
        pytest.param(["13/01/2020", "NA", "02/01/2020"], Kind.DATETIME, id="days first"),
        pytest.param(["Jan 2, 2020", "Feb 1, 2020"], Kind.DATETIME, id="months in words"),
        pytest.param(["01/02/2020", "02/01/2020"], Kind.CATEGORICAL, id="which is the day"),
        pytest.param(["1,234", "999", "12,345"], Kind.CATEGORICAL, id="commas in some"),
        pytest.param(counted(20), Kind.IDENTIFIER, id="20 counted up"),
        pytest.param(counted(19), Kind.INTEGER, id="19 counted up are too few"),
        pytest.param(counted(30, 1000, 10), Kind.IDENTIFIER, id="counted in tens"),
        pytest.param([str(i * i) for i in range(50)], Kind.INTEGER, id="distinct, sparse"),
        pytest.param(NAMES[:20], Kind.IDENTIFIER, id="20 distinct texts"),
        pytest.param(NAMES[:19], Kind.CATEGORICAL, id="19 distinct texts are too few"),
        pytest.param([*NAMES, *NAMES[:99]], Kind.TEXT, id="more than half distinct"),
        pytest.param([*NAMES, *NAMES], Kind.CATEGORICAL, id="half distinct"),
        pytest.param(["a@b.c", "d@e.f", "g@h.i", "a@b.c"], Kind.IDENTIFIER, id="e-mail"),
        pytest.param(
            [f"{w} {i}" for w in WORDS for i in range(20)] * 3, Kind.TEXT, id="many words"
        ),
        pytest.param(WORDS * 20, Kind.CATEGORICAL, id="long labels"),
        pytest.param(["1", "two", "3"], Kind.CATEGORICAL, id="mixed"),
    ],
)
def test_kinds_are_inferred(real: list[str], expected: Kind) -> None:
    assert kind(real) is expected


def test_real_and_holdout_decide_together() -> None:
    assert kind(["0", "1"] * 5, ["2"]) is Kind.INTEGER
    assert kind(["1", "2", "3"], ["x"]) is Kind.CATEGORICAL
    # Half of the keys are in each table.
    assert kind(counted(100)[::2], counted(100)[1::2]) is Kind.IDENTIFIER


def test_row_numbers_that_start_again_in_the_holdout_are_keys() -> None:
    assert kind(counted(300), counted(250)) is Kind.IDENTIFIER
    assert kind(counted(300), [*counted(250), "7"]) is Kind.INTEGER


def test_swapping_real_and_holdout_changes_no_plan() -> None:
    real, holdout = [*counted(300), ""], counted(250)

    assert plan(real, holdout) == plan(holdout, real)


def test_a_greatest_common_step_is_found() -> None:
    assert fills_range(np.array([10.0, 20.0, 30.0]))
    assert fills_range(np.array([0.0, 1.0, 3.0, 5.0]))
    assert not fills_range(np.array([0.0, 1.0, 7.0]))
    assert not fills_range(np.array([4.0]))


@pytest.mark.parametrize(
    ("real", "stated", "expected"),
    [
        (["1", "2", "3"], ColumnPlan(Kind.CATEGORICAL), Kind.CATEGORICAL),
        (counted(30), ColumnPlan(Kind.INTEGER), Kind.INTEGER),
        (["a", "b"], ColumnPlan(Kind.ORDINAL, order=("b", "a")), Kind.ORDINAL),
        (["3", "1", "2"], ColumnPlan(Kind.ORDINAL), Kind.ORDINAL),
        (["x", "x"], ColumnPlan(Kind.CATEGORICAL), Kind.CONSTANT),
        (
            ["7", "7", "8", "9"],
            ColumnPlan(roles=frozenset({Role.DIRECT_IDENTIFIER})),
            Kind.IDENTIFIER,
        ),
    ],
)
def test_declared_kinds_overrule(real: list[str], stated: ColumnPlan, expected: Kind) -> None:
    assert kind(real, stated=stated) is expected


@pytest.mark.parametrize(
    ("real", "stated", "said"),
    [
        (["ZQ7", "b", "c"], ColumnPlan(Kind.BOOLEAN), "more than two values"),
        (["ZQ7", "b"], ColumnPlan(Kind.CONSTANT), "is declared constant and is not"),
        (["ZQ7", "b"], ColumnPlan(Kind.ORDINAL), "ordinal without an order"),
        (["1.5", "2.5"], ColumnPlan(Kind.INTEGER), "holds fractions"),
        (["1,5", "2,5", "3,25"], NOTHING, "numbers written with commas"),
        (["1,500", "22,500.50"], NOTHING, "numbers written with commas"),
    ],
)
def test_impossible_declarations_are_refused(
    real: list[str], stated: ColumnPlan, said: str
) -> None:
    with pytest.raises(Faulty, match=said) as caught:
        plan(real, stated=stated)

    assert "ZQ7" not in str(caught.value)


def test_the_unit_of_privacy_is_a_key_even_if_it_repeats() -> None:
    pool = pool_of({"real": text_cells(pa.array(["1", "1", "2"]))})

    assert plan_column(pool, NOTHING, is_unit=True).kind is Kind.IDENTIFIER


def test_numbers_among_other_texts_are_remarked() -> None:
    pool = pool_of({"real": text_cells(pa.array(["1", "2", "3", "4", "low"]))})

    remarks = typing_remarks("lab", pool, plan_column(pool, NOTHING))

    assert [(r.code, r.column, r.cells) for r in remarks] == [("mixed_types", "lab", 1)]
