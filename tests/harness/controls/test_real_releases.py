"""The controls on real tables: what the release itself leaks must not make them pass or fail."""

import pytest

from audit.attacks.linkability import Linkability
from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.harness.controls import EFFORTS, Controls, Trial
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.metrics.identical_match import IdenticalMatch
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables
CHECKS = (
    IdenticalMatch(),
    Linkability(n_splits=2),
    MembershipWorstCase((MembershipClosestRecord(),)),
)


@pytest.fixture(scope="module", params=["flip30", "mostly"])
def facts(request):
    trial = Trial(shared_lab("census2k", request.param), EFFORTS[Controls.FAST])
    return {(f.check, f.plan): f for f in trial.facts(CHECKS)}


def test_nobody_cries_wolf_though_the_release_leaks(facts):
    """Who is real is drawn anew, so what the 30 % flipped rows give away falls on both sides."""
    quiet = [f for (_, plan), f in facts.items() if plan == "null"]
    assert len(quiet) == len(CHECKS)
    assert all(f.passed for f in quiet)


def test_a_full_copy_is_noticed(facts):
    assert all(facts[c.card.id, "full_copy"].passed for c in CHECKS)


def test_a_leaky_release_does_not_advertise_power(facts):
    """It has less: what it leaks already falls on both sides and scatters (99 copies in flip30)."""
    copied = facts["identical-match", "verbatim"].numbers["people_80"]
    member = facts["membership-worst-case", "verbatim"].numbers["people_80"]
    assert 5 <= copied <= 50
    assert 15 <= member <= 200
