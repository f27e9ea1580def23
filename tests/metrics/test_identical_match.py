"""Copies are counted among rare people, by row equality."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.metrics.identical_match import IdenticalMatch
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, TEXT, WHOLE, lab_of

KINDS = {"x": WHOLE, "y": WHOLE, "c": LEVEL}


def side(*rows):
    x, y, c = zip(*rows, strict=True)
    return {"x": list(map(float, x)), "y": list(map(float, y)), "c": list(c)}


def run(lab):
    found = list(IdenticalMatch().run(lab.for_check("identical-match")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, {c.code for c in found if isinstance(c, Caveat)}


def numbers(measured):
    return {k: m.estimate.value for k, m in measured.items()}


def test_rare_rows_and_all_rows_by_hand():
    # Two people are alike; (5, 5, 0) and (6, 6, 1) differ from everybody in two columns.
    real = side((0, 0, 0), (0, 0, 0), (5, 5, 0), (6, 6, 1))
    holdout = side((0, 0, 1), (8, 8, 2), (9, 9, 3))
    released = side((0, 0, 0), (5, 5, 0), (5, 5, 0), (7, 7, 7))
    found, caveats = run(lab_of(KINDS, real, released, holdout))
    # Rare: one of two real, none of two holdout people ((0, 0, 1) is one column from (0, 0, 0)).
    # All: three of four real people, none of three. IMS: three of four records. Nobody else has
    # the records of two real and of three holdout people; one of the two returns.
    assert numbers(found) == pytest.approx(
        {
            ("share",): 0.5,
            ("control_share",): 0.0,
            ("excess",): 0.5,
            ("share", "all"): 0.75,
            ("control_share", "all"): 0.0,
            ("excess", "all"): 0.75,
            ("share", "unique"): 0.5,
            ("control_share", "unique"): 0.0,
            ("excess", "unique"): 0.5,
            ("rows_share",): 0.75,
            ("rows_share", "holdout"): 0.0,
            # Real people are given 3 of 4 records, holdout people none.
            ("excess", "synthetic"): 0.75,
        }
    )
    assert (found["share",].n, found["control_share",].n) == (2, 2)
    assert caveats == set()


def test_no_copy_is_known():
    found, _ = run(Lab(planted_release(), seed=0))
    estimate = found["excess",].estimate
    assert (estimate.low, estimate.value, estimate.high) == (0.0, 0.0, 0.0)


def test_copied_people_are_counted_one_by_one():
    release = planted_release(leak=0.2)
    found, _ = run(Lab(release, seed=0))
    rare = found["share",].n
    assert rare > 200
    # 50 of 250 people, all but the few common ones among them.
    assert found["share", "all"].estimate.value == pytest.approx(0.2)
    assert round(found["share",].estimate.value * rare) >= 45
    assert found["excess",].p_value < 1e-9


def test_fresh_rows_do_not_dilute_copies():
    release = planted_release(leak=0.1)
    more = replace(release, synthetic=release.synthetic.stacked(planted_release(seed=9).synthetic))
    there, diluted = (numbers(run(Lab(r, seed=0))[0]) for r in (release, more))
    assert diluted["share",] == there["share",] > 0.05
    assert diluted["rows_share",] == pytest.approx(there["rows_share",] / 2)


def test_a_gap_equals_a_gap_and_nothing_else():
    kinds = {"x": NUMBER, "y": NUMBER}

    def pair(*rows):
        return {"x": [r[0] for r in rows], "y": [r[1] for r in rows]}

    real = pair((None, None), (3.0, None), (7.0, 8.0))
    found, _ = run(lab_of(kinds, real, pair((None, None), (3.0, 0.0)), pair((20.0, 21.0))))
    assert found["share", "all"].estimate.value == pytest.approx(1 / 3)


def test_a_new_text_hides_no_copy():
    kinds = {**KINDS, "note": TEXT}
    real, released = side((1, 2, 3), (4, 5, 6)), side((1, 2, 3))
    lab = lab_of(
        kinds, {**real, "note": [0, 1]}, {**released, "note": [9]}, {**released, "note": [2]}
    )
    assert run(lab)[0]["share", "all"].estimate.value == 0.5


def test_a_copy_must_be_of_the_rare_row_itself():
    """A person with a rare and a common row: that the common one returns copies nobody."""
    real = side((0, 0, 0), (5, 5, 5), (0, 0, 0), (0, 0, 0))
    people = {"real": [0, 0, 1, 2], "holdout": [0, 1]}
    holdout = side((0, 0, 0), (9, 9, 9))
    found, _ = run(lab_of(KINDS, real, side((0, 0, 0)), holdout, people=people))
    assert found["share",].n == 1
    assert found["share",].estimate.value == 0.0
    assert found["excess",].estimate.is_exact
    copied, _ = run(lab_of(KINDS, real, side((5, 5, 5)), holdout, people=people))
    assert copied["share",].estimate.value == 1.0


def test_without_rare_people_only_all_rows_are_counted():
    same = side((0, 0, 0), (0, 0, 0), (1, 0, 0))
    found, caveats = run(lab_of(KINDS, same, same, same))
    assert CaveatCode.NO_RARE_PEOPLE in caveats
    assert ("share",) not in found
    assert found["share", "all"].estimate.value == 1.0
    assert found["excess", "all"].estimate.value == 0.0


def test_a_record_of_both_sides_is_no_copy_of_one_person():
    # (0, 0, 0) stands on both sides, (1, 0, 0) beside it: unique is the second, rare is neither.
    real, holdout = side((0, 0, 0), (1, 0, 0)), side((0, 0, 0), (9, 9, 9))
    found, _ = run(lab_of(KINDS, real, side((0, 0, 0), (1, 0, 0)), holdout))
    assert found["share", "unique"].n == 1
    assert found["share", "unique"].estimate.value == 1.0
    assert found["control_share", "unique"].estimate.value == 0.0
    assert ("share",) not in found


class TestOverRecords:
    def test_equal_records_are_given_evenly_to_all_who_have_them(self):
        # Three records (1, 1, 1): one real and two holdout people have it, one each. So real
        # people are given 1 of 4, and holdout people 2 of 4; of three two would get 4 / 3.
        real, holdout = side((1, 1, 1), (2, 2, 2)), side((1, 1, 1), (1, 1, 1), (3, 3, 3))
        released = side((1, 1, 1), (1, 1, 1), (1, 1, 1), (7, 7, 7))
        found, _ = run(lab_of(KINDS, real, released, holdout))
        assert found["rows_share",].estimate.value == 0.75
        assert found["rows_share", "holdout"].estimate.value == 0.75
        assert found["excess", "synthetic"].estimate.value == pytest.approx((1 - 4 / 3) / 4)

    def test_a_larger_table_is_met_more_often_and_that_is_no_excess(self):
        """A coarse population, five times as many real as holdout people, no copies."""
        rng = np.random.default_rng(1)

        def people(n):
            return side(*zip(*(rng.integers(0, 7, n) for _ in range(3)), strict=True))

        alarms, plain = 0, []
        for _ in range(25):
            found, _ = run(lab_of(KINDS, people(300), people(200), people(60)))
            alarms += found["excess", "synthetic"].p_value <= 0.05
            shares = [found[k].estimate.value for k in (("rows_share",), ("rows_share", "holdout"))]
            plain.append(shares[0] - shares[1])
        # Binomial(25, .05) exceeds 5 with a probability of .001.
        assert alarms <= 5
        assert min(plain) > 0.2

    def test_one_person_released_many_times_is_one_person(self):
        real = side(*[(i, i, i) for i in range(20)])
        holdout = side(*[(i, i, i) for i in range(50, 70)])
        found, _ = run(lab_of(KINDS, real, side(*[(3, 3, 3)] * 30), holdout))
        excess = found["excess", "synthetic"]
        # Half of the pool is real, so one person is a real one every other time.
        assert excess.estimate.value == pytest.approx(1.0)
        assert excess.p_value == pytest.approx(0.5, abs=0.03)
        assert excess.estimate.low <= 0.0

    def test_without_a_match_it_is_known(self):
        found, _ = run(lab_of(KINDS, side((1, 1, 1)), side((2, 2, 2)), side((3, 3, 3))))
        assert found["excess", "synthetic"].estimate.is_exact

    def test_without_a_holdout_there_is_nothing_beside(self):
        found, _ = run(lab_of(KINDS, side((1, 1, 1), (2, 2, 2)), side((2, 2, 2))))
        assert found["rows_share",].estimate.value == 1.0
        assert ("rows_share", "holdout") not in found
        assert ("excess", "synthetic") not in found


def test_two_columns_at_least_make_somebody_rare():
    kinds = {"x": WHOLE, "y": WHOLE}
    rows = {"x": [0.0, 1.0], "y": [0.0, 1.0]}
    found, _ = run(lab_of(kinds, rows, {"x": [0.0], "y": [0.0]}, {"x": [7.0], "y": [7.0]}))
    assert found["share",].estimate.value == 0.5


class TestWithoutHoldout:
    def test_twins_in_real_are_the_natural_rate(self):
        real = side((0, 0, 0), (0, 0, 0), (5, 5, 0), (6, 6, 1))
        found, caveats = run(lab_of(KINDS, real, side((0, 0, 0), (6, 6, 1))))
        assert CaveatCode.CONTROL_BY_LEAVE_ONE_OUT in caveats
        assert found["share", "all"].estimate.value == 0.75
        assert found["control_share", "all"].estimate.value == 0.5
        assert found["share", "unique"].estimate.value == 0.5
        # Two twins are one pair of four people; at least one in n / 2 counts.
        assert found["control_share", "unique"].estimate.value == 1.0
        # (5, 5, 0) and (6, 6, 1) are rare; the twins would be rare but for each other.
        assert found["share",].estimate.value == 0.5
        assert found["control_share",].estimate.value == 1.0

    def test_a_fresh_sample_of_a_coarse_population_copies_nobody(self):
        """Rare rows meet by chance, and rarity among real rows alone never shows how often."""
        rng = np.random.default_rng(5)

        def people(n):
            rows = zip(*(rng.integers(0, 28, n) for _ in range(3)), strict=True)
            return side(*rows)

        alarms, found_any = 0, 0
        for _ in range(40):
            found, _ = run(lab_of(KINDS, people(400), people(400)))
            alarms += found["excess",].p_value <= 0.05
            found_any += found["share",].estimate.value > 0
        # About 1.6 of 400 rare people meet a record by chance.
        assert found_any >= 20
        # Binomial(40, .05) exceeds 7 with a probability of .0007.
        assert alarms <= 7

    def test_a_larger_release_meets_more_people_by_chance(self):
        rng = np.random.default_rng(6)

        def people(n):
            rows = zip(*(rng.integers(0, 12, n) for _ in range(3)), strict=True)
            return side(*rows)

        alarms = 0
        for _ in range(25):
            found, _ = run(lab_of(KINDS, people(150), people(900)))
            alarms += found["excess",].p_value <= 0.05 or found["excess", "all"].p_value <= 0.05
        # Two tests each; binomial(25, .1) exceeds 8 with a probability of .0005.
        assert alarms <= 8

    def test_copies_are_still_found(self):
        release = replace(planted_release(leak=0.1), holdout=None)
        found, _ = run(Lab(release, seed=0))
        assert found["excess",].p_value < 1e-4
        assert found["excess",].estimate.low > 0.05
        assert found["excess",].p_safe_side is None


def test_the_sides_are_independent_of_order():
    release = planted_release(leak=0.1)
    shuffled = planted_release(leak=0.1, shuffle=4)
    one, other = (run(Lab(r, seed=0))[0] for r in (release, shuffled))
    assert numbers(one) == numbers(other)
