"""64 relabellings in a word."""

import numpy as np

from audit.statistics.bit_labels import any_within, counted, drawn_labels, first_of, packed


def test_labels_start_with_the_observed_ones():
    labels = drawn_labels(5, 12, words=2, rng=np.random.default_rng(0))
    assert labels.shape == (12, 128)
    assert labels[:, 0].tolist() == [True] * 5 + [False] * 7
    assert (labels.sum(axis=0) == 5).all()
    # Each person is real in about 5 of 12.
    assert abs(labels.mean() - 5 / 12) < 1e-12
    assert len({tuple(c) for c in labels.T}) > 100


def test_counts_are_those_of_the_labels():
    labels = np.random.default_rng(1).random((37, 192)) < 0.3
    assert counted(packed(labels)).tolist() == labels.sum(axis=0).tolist()


def test_any_within_is_that_of_a_loop():
    rng = np.random.default_rng(2)
    labels = rng.random((30, 64)) < 0.4
    ids = rng.integers(0, 30, (20, 6))
    counts = rng.integers(0, 7, 20)
    got = np.unpackbits(any_within(packed(labels), ids, counts).view(np.uint8), axis=1)
    for i in range(20):
        expected = labels[ids[i, : counts[i]]].any(axis=0)
        assert got[i].astype(bool).tolist() == expected.tolist()


def test_the_first_labelled_people_of_an_order_are_kept():
    labels = np.array([[1, 0], [1, 1], [1, 1], [0, 1]], dtype=bool)
    order = np.array([2, 3, 0, 1])
    # First column: 2 and 0 come first among the real ones; second: 2 and 3.
    kept = first_of(labels, order, 2)
    assert kept.tolist() == [[True, False], [False, False], [True, True], [False, True]]
