"""Two halves of a person meet in one synthetic record: four rows by hand."""

import numpy as np
import pytest

from audit.attacks.linkability import Linkability
from audit.contract.arms import Side
from audit.facts.measurement import Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"a": WHOLE, "b": WHOLE}
DIAGONAL = {"a": [0.0, 1.0, 2.0, 3.0], "b": [0.0, 1.0, 2.0, 3.0]}


def side(*rows):
    return {"a": [float(r[0]) for r in rows], "b": [float(r[1]) for r in rows]}


MEETING, DIRECT = {"k": "1", "split": "1"}, {"k": "1", "split": "1", "join": "direct"}


def won(lab, which=Side.REAL, scope=MEETING):
    """Return which rows, given as (a, b), were linked."""
    attack, arm = Linkability(), lab.arm(which)
    assert scope in attack.variants(lab)
    wins = attack.wins(arm, scope, lab)
    numbers = lab.table(which).numbers
    return {
        (int(numbers["a"][r]), int(numbers["b"][r]))
        for r, w in zip(arm.rows, wins, strict=True)
        if w
    }


def test_both_halves_must_lead_to_one_record():
    lab = lab_of(
        KINDS, side((0, 0), (1, 1), (0, 3), (2, 1)), DIAGONAL, side((3, 3), (1, 2), (2, 0))
    )
    # (0, 3): `a` leads to the record (0, 0), `b` to (3, 3).
    assert won(lab) == {(0, 0), (1, 1)}
    assert won(lab, Side.HOLDOUT) == {(3, 3)}


def test_rates_by_hand():
    real = side((0, 0), (1, 1), (0, 3), (2, 1))
    holdout = side((3, 3), (1, 2), (2, 0), (0, 1))
    lab = lab_of(KINDS, real, DIAGONAL, holdout)
    found = {
        (m.name, *m.scope.values()): m.estimate.value
        for m in Linkability().run(lab)
        if isinstance(m, Measurement)
    }
    assert found["attack_rate", "1", "1"] == 0.5
    assert found["control_rate", "1", "1"] == 0.25
    assert found["excess", "1", "1"] == found["excess", "1", "worst"] == 0.25
    assert found["risk", "1", "worst"] == pytest.approx(0.25 / 0.75)
    # The four records are among the five nearest of everybody.
    assert found["attack_rate", "5", "1"] == found["baseline_rate", "5", "1"] == 1.0


def test_the_link_need_not_be_a_copy():
    # 9 and 8 lie beyond all records: both halves lead to the last one.
    lab = lab_of(KINDS, side((9, 8), (0, 9)), DIAGONAL, side((1, 1)))
    assert won(lab) == {(9, 8)}


def test_equal_records_do_not_break_a_link():
    twice = side((0, 0), (0, 0), (2, 2), (2, 2))
    lab = lab_of(KINDS, side((0, 0), (2, 2)), twice, side((1, 1)))
    assert won(lab) == {(0, 0), (2, 2)}


def test_the_guesser_points_at_two_records_at_random():
    lab = lab_of(KINDS, side(*[(i, i) for i in range(4_000)]), DIAGONAL, side((1, 1)))
    attack = Linkability()
    guessed = attack.guesses(lab.arm(Side.REAL), MEETING, lab)
    # 1 of 4 on 4,000 people: standard error .007.
    assert guessed.mean() == pytest.approx(0.25, abs=0.035)


def columns(n, holdout=True):
    names = [f"c{i}" for i in range(n)]
    rows = {name: [0, 1] for name in names}
    return lab_of(dict.fromkeys(names, LEVEL), rows, rows, rows if holdout else None)


@pytest.mark.parametrize(("n", "cuts"), [(2, 1), (3, 3), (4, 3), (5, 4), (9, 4)])
def test_cuts_are_distinct_halves(n, cuts):
    # Four are wanted. 2 columns can be halved in one way, 3 in three, 4 in three.
    lab = columns(n).for_check("linkability")
    splits = Linkability().splits(lab)
    assert len(splits) == cuts
    halves = [
        frozenset((frozenset(c.name for c in left), frozenset(c.name for c in right)))
        for left, right in splits
    ]
    assert len(set(halves)) == cuts
    for left, right in splits:
        assert len(left) + len(right) == n
        assert abs(len(left) - len(right)) <= 1
        assert not {c.name for c in left} & {c.name for c in right}


def test_cuts_that_were_not_tried_are_said():
    attack = Linkability()
    assert attack.caveats(columns(2)) == {}
    assert attack.caveats(columns(3)) == {}
    assert attack.caveats(columns(5)) == {CaveatCode.SPLITS_SAMPLED: {"tried": 4}}


def test_only_quasi_identifiers_are_cut():
    roles = {"b": frozenset({Role.SENSITIVE})}
    kinds = {"a": WHOLE, "b": WHOLE, "c": WHOLE}
    rows = {name: [0.0, 1.0] for name in kinds}
    lab = lab_of(kinds, rows, rows, rows, roles=roles)
    [(left, right)] = Linkability().splits(lab)
    assert {left[0].name, right[0].name} == {"a", "c"}


def test_the_order_of_equally_near_records_decides_nothing():
    # `a` leads to three records alike, `b` to one of them: one part in three is no link. Where
    # two of three are the records that `b` leads to, it is one.
    third = side((0, 1), (0, 2), (0, 3), (9, 9))
    assert won(lab_of(KINDS, side((0, 2)), third, side((9, 9)))) == set()
    twice = side((0, 2), (0, 2), (0, 3), (9, 9))
    assert won(lab_of(KINDS, side((0, 2)), twice, side((9, 9)))) == {(0, 2)}


def test_a_crowd_that_is_equally_near_links_by_the_one_record_in_common():
    # `a` leads to three records, `b` to two; one has both. Of (1, 1) there are two.
    tied = {**MEETING, "join": "tied"}
    released = side((0, 2), (0, 3), (0, 4), (5, 2), (1, 1), (1, 1))
    lab = lab_of(KINDS, side((0, 2), (1, 1), (5, 3)), released, side((9, 9)))
    assert won(lab) == {(1, 1)}
    assert won(lab, scope=tied) == {(0, 2)}
    assert won(lab, scope={**tied, "k": "5"}) >= {(0, 2), (1, 1)}


def test_copies_in_coarse_columns_are_linked():
    # Six columns of four levels are 4,096 cells for 300 people: most are alone in theirs.
    rng = np.random.default_rng(3)
    names = "abcdef"
    people = [{n: [int(x) for x in rng.integers(4, size=300)] for n in names} for _ in range(2)]
    lab = lab_of(dict.fromkeys(names, LEVEL), people[0], people[0], people[1])
    attack = Linkability()
    found = {
        which: attack.wins(lab.arm(which), {**MEETING, "join": "tied"}, lab).mean()
        for which in (Side.REAL, Side.HOLDOUT)
    }
    assert found[Side.REAL] > 0.9
    assert found[Side.HOLDOUT] < 0.15


def test_among_five_neighbours_are_more_than_among_one():
    line = side(*[(i, i) for i in range(40)])
    lab = lab_of(KINDS, side((10, 12), (10, 30)), line, line)
    assert won(lab) == set()
    # Around 10: 8 to 12; around 12: 10 to 14.
    assert won(lab, scope={"k": "5", "split": "1"}) == {(10, 12)}
    assert won(lab, scope={"k": "10", "split": "1"}) == {(10, 12)}


def test_the_true_other_half_is_ranked_among_those_of_all_people():
    # `a` of (10, 21) leads to the record (10, 20). Of all the people's `b` 21 is nearest to 20.
    released = side((10, 20), (30, 50), (31, 70))
    lab = lab_of(KINDS, side((10, 21), (30, 57)), released, side((90, 51), (10, 99)))
    assert won(lab, scope=DIRECT) == {(10, 21)}
    # Second to 51 of the holdout, so among the first five.
    assert (30, 57) in won(lab, scope={**DIRECT, "k": "5"})
    assert won(lab, Side.HOLDOUT, scope=DIRECT) == set()


def test_equal_other_halves_share_a_rank():
    released = side((10, 20), (30, 50))
    three = lab_of(KINDS, side((10, 20), (60, 20)), released, side((90, 20)))
    # Three people have the half that is looked for: one in three is no majority.
    assert won(three, scope=DIRECT) == set()
    two = lab_of(KINDS, side((10, 20), (60, 20)), released, side((90, 80)))
    assert won(two, scope=DIRECT) == {(10, 20)}


@pytest.mark.parametrize(("k", "chance"), [(1, 1 / 50), (5, 0.4234), (10, 0.9175)])
def test_guessing_is_hypergeometric(k, chance):
    # 1 - C(50 - k, k) / C(50, k)
    released = side(*[(i, i) for i in range(50)])
    lab = lab_of(KINDS, side(*[(i, i) for i in range(4_000)]), released, side((1, 1)))
    guessed = Linkability().guesses(lab.arm(Side.REAL), {"k": str(k), "split": "1"}, lab)
    assert guessed.mean() == pytest.approx(chance, abs=0.035)


def test_links_of_the_vulnerable_alone_show_among_them(monkeypatch):
    monkeypatch.setattr("audit.contract.strata.chosen_share", lambda *_, **__: 0.25)
    # A crowd of 300 on 25 places, where a half leads to 60 records alike, and 100 people far out;
    # the release has those of the real side.
    crowd = [(i % 5, i // 5 % 5) for i in range(300)]
    real = side(*crowd, *[(1_000 + i, 1_000 + i) for i in range(100)])
    holdout = side(*crowd, *[(5_000 + i, -5_000 - i) for i in range(100)])
    made = lab_of(KINDS, real, real, holdout)
    found = [m for m in Linkability().run(made) if isinstance(m, Measurement)]
    parts = [m for m in found if "subset" in m.scope]
    assert {m.scope["k"] for m in parts} == {"1"}
    assert {m.scope.get("join", "meeting") for m in parts if "split" in m.scope} == {
        "direct",
        "meeting",
        "tied",
    }
    worst = {
        (m.name, m.scope.get("subset", "")): m
        for m in found
        if m.scope.items() >= {"k": "1", "over": "worst"}.items()
    }
    # 100 of 400 real people are linked, who are the 100 real ones of the vulnerable 200.
    assert worst["excess", ""].estimate.value == pytest.approx(0.25)
    inside = worst["excess", "vulnerable"]
    assert (inside.estimate.value, inside.n) == (1.0, 200)
    assert worst["risk", "vulnerable"].estimate.value == 1.0
