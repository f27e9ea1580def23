"""Tables of the distances."""

from types import ModuleType

from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import Card, Family, Measurement, Result, Status
from audit.report.distance_tables import distance_tables

CARD = Card("closest-record", 1, "x", Family.DISTANCE, None, ("r",), ("share",), clears=False)
ENDS = Estimate(0.55, 0.52, 0.58, 0.95, "m")


def tables(
    sample: ModuleType, *measurements: Measurement
) -> dict[str, tuple[tuple[str, ...], ...]]:
    result = Result(CARD, Status.MEASURED, measurements=measurements)
    made = distance_tables([result], sample.met().run)
    return {t.caption: t.rows for t in made}


def test_what_was_tested_stands_beside_its_null(sample: ModuleType) -> None:
    rank = Measurement("share", Estimate(0.54, 0.5, 0.57, 0.95, "m"), 9, {"encoding": "rank"})
    minmax = Measurement("share", ENDS, 9, {"encoding": "minmax"})
    worst = Measurement("share", ENDS, 9, null_value=0.5, p_value=0.004)
    found = tables(sample, rank, minmax, worst)
    [[row]] = found.values()
    assert row[2:5] == ("55.0", "52.0 to 58.0", "50")
    assert row[6] == "minmax encoding"


def test_quantiles_stand_in_one_row_per_pair(sample: ModuleType) -> None:
    pair = {"from": "holdout", "to": "real"}
    given = [
        Measurement("distance", exactly(v), 99, {**pair, "quantile": q})
        for q, v in (("5", 0.0123), ("50", 0.25))
    ]
    found = tables(sample, *given)
    assert list(found.values()) == [(("holdout", "real", "", "0.0123", "", "0.2500"),)]


def test_what_describes_has_no_expectation(sample: ModuleType) -> None:
    ratio = Measurement("mean_ratio", exactly(0.8191), 99, {"from": "synthetic", "to": "real"})
    [[row]] = tables(sample, ratio).values()
    assert row[1:] == ("mean ratio", "from synthetic, to real", "0.819")


def test_other_families_have_none(sample: ModuleType) -> None:
    assert distance_tables(sample.membership(), sample.met().run) == ()
