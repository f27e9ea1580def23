"""What passes the gate: rounded outward, under aliases, and never about a few people."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.facts.estimate import Estimate, exactly
from audit.facts.figures import Bar, Bars, Ecdf, Heatmap, Roc
from audit.facts.measurement import (
    Caveat,
    Measurement,
    PreflightFact,
    SafeHigh,
    Severity,
    Status,
)
from audit.facts.reasons import CaveatCode
from audit.harness.disclosure_gate import Gate, estimate_rounded, rounded
from audit.metrics.identical_match import IdenticalMatch

CARD = IdenticalMatch.card
ALIASES = {"income": "C1", "ward": "C2"}
numbers = st.floats(-1e6, 1e6, allow_nan=False)


def measurement(**changes):
    plain = Measurement("excess", Estimate(0.1, 0.0, 0.2, 0.95, "method"), 100)
    return replace(plain, **changes)


def passed(*yielded, k=11, params=None):
    return Gate(ALIASES, k).result(CARD, params or {}, yielded)


class TestRounding:
    def test_six_significant_digits(self):
        assert rounded(123456.789) == 123457.0
        assert rounded(0.000123456789) == 0.000123457
        assert rounded(-0.1234565001) == -0.123457
        assert str(rounded(-1e-300 * 1e-300)) == "0.0"

    @pytest.mark.parametrize("value", [float("nan"), float("inf"), -float("inf")])
    def test_what_is_not_finite_is_no_fact(self, value):
        with pytest.raises(ValueError, match="finite"):
            rounded(value)

    def test_ends_are_rounded_outward(self):
        e = estimate_rounded(Estimate(0.12345649, 0.12345641, 0.12345651, 0.95, "m"))
        assert (e.low, e.value, e.high) == (0.123456, 0.123456, 0.123457)
        e = estimate_rounded(Estimate(-0.5, -0.12345601 - 0.5, -0.12345699, 0.95, "m"))
        assert (e.low, e.high) == (-0.623457, -0.123456)

    def test_what_is_exact_stays_one_number(self):
        e = estimate_rounded(exactly(1 / 3))
        assert (e.low, e.value, e.high) == (0.333333, 0.333333, 0.333333)
        assert e.is_exact
        assert estimate_rounded(exactly(0.0)).is_exact

    def test_an_end_that_does_not_exist_stays_away(self):
        e = estimate_rounded(Estimate(0.123456789, None, None, 0.95, "m"))
        assert (e.low, e.value, e.high) == (None, 0.123457, None)

    @given(value=numbers, below=st.floats(0, 10), above=st.floats(0, 10))
    def test_an_interval_only_grows_and_by_little(self, value, below, above):
        e = Estimate(value, value - below, value + above, 0.95, "m")
        r = estimate_rounded(e)
        assert r.low <= r.value <= r.high
        slack = 1e-12 * max(abs(e.low), abs(e.high), 1e-300)
        assert r.low <= e.low + slack or r.low == r.value
        assert r.high >= e.high - slack or r.high == r.value
        assert abs(r.low - e.low) <= 1.1e-5 * max(abs(e.low), abs(value))
        assert abs(r.high - e.high) <= 1.1e-5 * max(abs(e.high), abs(value))

    @given(value=numbers)
    def test_rounding_twice_is_rounding_once(self, value):
        assert rounded(rounded(value)) == rounded(value)

    def test_every_number_of_a_measurement(self):
        third = 1 / 3
        [m] = passed(
            measurement(
                null_value=third,
                p_value=third,
                p_safe_side=third,
                detectable=third,
                safe_high=SafeHigh(third, third),
            )
        ).measurements
        assert {m.null_value, m.p_value, m.p_safe_side, m.detectable} == {0.333333}
        assert m.safe_high == SafeHigh(0.333333, 0.333333)

    def test_a_measurement_that_is_not_finite_does_not_pass(self):
        with pytest.raises(ValueError, match="finite"):
            passed(measurement(p_value=float("nan")))


class TestAliases:
    def test_columns_in_scopes_caveats_figures_and_preflight(self):
        estimate = Estimate(0.1, 0.0, 0.2, 0.95, "m")
        result = passed(
            measurement(scope={"secret": "income", "knows": "others"}),
            measurement(scope={"column": "ward"}),
            Caveat(CaveatCode.SECRETS_ASSUMED, {"columns": 2}, ("income", "age")),
            Bars("figure", (Bar("income", estimate, estimate, None),)),
        )
        assert [dict(m.scope) for m in result.measurements] == [
            {"secret": "C1", "knows": "others"},
            {"column": "C2"},
        ]
        assert result.caveats[0].columns == ("C1", "age")
        assert result.figures[0].bars[0].label == "C1"
        fact = Gate(ALIASES).preflight(
            PreflightFact("column-drift", Severity.WARNING, "columns_differ", {}, ("ward", "age"))
        )
        assert fact.columns == ("C2", "age")
        assert "income" not in repr(result)

    def test_columns_in_parameters(self):
        params = passed(params={"known": ["income", "age"], "n": 3, "one": "ward"}).params
        assert params == {"known": ["C1", "age"], "n": 3, "one": "C2"}

    def test_names_that_are_no_columns_keep_their_meaning(self):
        """Policies look for `over: worst`, whatever columns may be called."""
        aliases = {"worst": "C1", "1": "C2", "all": "C3", "others": "C4"}
        scope = {"k": "1", "over": "worst", "rows": "all", "knows": "others"}
        [m] = Gate(aliases).result(CARD, {}, [measurement(scope=scope)]).measurements
        assert dict(m.scope) == scope


class TestCurves:
    def curve(self, real, holdout, n_real=100, n_holdout=100):
        x = tuple(float(i) for i in range(len(real)))
        return Ecdf("gaps", x, tuple(real), tuple(holdout), n_real, n_holdout)

    def shown(self, *args, k=10, **sizes):
        figures = passed(self.curve(*args, **sizes), k=k).figures
        return figures[0] if figures else None

    def test_it_starts_and_ends_where_k_people_stand(self):
        real = [0.05, 0.10, 0.5, 0.9, 0.95]
        curve = self.shown(real, real)
        assert curve.x == (1.0, 2.0, 3.0)
        assert curve.real == (0.1, 0.5, 0.9)

    def test_both_curves_must_have_them(self):
        curve = self.shown([0.2, 0.4, 0.6, 0.8], [0.05, 0.3, 0.6, 0.85], n_holdout=40, k=10)
        # The holdout has 2, 12, 24 and 34 of 40 people below.
        assert curve.x == (1.0, 2.0)

    def test_the_third_curve_must_have_them_too(self):
        real = (0.2, 0.4, 0.6, 0.8)
        x, third = (0.0, 1.0, 2.0, 3.0), (0.05, 0.3, 0.5, 0.6)
        given = Ecdf("gaps", x, real, real, 100, 100, third, 40)
        [curve] = passed(given, k=10).figures
        # It has 2, 12, 20 and 24 of 40 people below; from 12 to 20 are too few.
        assert curve.x == (1.0, 3.0)

    def test_no_step_tells_of_fewer_than_k_people(self):
        real = [i / 100 for i in range(1, 100)]
        curve = self.shown(real, real)
        assert curve.real == (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
        fewer = self.shown(real, real, n_holdout=40)
        steps = [b - a for a, b in zip(fewer.holdout, fewer.holdout[1:], strict=False)]
        assert min(steps) * 40 >= 10 - 1e-9

    def test_without_a_holdout(self):
        curve = self.shown([0.1, 0.5, 0.9], [])
        assert curve.real == (0.1, 0.5, 0.9)
        assert curve.holdout == ()

    def test_too_few_people_have_no_curve(self):
        assert self.shown([0.5, 0.9], [0.5, 0.9], n_real=12, n_holdout=100) is None
        assert self.shown([0.1, 0.9], [0.1, 0.9], k=60) is None

    def test_points_have_three_digits(self):
        curve = self.shown([0.123456, 0.654321], [0.123456, 0.654321])
        assert curve.real == (0.123, 0.654)
        roc = passed(Roc("roc", (0.0123456,), (0.987654,), 100, 100)).figures[0]
        assert (roc.fpr, roc.tpr) == ((0.0123,), (0.988,))


def test_small_counts_of_reading_are_not_shown():
    fact = PreflightFact("cells", Severity.WARNING, "cells_infinite", {"real": 3, "holdout": 11})
    assert Gate({}).preflight(fact).numbers == {"holdout": 11.0}
    none = replace(fact, numbers={"real": 0})
    assert Gate({}).preflight(none).numbers == {"real": 0.0}
    assert Gate({}, k=2).preflight(fact).numbers == {"real": 3.0, "holdout": 11.0}


def test_a_result_is_what_was_yielded_in_its_order():
    result = passed(
        measurement(name="a"), Caveat(CaveatCode.UNADJUSTED), measurement(name="b"), params={"k": 1}
    )
    assert result.status is Status.MEASURED
    assert result.card is CARD
    assert [m.name for m in result.measurements] == ["a", "b"]
    assert (result.params, len(result.caveats), result.figures) == ({"k": 1}, 1, ())


def test_a_heatmap_leaves_under_aliases_in_the_order_of_the_alphabet():
    cells = ((0.12345, None), (0.5, -0.25))
    figure = Heatmap("f", "excess", ("ward", "income"), ("half", "others"), cells)
    [shown] = passed(figure).figures
    assert (shown.rows, shown.columns) == (("C1", "C2"), ("half", "others"))
    assert shown.cells == ((0.5, -0.25), (0.123, None))
