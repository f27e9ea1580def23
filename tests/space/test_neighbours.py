"""The search must equal a float64 brute force, whatever the data, batch or budget."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.space.neighbours import leaves, search
from audit.space.neighbours.answer import Owners
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points, measure


def brute(queries, among, k, own=None):
    """Every distance in float64; ties to the lower row."""
    ids = np.broadcast_to(np.arange(len(among)), (len(queries), len(among)))
    distances = measure(queries, among, ids).copy()
    if own is not None:
        distances[np.arange(len(queries)), own] = np.inf
    order = np.lexsort((ids, distances), axis=1)[:, :k]
    return np.take_along_axis(distances, order, axis=1), order


def points(rng, n, *, p, q, levels, metric, grid, offset=0.0):
    numbers = rng.random((n, p))
    if grid:
        numbers = np.round(numbers * grid) / grid
    codes = rng.integers(-1, levels, (n, q))
    return Points(numbers + offset, codes, np.ones(q), metric, float(max(p + q, 1)))


def numbers_only(values):
    return Points(values[:, None], np.zeros((values.size, 0), int), np.zeros(0), Metric.L1, 1.0)


shapes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "p": st.integers(0, 3),
        "q": st.integers(0, 3),
        "levels": st.sampled_from([0, 1, 2, 5, 200]),
        "grid": st.sampled_from([0, 2, 4]),
        "offset": st.sampled_from([0.0, 1e3]),
        "metric": st.sampled_from(list(Metric)),
        "k": st.integers(1, 4),
    }
)


@settings(max_examples=60, deadline=None)
@given(shape=shapes)
def test_equals_brute_force_with_ties_duplicates_and_folded_levels(shape):
    k = shape.pop("k")
    rng = np.random.default_rng(shape.pop("seed"))
    if shape["p"] + shape["q"] == 0:
        return
    among = points(rng, int(rng.integers(k + 1, 90)), **shape)
    queries = points(rng, int(rng.integers(1, 70)), **shape)
    distances, ids = brute(queries, among, k)
    found = nearest(queries, among, k=k)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)
    own = np.arange(len(among))
    distances, ids = brute(among, among, k, own)
    found = nearest(among, among, k=k, owners=Owners(own, own))
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)


@pytest.mark.parametrize("metric", list(Metric))
def test_batch_size_changes_nothing(metric):
    rng = np.random.default_rng(1)
    a = points(rng, 3_000, p=3, q=2, levels=6, metric=metric, grid=0)
    b = points(rng, 2_000, p=3, q=2, levels=6, metric=metric, grid=0)
    whole = nearest(a, b, k=2)
    pieces = nearest(a, b, k=2, memory=1)
    np.testing.assert_array_equal(whole.indices, pieces.indices)
    np.testing.assert_array_equal(whole.distances, pieces.distances)


@pytest.mark.parametrize("metric", list(Metric))
def test_exact_duplicates_lie_at_exactly_zero_far_from_the_origin(metric):
    # FAISS alone gives non-zero distances here (BLAS identity, columns offset by 1,000).
    rng = np.random.default_rng(2)
    b = points(rng, 6_000, p=24, q=0, levels=0, metric=metric, grid=0, offset=1e3)
    found = nearest(b.take(np.arange(3_000)), b)
    assert (found.distances == 0).all()
    np.testing.assert_array_equal(found.indices[:, 0], np.arange(3_000))


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("levels", [3, 200])
def test_pruning_by_leaves_changes_nothing(monkeypatch, k, levels, metric):
    # Forced on a table small enough for brute force, with leaves of a few rows.
    monkeypatch.setattr(search, "_PRUNING_PAYS", dict.fromkeys(Metric, 0))
    monkeypatch.setattr(leaves, "_LEAF", 12)
    rng = np.random.default_rng(7)
    for grid in (0, 3):
        shape = {"p": 3, "q": 2, "levels": levels, "metric": metric, "grid": grid}
        among, queries = points(rng, 400, **shape), points(rng, 300, **shape)
        distances, ids = brute(queries, among, k)
        found = nearest(queries, among, k=k)
        np.testing.assert_array_equal(found.indices, ids)
        np.testing.assert_array_equal(found.distances, distances)
        own = np.arange(len(among))
        distances, ids = brute(among, among, k, own)
        found = nearest(among, among, k=k, owners=Owners(own, own))
        np.testing.assert_array_equal(found.indices, ids)
        np.testing.assert_array_equal(found.distances, distances)


def test_leaves_of_equal_rows_are_not_cut_for_ever(monkeypatch):
    monkeypatch.setattr(leaves, "_LEAF", 2)
    rows = numbers_only(np.zeros(9))
    assert len(leaves.build_leaves(rows, rows).starts) == 2


def test_ties_go_to_the_first_row():
    among = Points(
        np.array([[1.0], [0.0], [1.0]]), np.zeros((3, 0), int), np.zeros(0), Metric.L1, 1
    )
    query = Points(np.array([[0.5]]), np.zeros((1, 0), int), np.zeros(0), Metric.L1, 1)
    assert nearest(query, among, k=3).indices.tolist() == [[0, 1, 2]]


def test_nobody_is_their_own_neighbour_but_a_twin_is():
    rows = numbers_only(np.array([0.0, 0.0, 3.0]))
    found = nearest(rows, rows, owners=Owners(np.arange(3), np.arange(3)))
    assert found.indices[:, 0].tolist() == [1, 0, 0]
    assert found.distances[:, 0].tolist() == [0.0, 0.0, 3.0]


def test_too_many_neighbours_are_refused():
    rows = numbers_only(np.zeros(2))
    with pytest.raises(ValueError, match="3 neighbours"):
        nearest(rows, rows, k=3)
    with pytest.raises(ValueError, match="2 neighbours"):
        nearest(rows, rows, k=2, owners=Owners(np.arange(2), np.arange(2)))
