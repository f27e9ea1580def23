"""Naive attacks make the same scores as ours, where they are meant to."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.contract.reference import points_of, pool
from audit.data.release import release_from_frames
from audit.facts.project import Project
from audit.harness.registry import configured
from audit.space.encode import ENCODINGS
from benchmarks.membership import race
from benchmarks.membership.naive import LINEAR, NAIVE, Given, sides
from benchmarks.membership.small import small, tenants
from benchmarks.membership.strength import frame_of

N = 60
EXACT = ("closest-record", "calibrated-distance", "local-count", "marginal-focus")


def release():
    frames = small("mixed", "jittered copies", n=N)
    return release_from_frames(
        **frames, reference=tenants(N, np.random.default_rng(9)), project=Project()
    )


def given(found):
    lab = Lab(replace(found, reference=None), seed=0)
    tables = [pool(lab), found.synthetic, found.reference]
    encoded = {e.name: sides([points_of(t, e, lab) for t in tables]) for e in ENCODINGS}
    return Given(encoded, tuple(frame_of(t) for t in tables))


@pytest.mark.parametrize("name", NAIVE)
def test_scores_are_those_of_ours(name):
    found = release()
    parameters = {name: {"columns": (2,)}} if name.endswith("focus") else {}
    (attack,) = (c for c in configured(parameters) if c.card.id == name)
    ours = {" ".join(c.scope.values()): c.pooled for c in attack.outcomes(Lab(found, seed=0))}
    theirs = dict(NAIVE[name](given(found)))
    assert theirs.keys() == ours.keys()
    for scope, scores in theirs.items():
        if name.removeprefix("membership-") in EXACT or "nearest" in scope:
            np.testing.assert_allclose(scores, ours[scope], rtol=1e-6, atol=1e-9)
        else:
            # Ties, and kernels over the nearest rows only: much the same order.
            ranks = [np.argsort(np.argsort(s)) for s in (scores, ours[scope])]
            assert np.corrcoef(*ranks)[0, 1] > 0.9


def test_what_is_scaled_is_linear():
    assert {f"membership-{name}" for name in LINEAR} < NAIVE.keys()


def test_scores_are_compared_of_those_who_were_asked(tmp_path):
    rows, ours = np.array([0, 2, 3]), np.array([4.0, 9.0, 2.0, 1.0])
    np.savez(tmp_path / "a.npz", x=ours)
    np.savez(tmp_path / "b.npz", x=np.array([4.0, 0.5, 1.0]), rows=rows)
    # Candidates 0 (real), 2 and 3: AUC 1 in both, and two of three scores agree.
    same = race.alike(tmp_path / "a.npz", tmp_path / "b.npz", n_real=2)
    assert (same.share, same.apart) == (pytest.approx(2 / 3), 0.0)
