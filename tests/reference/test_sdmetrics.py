"""sdmetrics' frozen answers beside ours: its distance by our engine, its attribution by our counts.

Nothing is drawn, so equality is to the digits that are kept. That ties, ranges and sizes make its
scores say something else than ours is asserted in `test_deviations.py`.
"""

import numpy as np
import pytest

from audit.attacks.correct_attribution import CorrectAttribution
from audit.contract.arms import Side
from benchmarks.peers.freeze import keys_of
from benchmarks.peers.reference_tables import REFERENCES
from benchmarks.peers.sdmetrics_distance import Rows, closest
from benchmarks.speed.attribution_works import attributed
from benchmarks.speed.distance_works import overfitting, rows_of
from tests.reference.frozen import lab, made, said

CLOSE = 1e-6
ATTRIBUTED = [name for name in REFERENCES if name != "gaps"]
CAPS = {"cap": "CategoricalCAP", "zero_cap": "CategoricalZeroCAP"}
CAPS["gcap"] = "CategoricalGeneralizedCAP"


def rows(name: str) -> list[Rows]:
    given = made(name)
    tables = [given.tables[s] for s in ("synthetic", "real", "holdout")]
    return rows_of(tables, given.numbers, given.codes)


@pytest.mark.parametrize("name", REFERENCES)
def test_distances_to_the_closest_record(name: str) -> None:
    synthetic, *others = rows(name)
    for side, other in zip(("real", "holdout"), others, strict=True):
        mean, *quantiles = said("sdmetrics", name)["dcr"][side]
        found = closest(synthetic, other)
        levels = (0.0, 0.05, 0.25, 0.5, 0.75, 1.0)
        assert found.mean() == pytest.approx(mean, rel=CLOSE)
        ours = np.quantile(found, levels, method="inverted_cdf")
        assert ours == pytest.approx(quantiles, rel=CLOSE, abs=1e-12)


@pytest.mark.parametrize("name", REFERENCES)
def test_the_share_that_is_closer_to_the_real_data(name: str) -> None:
    found, theirs = overfitting(*rows(name)), said("sdmetrics", name)["overfitting"]
    assert found["closer_to_training"] == pytest.approx(theirs["closer"], rel=CLOSE)
    assert found["score"] == pytest.approx(theirs["score"], rel=CLOSE)


@pytest.mark.parametrize("name", ATTRIBUTED)
def test_probabilities_of_correct_attribution(name: str) -> None:
    given, theirs = made(name), said("sdmetrics", name)["attribution"]
    frames, known = [given.tables[s] for s in ("real", "synthetic")], keys_of(given)
    secret = given.secrets[0]
    for ours, metric in CAPS.items():
        found = attributed(frames, known, secret, metric=metric, lab=lab(name))
        assert found[ours] == pytest.approx(theirs[ours], rel=CLOSE), metric
    found = attributed(frames, known, secret, metric="DisclosureProtection", lab=lab(name))
    assert found["score"] == pytest.approx(theirs["protection"], rel=CLOSE)


@pytest.mark.parametrize("name", ["categories", "categories-reversed", "copied-categories"])
def test_the_check_counts_what_its_metrics_count(name: str) -> None:
    """Where all columns are categories our check knows the same ones as they do."""
    check, theirs = CorrectAttribution(), said("sdmetrics", name)["attribution"]
    scope = {"secret": made(name).secrets[0], "knows": "others"}
    answers = check.answers(Side.REAL, scope, lab(name))
    assert answers.share[answers.matched].mean() == pytest.approx(theirs["cap"], rel=CLOSE)
    assert answers.share.mean() == pytest.approx(theirs["gcap"], rel=CLOSE)
