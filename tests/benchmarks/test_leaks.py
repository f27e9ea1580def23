"""A planted leak is of the kind and the size that it claims, and a larger one is more of it."""

import numpy as np
import pytest

from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.leaks import DAY, LEAKS, MOVED_BY
from benchmarks.calibration.nearness import nearest_others, remoteness
from benchmarks.calibration.populations import draw_release

SIZES = Sizes(60, 50, 60)
NUMBERS = ("age", "cost", "lab", "admitted")
CODES = ("ward", "diagnosis", "smoker")


def rows(table):
    """Return the compared values of each row as text, one entry per row."""
    columns = [table.numbers[n] for n in NUMBERS] + [table.codes[c] for c in CODES]
    return [tuple(str(v) for v in row) for row in zip(*columns, strict=True)]


def drawn(kind, size):
    return draw_release(Cell("planted", SIZES, size, kind), 4)


CLEAN = drawn("copies", 0.0)


@pytest.mark.parametrize("kind", LEAKS)
def test_ladders_rise_and_share_all_else(kind):
    sizes = LEAKS[kind].sizes
    assert list(sizes) == sorted(set(sizes))
    fresh, before = set(rows(CLEAN.synthetic)), None
    for size in sizes:
        release = drawn(kind, size)
        assert rows(release.real) == rows(CLEAN.real)
        assert rows(release.holdout) == rows(CLEAN.holdout)
        assert release.synthetic.n_rows == SIZES.synthetic
        # Keys are no leak of these kinds.
        assert set(release.synthetic.codes["key"]) == set(CLEAN.synthetic.codes["key"])
        planted = set(rows(release.synthetic)) - fresh
        if before is not None and kind != "density":
            assert before <= planted
        before = planted


@pytest.mark.parametrize(("kind", "size"), [("copies", 0.5), ("jittered", 0.5), ("smote", 0.5)])
def test_a_share_of_the_people_is_a_share_of_the_rows(kind, size):
    planted = set(rows(drawn(kind, size).synthetic)) - set(rows(CLEAN.synthetic))
    assert len(planted) == 30


@pytest.mark.parametrize("k", [1, 2, 4])
def test_all_but_k_attributes_are_those_of_a_person(k):
    release = drawn(f"redrawn-{k}", 1.0)
    real = rows(release.real)
    kept = [
        max(sum(a == b for a, b in zip(row, r, strict=True)) for r in real)
        for row in rows(release.synthetic)
    ]
    assert min(kept) >= 7 - k
    # One in k is another's value that happens to be equal, or fits another person still better.
    assert np.mean(kept) < 7 - k + 1


def test_a_clone_is_moved_and_stretched():
    release = drawn("clone", 1.0)
    for name in CODES:
        assert sorted(release.synthetic.codes[name]) == sorted(release.real.codes[name])
    moved = np.sort(release.real.numbers["admitted"]) + MOVED_BY
    assert np.array_equal(np.sort(release.synthetic.numbers["admitted"]), moved)
    assert MOVED_BY == 37 * DAY
    stretched = np.sort(release.real.numbers["cost"]) * 1.01
    assert np.allclose(np.sort(release.synthetic.numbers["cost"]), stretched, atol=6e-4)


def test_the_narrower_the_kernel_the_nearer_the_people():
    # Ages of 0..100: with a kernel of a tenth of a standard deviation each lies within 5 or so.
    wide, narrow = (drawn("density", size).synthetic.numbers["age"] for size in (1.0, 10.0))
    real = np.sort(CLEAN.real.numbers["age"])
    assert np.abs(np.sort(narrow) - real).mean() < np.abs(np.sort(wide) - real).mean()
    assert np.abs(np.sort(narrow) - real).max() < 0.4 * real.std()


def test_a_bootstrap_draws_some_people_twice_and_misses_others():
    found = rows(drawn("bootstrap", 1.0).synthetic)
    assert set(found) <= set(rows(CLEAN.real))
    # Of 60 people drawn 60 times 1 - 1 / e are met: 38, give or take 3.
    assert 28 < len(set(found)) < 48


def test_the_most_remote_are_copied_first():
    order = np.argsort(-remoteness(CLEAN))
    real = rows(CLEAN.real)
    for n in (1, 3, 10):
        planted = set(rows(drawn("rarest", n).synthetic)) - set(rows(CLEAN.synthetic))
        assert planted == {real[i] for i in order[:n]}


def test_who_is_remote_and_who_is_near_does_not_depend_on_the_side():
    near = nearest_others(CLEAN.real)
    assert near.shape == (60, 5)
    assert not (near == np.arange(60)[:, None]).any()
    assert remoteness(CLEAN).shape == (60,)
