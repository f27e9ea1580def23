"""The reference is the pool without the candidate, thinned to the size of the release."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.contract.local_likelihood import likelihood_gains
from audit.contract.reference import (
    neighbourhoods,
    pool,
    reference_share,
    surroundings,
)
from audit.space.encode import MINMAX, RANK, STANDARDISED
from tests.contract.handmade import WHOLE, lab_of, release_of

KINDS = {"x": WHOLE}


def x(*values):
    return {"x": [float(v) for v in values]}


def by_x(lab, values):
    """Return what belongs to the real rows in the order of x; rows are kept in another."""
    return values[np.argsort(lab.table(Side.REAL).numbers["x"])]


def test_by_hand():
    # Pool 0 1 3 10 on a range of 10; of the three others one is drawn for a release of one row.
    lab = lab_of(KINDS, x(0, 3), x(4), x(1, 10))
    around = surroundings(lab.arm(Side.REAL), MINMAX, lab)
    np.testing.assert_allclose(by_x(lab, around.released[:, 0]), [0.4, 0.1])
    np.testing.assert_allclose(by_x(lab, around.others), [[0.1, 0.3, 1.0], [0.2, 0.3, 0.7]])
    nearest = around.mean_over_draws(around.others, 1)
    np.testing.assert_allclose(by_x(lab, nearest), [1.4 / 3, 1.2 / 3])
    # Half of the smallest positive distance, between 0 and 1 and between 3 and 4.
    assert around.resolution == pytest.approx(0.05)
    assert reference_share(lab) == pytest.approx(1 / 3)


def test_a_release_larger_than_the_pool_meets_all_of_it():
    lab = lab_of(KINDS, x(0, 3), x(*range(20)), x(1, 10))
    around = surroundings(lab.arm(Side.HOLDOUT), MINMAX, lab)
    nearest = around.mean_over_draws(around.others, 1)
    np.testing.assert_allclose(np.sort(nearest), [0.1, 0.7])
    assert neighbourhoods((1, 3, 50), lab) == (1, 3)
    assert neighbourhoods((50,), lab) == (3,)


def test_nobody_is_compared_with_their_own_rows():
    release = release_of(
        KINDS, x(0, 0, 5), x(1, 2, 3), x(9), people={"real": [0, 0, 1], "holdout": [0]}
    )
    lab = Lab(release, seed=0)
    around = surroundings(lab.arm(Side.REAL), MINMAX, lab)
    np.testing.assert_allclose(by_x(lab, around.others[:, 0]), [5 / 9, 5 / 9, 4 / 9])


def test_a_reference_table_takes_the_place_of_the_pool():
    other = release_of(KINDS, x(7), x(0)).real
    lab = lab_of(KINDS, x(0, 3), x(4), x(1, 10))
    lab = Lab(replace(lab.release, reference=other), seed=0)
    around = surroundings(lab.arm(Side.REAL), MINMAX, lab)
    np.testing.assert_allclose(by_x(lab, around.others), [[0.7], [0.4]])


def side(n, seed, levels=40):
    return x(*np.random.default_rng(seed).integers(0, levels, n))


@pytest.mark.parametrize("encoding", [RANK, STANDARDISED])
def test_surroundings_do_not_know_who_is_real(encoding):
    one, other, released = side(60, 0), side(60, 1), side(50, 2)
    there, back = lab_of(KINDS, one, released, other), lab_of(KINDS, other, released, one)
    here, gone = (
        surroundings(lab.arm(s), encoding, lab)
        for lab, s in ((there, Side.REAL), (back, Side.HOLDOUT))
    )
    np.testing.assert_array_equal(here.released, gone.released)
    np.testing.assert_array_equal(here.others, gone.others)
    assert (here.gap, here.resolution) == (gone.gap, gone.resolution)


@pytest.mark.parametrize("levels", [3, 1_000])
def test_gains_do_not_know_who_is_real_even_where_everybody_ties(levels):
    one, other, released = (side(150, s, levels) for s in range(3))
    there, back = lab_of(KINDS, one, released, other), lab_of(KINDS, other, released, one)
    np.testing.assert_allclose(
        likelihood_gains(there.arm(Side.REAL), RANK, there, k=3, width=0.5),
        likelihood_gains(back.arm(Side.HOLDOUT), RANK, back, k=3, width=0.5),
        rtol=1e-9,
    )


def test_gains_by_refitting_every_density():
    # Fewer rows than are listed, so nothing is cut off: log p(s | R + x) - log p(s | R).
    real, holdout, released = side(8, 0), side(7, 1), side(6, 2)
    lab = lab_of(KINDS, real, released, holdout)
    everybody = lab.scale.apply("x", pool(lab).numbers["x"], MINMAX.scaling)
    synthetic = lab.scale.apply("x", lab.table(Side.SYNTHETIC).numbers["x"], MINMAX.scaling)
    around = surroundings(lab.arm(Side.REAL), MINMAX, lab)
    width = 0.5 * around.gap
    found = likelihood_gains(lab.arm(Side.REAL), MINMAX, lab, k=1, width=0.5)
    for i in range(8):
        s = synthetic[np.argmin(np.abs(synthetic - everybody[i]))]
        others = np.exp(-np.abs(np.delete(everybody, i) - s) / width)
        # Six of the fourteen others are drawn; the sum of all is thinned to that.
        expected = np.log1p(np.exp(-abs(everybody[i] - s) / width) / (others.sum() * 6 / 14))
        assert found[i, 0] == pytest.approx(expected, rel=1e-9)
