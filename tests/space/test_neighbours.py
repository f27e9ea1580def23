"""The search must equal a float64 brute force, whatever the data, batch or budget."""

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_limits

from audit.space.neighbours import groups, kernel, leaves, search
from audit.space.neighbours.answer import Owners
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points, measure

ENGINES = ["off", *(sorted({"avx2", kernel.level()}) if kernel.level() else ())]


@pytest.fixture(params=ENGINES, autouse=True)
def engine(request, monkeypatch):
    """Every test here is run by FAISS and by the native engine with each set of instructions."""
    monkeypatch.setenv("SYNTHGATE_KERNEL", request.param)
    return request.param


def brute(queries, among, k, owners=None):
    """Every distance in float64; ties to the lower row."""
    ids = np.broadcast_to(np.arange(len(among)), (len(queries), len(among)))
    distances = measure(queries, among, ids).copy()
    if owners is not None:
        distances[owners.queries[:, None] == owners.among] = np.inf
    order = np.lexsort((ids, distances), axis=1)[:, :k]
    return np.take_along_axis(distances, order, axis=1), order


def points(rng, n, *, p, q, levels, metric, grid, offset=0.0, constant=False):
    numbers = rng.random((n, p))
    if grid:
        numbers = np.round(numbers * grid) / grid
    if constant and p:
        numbers[:, 0] = 0.25
    codes = rng.integers(-1, levels, (n, q))
    weights = np.where(np.arange(q) % 2, 0.5, 1.0)
    return Points(numbers + offset, codes, weights, metric, float(max(p + q, 1)))


def numbers_only(values):
    return Points(values[:, None], np.zeros((values.size, 0), int), np.zeros(0), Metric.L1, 1.0)


shapes = st.fixed_dictionaries(
    {
        "seed": st.integers(0, 2**32 - 1),
        "p": st.integers(0, 3),
        "q": st.integers(0, 3),
        "levels": st.sampled_from([0, 1, 2, 5, 200, 100_000]),
        "grid": st.sampled_from([0, 2, 4]),
        "offset": st.sampled_from([0.0, 1e3]),
        "metric": st.sampled_from(list(Metric)),
        "constant": st.booleans(),
        "k": st.integers(1, 4),
    }
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(shape=shapes)
def test_equals_brute_force_with_ties_duplicates_and_folded_levels(shape):
    k = shape.pop("k")
    rng = np.random.default_rng(shape.pop("seed"))
    if shape["p"] + shape["q"] == 0:
        return
    # Up to several leaves of the native engine.
    among = points(rng, int(rng.integers(k + 3, 900)), **shape)
    queries = points(rng, int(rng.integers(1, 70)), **shape)
    distances, ids = brute(queries, among, k)
    found = nearest(queries, among, k=k)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)
    # One to three rows for each person, and nobody is the neighbour of his own rows.
    own = np.repeat(np.arange(len(among)), rng.integers(1, 4, len(among)))[: len(among)]
    own = rng.permutation(own)
    owners = Owners(own, own)
    distances, ids = brute(among, among, k, owners)
    found = nearest(among, among, k=k, owners=owners)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)


@pytest.mark.parametrize("k", [1, 3])
@pytest.mark.parametrize("n", [71, 72, 141, 500])
@pytest.mark.parametrize("metric", list(Metric))
def test_a_small_budget_searches_block_after_block(monkeypatch, metric, n, k):
    # With 71 rows a last block of what is left over would be shorter than k.
    monkeypatch.setattr(search, "_SMALLEST_BLOCK", 70)
    rng = np.random.default_rng(3)
    for grid in (0, 2):
        shape = {"p": 2, "q": 2, "levels": 3, "metric": metric, "grid": grid}
        among, queries = points(rng, n, **shape), points(rng, 90, **shape)
        for owners in (None, Owners(rng.integers(0, 40, 90), rng.integers(0, 40, n))):
            distances, ids = brute(queries, among, k, owners)
            found = nearest(queries, among, k=k, owners=owners, memory=1)
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
        owners = Owners(own, own)
        distances, ids = brute(among, among, k, owners)
        found = nearest(among, among, k=k, owners=owners)
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


def test_the_order_of_the_reference_changes_no_distance():
    rng = np.random.default_rng(5)
    among = points(rng, 2_000, p=3, q=2, levels=4, metric=Metric.L1, grid=4)
    queries = points(rng, 300, p=3, q=2, levels=4, metric=Metric.L1, grid=4)
    shuffled = rng.permutation(2_000)
    found = nearest(queries, among, k=3)
    again = nearest(queries, among.take(shuffled), k=3)
    np.testing.assert_array_equal(found.distances, again.distances)


def test_one_row_and_constant_columns():
    one = Points(np.array([[0.5, 7.0]]), np.array([[-1]]), np.ones(1), Metric.L1, 3.0)
    found = nearest(one.take(np.zeros(5, dtype=np.int64)), one)
    assert found.distances[:, 0].tolist() == [0.0] * 5
    other = Points(np.array([[0.5, 8.0]]), np.array([[2]]), np.ones(1), Metric.L1, 3.0)
    # (|0.5 - 0.5| + |8 - 7| + 1) / 3
    assert nearest(other, one).distances[0, 0] == 2 / 3


def test_a_person_of_many_rows_has_neighbours_of_others_only():
    rows = numbers_only(np.array([0.0, 0.0, 0.0, 1.0, 4.0]))
    owner = np.array([0, 0, 0, 1, 2])
    found = nearest(rows, rows, owners=Owners(owner, owner))
    assert found.indices[:, 0].tolist() == [3, 3, 3, 0, 3]
    with pytest.raises(ValueError, match="3 neighbours were asked for among 2 rows"):
        nearest(rows, rows, k=3, owners=Owners(owner, owner))


@pytest.mark.parametrize("threads", [1, 2, 5])
def test_the_number_of_threads_changes_nothing(threads):
    rng = np.random.default_rng(6)
    among = points(rng, 3_000, p=3, q=2, levels=4, metric=Metric.L2, grid=4)
    found = nearest(among, among, k=4)
    with threadpool_limits(threads):
        again = nearest(among, among, k=4)
    np.testing.assert_array_equal(found.indices, again.indices)
    np.testing.assert_array_equal(found.distances, again.distances)


def test_the_clock_is_looked_at():
    rows = numbers_only(np.arange(50.0))
    looks = []
    nearest(rows, numbers_only(np.arange(50.0) + 0.25), k=2, pause=lambda: looks.append(1))
    assert looks


def test_a_deadline_ends_a_search():
    def over():
        raise TimeoutError

    rows = numbers_only(np.arange(50.0))
    with pytest.raises(TimeoutError):
        nearest(rows, numbers_only(np.arange(50.0) + 0.25), pause=over)


def test_of_equal_rows_the_first_that_is_not_ones_own_is_taken():
    # Rows 0 and 2 are equal and row 0 is the asker's own; rows 1 and 2 are equally far away.
    among = numbers_only(np.array([0.0, 2.0, 0.0]))
    owners = Owners(np.array([0]), np.array([0, 1, 2]))
    found = nearest(numbers_only(np.array([1.0])), among, owners=owners)
    assert found.indices.tolist() == [[1]]


def test_no_neighbour_is_an_answer_too():
    rows = numbers_only(np.arange(4.0))
    own = np.arange(4)
    found = nearest(rows, rows, k=0, owners=Owners(own, own))
    assert found.distances.shape == found.indices.shape == (4, 0)
    with pytest.raises(ValueError, match="-1 neighbours"):
        nearest(rows, rows, k=-1)


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("size", [1e-320, 1e-150, 1e20, 1e150])
def test_numbers_beyond_single_precision(engine, metric, size):
    if engine == "off":
        pytest.skip("FAISS is given numbers on a common scale only")
    rng = np.random.default_rng(8)
    among = points(rng, 700, p=2, q=1, levels=3, metric=metric, grid=0)
    huge = Points(among.numbers * size, among.codes, among.weights, metric, 3.0)
    asked = huge.take(np.arange(40))
    distances, ids = brute(asked, huge, 3)
    found = nearest(asked, huge, k=3)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)


def test_one_number_far_away_hides_nobody(engine):
    if engine == "off":
        pytest.skip("FAISS is given numbers on a common scale only")
    values = np.concatenate([np.linspace(0, 1, 600), [1e150]])
    asked = numbers_only(np.linspace(0, 1, 50) + 1e-4)
    distances, ids = brute(asked, numbers_only(values), 2)
    found = nearest(asked, numbers_only(values), k=2)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)


def test_rows_that_are_nearly_all_alike():
    # Every 39th row, which is what a sample of 256 would look at, is like the others.
    values = np.zeros(10_000)
    values[7::390] = np.arange(values[7::390].size) / 30
    among = numbers_only(values)
    asked = numbers_only(np.array([0.31, 0.02, 0.9]))
    distances, ids = brute(asked, among, 4)
    found = nearest(asked, among, k=4)
    np.testing.assert_array_equal(found.indices, ids)
    np.testing.assert_array_equal(found.distances, distances)


def test_rows_with_one_hash_are_told_apart_by_comparison(monkeypatch):
    # Every row collides with every other: the hash proposes, equality decides.
    monkeypatch.setattr(groups, "_hashes", lambda p: np.zeros(len(p), dtype=np.uint64))
    rows = numbers_only(np.array([0.0, 1.0, 0.0, 3.0]))
    found = nearest(numbers_only(np.array([3.0, 0.0, 2.5])), rows)
    assert found.indices[:, 0].tolist() == [3, 0, 3]
    assert found.distances[:, 0].tolist() == [0.0, 0.0, 0.5]
