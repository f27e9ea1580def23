"""What is planned agrees with what the same audit then reports of itself."""

from dataclasses import replace
from math import sqrt

import pytest

from audit.contract.lab import Lab
from audit.facts.outlook import Basis
from audit.harness.forecast import SizesForecast, forecast_of
from audit.harness.measure import measure
from audit.harness.options import Options
from audit.harness.registry import configured
from audit.policy.decision import pass_probability
from audit.policy.load import resolve
from audit.statistics.planning import inference_rates, planned_excess
from audit.statistics.power import (
    auc_null_se,
    detectable,
    rows_needed_excess,
    rows_needed_risk,
    tail_detectable,
)
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

WORST = {"k": "1", "over": "worst"}
SO_1, SO_2 = "singling-out-univariate.excess", "singling-out-multivariate.excess"
LINK, INFER = "linkability.excess", "attribute-inference-worst-case.excess"
AUC, TAIL = "membership-worst-case.auc", "membership-worst-case.log_ratio_at_fpr_1pct"
PEOPLE = 200


def planned(forecast, measure, real, holdout, where=None):
    found = forecast(measure, where or {}, real, holdout)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def small():
    """One secret that is guessed in half of all cases, 46 rankings and one that learns."""
    rates = (0.5, 0.5)
    return SizesForecast(rates[:1], planned_excess(rates, 2, 2), 46, trained=True, targets=10_000)


class TestFormulas:
    def test_a_link_needs_the_people_of_the_review(self, small):
        # statistics.md F10 at p = .5 and a limit of .05: 1,237 a side for an excess, .8 to pass.
        rows = rows_needed_excess(0.5, 0.05).real
        safe = planned(small, LINK, rows, rows, WORST).safe_high
        assert (0.05 - safe.mean) / safe.sd == pytest.approx(0.8416, abs=0.002)
        assert rows == pytest.approx(1_237, abs=1)
        # What is found with .8 of the chance is then as large as the limit.
        assert planned(small, LINK, rows, rows, WORST).detectable == pytest.approx(0.05, abs=2e-5)

    def test_a_risk_is_an_excess_over_those_who_are_left(self, small):
        rows = rows_needed_risk(0.5, 0.05).real
        risk = "linkability.risk"
        assert rows == pytest.approx(4_945, abs=4)
        assert planned(small, risk, rows, rows, WORST).detectable == pytest.approx(0.05, abs=2e-5)
        assert planned(small, risk, rows, rows, WORST).safe_high is None

    # attacks.md section 11.
    @pytest.mark.parametrize(("n", "auc", "tpr"), [(1_000, 0.532, 0.027), (2_000, 0.523, 0.0205)])
    def test_rankings_find_what_the_catalogue_says(self, small, n, auc, tpr):
        assert round(0.5 + planned(small, AUC, n, n).detectable, 3) == auc
        assert planned(small, AUC, n, n).detectable == detectable(auc_null_se(n, n))
        found = tail_detectable(n, n, alpha=0.01)
        assert found.tpr == pytest.approx(tpr, abs=5e-4)
        assert planned(small, TAIL, n, n).detectable == found.log_ratio

    def test_at_most_so_many_people_are_attacked(self, small):
        many, more = (planned(small, INFER, n, n).detectable for n in (10_000, 90_000))
        assert many == more
        assert (
            planned(small, AUC, 90_000, 90_000).detectable
            < planned(small, AUC, 10_000, 10_000).detectable
        )

    def test_the_vulnerable_are_a_part_or_nobody(self, small):
        vulnerable = {"subset": "vulnerable"}
        # A quarter of 2,903 are 726: the floor for an AUC of .55 (statistics.md F11).
        assert small(AUC, vulnerable, 2_000, 2_000) is None
        part = planned(small, AUC, 2_904, 2_904, vulnerable)
        assert part.detectable == detectable(auc_null_se(726, 726))

    def test_copies_are_counted(self, small):
        found = planned(small, "identical-match.excess", 2_000, 2_000)
        # Six of 2,000 real people: 2**-6 < .025.
        assert (found.basis, found.detectable) == (Basis.CENSUS, 6 / 2_000)

    @pytest.mark.parametrize(
        "measure", ["closest-record.share", "value-replay.sparse_share", "declared.split", "x.auc"]
    )
    def test_of_what_is_not_estimated_nothing_is_planned(self, small, measure):
        assert small(measure, {}, 2_000, 2_000) is None
        assert small(AUC, {"subset": "others"}, 9_000, 9_000) is None


def test_a_secret_is_guessed_as_often_as_its_commonest_value_or_half_the_time():
    # a: 5 of 6 people have 0. b: every value once; nobody guesses half of them.
    lab = lab_of(
        {"a": LEVEL, "b": WHOLE},
        {"a": [0, 0, 0], "b": [1, 20, 300]},
        {"a": [0], "b": [1]},
        {"a": [0, 0, 1], "b": [4_000, 50_000, 600_000]},
    )
    forecast = forecast_of(lab, configured({}))
    assert forecast.rates == (5 / 6, 0.5)
    assert forecast.trained
    assert forecast.rankings > 20
    assert forecast.inferred.mean > 0
    assert forecast.inferred.sd < sqrt(0.25)


# What audits of fresh samples of Adult, private by construction, said of themselves: real and
# holdout people, rates of the secrets, and of each measure where the end that decides falls and
# the smallest leak seen.
SEEN = [
    (500, 500, (0.5, 0.77), {INFER: (0.0674, 0.0660), AUC: (0.5729, 0.0454)}),
    (1_000, 1_000, (0.5,) * 3, {INFER: (0.0537, 0.0499), AUC: (0.5517, 0.0321)}),
    (2_000, 2_000, (0.77,), {INFER: (0.0297, 0.0328), AUC: (0.5364, 0.0227)}),
    (2_000, 2_000, (0.5,) * 3, {INFER: (0.0340, 0.0356), AUC: (0.5366, 0.0227)}),
    (4_000, 2_000, (0.5,) * 3, {INFER: (0.0322, 0.0307), AUC: (0.5318, 0.0197)}),
    (8_000, 4_000, (0.5,) * 3, {INFER: (0.0225, 0.0213), AUC: (0.5225, 0.0139)}),
]
TAILS = {1_000: (1.453, 0.995), 2_000: (1.052, 0.719)}
ISOLATED = {(1_000, 1_000): 0.0311, (2_000, 2_000): 0.0270, (4_000, 2_000): 0.0404}


class TestReported:
    @pytest.mark.parametrize(("real", "holdout", "rates", "seen"), SEEN)
    def test_ends_and_smallest_leaks(self, real, holdout, rates, seen):
        unit = planned_excess(inference_rates(rates), 2, 2)
        forecast = SizesForecast(rates, unit, 46, trained=True, targets=10_000)
        for name, (mean, found) in seen.items():
            then = planned(forecast, name, real, holdout)
            null = 0.5 if name == AUC else 0.0
            assert then.safe_high.mean - null == pytest.approx(mean - null, rel=0.17)
            assert then.detectable == pytest.approx(found, rel=0.15)

    @pytest.mark.parametrize(("n", "seen"), TAILS.items())
    def test_the_tail(self, small, n, seen):
        then = planned(small, TAIL, n, n)
        assert then.safe_high.mean == pytest.approx(seen[0], abs=0.02)
        assert then.detectable == pytest.approx(seen[1], abs=0.001)

    @pytest.mark.parametrize(("sizes", "mean"), ISOLATED.items())
    def test_singling_out(self, small, sizes, mean):
        assert planned(small, SO_2, *sizes).safe_high.mean == pytest.approx(mean, rel=0.1)


@pytest.fixture(scope="module")
def both():
    """The forecast for a private release, and what its audit then says of itself."""
    release = planted_release(n=PEOPLE, seed=5)
    only = tuple(name.partition(".")[0] for name in (SO_1, LINK, INFER, AUC))
    run = measure(release, options=Options(only=only, controls="off", jobs=1)).run
    return forecast_of(Lab(release, seed=1), configured({})), run


class TestAgreement:
    @pytest.mark.parametrize(("measure", "near"), [(AUC, 0.01), (INFER, 0.35)])
    def test_smallest_leaks(self, both, measure, near):
        forecast, run = both
        reported = run.measurement(measure, {})
        found = planned(forecast, measure, PEOPLE, PEOPLE)
        assert found.detectable == pytest.approx(reported.detectable, rel=near)
        assert found.safe_high.sd == pytest.approx(reported.safe_high.sd, rel=0.5)

    def test_a_link_is_planned_for_the_worst(self, both):
        forecast, run = both
        reported = run.measurement(LINK, WORST)
        found = planned(forecast, LINK, PEOPLE, PEOPLE, WORST)
        # No rate of success scatters more than one half.
        assert found.detectable >= 0.99 * reported.detectable

    def test_rules_stand_in_the_order_of_the_report(self, both):
        forecast, run = both
        policy = resolve("gdpr-anonymisation-wp29")
        chances = []
        for rule in policy.rules:
            reported = run.measurement(rule.measure, rule.where)
            then = forecast(rule.measure, rule.where, PEOPLE, PEOPLE)
            if reported is None or then is None or reported.safe_high is None:
                continue
            limit = 0.55 if rule.measure == AUC else 0.05
            pair = [pass_probability(rule, limit, m.safe_high) for m in (then, reported)]
            if None not in pair:
                chances.append(pair)
        assert len(chances) >= 4
        for one in chances:
            for other in chances:
                # What the report thinks much likelier was not planned as less likely.
                assert not (one[1] > other[1] + 0.25 and one[0] < other[0])


def test_without_a_holdout_nothing_is_planned():
    release = replace(planted_release(n=50), holdout=None)
    forecast = forecast_of(Lab(release, seed=1), configured({}))
    assert forecast(AUC, {}, 50, 0) is None
