"""The published settings, by hand; the published tables are not at hand, so no value of them."""

import numpy as np
import pandas as pd
import pytest

from benchmarks import synth_mia
from benchmarks.synth_mia import PRESETS, Tables, aucs, encoded


def line(*values):
    return np.array(values, dtype=float)[:, None]


def test_distances_by_hand():
    tables = Tables(line(0), line(10), line(3, 9), line(1, 4))
    np.testing.assert_allclose(synth_mia.closest_record(tables), [-1, -6])
    np.testing.assert_allclose(synth_mia.difference(tables), [3 - 1, 1 - 6])
    np.testing.assert_allclose(synth_mia.log_ratio(tables), [np.log(3), -np.log(6)])
    # The median of 1 and 36 is 18.5: the squares 1 and 16 from 0 lie below it, 81 and 36 do not.
    np.testing.assert_allclose(synth_mia.monte_carlo(tables), [1, 0])
    np.testing.assert_allclose(synth_mia.local_neighbourhood(tables), [0.5, 0])
    # Two nearest of 0: 1 (synthetic) and 3; of 10: 9 (reference) and 4 (synthetic).
    np.testing.assert_allclose(synth_mia.plagiarism_index(tables, k=2), [1, 1])


def cloud(n, seed):
    return np.random.default_rng(seed).normal(size=(n, 2))


def test_the_closed_form_is_the_refit_with_its_width_kept():
    tables = Tables(cloud(5, 0), cloud(5, 1), cloud(30, 2), cloud(20, 3))
    found = synth_mia.local_likelihood_closed(tables, k=3)
    near = np.linalg.norm(tables.candidates[:, None] - tables.synthetic, axis=2).argsort()[:, :3]
    plain = synth_mia.gaussian_kde(tables.reference.T)
    single = synth_mia.gaussian_kde(tables.reference.T)
    for i, x in enumerate(tables.candidates):
        s = tables.synthetic[near[i]].T
        gap = s - x[:, None]
        kernel = np.exp(-0.5 * (gap * (single.inv_cov @ gap)).sum(axis=0))
        kernel /= np.sqrt(np.linalg.det(2 * np.pi * single.covariance))
        joined = (30 * plain(s) + kernel) / 31
        expected = np.log(joined / plain(s)).sum() + 3 * np.log(31 / 30)
        assert found[i] == pytest.approx(expected)


def test_encodings_follow_the_synthetic_table():
    frame = pd.DataFrame({"x": [1.0, 3.0], "c": ["a", "b"]})
    other = pd.DataFrame({"x": [5.0], "c": ["unseen"]})
    frames = {"real": other, "holdout": other, "reference": other, "synthetic": frame}
    np.testing.assert_allclose(encoded(frames, standardised=False).real, [[5, 0, 0]])
    np.testing.assert_allclose(encoded(frames, standardised=True).real, [[3, 0, 0]])


def test_every_preset_ranks_and_distances_find_copies():
    real = cloud(60, 0)
    tables = Tables(real, cloud(60, 1), cloud(60, 2), real)
    found = dict(aucs(tables))
    assert found.keys() == PRESETS.keys()
    assert all(0 <= value <= 1 for value in found.values())
    calibrated = ("DCR", "DCR-Diff", "log ratio", "Gen-LRA", "Gen-LRA, closed form, k = 1")
    assert min(found[name] for name in calibrated) > 0.6
