"""The controls of one audit: quiet when nobody is copied, and how many copies it takes."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest

from audit.attacks.linkability import Linkability
from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.harness.controls import EFFORTS, Controls, Effort, Trial
from audit.harness.controls.worlds import dealt_out, planted, small_world
from audit.harness.limits import OutOfTime
from audit.harness.planting import plan_copies
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.near_copy import NearCopy
from audit.testing import planted_release
from tests.contract.stand_ins import LooksAway, Peeks

FAST = EFFORTS[Controls.FAST]
CLOSEST = MembershipClosestRecord()
FEW = SinglingOutMultivariate(n_predicates=300, greedy=False, trees=False)
CHECKS = (
    IdenticalMatch(),
    NearCopy(),
    FEW,
    Linkability(n_splits=2),
    CLOSEST,
    MembershipWorstCase((CLOSEST,)),
)


@pytest.fixture(scope="module")
def lab():
    return Lab(planted_release(n=600), seed=4)


@pytest.fixture(scope="module")
def found(lab):
    facts = list(Trial(lab, FAST).facts(CHECKS))
    return {(f.check, f.plan): f for f in facts}


def everything(table):
    return sorted(map(tuple, table.keys.tolist()))


class TestWorlds:
    def test_people_are_dealt_out_and_nobody_is_lost(self, lab):
        dealt = dealt_out(lab.release, np.random.default_rng(0))
        sides = (Side.REAL, Side.HOLDOUT)
        assert [dealt.real.n_people, dealt.holdout.n_people] == [
            lab.table(s).n_people for s in sides
        ]
        before = sorted(everything(lab.table(sides[0])) + everything(lab.table(sides[1])))
        assert sorted(everything(dealt.real) + everything(dealt.holdout)) == before
        assert everything(dealt.real) != everything(lab.table(Side.REAL))
        assert dealt.synthetic is lab.release.synthetic

    def test_all_rows_of_a_person_stay_together(self):
        release = planted_release(n=100)
        twice = replace(
            release,
            real=replace(release.real, people=np.arange(release.real.n_rows) // 2),
        )
        dealt = dealt_out(twice, np.random.default_rng(0))
        n_people = twice.real.n_people + twice.holdout.n_people
        assert dealt.real.n_people + dealt.holdout.n_people == n_people
        assert dealt.real.n_people == twice.real.n_people

    def test_the_planted_return_verbatim_and_the_size_stays(self, lab):
        made = planted(lab, np.random.default_rng(0), jittered=False)
        n_real = lab.table(Side.REAL).n_people
        real = made.people[made.people < n_real]
        released = set(map(tuple, made.lab.table(Side.SYNTHETIC).keys.tolist()))
        assert made.lab.table(Side.SYNTHETIC).n_rows == lab.table(Side.SYNTHETIC).n_rows
        assert {tuple(k) for k in lab.table(Side.REAL).keys[real].tolist()} <= released
        assert made.people.size >= 50

    def test_a_jittered_copy_is_near_and_no_copy(self, lab):
        made = planted(lab, np.random.default_rng(0), jittered=True)
        keys = made.lab.table(Side.SYNTHETIC).keys.tolist()
        released = set(map(tuple, keys))
        real = made.people[made.people < lab.table(Side.REAL).n_people]
        same = [tuple(k) in released for k in lab.table(Side.REAL).keys[real].tolist()]
        assert np.mean(same) < 0.05

    def test_a_small_world_is_small(self, lab):
        world = small_world(lab, np.random.default_rng(0), copied=True)
        assert world.table(Side.REAL).n_people == 300
        assert world.table(Side.SYNTHETIC) is world.table(Side.REAL)
        assert world.scale is not lab.scale

    def test_too_few_rows_plant_nobody(self):
        tiny = Lab(planted_release(n=12), seed=0)
        assert planted(tiny, np.random.default_rng(0), jittered=False) is None


class TestFacts:
    def test_every_check_notices_a_full_copy(self, found):
        for check in CHECKS:
            assert found[check.card.id, "full_copy"].passed

    def test_nobody_cries_wolf(self, found):
        quiet = {check: f for (check, plan), f in found.items() if plan == "null"}
        assert {c.card.id for c in CHECKS} - {CLOSEST.card.id} == quiet.keys()
        for fact in quiet.values():
            assert fact.passed
            assert fact.numbers["fired"] <= fact.numbers["bound"]

    def test_a_competitor_is_looked_at_by_way_of_its_worst_case(self, found):
        plans = {plan for check, plan in found if check == CLOSEST.card.id}
        assert plans == {"full_copy"}

    def test_copies_are_noticed_and_jittered_ones_later(self, found):
        verbatim = found["membership-worst-case", "verbatim"].numbers["people_80"]
        jittered = found["membership-worst-case", "jittered"].numbers.get("people_80", np.inf)
        assert verbatim < jittered
        assert found["identical-match", "verbatim"].numbers["people_80"] <= 10
        assert not found["identical-match", "jittered"].passed

    def test_more_copies_are_noticed_more_often(self, found):
        curves = [f.curve for f in found.values() if f.curve]
        assert len(curves) == 10
        for curve in curves:
            shares = [p.noticed for p in curve]
            assert all(b >= a - 0.2 for a, b in pairwise(shares))
            assert [p.people for p in curve] == sorted({p.people for p in curve})

    def test_the_same_seed_gives_the_same_facts(self, lab, found):
        again = Trial(Lab(lab.release, seed=4), FAST).facts(CHECKS[:2])
        assert {(f.check, f.plan): f for f in again}.items() <= found.items()


def test_a_check_that_looks_at_the_labels_is_unreliable(lab):
    facts = {f.plan: f for f in Trial(lab, FAST).facts((Peeks(),))}
    assert not facts["null"].passed
    # The least that 5,000 relabellings can say, in each of three small worlds.
    assert facts["null"].numbers["p"] < 0.001


def test_a_check_that_does_not_look_at_the_release_is_quiet_and_unable(lab):
    facts = {f.plan: f for f in Trial(lab, FAST).facts((LooksAway(),))}
    assert facts["null"].passed
    assert not facts["full_copy"].passed


def test_all_of_it_again_on_people_dealt_out_anew(lab):
    full = Effort(deals=50, draws=20, statements=100, whole=True)
    facts = {(f.check, f.plan): f for f in Trial(lab, full).facts((CLOSEST, Peeks()))}
    assert facts[CLOSEST.card.id, "null"].numbers == {
        "fired": facts[CLOSEST.card.id, "null"].numbers["fired"],
        "draws": 20.0,
        "bound": 5.0,
    }
    assert facts[CLOSEST.card.id, "null"].passed
    assert facts["peeks", "null"].numbers["fired"] == 20.0
    assert not facts["peeks", "null"].passed
    # The whole attack says of the planted what the search for them alone says.
    fast = Trial(lab, replace(full, whole=False)).facts((CLOSEST,))
    alone = next(f for f in fast if f.plan == "verbatim")
    assert facts[CLOSEST.card.id, "verbatim"].curve == alone.curve


def test_what_is_put_together_is_what_a_planted_release_shows(lab):
    """Copies of 40 of 600 people for real, 12 times: as often as the curve says."""
    curve = next(f for f in Trial(lab, FAST).facts((CLOSEST,)) if f.plan == "verbatim").curve
    said = float(np.interp(40, [p.people for p in curve], [p.noticed for p in curve]))
    seen = 0
    for draw in range(12):
        release = dealt_out(lab.release, np.random.default_rng(draw))
        plan = plan_copies(
            release.synthetic.n_rows, release.real.people, 40, rng=np.random.default_rng(draw)
        )
        leaked = release.synthetic.replace_rows(plan.replaced, release.real, plan.by)
        world = Lab(replace(release, synthetic=leaked.in_canonical_order()), seed=draw)
        worst = [
            m
            for m in CLOSEST.run(world.for_check(CLOSEST.card.id))
            if isinstance(m, Measurement) and m.scope == {"over": "worst"}
        ]
        p = {m.name: m.p_value for m in worst}
        seen += min(p["auc"], p["tpr_at_fpr_1pct"]) <= 0.025
    assert abs(seen / 12 - said) <= 0.3


def test_without_a_holdout_nothing_can_be_dealt_out():
    release = replace(planted_release(n=200, leak=0.1), holdout=None)
    facts = list(Trial(Lab(release, seed=0), FAST).facts((IdenticalMatch(), ClosestRecord())))
    assert {f.plan for f in facts} <= {"full_copy"}


def test_when_time_is_over_nothing_more_is_said(lab):
    left = [3]

    def late() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OutOfTime("late")

    facts = []
    with pytest.raises(OutOfTime):
        facts.extend(
            Trial(replace(lab, checkpoint=late, kept={}, of_people={}), FAST).facts(CHECKS)
        )
    assert len(facts) < 3


def test_each_side_gives_its_share_of_the_planted():
    """Of 400 + 100 people 50 are planted: 40 and 10. More of one side would be no random part."""
    release = planted_release(n=400)
    few = replace(release, holdout=release.holdout.take(np.arange(100)))
    made = planted(Lab(few, seed=0), np.random.default_rng(0), jittered=False)
    assert ((made.people < 400).sum(), (made.people >= 400).sum()) == (40, 10)
    # The limited attack is on 40 people of each side; the planted stand among them.
    arms = [made.lab.arm(side) for side in (Side.REAL, Side.HOLDOUT)]
    assert [a.n_people for a in arms] == [40, 40]
    assert made.seats.tolist() == [*range(40), *made.seats[40:].tolist()]
    ids = np.unique(few.holdout.people[arms[1].rows])
    assert (ids[made.seats[40:] - 40] + 400).tolist() == made.people[40:].tolist()
