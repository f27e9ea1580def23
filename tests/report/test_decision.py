from dataclasses import replace
from types import ModuleType

import pytest

from audit.facts.judgement import FindingStatus, VerdictStatus
from audit.report import outcome
from audit.report.deciding import heaviest
from audit.report.fit import DENSITIES, PAGE, Measure, height
from audit.report.forest import graded
from audit.report.pieces import plain
from audit.report.shapes import View
from audit.report.view import build_view


def test_failed_stands_above_open_above_met(views: dict[str, View]) -> None:
    rows = views["not_met"].decision.forest.rows
    assert [r.rule for r in rows[:4]] == ["IN-1", "IN-2", "VU-1", "VU-2"]
    words = [r.mark.word for r in rows]
    assert words[:4] == ["not met"] * 3 + ["inconclusive"]
    assert set(words[4:]) == {"met", "not exceeded"}
    assert [r.is_cut for r in rows[:5]] == [False, False, False, True, True]


def test_met_rows_stand_by_their_margin(sample: ModuleType) -> None:
    findings = graded(sample.met().verdict)
    margins = [outcome.margin(f) for f in findings]
    assert margins == sorted(margins)


def test_the_forest_prints_what_the_facts_say(sample: ModuleType, views: dict[str, View]) -> None:
    for name, made in sample.all_samples().items():
        by_id = {f.rule.id: f for f in made.verdict.findings}
        for row in views[name].decision.forest.rows:
            finding = by_id[row.rule]
            if finding.measurement is None:
                assert row.value == ""
                assert row.strip.value is None
                continue
            null = finding.measurement.null_value or 0.0
            estimate = finding.measurement.estimate
            assert finding.limit is not None
            if finding.limit == null:
                assert row.strip.value == 0
                continue
            expected = (estimate.value - null) / (finding.limit - null)
            assert row.strip.value == pytest.approx(expected)
            assert estimate.high is not None
            high = (estimate.high - null) / (finding.limit - null)
            assert row.strip.high == pytest.approx(high)


def test_alarms_and_statements_are_not_in_the_forest(views: dict[str, View]) -> None:
    shown = {r.rule for r in views["not_met"].decision.forest.rows}
    assert not shown & {"DIAG-DCR", "DIAG-TAIL", "CTX-1", "DPIA-1"}


def test_three_blocks_of_the_not_met(views: dict[str, View]) -> None:
    page = views["not_met"].decision
    found = [plain(i.phrase) for i in page.found.items]
    assert found[0].startswith("diagnosis_group can be guessed beyond the limit: 9.1 points")
    assert page.found.items[0].label == "IN-1 and IN-2"
    assert "No rare person was copied and no identifying value was replayed." in found
    assert [i.label for i in page.undecided.items] == ["VU-2"]
    assert "between 0.508 and 0.552; the limit is 0.550" in plain(page.undecided.items[0].phrase)
    # 15,000 people * 3,450 / 2,500 = 20,700, rounded up to two digits.
    assert [plain(i.phrase) for i in page.remedies.items] == [
        "Coarsen the columns concerned or generate with more noise, then audit again.",
        "Audit about 21,000 people, real and holdout together; now there are 15,000.",
    ]
    assumed = " ".join(plain(i.phrase) for i in page.assumed.items)
    assert "insurance_type and cost_band have no declared role" in assumed
    assert "Sensitivity is not declared: taken as high." in assumed


def test_missing_statements_come_first_and_together(views: dict[str, View]) -> None:
    page = views["inconclusive"].decision
    first = plain(page.remedies.items[0].phrase)
    assert first == (
        "State who authorised the attacks and the data protection impact assessment in audit.yaml."
    )


def test_coverage_counts_the_required_rules(views: dict[str, View]) -> None:
    page = views["not_met"].decision
    assert page.coverage.total == "17 required rules: "
    assert page.coverage.counts == "3 not met, 1 inconclusive, 13 met"
    assert len(page.coverage.dots) == 17
    assert "none waived" in page.coverage.rest


def test_only_met_is_green(sample: ModuleType) -> None:
    made = sample.met()
    for status in VerdictStatus:
        mark = outcome.verdict_mark(replace(made.verdict, status=status))
        assert (mark.shape == "met") == (status is VerdictStatus.MET)


def test_an_optional_distance_that_was_not_measured_is_no_open_question(
    sample: ModuleType,
) -> None:
    finding = next(f for f in sample.met().verdict.findings if f.rule.id == "DIAG-DCR")
    open_ = replace(finding, status=FindingStatus.INCONCLUSIVE, measurement=None)
    assert outcome.mark_of(open_) == outcome.NOT_ASSESSED


def test_alarms_ask_for_an_explanation(views: dict[str, View]) -> None:
    alarm = views["not_met"].decision.alarms.items[0]
    text = plain(alarm.phrase)
    assert text.startswith("Of the 150 synthetic records that lie nearest to anybody, 78.0")
    assert text.endswith("It asks for an explanation and does not change the verdict.")


def test_flags_stand_under_the_verdict(sample: ModuleType) -> None:
    made = sample.met()
    run = replace(made.run, provenance=replace(made.run.provenance, seed_source="given"))
    declared = replace(made.declared, generator={"candidates": "12"})
    page = build_view(run, made.verdict, made.policy, declared, report_only=True).decision
    assert len(page.flags) == 3
    assert page.flags[0].startswith("Report only")
    assert page.flags[2].startswith("12 candidate releases were tried")


def test_waived_is_neither_met_nor_hidden(sample: ModuleType) -> None:
    made = sample.met()
    findings = tuple(
        replace(f, status=FindingStatus.WAIVED) if f.rule.id == "SO-1" else f
        for f in made.verdict.findings
    )
    verdict = replace(made.verdict, findings=findings, status=VerdictStatus.MET_WITH_WAIVERS)
    page = build_view(made.run, verdict, made.policy, made.declared).decision
    assert page.verdict.word == "Criteria met with 1 waiver"
    assert page.forest.rows[0].mark == outcome.WAIVED
    assert "1 waived" in page.coverage.rest


def test_the_heaviest_of_nothing_is_nothing(sample: ModuleType) -> None:
    assert heaviest(sample.met().verdict) is None


def test_the_page_is_estimated_to_fit(views: dict[str, View], hostile_view: View) -> None:
    for view in (*views.values(), hostile_view):
        assert height(view.decision, release=view.release) <= PAGE


def test_density_falls_from_roomy_to_bare() -> None:
    assert [d.rows for d in DENSITIES] == sorted((d.rows for d in DENSITIES), reverse=True)
    assert [d.items for d in DENSITIES] == sorted((d.items for d in DENSITIES), reverse=True)


def test_lines_are_broken_at_spaces_and_long_words_at_the_edge() -> None:
    measure = Measure(ems=10.0, line=1.0)
    assert measure.height("aaaa") == 1.0
    # Ten letters of half an em fill half a line; with the space two such words fit 10.24 > 10.
    assert measure.height("aaaaaaaaaa aaaaaaaaaa") == 2.0
    assert measure.height("a" * 45) == 3.0
