"""Our worst case beside the published attacks; the whole table stands in docs/benchmarks.md."""

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from audit.contract.outcomes import Scores
from benchmarks.membership.small import small
from benchmarks.membership.strength import _duel, divided, duels, strength
from benchmarks.membership.strength_page import HEADS, LEAKY, lines_of, strength_table
from fixtures.make import make


def cases(*shifts, n=400):
    noise = np.random.default_rng(0).normal(size=2 * n)
    return [Scores({"by": str(s)}, noise[:n] + s, noise[n:]) for s in shifts]


def test_who_is_weaker_by_more_than_an_error_is_told():
    strong, weak = (strength("AUC", c) for c in cases(0.5, 0.0))
    assert _duel("AUC", [strong, weak], [weak]).holds
    assert not _duel("AUC", [weak], [weak, strong]).holds
    # The same scores differ by nothing, and the error of no difference is none.
    same = _duel("AUC", [strong], [strong])
    assert (same.holds, same.error) == (True, 0.0)


def test_a_rate_needs_ten_people_above_the_threshold():
    (case,) = cases(0.5)
    assert strength("TPR at 10 %", case) is not None
    assert strength("TPR at 1 %", case) is None


def test_both_are_judged_on_the_same_people():
    frames = small("mixed", "copies")
    release = divided(frames)
    assert (release.real.n_rows, release.holdout.n_rows, release.reference.n_rows) == (
        200,
        100,
        100,
    )
    keys = [{tuple(k) for k in t.keys} for t in (release.holdout, release.reference)]
    assert not keys[0] & keys[1]


def fixture(name):
    return {s: f.drop(columns="patient_id") for s, f in make(name, 300).items()}


@pytest.mark.parametrize(
    "frames",
    [
        lambda: small("all numbers", "jittered copies"),
        lambda: fixture("noisy-copies"),
    ],
)
def test_no_published_attack_finds_more(frames):
    # So few rows leave threads nothing but to wait for one another.
    with threadpool_limits(1):
        fought = list(duels(frames()))
    assert {d.measure for d in fought} == {"AUC", "TPR at 10 %"}
    assert all(d.holds for d in fought), [(d.ours, d.theirs) for d in fought]
    text = strength_table(lines_of("small", iter(fought)))
    assert "Weaker than a published attack in 0 of 2 comparisons." in text
    assert text.splitlines()[0].count("|") == len(HEADS) + 1


def test_every_fixture_that_leaks_is_in_the_table():
    assert {"copies-1", "copies-5", "copies-20", "noisy-copies", "pseudonymised"} < set(LEAKY)
