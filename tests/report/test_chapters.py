"""The eighteen sections: their order, and what each says for better and for worse."""

import re
from dataclasses import replace
from types import ModuleType

import pytest

from audit.facts.judgement import FindingStatus
from audit.facts.measurement import Status
from audit.facts.reasons import ReasonCode
from audit.policy.load import resolve
from audit.report.chapters.frameworks import mapping
from audit.report.chapters.given import NUMBERS
from audit.report.html import to_html
from audit.report.passages import PlainSection
from audit.report.pieces import Table, plain
from audit.report.sentences import has, keys, rows
from audit.report.shapes import View
from audit.report.view import build_view

PROFILES = (
    "gdpr-anonymisation-wp29",
    "ema-policy-0070",
    "hipaa-expert-determination",
    "ico-motivated-intruder",
    "internal-sharing",
    "ipc-ontario-2025",
    "pdpc-sdg",
    "strict-public-release",
)
STATEMENTS = {
    "operator": "A. Example",
    "controller": "Meridale Hospital",
    "purpose": "release of a teaching file",
    "contact": "office@example.org",
    "computed_at": "ward network",
    "retention": "ten years; work files removed on the day",
}


def table_of(section: PlainSection) -> Table:
    """The first table of a section."""
    return next(p.table for p in section.passages if p.table is not None)


def words_of(section: PlainSection) -> str:
    """All that a section says, less its tables."""
    parts = [plain(section.answer)]
    for passage in section.passages:
        parts += [passage.title, passage.tail, *map(plain, passage.text)]
        parts += [plain(item.phrase) for item in passage.items]
        parts += [f"{fact.label}: {fact.text}" for fact in passage.facts]
        parts += [coded.sentence for coded in passage.coded]
    return " ".join(parts)


@pytest.mark.parametrize("name", ["not_met", "inconclusive", "met", "no_holdout"])
def test_eighteen_sections_stand_in_the_order_of_a_file_of_record(
    views: dict[str, View], pages: dict[str, bytes], name: str
) -> None:
    view, text = views[name], pages[name].decode()
    whole = [e for e in view.contents if not e.is_part]
    assert [e.number for e in whole] == ["1 and 2", *(str(i) for i in range(3, 19))]
    places = [text.index(f'id="{e.anchor}"') for e in view.contents]
    assert places == sorted(places)
    for entry in view.contents[1:]:
        assert view.places[entry.anchor] == entry.number
        assert f'href="#{entry.anchor}"' in text


def test_results_have_parts_numbered_without_a_gap(views: dict[str, View]) -> None:
    parts = [e for e in views["not_met"].contents if e.number.startswith("9.")]
    assert [e.number for e in parts] == [f"9.{i}" for i in range(1, len(parts) + 1)]
    assert [e.anchor for e in parts[-2:]] == ["controls", "rules"]


def test_every_section_asks_a_plain_question() -> None:
    for anchor in (*NUMBERS, "controls", "rules"):
        assert has("chapter", anchor), anchor


def test_what_was_not_assessed_stands_first(views: dict[str, View]) -> None:
    scope = views["no_holdout"].plain["scope"]
    first = scope.passages[0]
    assert first.title == "Not assessed in this run"
    assert any("no holdout" in coded.sentence for coded in first.coded)
    assert "could not be made" in plain(scope.answer)
    assert table_of(scope).rows[0][0] == "Copies and distances"


def test_a_run_without_gaps_says_so(sample: ModuleType) -> None:
    made = sample.met()
    ran = tuple(r for r in made.run.results if r.status is Status.MEASURED)
    view = build_view(replace(made.run, results=ran), *made.parts[1:])
    assert "Every check that was asked for was made." in words_of(view.plain["scope"])


def test_sizes_are_rounded_and_the_schema_has_a_digest(sample: ModuleType) -> None:
    made = sample.met()
    inputs = dict(made.run.provenance.inputs)
    inputs["real"] = replace(inputs["real"], rows=12_343)
    run = replace(made.run, provenance=replace(made.run.provenance, inputs=inputs))
    section = build_view(run, *made.parts[1:]).plain["artefacts"]
    sizes = {row[0]: row[1] for row in table_of(section).rows}
    assert sizes["real"].startswith("12,345 rows")
    assert "12,343" not in str(section)


def _schema(view: View) -> list[str]:
    passages = view.plain["artefacts"].passages
    return [f.code for p in passages for f in p.facts if f.label == "Schema"]


def test_the_schema_digest_follows_the_roles_and_leaves_with_the_columns(
    sample: ModuleType,
) -> None:
    made = sample.met()
    columns = made.run.release.columns

    def seen(*changed: object) -> list[str]:
        release = replace(made.run.release, columns=changed)
        return _schema(build_view(replace(made.run, release=release), *made.parts[1:]))

    (whole,) = seen(*columns)
    (other,) = seen(replace(columns[0], roles=("ordinary",)), *columns[1:])
    assert whole != other
    assert seen() == []
    # In the edition for outsiders they are counted and not named.
    assert seen(*(replace(c, name="") for c in columns)) == []


def test_what_nobody_stated_on_the_authority_stands_first(sample: ModuleType) -> None:
    made = sample.met()
    bare = replace(made.declared, evidence={})
    section = build_view(*made.parts[:3], bare).plain["authorisation"]
    assert {row[1] for row in table_of(section).rows} == {"not stated"}
    assert "It is not stated who authorised them." in plain(section.answer)
    evidence = {"authorisation": {"by": "the board", "date": "2026-01-12"}}
    said = replace(bare, evidence=evidence, **STATEMENTS)
    section = build_view(*made.parts[:3], said).plain["authorisation"]
    cells = [row[1] for row in table_of(section).rows]
    assert cells[:2] == ["not stated", "not stated"]
    assert set(cells[2:]) == {*STATEMENTS.values(), "by the board; 2026-01-12"}
    assert "not verified by the tool" in table_of(section).scope


def test_every_adversary_says_what_it_does_not_cover(views: dict[str, View]) -> None:
    table = table_of(views["not_met"].plain["threats"])
    assert table.heads[-1] == "Does not cover"
    assert all(all(row) for row in table.rows)


def test_a_run_without_columns_says_that_they_are_not_listed(sample: ModuleType) -> None:
    made = sample.met()
    run = replace(made.run, release=replace(made.run.release, columns=()))
    view = build_view(run, *made.parts[1:])
    assert "not listed in this edition" in plain(view.plain["columns"].answer)
    assert not view.plain["columns"].tables
    assert "The unit is" in plain(view.plain["data"].answer)
    assert (
        b"patient_id" not in re.sub(rb"src=\"[^\"]*\"", b"", to_html(view)).split(b'id="data"')[0]
    )


def test_the_worst_answer_stands_first(views: dict[str, View]) -> None:
    (passage,) = views["not_met"].plain["results"].passages
    marks = [item.mark.word for item in passage.items if item.mark]
    assert marks[0] == "not met"
    assert marks == sorted(marks, key=["not met", "inconclusive", "alarm", "met"].index)
    assert {item.section for item in passage.items} == {s.anchor for s in views["not_met"].sections}


def test_only_texts_that_the_policy_cites_are_mapped(sample: ModuleType) -> None:
    for name in PROFILES:
        policy = resolve(name)
        made = sample.met()
        view = build_view(made.run, made.verdict, policy, made.declared)
        table = table_of(view.plain["frameworks"])
        cited = {c.key for c in policy.citations}
        assert len(table.rows) == sum(f.key in cited for f in mapping().frameworks)
        assert {row[-1] for row in table.rows} == {
            "Evidence for the reviewer’s assessment; no finding of compliance."
        }


def test_the_mapping_names_what_exists() -> None:
    cited = {c.key for name in PROFILES for c in resolve(name).citations}
    anchors = {*NUMBERS, "rules", "controls", "copies", "identity", "singling_out"}
    anchors |= {"linkability", "inference", "membership"}
    for framework in mapping().frameworks:
        assert framework.key in cited, framework.key
        assert has("frameworks", framework.read)
        for one in framework.evidence:
            kind, _, key = one.partition(".")
            assert has("declared", key) if key else kind in anchors, one
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", mapping().dated)


def test_evidence_is_named_with_its_worst_outcome(views: dict[str, View]) -> None:
    table = table_of(views["not_met"].plain["frameworks"])
    row = next(r for r in table.rows if "WP216" in r[0])
    assert re.search(r"9\.\d attribute inference: not met", row[2])
    assert row[1].endswith("It sets no number.")


def test_deviations_are_all_listed_or_none(sample: ModuleType) -> None:
    made = sample.met()
    ran = tuple(r for r in made.run.results if r.status is Status.MEASURED)
    clean = build_view(replace(made.run, results=ran), *made.parts[1:]).plain["deviations"]
    assert plain(clean.answer).startswith("Nowhere.")
    finding = made.verdict.findings[2]
    dropped = replace(finding, status=FindingStatus.NOT_APPLICABLE)
    verdict = replace(made.verdict, findings=(*made.verdict.findings[:2], dropped))
    left_out = replace(
        made.run.results[0], status=Status.SKIPPED, reason_code=ReasonCode.SKIPPED_ON_REQUEST
    )
    declared = replace(made.declared, not_applicable={finding.rule.id: "no such column"})
    policy = replace(made.policy, extends="base@1.0.0", loosened={"SO-1": "a pilot"})
    run = replace(made.run, results=(left_out, *ran[1:]))
    words = words_of(build_view(run, verdict, policy, declared).plain["deviations"])
    assert f"{finding.rule.id} was declared not applicable: no such column." in words
    assert "Looser than base@1.0.0, in SO-1: a pilot." in words
    assert "was left out on request." in words


def test_what_could_happen_is_bounded_and_the_worst_stands_first(views: dict[str, View]) -> None:
    table = table_of(views["not_met"].plain["residual"])
    words = [mark.word for mark in table.marks]
    assert words[0] == "not met"
    assert [row[-1] for row in table.rows] == words
    assert "beyond the limit" in table.rows[0][2]
    assert all(all(row) for row in table.rows)
    met = table_of(views["met"].plain["residual"])
    assert any("at most" in row[2] and "limit" in row[2] for row in met.rows)
    assert "nobody, counted over 9,412 people" in {row[2] for row in met.rows}


def test_options_that_fit_the_findings_stand_first(views: dict[str, View]) -> None:
    def options(name: str) -> tuple[str, list[str]]:
        passage = next(p for p in views[name].plain["residual"].passages if p.is_numbered)
        return passage.aside, [plain(item.phrase) for item in passage.items]

    aside, failed = options("not_met")
    assert aside == "first what fits the findings above"
    assert not failed[0].startswith("Remove copied rows")
    assert len(failed) == len(rows("option"))
    assert options("met")[0].startswith("this policy asks for none of it")


def test_a_contact_is_printed_or_a_line_is_left_for_it(sample: ModuleType) -> None:
    made = sample.met()
    facts = [f for p in build_view(*made.parts).plain["monitoring"].passages for f in p.facts]
    assert next(f for f in facts if f.label == "Contact").is_blank
    declared = replace(made.declared, contact="office@example.org")
    view = build_view(*made.parts[:3], declared)
    facts = [f for p in view.plain["monitoring"].passages for f in p.facts]
    contact = next(f for f in facts if f.label == "Contact")
    assert (contact.text, contact.is_blank) == ("office@example.org", False)


def test_statements_are_inert_wherever_they_stand(sample: ModuleType) -> None:
    made = sample.met()
    hostile = "</style><script>alert(1)</script>\x1b[31m\u202e"
    declared = replace(made.declared, **dict.fromkeys(STATEMENTS, hostile))
    html = to_html(build_view(*made.parts[:3], declared)).decode()
    assert "<script" not in html
    assert "\x1b" not in html
    assert html.count("&lt;script&gt;") >= len(STATEMENTS)


def test_the_change_log_names_every_version(views: dict[str, View]) -> None:
    view = views["met"]
    words = words_of(view.plain["changes"])
    for known in (view.document, view.tool, view.decision.policy, f"version {mapping().version}"):
        assert known in words
    assert f"Report format: {view.form}" in words
    assert f"Report format {view.form}: eighteen sections" in words


def test_every_key_of_the_authority_has_a_place() -> None:
    assert set(STATEMENTS) < set(keys("authorisation_item"))


def test_the_verdict_is_said_for_the_release(views: dict[str, View]) -> None:
    failed = words_of(views["not_met"].plain["residual"])
    assert "Required criterion IN-1 was not met" in failed
    assert "is not supported by this assessment" in failed
    assert "basis: regulator guidance" in failed
    assert "not a pass" in words_of(views["inconclusive"].plain["residual"])
    assert "supported" not in words_of(views["met"].plain["residual"])


def test_what_was_not_assessed_stands_before_what_was_graded(views: dict[str, View]) -> None:
    section = next(s for s in views["met"].sections if s.anchor == "membership")
    assert [g.mark.word for g in section.gaps if g.mark] == ["not assessed"]
    page = to_html(views["met"]).decode()
    part = page[page.index('id="membership"') :]
    assert part.index("Not assessed") < part.index("Graded results")
