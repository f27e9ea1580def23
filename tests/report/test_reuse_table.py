"""Copies and combinations in the tables of their family."""

from dataclasses import replace

from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Measurement, Result, Status
from audit.metrics.combination_reuse import CombinationReuse
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.near_copy import NearCopy
from audit.report.digits import MINUS
from audit.report.family_tables import copies_table
from audit.report.reuse_table import reuse_table
from tests.policy.sample import safe_run


def result(check, *measurements):
    return Result(check.card, Status.MEASURED, measurements=measurements)


def case(scope, real, holdout, ends, n=2_000):
    estimate = Estimate(real - holdout, *ends, 0.95, "x")
    return (
        Measurement("share", exactly(real), n, scope),
        Measurement("control_share", exactly(holdout), n, scope),
        Measurement("excess", estimate, 2 * n, scope, 0.0, 0.02),
    )


def test_combinations_by_number_of_columns_and_form():
    found = case({"k": "2", "reuse": "binned"}, 0.5, 0.25, (0.2, 0.3))
    worst = Measurement("excess", exactly(0.25), 4_000, {"reuse": "binned", "over": "worst"})
    table = reuse_table([result(CombinationReuse, *found, worst)])
    assert table is not None
    assert table.rows == (
        ("2", "numbers in bins", "4,000", "50.0", "25.0", "25.0", "20.0 to 30.0", "0.020"),
    )
    assert reuse_table([result(NearCopy, *case({}, 0.1, 0.0, (0.1, 0.1)))]) is None


def test_copies_say_among_whom_and_how_near():
    near = case({"within": "one_column", "rows": "all"}, 0.02, 0.01, (0.005, 0.02))
    records = (
        Measurement("rows_share", exactly(0.05), 2_000),
        Measurement("rows_share", exactly(0.01), 2_000, {"rows": "holdout"}),
        Measurement("excess", Estimate(0.04, 0.03, 0.05, 0.95, "x"), 2_000, {"rows": "synthetic"}),
    )
    reused = result(CombinationReuse, *case({"k": "1", "reuse": "verbatim"}, 1.0, 0.0, (1.0, 1.0)))
    table = copies_table([result(IdenticalMatch, *records), result(NearCopy, *near), reused], run())
    assert table is not None
    assert [row[1:] for row in table.rows] == [
        ("synthetic records", "100 of 2,000", "20 of 2,000", "4.00", "3.00 to 5.00"),
        ("everybody, one column changed", "40 of 2,000", "20 of 2,000", "1.00", "0.50 to 2.00"),
    ]


def test_a_scope_that_nobody_knows_is_written_as_it_is():
    strange = case({"rows": "odd", "within": "reach"}, 0.01, 0.02, (-0.02, 0.0))
    table = copies_table([result(NearCopy, *strange)], run())
    assert table is not None
    assert table.rows[0][4] == f"{MINUS}1.00"


def run():
    return replace(safe_run(), results=())
