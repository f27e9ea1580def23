"""Releases of known truth: the audit is wrong no more often than it says, and sees a leak.

A smaller study than that behind docs/calibration.md (benchmarks/study.py), with the same bands: a
sound procedure breaks each with a probability below 1e-4, and the seeds are fixed.
"""

from math import inf

import pytest

from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.draws import audited
from benchmarks.calibration.leaks import LEAKS
from benchmarks.calibration.mechanisms import BOUNDED, MECHANISMS
from benchmarks.calibration.page import faults, unexplained
from benchmarks.calibration.power import found, verdicts
from benchmarks.calibration.power_page import power_faults
from benchmarks.calibration.private_page import private_faults
from benchmarks.calibration.settings import ALIKE, UNUSUAL, USUAL
from benchmarks.calibration.worlds import SOUND, ask

pytestmark = [pytest.mark.study, pytest.mark.timeout(3_600)]

DRAWS = 20
LEAK_DRAWS = 10
RUNG_DRAWS = 4
GENERATED = 10
AUDITS = 100
LEAKY = Sizes(1_000, 500, 1_000)
SETTINGS = (*((population, USUAL) for population in ALIKE), *UNUSUAL)


@pytest.fixture(scope="module")
def private():
    return {
        setting: [audited(Cell(*setting), number) for number in range(DRAWS)]
        for setting in SETTINGS
    }


@pytest.fixture(scope="module")
def ladder():
    return {
        leak: [audited(Cell("planted", LEAKY, leak), number) for number in range(LEAK_DRAWS)]
        for leak in (0.0, 0.05)
    }


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: f"{s[0]} {s[1]}")
def test_nothing_is_missed_more_often_than_said(private, setting):
    assert faults(private[setting]) == []


def test_nothing_is_missed_more_often_over_all_two_hundred(private):
    draws = [draw for drawn in private.values() for draw in drawn]
    assert len(draws) >= 200
    assert faults(draws) == []


def test_every_registered_measurement_is_among_them(private):
    assert unexplained([draw for drawn in private.values() for draw in drawn]) == []


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


@pytest.mark.parametrize("kind", LEAKS)
def test_a_larger_leak_is_found_no_less_often(private, kind):
    drawn = {
        size: [audited(Cell("planted", USUAL, size, kind), n) for n in range(RUNG_DRAWS)]
        for size in LEAKS[kind].sizes
    }
    whole = [*private["planted", USUAL], *(draw for rung in drawn.values() for draw in rung)]
    assert power_faults(whole) == []
    largest = drawn[LEAKS[kind].sizes[-1]]
    assert found(largest, "membership-worst-case.auc").significant >= 0.75


@pytest.mark.parametrize("kind", MECHANISMS)
def test_no_bound_of_epsilon_lies_above_the_truth(kind):
    for epsilon in MECHANISMS[kind].epsilons:
        most = 3 if epsilon == inf else GENERATED
        draws = [audited(Cell(BOUNDED, USUAL, epsilon, kind), n) for n in range(most)]
        assert private_faults(draws, []) == []


@pytest.mark.parametrize("generator", SOUND)
@pytest.mark.parametrize("epsilon", [0.5, 1.0, 3.0])
def test_no_bound_of_two_worlds_lies_above_the_truth(generator, epsilon):
    assert not ask(generator, epsilon, AUDITS).is_beyond
