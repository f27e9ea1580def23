"""What statistical agencies count, beside control and excess."""

from dataclasses import replace

from audit.facts.estimate import exactly
from audit.facts.measurement import Family, Measurement, Result
from audit.report.agency_tables import MOST_OF_EACH, MOST_ROWS, agency_tables
from audit.report.pieces import Table

KNOWN = {"secret": "ward", "knows": "quasi_identifiers"}


def made(sample, check_id: str, *measurements: Measurement) -> Result:
    one = sample.inference()[0]
    card = replace(one.card, id=check_id, family=Family.INFERENCE)
    return replace(one, card=card, measurements=measurements, figures=(), caveats=())


def tables(sample, *results: Result) -> dict[str, Table]:
    return {t.caption: t for t in agency_tables(results, sample.not_met().run)}


def test_a_rule_that_holds_for_everybody_shows_high_rates_and_no_excess(sample) -> None:
    scope = {**KNOWN, "claim": "unanimous"}
    found = tables(sample, made(sample, "correct-attribution", *sample.rates(scope, 0.9, 0.9, 0.5)))
    table = found["Correct attribution"]
    on, attack, control, baseline, excess, ends = table.rows[0]
    assert on == "ward, knowing the quasi-identifiers, only where all records agree"
    assert (attack, control, baseline, excess) == ("90.0", "90.0", "50.0", "0")
    assert ends == "−1.2 to 1.2"
    assert "A rule that holds for everybody gives high rates and no excess" in table.reading


def test_worst_cases_and_parts_of_the_people_are_told_elsewhere(sample) -> None:
    worst = sample.rates({"over": "worst"}, 0.9, 0.1, 0.1)
    part = sample.rates({"subset": "vulnerable"}, 0.9, 0.1, 0.1)
    assert not tables(sample, made(sample, "correct-attribution", *worst, *part))


def test_many_secrets_are_bounded_the_largest_excess_first(sample) -> None:
    every = [
        m
        for i in range(500)
        for m in sample.rates({**KNOWN, "secret": f"s{i:03}"}, i / 1000, 0.0, 0.0)
    ]
    table = tables(sample, made(sample, "reconstruction", *every))["Reconstruction"]
    assert table.rows[0][0].startswith("s499")
    assert len(table.rows) == MOST_ROWS
    assert table.more == f"and {500 - MOST_ROWS} more, in run.json"


def test_each_share_stands_beside_the_holdout_and_the_difference(sample) -> None:
    result = made(
        sample,
        "disclosive-combinations",
        Measurement("disco", exactly(0.2255), 10_000, KNOWN),
        Measurement("disco_control", exactly(0.2155), 5_000, KNOWN),
        sample.measured("disco_excess", 0.01, -0.002, 0.022, scope=KNOWN),
        Measurement("dorig", exactly(0.3), 10_000, KNOWN),
    )
    found = tables(sample, result)
    compared = found["Disclosive combinations, as statistical agencies count"]
    on = "ward, knowing the quasi-identifiers"
    row = ("disclosed rightly (DiSCO)", on, "22.6", "21.6", "1.0", "−0.2 to 2.2")
    assert compared.rows == (row,)
    described = found["Disclosive combinations of the tables as they stand"]
    assert described.rows == (("disclosed by the real table itself (Dorig)", on, "30.0"),)
    assert "descriptive" in described.scope


def test_a_probability_without_a_tested_difference_says_so(sample) -> None:
    every = [
        m
        for i in range(9)
        for m in (
            Measurement("cap", exactly(0.5 + i / 100), 10_000, {"secret": f"s{i}", **KNOWN}),
            Measurement("cap_control", exactly(0.5), 5_000, {"secret": f"s{i}", **KNOWN}),
        )
    ]
    result = made(sample, "correct-attribution", *every)
    table = tables(sample, result)["Correct attribution, as statistical agencies count"]
    assert len(table.rows) == MOST_OF_EACH
    assert table.rows[0][-1] == "not tested"
