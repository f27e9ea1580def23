"""10,000 real and 5,000 holdout people; DESIGN section 4, point 7."""

import pytest

from audit.facts.estimate import Estimate
from audit.facts.judgement import FindingStatus
from audit.facts.measurement import Measurement
from audit.facts.reasons import ReasonCode
from audit.policy.grade import grade
from audit.policy.load import resolve
from tests.policy.sample import copies, declared, safe_run, with_measurements, without

CHECK = "identical-match"
PASS, FAIL, OPEN = FindingStatus.PASS, FindingStatus.FAIL, FindingStatus.INCONCLUSIVE


def copy_1(run):
    verdict = grade(resolve("gdpr-anonymisation-wp29"), run, declared())
    return next(f for f in verdict.findings if f.rule.id == "COPY-1")


def run_with(*measurements):
    return with_measurements(safe_run(), CHECK, *measurements)


@pytest.mark.parametrize(
    ("real", "holdout", "p", "high", "status", "limit"),
    [
        (0, 0, None, 0.0, PASS, 0.001),
        (3, 0, 0.3, 0.0009, PASS, 0.001),
        (3, 0, 0.3, 0.0010, PASS, 0.001),
        (3, 0, 0.3, 0.0011, OPEN, 0.001),
        # 30 of 10,000 is .003: beyond .001, and significant.
        (30, 0, 1e-5, 0.004, FAIL, 0.001),
        # The same count is no fail where chance explains it ...
        (30, 0, 0.2, 0.004, OPEN, 0.001),
        # ... and the wider limit applies where holdout people are reproduced too.
        (30, 5, 0.2, 0.004, PASS, 0.005),
        (30, 5, 0.2, 0.006, OPEN, 0.005),
        (80, 5, 1e-9, 0.009, FAIL, 0.005),
        (30, 5, 1e-5, 0.004, PASS, 0.005),
    ],
)
def test_the_census_rule(real, holdout, p, high, status, limit):
    finding = copy_1(run_with(*copies(real=real, holdout=holdout, p=p, high=high)))
    assert (finding.status, finding.limit) == (status, limit)
    assert finding.numbers["people"] == real
    expected = ReasonCode.COPIES_TO_REVIEW if status is OPEN else None
    assert finding.reason_code is expected


def test_two_tests_are_corrected_for_being_two():
    """Holm: the smaller of two p-values is doubled. .03 alone would fail, with a partner not."""
    rare, everyone = (
        Measurement("excess", Estimate(0.003, 0.003, 0.004, 0.95, "x"), 15_000, scope, 0.0, p)
        for scope, p in (({}, 0.03), ({"rows": "all"}, 0.9))
    )
    assert copy_1(run_with(rare, everyone)).status is OPEN
    significant = Measurement("excess", rare.estimate, 15_000, {}, 0.0, 0.025)
    assert copy_1(run_with(significant, everyone)).status is FAIL


def test_the_second_test_is_corrected_only_for_itself():
    """Holm: .02 is doubled to .04 and passes its step, so that .04 is not doubled."""
    few = Measurement("excess", Estimate(0.0005, 0.0, 0.0008, 0.95, "x"), 15_000, {}, 0.0, 0.02)
    many = Estimate(0.003, 0.003, 0.004, 0.95, "x")
    everyone = Measurement("excess", many, 15_000, {"rows": "all"}, 0.0, 0.04)
    assert copy_1(run_with(few, everyone)).status is FAIL
    luck = Measurement("excess", few.estimate, 15_000, {}, 0.0, 0.03)
    assert copy_1(run_with(luck, everyone)).status is PASS


def test_all_rows_can_fail_where_rare_rows_pass():
    everyone = Measurement(
        "excess", Estimate(0.01, 0.01, 0.012, 0.95, "x"), 15_000, {"rows": "all"}, 0.0, 1e-6
    )
    finding = copy_1(run_with(everyone))
    assert finding.status is FAIL
    assert finding.measurement == everyone


def test_what_was_not_measured_on_all_rows_does_not_pass():
    run = without(safe_run(), "identical-match.excess", {"rows": "all"})
    finding = copy_1(run)
    assert (finding.status, finding.reason_code) == (OPEN, ReasonCode.NOT_MEASURED)


def test_a_missing_control_leaves_the_strict_limit():
    run = run_with(*copies(real=30, holdout=5, p=0.2, high=0.004))
    assert copy_1(without(run, "identical-match.control_share", {})).limit == 0.001


class TestNearCopies:
    """COPY-2 can only fail, and looks at people whom nobody else resembles."""

    def graded(self, *measurements):
        run = with_measurements(safe_run(), "near-copy", *measurements)
        verdict = grade(resolve("gdpr-anonymisation-wp29"), run, declared())
        return next(f for f in verdict.findings if f.rule.id == "COPY-2"), verdict

    @pytest.mark.parametrize(
        ("real", "holdout", "p", "status", "limit"),
        [
            (0, 0, None, PASS, 0.001),
            (30, 0, 1e-5, FAIL, 0.001),
            (30, 0, 0.2, PASS, 0.001),
            (30, 5, 1e-5, PASS, 0.005),
            (80, 5, 1e-9, FAIL, 0.005),
        ],
    )
    def test_it_fails_or_is_not_exceeded(self, real, holdout, p, status, limit):
        finding, verdict = self.graded(*copies(real=real, holdout=holdout, p=p, high=0.009))
        assert (finding.status, finding.limit) == (status, limit)
        assert finding.reason_code is (ReasonCode.NOT_EXCEEDED if status is PASS else None)
        # Not required, and of weight all the same.
        assert (verdict.status.value == "not_met") is (status is FAIL)

    def test_common_records_are_not_looked_at(self):
        everyone = Measurement(
            "excess", Estimate(0.01, 0.01, 0.012, 0.95, "x"), 15_000, {"rows": "all"}, 0.0, 1e-6
        )
        finding, _ = self.graded(everyone)
        assert finding.status is PASS
        assert finding.measurement is not None
        assert finding.measurement.scope == {}
        # Nor is their p-value a second test that the first is corrected for.
        rare = Measurement(
            "excess", Estimate(0.003, 0.003, 0.003, 0.95, "x"), 15_000, {}, 0.0, 0.03
        )
        assert self.graded(rare, everyone)[0].status is FAIL
