"""Releases of known truth: the audit is wrong no more often than it says, and sees a leak.

A smaller study than that behind docs/calibration.md (benchmarks/study.py), with the same bands: a
sound procedure breaks each with a probability below 1e-4, and the seeds are fixed.
"""

import pytest

from benchmarks.calibration.draws import audited
from benchmarks.calibration.page import faults
from benchmarks.calibration.populations import INVENTED, Cell, Sizes
from benchmarks.calibration.power import found, verdicts

pytestmark = [pytest.mark.study, pytest.mark.timeout(3_600)]

DRAWS = 40
LEAK_DRAWS = 10
SIZES = Sizes(400, 400, 400)
LEAKY = Sizes(1_000, 500, 1_000)


@pytest.fixture(scope="module", params=INVENTED)
def private(request):
    return [audited(Cell(request.param, SIZES), number) for number in range(DRAWS)]


@pytest.fixture(scope="module")
def ladder():
    return {
        leak: [audited(Cell("planted", LEAKY, leak), number) for number in range(LEAK_DRAWS)]
        for leak in (0.0, 0.05)
    }


def test_nothing_is_missed_more_often_than_said(private):
    assert faults(private) == []


@pytest.mark.parametrize(
    "measure",
    [
        "identical-match.excess",
        "linkability.excess",
        "attribute-inference-worst-case.excess",
        "membership-worst-case.log_ratio_at_fpr_1pct",
        "closest-record.tail_share_1pct",
    ],
)
def test_copies_of_one_person_in_twenty_are_seen(ladder, measure):
    assert found(ladder[0.05], measure).significant >= 0.9


def test_copies_fail_and_private_releases_do_not(ladder):
    for policy in ("gdpr-anonymisation-wp29", "internal-sharing"):
        assert verdicts(ladder[0.05], policy) == {"not_met": 1.0}
        assert "not_met" not in verdicts(ladder[0.0], policy)
