from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.facts.estimate import Estimate, exactly
from audit.report.digits import (
    MINUS,
    THIN,
    Unit,
    listed,
    look_for,
    plural,
    unit_of,
    write,
    write_any,
    write_bare,
    write_chance,
    write_count,
    write_ends,
    write_high,
    write_low,
    write_p,
)

POINTS = look_for("excess")
AUC = look_for("auc")


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("excess", Unit.POINTS),
        ("risk", Unit.POINTS),
        ("disco_excess", Unit.POINTS),
        ("attack_rate", Unit.PERCENT),
        ("tail_share_1pct", Unit.PERCENT),
        ("tpr_at_fpr_1pct", Unit.PERCENT),
        ("auc", Unit.PROBABILITY),
        ("log_ratio_at_fpr_1pct", Unit.LOG),
        ("epsilon_lower", Unit.LOG),
        ("something_else", Unit.PLAIN),
    ],
)
def test_every_measurement_has_a_unit(name: str, unit: Unit) -> None:
    assert unit_of(name) is unit


def test_excess_is_written_in_points_with_one_decimal_and_a_true_minus() -> None:
    assert write(0.091, POINTS) == "9.1"
    assert write(-0.004, POINTS) == f"{MINUS}0.4"
    assert write(0.0, POINTS) == "0"
    assert write_bare(0.05, POINTS) == "5"


def test_a_limit_below_one_per_cent_asks_for_a_second_decimal() -> None:
    assert write(0.001, look_for("excess", limit=0.001)) == "0.10"
    assert write(0.05, look_for("excess", limit=0.05)) == "5.0"
    assert write(0.533, AUC) == "0.533"


def test_ends_say_what_is_known() -> None:
    assert write_ends(Estimate(0.091, 0.071, 0.103, 0.95, "x"), POINTS) == "7.1 to 10.3"
    assert write_ends(exactly(0.0), POINTS) == "exact"
    assert write_ends(Estimate(0.4, 0.2, None, 0.95, "x"), AUC) == "at least 0.200"
    assert write_ends(Estimate(0.4, None, 0.9, 0.95, "x"), AUC) == "at most 0.900"


def test_a_number_with_few_digits_does_not_move_when_rounded_outward() -> None:
    # 0.071 * 100 is 7.1000000000000005 in binary; rounding that upward would print 7.2.
    assert write_high(0.071, POINTS) == "7.1"
    assert write_low(0.57, AUC) == "0.570"


@given(st.floats(-2, 2, allow_nan=False))
def test_printed_ends_enclose_the_number(number: float) -> None:
    def read(text: str) -> Decimal:
        return Decimal(text.replace(MINUS, "-")) / 100

    exact = Decimal(repr(number))
    assert read(write_low(number, POINTS)) <= exact <= read(write_high(number, POINTS))


def test_small_things() -> None:
    assert write_count(10_000) == "10,000"
    assert write_any(0.00312) == "0.00312"
    assert write_any(4.0) == "4"
    assert write_p(0.0004) == "< 0.001"
    assert write_p(0.044) == "0.044"
    assert write_p(0.44) == "0.44"
    assert write_chance(0.9999) == f"> 99{THIN}%"
    assert write_chance(0.41) == f"41{THIN}%"
    assert write_chance(0.001) == f"< 1{THIN}%"
    assert plural(1, "rule") == "1 rule"
    assert plural(2, "rule") == "2 rules"
    assert listed(()) == ""
    assert listed(("a",)) == "a"
    assert listed(("a", "b", "c")) == "a, b and c"
    assert listed(tuple("abcdefgh"), longest=2) == "a, b and 6 more"
