"""mostlyai-qa's frozen answers about matrices that both are given: ours by our engine."""

from functools import cache

import numpy as np
import pytest

from audit.metrics.identical_match import IdenticalMatch
from audit.space.neighbours.answer import Neighbours
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points
from benchmarks.peers.reference_tables import REFERENCES, dense
from tests.reference.frozen import lab, made, said

CLOSE = 1e-6
_NUDGE = 1e-8
"""What it adds to both distances of a ratio."""


def points(matrix: np.ndarray) -> Points:
    codes = np.zeros((len(matrix), 0), dtype=np.int64)
    return Points(np.ascontiguousarray(matrix), codes, np.zeros(0), Metric.L2, 1.0)


@cache
def found(name: str) -> dict[str, Neighbours]:
    """Return the two nearest real and holdout rows of every synthetic one."""
    sides = {side: points(matrix) for side, matrix in dense(made(name)).items()}
    return {s: nearest(sides["synthetic"], sides[s], k=2) for s in ("real", "holdout")}


def ratios(near: Neighbours) -> np.ndarray:
    return (near.distances[:, 0] + _NUDGE) / (near.distances[:, 1] + _NUDGE)


@pytest.mark.parametrize("name", REFERENCES)
def test_distances_and_the_share_nearer_to_the_real_data(name: str) -> None:
    theirs = said("mostlyai", name)["all_columns"]
    to_real, to_holdout = (found(name)[s].distances[:, 0] for s in ("real", "holdout"))
    assert to_real.mean() == pytest.approx(theirs["dcr"], rel=CLOSE, abs=1e-9)
    assert to_holdout.mean() == pytest.approx(theirs["dcr_holdout"], rel=CLOSE, abs=1e-9)
    share = (to_real < to_holdout).mean() + (to_real == to_holdout).mean() / 2
    assert share == pytest.approx(theirs["share"], abs=TIED.get(name, 1e-9))


TIED = {n: 0.01 for n in REFERENCES if "categories" in n}
"""Of equal distances one may be rounded differently by its search: up to one in a hundred rows."""


@pytest.mark.parametrize("name", REFERENCES)
def test_identical_matches(name: str) -> None:
    theirs = said("mostlyai", name)["all_columns"]
    for side, told in (("real", "ims"), ("holdout", "ims_holdout")):
        assert (found(name)[side].distances[:, 0] == 0).mean() == pytest.approx(theirs[told])
    if not made(name).has_gaps:
        # And by equality of records, as our check counts them.
        measured = {
            (m.name, *m.scope.values()): m.estimate.value
            for m in IdenticalMatch().run(lab(name).for_check("identical-match"))
            if hasattr(m, "estimate")
        }
        assert measured["rows_share",] == pytest.approx(theirs["ims"])


@pytest.mark.parametrize("name", REFERENCES)
def test_ratios_of_the_two_nearest(name: str) -> None:
    theirs = said("mostlyai", name)["all_columns"]
    tenth = {}
    for side, told in (("real", "nndr"), ("holdout", "nndr_holdout")):
        tenth[side] = np.sort(ratios(found(name)[side]))[9]
        assert tenth[side] == pytest.approx(theirs[told], rel=CLOSE, abs=1e-9)
    assert ratios(found(name)["real"]).mean() == pytest.approx(theirs["nndr_mean"], rel=CLOSE)
