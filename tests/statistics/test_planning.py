"""Numbers of a report before there is one."""

from math import log, sqrt

import pytest

from audit.statistics.planning import (
    MULTIVARIATE,
    UNIVARIATE,
    fewest_copies,
    inference_rates,
    isolation_se,
    planned_auc,
    planned_excess,
    planned_log_ratio,
    scaled,
)
from audit.statistics.power import SafeHigh, auc_null_se, tail_safe_high
from audit.statistics.rates import Z95


class TestCopies:
    def test_as_many_as_a_coin_lets_no_more_pass_for_chance(self):
        # Equal sides, of large numbers: 2**-5 = .031 is more than .025, 2**-6 = .016 less.
        assert fewest_copies(100_000, 100_000, 0.0) == 6
        # Four real people to one: .8**16 = .028, .8**17 = .023.
        assert fewest_copies(400_000, 100_000, 0.0) == 17

    def test_by_hand(self):
        # 3 of 4 people real: all three copied has the chance 3/4 * 2/3 * 1/2 = 1/4.
        assert fewest_copies(3, 1, 0.0, level=0.25) == 3
        assert fewest_copies(3, 1, 0.0, level=0.2) is None

    def test_more_than_the_limit_allows(self):
        # .001 of 10,000 people are ten: the eleventh is beyond it.
        assert fewest_copies(10_000, 10_000, 0.001) == 11


class TestExcess:
    def test_one_rate_is_the_upper_end_of_its_error(self):
        # sqrt(.25 (1/500 + 1/500)) = .0316.
        safe = planned_excess([0.5], 500, 500)
        assert safe.sd == pytest.approx(sqrt(0.25 * 2 / 500))
        assert safe.mean == pytest.approx(Z95 * safe.sd)

    def test_scales_with_the_people(self):
        unit = planned_excess([0.5, 0.8], 2, 2)
        more = planned_excess([0.5, 0.8], 800, 400)
        spread = sqrt(1 / 800 + 1 / 400)
        assert more.mean == pytest.approx(scaled(unit, spread).mean)
        assert more.sd == pytest.approx(scaled(unit, spread).sd)

    def test_every_second_secret_counts_twice_those_that_scatter_most_first(self):
        assert inference_rates([0.9]) == (0.9, 0.9)
        assert inference_rates([0.9, 0.5]) == (0.5, 0.9, 0.5)
        assert len(inference_rates([0.5] * 15)) == 23


class TestIsolation:
    def test_of_2000_people_as_measured_by_the_review(self):
        # statistics.md F17: at 4,000 statements 1.49 times the error of independent ones.
        independent = sqrt(2 * MULTIVARIATE * (1 - MULTIVARIATE) / 4_000)
        assert isolation_se(MULTIVARIATE, 2_000, 2_000) / independent == pytest.approx(
            1.49, abs=0.01
        )

    def test_a_small_holdout_costs_precision(self):
        # Half the people are thinned out, so the variance doubles; statements stay 4,000.
        assert isolation_se(UNIVARIATE, 8_000, 4_000) == pytest.approx(
            sqrt(2) * isolation_se(UNIVARIATE, 8_000, 8_000)
        )


class TestRankings:
    def test_one_ranking_is_the_folded_error(self):
        # |N(0, 1)| has the median .6745.
        safe = planned_auc(2_000, 2_000, rankings=1, trained=False)
        expected = 0.5 + (Z95 + 0.6745) * auc_null_se(2_000, 2_000)
        assert safe.mean == pytest.approx(expected, abs=2e-4)

    def test_more_rankings_and_one_that_learns_reach_farther(self):
        few, many, taught = (
            planned_auc(2_000, 2_000, rankings=k, trained=t).mean
            for k, t in ((1, False), (46, False), (46, True))
        )
        assert few < many < taught

    # statistics.md section 0: worst of 18 at 10,000 + 5,000, U of the log ratio .58, sd .09; of the
    # AUC in a quarter of the people .532, sd .006. Other attacks competed there, and fewer.
    def test_is_near_the_simulation_of_the_review(self):
        tail = planned_log_ratio(10_000, 5_000, alpha=0.01, rankings=18, trained=False)
        assert tail.mean == pytest.approx(0.58, abs=0.04)
        assert tail.sd == pytest.approx(0.09, abs=0.03)
        quarter = planned_auc(2_500, 1_250, rankings=18, trained=False)
        assert quarter.mean == pytest.approx(0.532, abs=0.003)
        assert quarter.sd == pytest.approx(0.006, abs=0.001)

    def test_a_tail_of_fewer_than_ten_is_not_graded(self):
        assert planned_log_ratio(5_000, 998, alpha=0.01, rankings=1, trained=False) is None
        graded = planned_log_ratio(5_000, 999, alpha=0.01, rankings=1, trained=False)
        exact = tail_safe_high(5_000, 999, alpha=0.01)
        assert graded == SafeHigh(exact.mean, exact.sd)
        assert graded.mean < log(100)

    def test_half_of_the_people_speak_from_twenty_in_the_tail_on(self):
        below, at = (
            (
                planned_log_ratio(n, n, alpha=0.01, rankings=46, trained=False),
                planned_log_ratio(n, n, alpha=0.01, rankings=46, trained=True),
            )
            for n in (3_996, 3_998)
        )
        # Half of 3,998 are 1,999, of whom 1 % of 2,000 stand in the tail.
        assert below[0] == below[1]
        assert at[0].mean < at[1].mean
