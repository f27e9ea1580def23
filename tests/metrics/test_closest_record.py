"""The share of records nearest to real people, against its own null."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.figures import Ecdf
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.harness.disclosure_gate import Gate
from audit.metrics.closest_record import ClosestRecord
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def run(lab):
    """Return what holds for the whole by name, everything by name and scope, and all of it."""
    found = list(ClosestRecord().run(lab.for_check("closest-record")))
    measured = [m for m in found if isinstance(m, Measurement)]
    scoped = {(m.name, *m.scope.values()): m for m in measured}
    return {m.name: m for m in measured if not m.scope}, scoped, found


def test_share_by_hand():
    # Records 0 and 1 equal real people, 3 a holdout person; 0 twice: 3 of 4.
    found, scoped, _ = run(lab_of(KINDS, side(0, 1, 9), side(0, 0, 1, 3), side(3)))
    share = scoped["share", "rank"]
    assert share.estimate.value == pytest.approx(0.75)
    # Three of four people are real: that is what a private release shows.
    assert share.null_value == pytest.approx(0.75)
    # sqrt(3 x 1 / (4 x 3) x (sum w^2 - 1/4)), w = (1/2, 1/4, 1/4, 0).
    sd = np.sqrt(3 / 12 * (0.25 + 0.0625 + 0.0625 - 0.25))
    assert share.estimate.low == pytest.approx(0.75 - 1.644854 * sd, abs=1e-6)
    assert share.n == 4
    # The three scales agree here, so the worst of them is each of them.
    assert found["share"].estimate.value == pytest.approx(0.75)
    assert found["share"].estimate.high == share.estimate.high
    assert found["share"].null_value == pytest.approx(0.75)


@pytest.mark.parametrize("holdout", [(0, 1), (0, 1, 0, 1, 0, 1)])
def test_all_ties_leave_the_share_at_its_null(holdout):
    # Peers' defect 8: ties went to the holdout, and unequal sizes were not allowed for.
    real = (0, 1, 0, 1)
    # Everything is tied, so each tail is the whole release: 12 records, enough to be told.
    found, _, _ = run(lab_of(KINDS, side(*real), side(*(0, 1) * 6), side(*holdout)))
    n_t, n_h = len(real), len(holdout)
    assert found["share"].estimate.value == pytest.approx(n_t / (n_t + n_h))
    assert found["share"].null_value == pytest.approx(n_t / (n_t + n_h))
    for name in ("tail_share_1pct", "tail_share_5pct"):
        assert found[name].estimate.value == pytest.approx(n_t / (n_t + n_h))


def test_an_all_categorical_table_is_all_ties_and_no_error():
    rng = np.random.default_rng(0)
    kinds = {"a": LEVEL, "b": LEVEL}

    def coarse(n):
        return {"a": list(rng.integers(0, 2, n)), "b": list(rng.integers(0, 3, n))}

    found, _, _ = run(lab_of(kinds, coarse(300), coarse(200), coarse(60)))
    share = found["share"]
    assert share.null_value == pytest.approx(300 / 360)
    assert share.p_value > 0.01
    assert share.p_safe_side > 0.01


def test_a_small_holdout_makes_no_alarm_of_a_fresh_release():
    # Peers' defect 8, on data: 250 real against 50 holdout people.
    alarms = 0
    for seed in range(20):
        release = planted_release(seed=seed)
        few = replace(release, holdout=release.holdout.take(np.arange(50)))
        found, _, _ = run(Lab(few, seed=seed))
        assert found["share"].null_value == pytest.approx(250 / 300)
        alarms += found["share"].p_value <= 0.05
    # Binomial(20, .05) exceeds 5 with a probability of .0003.
    assert alarms <= 5


def test_the_tail_holds_the_copies():
    found, _, _ = run(Lab(planted_release(leak=0.05), seed=0))
    # 12 of 250 records are copies: the nearest 1 % and all of the nearest 5 % but one.
    assert found["tail_share_1pct"].estimate.value == 1.0
    assert found["tail_share_5pct"].p_value < 0.01
    # Ties at the reach of the tail belong to it: all twelve lie at distance 0.
    assert found["tail_share_1pct"].n == 12


def test_curves_count_people_within_a_distance():
    lab = lab_of(KINDS, side(0, 0, 5, 9), side(0, 4), side(4, 20))
    _, _, found = run(lab)
    [curve] = [f for f in found if isinstance(f, Ecdf)]
    assert (curve.n_real, curve.n_holdout) == (4, 2)
    assert list(curve.x) == sorted(curve.x)
    at_zero = list(curve.x).index(0.0)
    # Two of four real people and one of two holdout people stand at a record.
    assert curve.real[at_zero] == 0.5
    assert curve.holdout[at_zero] == 0.5
    assert curve.real[-1] == curve.holdout[-1] == 1.0


def test_a_person_is_as_near_as_the_nearest_row():
    people = {"real": [0, 0, 1], "holdout": [0, 1, 1]}
    lab = lab_of(KINDS, side(0, 50, 60), side(0, 30), side(70, 80, 30), people=people)
    _, _, found = run(lab)
    [curve] = [f for f in found if isinstance(f, Ecdf)]
    assert (curve.n_real, curve.n_holdout) == (2, 2)
    assert curve.real[list(curve.x).index(0.0)] == 0.5
    assert curve.holdout[list(curve.x).index(0.0)] == 0.5


class TestWithoutHoldout:
    def test_by_hand(self):
        # The nearest of the others: 0 has a record at 0; 10 has one at 11, nearer than 12; 12 has
        # that at 11 and 10 farther; 30 is nearest to 12 among people, 11 among records.
        found, _, everything = run(lab_of(KINDS, side(0, 10, 12, 30), side(0, 11)))
        assert {c.code for c in everything if isinstance(c, Caveat)} == {
            CaveatCode.CONTROL_BY_LEAVE_ONE_OUT
        }
        assert set(found) == {"share"}
        assert found["share"].estimate.value == pytest.approx(0.75)
        # Two records among 2 + 4 - 1 others.
        assert found["share"].null_value == pytest.approx(2 / 5)

    def test_ties_count_half(self):
        found, _, _ = run(lab_of(KINDS, side(0, 0, 5, 5), side(0, 5)))
        assert found["share"].estimate.value == pytest.approx(0.5)

    def test_fresh_releases_are_quiet_and_copies_are_not(self):
        alarms = 0
        for seed in range(20):
            found, _, _ = run(Lab(replace(planted_release(seed=seed), holdout=None), seed=seed))
            alarms += found["share"].estimate.low > found["share"].null_value
        assert alarms <= 5
        copied, _, _ = run(Lab(replace(planted_release(leak=0.5), holdout=None), seed=0))
        assert copied["share"].estimate.low > copied["share"].null_value

    def test_other_rows_of_the_same_person_are_no_neighbours(self):
        release = planted_release(n=200, leak=1.0)
        # Every person twice, word for word.
        twice = release.real.stacked(release.real)
        doubled = replace(twice, people=np.tile(np.arange(200), 2)).in_canonical_order()
        found, _, _ = run(Lab(replace(release, real=doubled, holdout=None), seed=0))
        assert found["share"].n == 200
        assert found["share"].estimate.value > 0.95


def test_sides_swapped_mirror_the_share():
    release = planted_release(leak=0.3)
    swapped = replace(release, real=release.holdout, holdout=release.real)
    (there, scoped, _), (back, others, _) = (run(Lab(r, seed=0)) for r in (release, swapped))
    for encoding in ("rank", "minmax", "standardised"):
        mirrored = 1 - scoped["share", encoding].estimate.value
        assert others["share", encoding].estimate.value == pytest.approx(mirrored)
    assert there["share"].p_value < 0.01 < back["share"].p_value
    assert back["share"].p_safe_side < 0.01


def test_a_tail_of_fewer_than_eleven_records_is_not_told():
    found, _, yielded = run(lab_of(KINDS, side(0, 1, 0), side(*(0, 1) * 5), side(0, 1, 1)))
    assert "tail_share_1pct" not in found
    codes = [c.code for c in yielded if isinstance(c, Caveat)]
    assert codes == [CaveatCode.TAIL_TOO_SMALL] * 2


def test_a_few_people_raise_no_alarm_by_the_normal_law():
    # All records lie on the two real of 2 + 2 people: p = 1 / C(4, 2) = 1/6.
    found, _, _ = run(lab_of(KINDS, side(0, 0), side(*(0,) * 11), side(1, 1)))
    m = found["tail_share_1pct"]
    assert m.p_value > 0.05
    assert m.estimate.low <= m.null_value


def test_records_between_two_people_count_half():
    # 1 lies as far from 0 (real) as from 2 (holdout), and so does every record.
    found, _, _ = run(lab_of(KINDS, side(0), side(1, 1, 1), side(2)))
    assert found["share"].estimate.value == pytest.approx(0.5)
    # Of two real people and one holdout person at the same distance, two thirds.
    kinds = {"a": LEVEL, "b": LEVEL}
    real, holdout = {"a": [0, 1], "b": [1, 0]}, {"a": [2], "b": [0]}
    found, _, _ = run(lab_of(kinds, real, {"a": [0], "b": [0]}, holdout))
    assert found["share"].estimate.value == pytest.approx(2 / 3)


def test_the_worst_of_three_scales_lies_above_the_null_and_raises_no_alarm_for_it():
    # Peers' defect 19: the largest of several shares was compared as if it were one of them.
    values, alarms, uncorrected = [], 0, 0
    for seed in range(40):
        found, scoped, _ = run(Lab(planted_release(seed=seed), seed=seed))
        share = found["share"]
        each = [m for key, m in scoped.items() if key[0] == "share" and len(key) == 2]
        assert share.estimate.value == max(m.estimate.value for m in each)
        assert share.estimate.high == max(m.estimate.high for m in each)
        assert share.p_value >= min(m.p_value for m in each) - 0.02
        assert share.estimate.low <= max(m.estimate.low for m in each) + 1e-12
        values.append(share.estimate.value)
        alarms += share.estimate.low > share.null_value
        uncorrected += max(m.estimate.low for m in each) > share.null_value
    assert np.mean(values) > 0.505
    # Binomial(40, .05) exceeds 9 with a probability below 1e-4.
    assert alarms <= 9
    assert alarms <= uncorrected


def test_quantiles_of_three_distances():
    _, scoped, _ = run(Lab(planted_release(leak=0.1), seed=0))
    told = {key[1:]: m.estimate.value for key, m in scoped.items() if key[0] == "distance"}
    assert {key[:2] for key in told} == {
        ("synthetic", "real"),
        ("synthetic", "holdout"),
        ("holdout", "real"),
    }
    # One per cent of 250 are three: too few to be told, but that 25 records stand at distance 0.
    assert [key[0] for key in told if key[2] == "1"] == ["synthetic"]
    assert told["synthetic", "real", "1"] == 0.0
    assert told["synthetic", "real", "5"] == 0.0
    assert told["synthetic", "holdout", "5"] > 0.0
    assert told["holdout", "real", "25"] < told["holdout", "real", "50"]


def test_no_quantile_of_the_distances_to_fewer_than_eleven_people():
    # Forty records, all nearest to one of three people.
    lab = lab_of(KINDS, side(0, 1, 2), side(*range(40)), side(90, 91))
    _, scoped, _ = run(lab)
    assert not [key for key in scoped if key[0] == "distance"]


def test_distances_leave_with_three_digits():
    check = ClosestRecord()
    lab = Lab(planted_release(), seed=0).for_check("closest-record")
    result = Gate({}).result(check.card, {}, check.run(lab))
    told = [m.estimate.value for m in result.measurements if m.name == "distance"]
    assert len(told) == 9
    assert all(value == float(f"{value:.2e}") for value in told)
    assert any(m.estimate.value != float(f"{m.estimate.value:.2e}") for m in result.measurements)


def test_the_third_curve_is_that_of_strangers():
    lab = lab_of(KINDS, side(0, 0, 5, 9), side(0, 4), side(4, 20))
    _, _, found = run(lab)
    [curve] = [f for f in found if isinstance(f, Ecdf)]
    assert curve.n_reference == 2
    # Ranks in the pool 0, 0, 4, 5, 9, 20: 1/6, 1/6, 5/12, 7/12, 9/12, 11/12. The nearest real to 4
    # is 5, two ranks of twelve away in one of two columns; to 20 it is 9, as far.
    for x, share in zip(curve.x, curve.reference, strict=True):
        if abs(x - 1 / 12) > 1e-9:
            assert share == float(x > 1 / 12)


def test_without_a_holdout_only_distances_to_real_people_are_told():
    _, scoped, yielded = run(Lab(replace(planted_release(), holdout=None), seed=0))
    assert {key[1:3] for key in scoped if key[0] == "distance"} == {("synthetic", "real")}
    assert not [f for f in yielded if isinstance(f, Ecdf)]
