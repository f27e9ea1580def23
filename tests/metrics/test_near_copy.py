"""Near copies are found among people whom nobody else resembles."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.data.release import release_from_frames
from audit.facts.measurement import Caveat, Measurement
from audit.facts.project import Project
from audit.facts.reasons import CaveatCode
from audit.harness.controls import full_copy, noticed
from audit.metrics.near_copy import NearCopy
from audit.testing import planted_release
from tests.contract.handmade import DATE, LEVEL, NUMBER, WHOLE, lab_of

KINDS = {"x": WHOLE, "y": WHOLE, "z": WHOLE, "c": LEVEL}
EITHER, ONE, RADIUS = (), ("one_column",), ("radius",)


def side(*rows):
    x, y, z, c = zip(*rows, strict=True)
    return {"x": list(map(float, x)), "y": list(map(float, y)), "z": list(map(float, z)), "c": c}


def run(lab):
    found = list(NearCopy().run(lab.for_check("near-copy")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, {c.code for c in found if isinstance(c, Caveat)}


def people_of(measured, scope, name="share"):
    m = measured[(name, *scope)]
    return round(m.estimate.value * m.n), m.n


REAL = side((0, 0, 0, 0), (0, 0, 1, 1), (50, 60, 70, 2), (90, 80, 40, 3))
HOLDOUT = side((20, 20, 20, 4), (30, 35, 90, 5))


def test_by_hand():
    # (0,0,0,0) and (0,0,1,1) agree in two columns of four: neither stands apart. All others agree
    # with nobody in anything. Ranks of x: 0 twice (1/6), then 20, 30, 50, 90 at 2.5, 3.5, 4.5 and
    # 5.5 sixths; the two alike lie nearest, so their distance is the first percentile.
    released = side((50, 60, 70, 9), (30, 35, 91, 5), (0, 0, 0, 0), (500, 1, 1, 8))
    found, caveats = run(lab_of(KINDS, REAL, released, HOLDOUT))
    # Two real people stand apart; one returns but for c. Of two holdout people one does but for z.
    assert people_of(found, ONE) == (1, 2)
    assert people_of(found, ONE, "control_share") == (1, 2)
    assert found["excess", "one_column"].estimate.value == 0.0
    # Everybody: (0,0,0,0) stands there itself, (50,...) but for c; (0,0,1,1) differs in two.
    assert people_of(found, ("one_column", "all")) == (2, 4)
    assert people_of(found, ("one_column", "all"), "control_share") == (1, 2)
    assert caveats == set()


def test_two_changed_columns_are_not_near():
    found, _ = run(lab_of(KINDS, REAL, side((50, 60, 7, 9)), HOLDOUT))
    assert people_of(found, ONE) == (0, 2)
    assert found["excess", "one_column"].estimate.is_exact


def test_either_way_counts_a_person_once():
    # One person returns as is (both ways), another but for c (one way only): a mismatch is a
    # quarter, and half of the shortest distance, (1 / 6 + 1) / 4, is less.
    released = side((50, 60, 70, 2), (90, 80, 40, 9))
    found, _ = run(lab_of(KINDS, REAL, released, HOLDOUT))
    assert people_of(found, RADIUS) == (1, 2)
    assert people_of(found, ONE) == (2, 2)
    assert people_of(found, EITHER) == (2, 2)


def test_a_person_is_near_through_any_row_that_stands_apart():
    people = {"real": [0, 0, 1, 1], "holdout": [0, 1]}
    # The two alike rows are now one person's and make nobody common: both people stand apart. Not
    # every row of them: (50, 60, 70, 2) and (30, 35, 90, 5) lie nearest now.
    found, _ = run(lab_of(KINDS, REAL, side((90, 80, 4, 3)), HOLDOUT, people=people))
    assert people_of(found, ONE) == (1, 2)
    found, _ = run(lab_of(KINDS, REAL, side((50, 60, 70, 2)), HOLDOUT, people=people))
    assert people_of(found, ONE) == (0, 2)
    found, _ = run(lab_of(KINDS, REAL, side((0, 0, 0, 1), (9, 80, 40, 3)), HOLDOUT, people=people))
    assert people_of(found, ONE) == (2, 2)


def jittered(release, *, share=1e-6, seed=0):
    """Every number moved by a millionth of itself: no record is identical any more."""
    rng = np.random.default_rng(seed)
    table = release.synthetic
    moved = {n: v * (1 + share * rng.uniform(-1, 1, v.size)) for n, v in table.numbers.items()}
    return replace(release, synthetic=table.with_values(numbers=moved))


def changed(release, column, seed=0):
    """One column dealt out anew among the synthetic records."""
    rng = np.random.default_rng(seed)
    table = release.synthetic
    dealt = {column: rng.permutation(table.numbers[column])}
    return replace(release, synthetic=table.with_values(numbers=dealt))


class TestDisguises:
    def test_a_millionth_of_jitter_hides_nobody(self):
        found, _ = run(Lab(jittered(planted_release(leak=0.2)), seed=0))
        near, apart = people_of(found, EITHER)
        assert near >= 0.19 * apart
        assert people_of(found, ONE)[0] == near
        assert found["excess",].p_value < 1e-9

    def test_one_changed_column_hides_nobody(self):
        found, _ = run(Lab(changed(planted_release(leak=0.2), "cost"), seed=0))
        near, apart = people_of(found, ONE)
        assert near >= 0.19 * apart
        assert found["excess",].estimate.low > 0.1

    def test_both_together_hide_nobody(self):
        found, _ = run(Lab(jittered(changed(planted_release(leak=0.2), "lab")), seed=0))
        assert found["excess", "one_column"].estimate.low > 0.1

    def test_small_noise_on_every_number_is_within_the_radius(self):
        found, _ = run(Lab(jittered(planted_release(leak=0.2), share=1e-4), seed=0))
        near, apart = people_of(found, RADIUS)
        assert near >= 0.15 * apart

    def test_numbers_of_every_size_and_dates(self):
        """Settled are 0, a tiny number, a huge one and a date; another number is another one."""
        kinds = {"a": NUMBER, "b": NUMBER, "d": DATE, "e": WHOLE}
        real = {
            "a": [0.0, 1e-9, 4e17, 3.0],
            "b": [5.0, 6.0, 7.0, 8.0],
            "d": [1e15, 1.2e15, 1.4e15, 1.6e15],
            "e": [10.0, 20.0, 30.0, 40.0],
        }
        holdout = {"a": [9.0], "b": [90.0], "d": [9e14], "e": [95.0]}
        wobbly = {n: [v * (1 + 1e-6) for v in values] for n, values in real.items()}
        found, _ = run(lab_of(kinds, real, {**wobbly, "b": [70.0] * 4}, holdout))
        assert people_of(found, ("one_column", "all")) == (4, 4)
        other = {n: [v * 1.01 for v in values] for n, values in wobbly.items()}
        found, _ = run(lab_of(kinds, real, {**other, "b": [70.0] * 4}, holdout))
        assert people_of(found, ("one_column", "all"))[0] == 0


def test_fresh_samples_copy_nobody():
    """Relabelling: what is significant at 5 % may be so by chance, and hardly ever is."""
    significant = 0
    for seed in range(20):
        found, _ = run(Lab(planted_release(seed=seed, n=150), seed=seed))
        significant += found["excess",].p_value <= 0.05
    # Binomial(20, .05) exceeds 5 with a probability of .0003.
    assert significant <= 5


def test_a_full_copy_is_noticed():
    fact = noticed(NearCopy(), full_copy(Lab(planted_release(), seed=0)))
    assert fact is not None
    assert fact.passed


class TestWithoutHoldout:
    def test_copies_are_found_against_the_other_real_people(self):
        release = replace(jittered(planted_release(leak=0.1)), holdout=None)
        found, caveats = run(Lab(release, seed=0))
        assert CaveatCode.CONTROL_BY_LEAVE_ONE_OUT in caveats
        assert "leave-one-out" in found["control_share",].estimate.method
        assert found["excess",].p_value < 1e-4
        assert found["excess",].p_safe_side is None
        assert not any("all" in key for key in found)

    def test_pairs_among_real_people_are_the_natural_rate(self):
        # Two people agree but for z and nobody else is like them; two others are like nobody.
        real = side((1, 1, 1, 0), (1, 1, 9, 0), (50, 60, 70, 2), (90, 80, 40, 3))
        found, _ = run(lab_of(KINDS, real, side((50, 60, 70, 9))))
        # One pair of four people, counted as one of two; one of two who stand apart is near.
        assert found["control_share",].estimate.value == pytest.approx(1.0)
        assert people_of(found, EITHER) == (1, 2)

    def test_fresh_samples_raise_no_alarm(self):
        alarms = 0
        for seed in range(20):
            release = replace(planted_release(seed=seed, n=150), holdout=None)
            found, _ = run(Lab(release, seed=seed))
            alarms += found["excess",].p_value <= 0.05
        assert alarms <= 5


class TestOddTables:
    def test_one_row_each(self):
        one = side((1, 2, 3, 0))
        found, _ = run(lab_of(KINDS, one, one, side((7, 8, 9, 1))))
        assert people_of(found, ("all",)) == (1, 1)

    def test_one_real_person_and_no_holdout(self):
        one = side((1, 2, 3, 0))
        found, _ = run(lab_of(KINDS, one, one))
        assert people_of(found, EITHER) == (1, 1)

    def test_everybody_alike(self):
        same = side(*[(1, 1, 1, 1)] * 5)
        found, caveats = run(lab_of(KINDS, same, same, same))
        assert caveats == {CaveatCode.NO_RARE_PEOPLE}
        assert people_of(found, ("all",)) == (5, 5)
        assert found["excess", "all"].estimate.value == 0.0

    def test_categories_only(self):
        kinds = dict.fromkeys("abcd", LEVEL)
        rng = np.random.default_rng(1)

        def table(n):
            return {name: rng.integers(0, 40, n).tolist() for name in "abcd"}

        real = table(40)
        found, _ = run(lab_of(kinds, real, {**real, "a": [99] * 40}, table(40)))
        assert found["excess", "one_column"].estimate.value > 0.9

    def test_nothing_but_gaps(self):
        gaps = {"x": [None] * 4, "y": [None] * 4, "z": [None] * 4, "c": [None] * 4}
        found, caveats = run(lab_of(KINDS, gaps, gaps, gaps))
        assert CaveatCode.NO_RARE_PEOPLE in caveats
        assert found["excess", "all"].estimate.value == 0.0

    def test_the_largest_numbers(self):
        kinds = dict.fromkeys("abc", NUMBER)
        real = {n: [1.7e308, -1.7e308, 1.0] for n in "abc"}
        released = {n: [-1.7e308, 1e300] for n in "abc"}
        found, _ = run(lab_of(kinds, real, released, {n: [2.0, 5e-324] for n in "abc"}))
        assert people_of(found, ("one_column", "all")) == (1, 3)


def test_whole_numbers_may_hide_behind_fractions():
    """Through the files: a fraction in a whole column is read, and settled."""
    pd = pytest.importorskip("pandas")
    rng = np.random.default_rng(3)

    def people(n):
        return pd.DataFrame({c: rng.integers(0, 90, n) for c in ("a", "b", "c", "d", "e")})

    real, holdout = people(60), people(60)
    moved = real * (1 + 1e-6 * rng.uniform(-1, 1, real.shape))
    release = release_from_frames(real, moved, holdout, project=Project())
    found, _ = run(Lab(release, seed=0))
    near, apart = people_of(found, ONE)
    assert near == apart > 30
