"""Whose are the records that point at one person?"""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.metrics.neighbour_ratio import NeighbourRatio, ratio
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, lab_of

KINDS = {"x": WHOLE, "c": LEVEL}


def side(*x):
    return {"x": list(map(float, x)), "c": [0] * len(x)}


def run(lab):
    found = list(NeighbourRatio().run(lab.for_check("neighbour-ratio")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, [c.code for c in found if isinstance(c, Caveat)]


def test_two_people_at_one_place_point_at_nobody():
    first = np.array([0.0, 0.0, 0.2, 0.3, 0.2])
    second = np.array([0.0, 0.5, 0.4, 0.3, np.inf])
    assert ratio(first, second).tolist() == [1.0, 0.0, 0.5, 1.0, 1.0]


def test_share_by_hand():
    # Twelve records copy the real person at 0, whom nobody is near, and twelve the holdout people
    # at 50, who are two at one place. The ratio of the former is 0, of the latter 0/0 = 1.
    lab = lab_of(KINDS, side(0, 90, 91), side(*(0,) * 12, *(50,) * 12), side(50, 50))
    found, _ = run(lab)
    for encoding in ("rank", "minmax", "standardised"):
        share = found["share", encoding]
        assert share.estimate.value == pytest.approx(1.0)
        assert share.null_value == pytest.approx(3 / 5)
        assert share.n == 12
    # They all point at one person: 3 of 5 relabellings are as extreme.
    assert found["share",].p_value == pytest.approx(0.6, abs=0.02)
    assert found["share",].estimate.low <= 0.6


def test_a_second_row_of_the_same_person_is_no_second_person():
    people = {"real": [0, 0, 1], "holdout": [0, 1]}
    lab = lab_of(KINDS, side(0, 1, 40), side(*(0,) * 11), side(50, 60), people=people)
    found, _ = run(lab)
    # The nearest other person stands at 40, not at 1.
    assert found["mean_ratio", "synthetic", "real"].estimate.value == 0.0
    twice = lab_of(KINDS, side(0, 1, 40), side(*(0.5,) * 11), side(50, 60), people=people)
    found, _ = run(twice)
    # Ranks in the pool: 0, 1, 40, 50, 60 at 1/10, 3/10, 5/10...; 0.5 at 2/10.
    assert found["mean_ratio", "synthetic", "real"].estimate.value == pytest.approx(1 / 3)


def test_the_mean_ratio_falls_as_people_are_copied_and_the_share_rises():
    # Peers' defect 17: a smaller ratio to real people was documented as the safer one.
    shares, means = [], []
    for leak in (0.0, 0.2, 1.0):
        found, _ = run(Lab(planted_release(leak=leak), seed=0))
        shares.append(found["share",].estimate.value)
        means.append(found["mean_ratio", "synthetic", "real"].estimate.value)
    assert shares[0] < 0.9
    assert shares[1:] == pytest.approx([1.0, 1.0])
    assert means[0] > means[1] > means[2] == 0.0


def test_a_tail_of_fewer_than_eleven_records_is_not_told():
    found, codes = run(lab_of(KINDS, side(0, 9), side(0, 3, 5), side(4, 12)))
    assert codes == [CaveatCode.TAIL_TOO_SMALL] * 2
    assert {key[0] for key in found} == {"mean_ratio"}


def test_swapped_sides_turn_the_share_to_the_safe_side():
    release = planted_release(leak=0.3)
    swapped = replace(release, real=release.holdout, holdout=release.real)
    there, back = run(Lab(release, seed=0))[0], run(Lab(swapped, seed=0))[0]
    assert there["share",].p_value < 0.01
    assert back["share",].p_safe_side < 0.01
    for encoding in ("rank", "minmax", "standardised"):
        mirrored = 1 - there["share", encoding].estimate.value
        assert back["share", encoding].estimate.value == pytest.approx(mirrored)
