import numpy as np
import pytest

from audit.space.encode import RANK, STANDARDISED
from audit.space.points import Metric
from benchmarks.speed.exactness import exact_share, sampled_truth, zero_share
from benchmarks.speed.neighbours import ENGINES, Effort, searched
from benchmarks.speed.neighbours_page import neighbours_table
from benchmarks.speed.searching import prepared, told
from benchmarks.speed.stored import keep_points, kept_found
from benchmarks.speed.tables import made_release, mixed, without_gaps


@pytest.mark.parametrize("encoding", [RANK, STANDARDISED])
def test_everybody_does_the_same_work_and_ours_is_exact(tmp_path, encoding):
    work = mixed(300).encoded(encoding)
    asked = {
        "queries": str(keep_points(work.queries, tmp_path / "queries")),
        "among": str(keep_points(work.among, tmp_path / "among")),
        "part": 250,
        "k": 2,
        "answer": str(tmp_path / "answer.npz"),
    }
    truth = sampled_truth(work.queries, work.among, k=2, first=250)
    for engine in ENGINES:
        this = {**asked, "engine": engine}
        assert told(prepared(this)(), this) == {"queries": 250}
        found = kept_found(tmp_path / "answer.npz")
        assert found.ids.shape == (250, 2)
        assert exact_share(work.queries, work.among, found.ids, truth) > 0.99
        if engine == "synthgate":
            assert zero_share(work.queries, work.among, found) == 1.0


def test_a_part_is_asked_for_where_the_whole_is_too_much():
    effort = Effort(turns=1, patience=0.0, limit=250.0, pairs={("faiss", Metric.L1): 1e5})
    found = next(iter(searched("mixed", mixed(500), effort)))
    assert (found.metric, found.n, found.pairs) == ("L1", 500, 250_000.0)
    assert [c.place.name for c in found.checked] == list(ENGINES.values())
    # 1e5 pairs are 200 queries.
    assert [c.place.scale for c in found.checked] == [1.0, 2.5, 1.0]
    assert found.checked[0].exact == 1.0
    # 114 levels and gaps in two categories, 8 numbers and a mark for the one with gaps.
    assert found.dimensions == 126
    assert "| synthgate |" in neighbours_table([found], peak=1e11)


def rows(table):
    return [r.tobytes() for r in np.column_stack([*table.numbers.values(), *table.codes.values()])]


def test_one_row_in_a_hundred_is_in_both_tables():
    made = mixed(1_000)
    one, other = (set(rows(t)) for t in made)
    assert len(one & other) == 10
    assert mixed(1_000).queries.numbers["n1"].tolist() == made.queries.numbers["n1"].tolist()


def test_a_release_copies_real_people_only():
    real, holdout, synthetic = (set(rows(t)) for t in made_release(1_000))
    assert len(real & synthetic) == 10
    assert not holdout & (real | synthetic)


def test_gaps_are_filled_for_whoever_cannot_work_with_them():
    table = made_release(200).real
    assert np.isnan(table.numbers["n5"]).any()
    filled = without_gaps(table)
    assert not any(np.isnan(x).any() for x in filled.numbers.values())
    assert all(c.min() >= 0 for c in filled.codes.values())
    assert filled.numbers["n0"].tolist() == table.numbers["n0"].tolist()
