"""What all attacks say of one person: classes, numbers, counts; never who."""

from dataclasses import replace
from math import log

import numpy as np
import pytest

from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.attacks.membership_local_count import MembershipLocalCount
from audit.contract.lab import Lab
from audit.contract.outcomes import Scores
from audit.contract.people import (
    RATE,
    PersonEvidence,
    evidence_of,
    exposure_classes,
    people_caveats,
    pooled_scores,
)
from audit.facts.measurement import SplitFacts
from audit.facts.reasons import CaveatCode
from audit.testing import planted_release

ATTACKS = (MembershipClosestRecord(), MembershipLocalCount())


def cases_of(lab):
    return [
        replace(case, scope={"attack": attack.card.id, **case.scope})
        for attack in ATTACKS
        for case in attack.outcomes(lab)
    ]


def found_in(release):
    lab = Lab(release, seed=1)
    return evidence_of(cases_of(lab), lab)


def sizes(place, n_holdout):
    return np.bincount(exposure_classes(place, n_holdout)).tolist()


def test_there_are_as_many_classes_as_the_holdout_can_fill():
    place = np.arange(3_000) / 3_000
    assert sizes(place, 1_500) == [1_000] * 3
    assert sizes(place, 1_499) == [1_500] * 2
    assert sizes(place, 20) == [3_000]
    assert sizes(np.arange(30_000) / 30_000, 20_000) == [3_000] * 10
    # 7,001 people, 1,000 of them held out: 3,500 are expected to hold 500 of those.
    assert sizes(np.arange(7_001) / 7_001, 1_000) == [3_501, 3_500]


def test_the_most_exposed_come_first():
    part = exposure_classes(np.arange(2_000) / 2_000, 1_000)
    assert part[0] == 0
    assert part[-1] == 1


def test_classes_that_ties_leave_empty_are_joined():
    # 900 stand equal in front, 1,100 behind: of four parts the second stays empty.
    place = np.repeat([0.0, 0.45], [900, 1_100])
    assert sizes(place, 2_000) == [900, 1_100]
    # 100 in front are too few; so are 100 at the end.
    assert sizes(np.repeat([0.0, 0.3, 0.6], [100, 1_000, 900]), 2_000) == [1_100, 900]
    assert sizes(np.repeat([0.0, 0.5, 0.9], [900, 1_000, 100]), 2_000) == [900, 1_100]
    assert sizes(np.zeros(2_000), 2_000) == [2_000]


def test_every_attack_has_one_vote():
    part = np.zeros(4, dtype=np.int64)
    first = Scores({"attack": "a"}, np.array([4.0, 3.0]), np.array([2.0, 1.0]))
    again = Scores({"attack": "a", "k": "5"}, np.array([1.0, 3.0]), np.array([2.0, 4.0]))
    other = Scores({"attack": "b"}, np.array([7.0, 7.0]), np.array([0.0, 0.0]))
    # Parts of the class that score as high: 1/4 2/4 3/4 1; 1 2/4 3/4 1/4; ties in the middle,
    # 1.5/4 twice and 3.5/4 twice. The first two share a vote.
    shared = [-log(a / 4) / 2 - log(b / 4) / 2 for a, b in ((1, 4), (2, 2), (3, 3), (4, 1))]
    tied = [-log(x / 4) for x in (1.5, 1.5, 3.5, 3.5)]
    found = pooled_scores([first, again, other], part)
    np.testing.assert_allclose(found, np.add(shared, tied))


def test_people_are_ranked_within_their_class():
    case = Scores({"attack": "a"}, np.array([1.0, 9.0]), np.array([2.0, 8.0]))
    found = pooled_scores([case], np.array([0, 1, 0, 1]))
    np.testing.assert_allclose(found, [0.0, log(2), log(2), 0.0])


def test_the_number_of_a_person_does_not_know_who_is_real():
    release = planted_release(seed=2, leak=0.2, n=120)
    swapped = replace(release, real=release.holdout, holdout=release.real)
    scores = [
        pooled_scores(cases_of(Lab(r, seed=1)), np.zeros(240, int)) for r in (release, swapped)
    ]
    np.testing.assert_array_equal(scores[0][:120], scores[1][120:])
    np.testing.assert_array_equal(scores[0][120:], scores[1][:120])


def test_people_who_were_copied_are_found():
    release = planted_release(seed=4, leak=0.2, n=500)
    found = found_in(release)
    released = set(map(tuple, release.synthetic.keys.tolist()))
    copied = np.array([tuple(key) in released for key in release.real.keys.tolist()])
    assert copied.sum() == 100
    assert found.flagged[copied].sum() > 50
    assert found.flagged[~copied].mean() < 0.05
    assert set(found.level) == {1}
    [said] = people_caveats(found)
    assert said.code is CaveatCode.PEOPLE_FLAGGED
    flagged = float(found.flagged.sum())
    assert said.numbers == {
        "flagged": flagged,
        "people": 500.0,
        "percent": 10.0,
        "expected_false": pytest.approx(RATE * flagged),
    }


def test_a_private_release_points_at_hardly_anybody():
    # P(anybody) is at most .1; Binomial(25, .1) exceeds 9 with a probability of 1e-4.
    hits = [found_in(planted_release(seed=s, n=80)).flagged.any() for s in range(25)]
    assert sum(hits) <= 9


def test_people_of_several_rows_are_one_person():
    release = planted_release(seed=1, n=90)
    owners = np.arange(90) // 2
    release = replace(
        release,
        real=replace(release.real, people=owners),
        holdout=replace(release.holdout, people=owners),
        unit="person",
    )
    assert found_in(release).p.shape == (45,)


@pytest.mark.parametrize(
    "split", [SplitFacts("temporal", "declared"), SplitFacts("random", "declared", ("tuning",))]
)
def test_a_split_that_is_no_chance_explains_nothing(split):
    found = found_in(replace(planted_release(n=60), split=split))
    assert found is None
    assert list(people_caveats(found)) == []


def evidence(p, n_class, n_holdout=400):
    n = len(p)
    return PersonEvidence(
        p=np.array(p),
        smallest=np.full(n, 1 / (n_class + 1)),
        level=np.ones(n, dtype=np.int64),
        flagged=np.zeros(n, dtype=bool),
        n_holdout=n_holdout,
    )


def test_where_nobody_is_flagged_the_tail_is_counted():
    # 199 holdout people: p is at least 1/200. Of 40 people k must stand out, 1/200 <= .1 k / 40.
    [said] = people_caveats(evidence([1 / 200, 2 / 200, 3 / 200] + [0.5] * 37, 199))
    assert said.code is CaveatCode.NOBODY_FLAGGED
    # Beyond 1 % lie p <= 2/200; chance puts 40 x 2/200 there.
    expected = {"needed": 2.0, "people": 40.0, "beyond": 2.0, "percent": 1.0}
    assert said.numbers == {**expected, "expected": pytest.approx(0.4)}


def test_a_small_holdout_has_no_tail_of_one_in_a_hundred():
    # 29 holdout people: three of thirty places are a tenth.
    [said] = people_caveats(evidence([3 / 30, 4 / 30] + [0.5] * 8, 29))
    assert said.numbers["percent"] == 10.0
    assert said.numbers["beyond"] == 1.0
    assert said.numbers["expected"] == pytest.approx(1.0)


def test_eight_people_held_out_say_nothing_of_anybody():
    [said] = people_caveats(evidence([1 / 9] * 5, 8, n_holdout=8))
    assert said.code is CaveatCode.PEOPLE_UNTESTED
    assert said.numbers == {"holdout": 8.0, "needed": 9.0}
    [said] = people_caveats(evidence([0.5] * 5, 9, n_holdout=9))
    assert said.code is CaveatCode.NOBODY_FLAGGED
    assert said.numbers["needed"] == 5.0


def test_two_people_held_out_crash_nothing():
    release = planted_release(n=60)
    found = found_in(replace(release, holdout=release.holdout.take(np.arange(2))))
    assert found.p.min() >= 1 / 3
    assert [c.code for c in people_caveats(found)] == [CaveatCode.PEOPLE_UNTESTED]


def test_what_is_shown_of_it_names_nobody():
    assert "array" not in repr(evidence([0.5], 9))
