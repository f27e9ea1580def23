import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from benchmarks.peers.sdmetrics_distance import Rows, closest
from benchmarks.speed.distance_works import baseline, overfitting, rows_of

NAN = np.nan


def rows(numbers, codes):
    columns = {f"n{i}": np.array(x, dtype=float) for i, x in enumerate(numbers)}
    return Rows(columns, {f"c{i}": np.array(c, dtype=np.int64) for i, c in enumerate(codes)})


def by_definition(table, reference):
    """sdmetrics 0.32, dcr_utils: pair by pair."""
    nearest = []
    for i in range(table.n):
        total = np.zeros(reference.n)
        for name, known in reference.numbers.items():
            width = np.nanmax(known) - np.nanmin(known)
            for j, value in enumerate(known):
                own = table.numbers[name][i]
                if np.isnan(own) or np.isnan(value):
                    total[j] += np.isnan(own) != np.isnan(value)
                elif width == 0:
                    total[j] += own != value
                else:
                    total[j] += min(abs(own - value) / width, 1.0)
        for name, codes in reference.codes.items():
            total += codes != table.codes[name][i]
        nearest.append(total.min() / (len(reference.numbers) + len(reference.codes)))
    return np.array(nearest)


def test_a_number_a_gap_and_a_category():
    reference = rows([[0.0, 10.0, NAN]], [[0, 1, 1]])
    # (4, 0): (0.4 + 0) / 2; (gap, 1): equal to the third; (12, 1): 2 beyond the end, range 10.
    asked = rows([[4.0, NAN, 12.0]], [[0, 1, 1]])
    assert closest(asked, reference) == pytest.approx([0.2, 0.0, 0.1])


def test_beyond_the_range_a_difference_counts_1_at_most():
    reference = rows([[0.0, 10.0]], [[0, 1]])
    # To (0, 0): 3 cut off at 1; to (10, 1): 2 cut off at 1, and a mismatch.
    assert closest(rows([[30.0]], [[0]]), reference) == pytest.approx([0.5])


def test_without_a_range_any_difference_counts_1():
    reference = rows([[5.0, 5.0]], [[0, 1]])
    assert closest(rows([[5.0, 5.1]], [[0, 0]]), reference) == pytest.approx([0.0, 0.5])


VALUES = st.one_of(st.just(NAN), st.integers(0, 8).map(float))


@settings(max_examples=50, deadline=None)
@given(
    arrays(float, (6, 2), elements=VALUES),
    arrays(float, (7, 2), elements=VALUES),
    arrays(np.int64, (6, 1), elements=st.integers(-1, 2)),
    arrays(np.int64, (7, 1), elements=st.integers(-1, 2)),
)
def test_our_engine_finds_the_distance_of_the_definition(own, known, own_codes, known_codes):
    # A reference without any number in a column has no range; sdmetrics gives NaN there.
    known[0] = 3.0
    asked, reference = rows(own.T, own_codes.T), rows(known.T, known_codes.T)
    assert closest(asked, reference) == pytest.approx(by_definition(asked, reference), abs=1e-12)


def test_ties_go_to_the_holdout():
    real, holdout = rows([[0.0, 10.0]], [[0, 0]]), rows([[0.0, 10.0]], [[0, 1]])
    synthetic = rows([[0.0, 10.0, 10.0]], [[0, 0, 1]])
    # Real is nearer to the second alone; the first is equally near to both.
    assert overfitting(synthetic, real, holdout) == {
        "score": 1.0,
        "closer_to_training": pytest.approx(1 / 3),
    }


def test_the_score_is_the_ratio_of_medians():
    real = rows([[0.0, 10.0]], [[0, 0]])
    near, far = rows([[1.0, 9.0]], [[0, 0]]), rows([[4.0, 4.0]], [[0, 0]])
    # 0.1 / 2 against 0.4 / 2.
    assert baseline(near, real, far)["score"] == pytest.approx(0.25)


def test_frames_share_their_codes():
    frames = [
        pd.DataFrame({"n": [1.0, NAN], "c": ["a", None]}),
        pd.DataFrame({"n": [2, 3], "c": ["b", "a"]}),
    ]
    one, other = rows_of(frames, ["n"], ["c"])
    assert one.codes["c"][1] == -1
    assert one.codes["c"][0] == other.codes["c"][1] != other.codes["c"][0]
    assert other.numbers["n"].tolist() == [2.0, 3.0]
