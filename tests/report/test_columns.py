import csv
import io
from dataclasses import replace
from statistics import NormalDist
from types import ModuleType

import pytest

from audit.facts.judgement import FindingStatus
from audit.facts.measurement import Status
from audit.facts.reasons import ReasonCode
from audit.report.column_risks import HEADS, REPLAY, SECRETS, Exposure, column_risks
from audit.report.columns import to_columns
from audit.report.sentences import has, keys
from audit.report.shapes import View
from tests.policy.sample import measured, safe_run, with_measurements


def rows(view: View) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(to_columns(view).decode())))


def test_every_column_is_there_the_most_exposed_first(views: dict[str, View], sample) -> None:
    read = rows(views["not_met"])
    assert len(read) == len(sample.COLUMNS)
    assert tuple(read[0]) == HEADS
    first = read[0]
    assert (first["column"], first["risk"], first["limit"]) == ("diagnosis_group", "0.091", "0.05")
    assert (first["rule"], first["status"]) == ("IN-1", "beyond the limit")
    assert float(first["low"]) > 0.05
    assert (first["role"], first["roles_are"]) == ("secret, quasi-identifier", "declared")


def test_numbers_are_numbers_and_fall(views: dict[str, View]) -> None:
    read = [float(r["risk"]) for r in rows(views["not_met"]) if r["risk"]]
    assert read == sorted(read, reverse=True)


def test_what_was_not_attacked_says_why(views: dict[str, View]) -> None:
    read = {r["column"]: r for r in rows(views["not_met"])}
    assert read["age"]["status"] == "not attacked"
    assert read["age"]["reason"] == "known to the adversary, and not declared a secret"
    assert read["note_length"]["reason"] == "left out by declaration"
    assert all(r["status"] and r["reason"] for r in read.values())


def test_a_secret_that_could_not_be_attacked_is_no_green_one(sample: ModuleType) -> None:
    made = sample.not_met()
    check = SECRETS.partition(".")[0]
    results = tuple(
        replace(r, status=Status.SKIPPED, reason_code=ReasonCode.NO_HOLDOUT, measurements=())
        if r.card.id == check
        else r
        for r in made.run.results
    )
    found = column_risks(replace(made.run, results=results), made.verdict)
    row = next(dict(zip(HEADS, r, strict=True)) for r in found if r[0] == "diagnosis_group")
    assert (row["risk"], row["status"]) == ("", "not measured")
    assert "holdout" in row["reason"]


def test_the_ends_hold_for_all_attacks_at_once(sample: ModuleType) -> None:
    """Two attacks: each lower end moves from 1.645 to 1.960 standard errors below its value."""
    check = SECRETS.partition(".")[0]
    strong = measured("excess", (0.10, 0.0671, 0.13), {"secret": "income", "attack": "a"})
    weak = measured("excess", (0.02, -0.04, 0.14), {"secret": "income", "attack": "b"})
    run = with_measurements(safe_run(), check, strong, weak)
    kept = tuple(r for r in run.results if r.card.id == check)
    others = tuple(m for m in kept[0].measurements if "knows" not in m.scope)
    run = replace(run, results=(replace(kept[0], measurements=others),))
    (row,) = (r for r in column_risks(run, sample.not_met().verdict) if r[0] == "income")
    said = dict(zip(HEADS, row, strict=True))
    wider = NormalDist().inv_cdf(0.975) / NormalDist().inv_cdf(0.95)
    assert (said["risk"], said["high"]) == ("0.1", "0.14")
    assert float(said["low"]) == pytest.approx(0.10 - wider * 0.0329, abs=1e-6)
    assert said["status"] == "beyond the limit"


@pytest.mark.parametrize(
    ("low", "high", "limit", "expected"),
    [
        (0.06, 0.2, 0.05, "beyond"),
        (0.0, 0.05, 0.05, "within"),
        (0.0, 0.06, 0.05, "open"),
        (None, None, 0.05, "open"),
        (0.0, 0.0, None, "no_limit"),
        (0.001, 0.001, 0.0, "beyond"),
    ],
)
def test_where_a_column_stands(low, high, limit, expected: str) -> None:
    value = 0.0 if low is None else low
    assert Exposure(value, low, high, REPLAY).against(limit) == expected
    assert has("column_reason", f"replay_{expected}")
    assert has("column_reason", f"secret_{expected}")
    assert expected in keys("column_status")


def test_values_that_return_verbatim_are_told(sample: ModuleType) -> None:
    made = sample.not_met()
    scope = {"column": "patient_id"}
    found = measured("sparse_share", (0.002, 0.002, 0.002), scope, null=None)
    run = with_measurements(made.run, "value-replay", found)
    assert FindingStatus.PASS in {f.status for f in made.verdict.findings}
    row = next(r for r in column_risks(run, made.verdict) if r[0] == "patient_id")
    assert row[HEADS.index("rule")] == "LEAK-1"
    assert row[-2] == "beyond the limit"
    assert row[-1].startswith("values of it return verbatim")


def test_no_cell_is_a_formula(hostile_view: View) -> None:
    for row in csv.reader(io.StringIO(to_columns(hostile_view).decode())):
        assert not row[0].lstrip().startswith(("=", "+", "-", "@"))


def test_the_report_shows_the_numbers_of_the_file_with_their_ends(views: dict[str, View]) -> None:
    (table,) = views["not_met"].plain["columns"].tables
    shown = {row[0]: (row[4], row[5]) for row in table.rows}
    first = rows(views["not_met"])[0]
    value, ends = shown[first["column"]]
    assert value == f"{float(first['risk']) * 100:.1f}"
    low, high = (float(end) / 100 for end in ends.split(" to "))
    # Ends are rounded outward.
    assert low <= float(first["low"]) <= low + 0.00101
    assert high - 0.00101 <= float(first["high"]) <= high
    assert [row[:1] for row in table.rows if bool(row[4]) != bool(row[5])] == []
