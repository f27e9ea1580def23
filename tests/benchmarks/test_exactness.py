import numpy as np
import pytest

from audit.space.points import Metric, Points, measure
from benchmarks.speed.exactness import (
    Found,
    distances_from,
    exact_share,
    sampled_truth,
    zero_share,
)
from benchmarks.speed.stored import keep_found, keep_points, kept_found, kept_points


def points(numbers, codes, metric=Metric.L1):
    numbers, codes = np.array(numbers, dtype=float), np.array(codes)
    return Points(numbers[:, None], codes[:, None], np.array([1.0]), metric, 2.0)


AMONG = points([0.0, 0.5, 1.0, 1.0], [0, 0, 1, 1])
QUERIES = points([0.1, 1.0], [0, 1])


def test_an_answer_is_right_if_its_rows_are_as_near_as_the_nearest():
    # From (0.1, 0): 0.05, 0.2, and 0.95 twice. From (1, 1): 1, 0.75, 0, 0.
    truth = sampled_truth(QUERIES, AMONG, k=2, first=2)
    assert np.sort(truth.distances, axis=0) == pytest.approx(np.array([[0.0, 0.0], [0.05, 0.2]]))

    def share(*ids):
        return exact_share(QUERIES, AMONG, np.array(ids), truth)

    assert (share([0, 1], [3, 2]), share([1, 0], [2, 3]), share([0, 2], [2, 3])) == (1.0, 1.0, 0.5)


def test_only_answered_queries_are_sampled():
    truth = sampled_truth(QUERIES, AMONG, k=1, first=1)
    assert truth.rows.tolist() == [0]
    assert exact_share(QUERIES, AMONG, np.array([[0]]), truth) == 1.0


@pytest.mark.parametrize("metric", Metric)
def test_distances_are_those_of_the_definition(metric):
    among, queries = points([0.0, 0.5], [0, 1], metric), points([0.2], [1], metric)
    found = distances_from(queries, 0, among)
    assert found.tolist() == measure(queries, among, np.array([[0, 1]]))[0].tolist()


def test_copies_are_found_by_content():
    found = Found(np.array([[0.0], [1e-9]]), np.zeros((2, 1), dtype=np.int64))
    # Only the second query has an equal row, and its distance is not 0.
    assert zero_share(QUERIES, AMONG, found) == 0.0
    assert zero_share(QUERIES, AMONG, Found(np.zeros((2, 1)), found.ids)) == 1.0
    assert zero_share(points([0.1], [0]), AMONG, Found(np.ones((1, 1)), found.ids[:1])) is None


def test_minus_zero_is_zero():
    found = Found(np.zeros((1, 1)), np.zeros((1, 1), dtype=np.int64))
    assert zero_share(points([-0.0], [0]), AMONG, found) == 1.0


def test_points_and_answers_survive_the_disk(tmp_path):
    back = kept_points(keep_points(AMONG, tmp_path / "among"))
    assert (back.metric, back.divisor) == (Metric.L1, 2.0)
    assert np.array_equal(back.numbers, AMONG.numbers)
    assert np.array_equal(back.codes, AMONG.codes)
    found = Found(np.ones((2, 1)), np.array([[1], [0]]))
    keep_found(found, tmp_path / "answer.npz")
    assert kept_found(tmp_path / "answer.npz").ids.tolist() == [[1], [0]]
