"""What outsiders read: made from facts that hold nothing else, and alike for all small counts."""

import io
import json
import re
from dataclasses import fields, replace
from datetime import date
from math import log

import page as validation
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.errors import DataError
from audit.facts.argument import Argument, ArgumentCode
from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import FindingStatus, Source
from audit.facts.measurement import Caveat
from audit.facts.plugins import PluginFacts
from audit.facts.reasons import CaveatCode, ReasonCode, WaiverCode
from audit.facts.waiver import Waiver, WaiverNote
from audit.report.edition import Edition
from audit.report.external.facts import Outward, outward
from audit.report.html import to_html
from audit.report.junit import to_junit
from audit.report.markdown import to_markdown
from audit.report.pdf import to_pdf
from audit.report.pieces import plain
from audit.report.sarif import to_sarif
from audit.report.sentences import say
from audit.report.shapes import View
from audit.report.view import build_view
from audit.wire.external_verdict import external_verdict_to_bytes
from tests.report.planting import planted

MARKER = "ZQXmarker"
MAY_STAY = re.compile(
    r"run\.provenance\.(tool|version|plugins\..*)"
    r"|run\.release\.name"
    r"|run\.results\.card\.(id|title|references|threat\..*)"
    r"|run\.controls\.check"
    r"|verdict\.(policy_id|policy_version|waivers\..*)"
    r"|(verdict\.findings\.rule|policy\.rules)\.(id|measure|rationale|cite|limit\..*)"
    r"|policy\.(id|version|legal_snapshot|extends|loosened.*|tables.*|contexts.*|citations\..*)"
    r"|declared\.waivers\.(id|rule|policy|context)"
)
"""Text that outsiders may read: what the program, the policy and the name of the release say."""
ARE_DIGESTS = re.compile(r"(run|verdict|policy)\.(sha256|policy_sha256|run_sha256)")
"""A file of ours holds hexadecimal digits there or is not read."""


def everything(made):
    """Return a sample in which every kind of text occurs."""
    waiver = Waiver(
        "WV-1", "IN-1", "gdpr-anonymisation-wp29@1.0.0", "public", "5b" * 32, "fail",
        owner="Ms Owner", approver="Mr Approver", reason="we know better",
        created=date(2026, 9, 1), expires=date(2026, 11, 1), worst_scope={"secret": "age"},
    )  # fmt: skip
    used = replace(
        made.verdict.findings[7],
        status=FindingStatus.WAIVED,
        unwaived=FindingStatus.FAIL,
        rule=replace(made.verdict.findings[7].rule, where={"subset": "clinic staff"}),
    )
    findings = (*made.verdict.findings[:7], used, *made.verdict.findings[8:])
    declared = replace(
        made.declared,
        context_note="a note", recipients="Dr Reader", groups={"clinic staff": ("ward",)},
        not_applicable={"MI-2": "an old quarrel"}, waivers=(waiver,), graded_on=date(2026, 10, 1),
    )  # fmt: skip
    run = made.run
    plugin = PluginFacts("acme-checks", "acme", "1.0", "ab" * 32, ("acme-one",))
    first = replace(run.results[0], failure="ValueError at x.py:1")
    run = replace(
        run,
        provenance=replace(run.provenance, plugins=(plugin,), parameters={"near-copy": {"k": "v"}}),
        release=replace(
            run.release,
            split=replace(run.release.split, strata=("ward",), holdout_used_for=("model choice",)),
        ),
        results=(first, *run.results[1:]),
    )
    note = WaiverNote("WV-1", "IN-1", WaiverCode.USED)
    verdict = replace(made.verdict, findings=findings, waivers=(note,))
    policy = replace(
        made.policy, intent="an intent", extends="base@1", loosened={"IN-1": "for now"}
    )
    return run, verdict, policy, declared


class Parts(tuple):
    """Run, verdict, policy and declared."""

    def __repr__(self) -> str:
        return "parts"


@pytest.fixture(scope="module")
def parts(sample) -> Parts:
    return Parts(everything(sample.not_met()))


@pytest.fixture(scope="module")
def paths(parts) -> list[str]:
    seen: set[str] = set()
    for name, thing in zip(("run", "verdict", "policy", "declared"), parts, strict=True):
        planted(thing, name, lambda path, text: seen.add(path) or text)
    return sorted(p for p in seen if not MAY_STAY.fullmatch(p) and not ARE_DIGESTS.fullmatch(p))


def marked(parts, chosen: set[str]):
    count = iter(range(10**6))

    def mark(path: str, text: str) -> str:
        return f"{MARKER}{next(count)}" if path in chosen else text

    names = ("run", "verdict", "policy", "declared")
    return tuple(planted(t, n, mark) for n, t in zip(names, parts, strict=True))


def verdict_of(facts: Outward) -> bytes:
    synthetic = facts.run.provenance.inputs.get("synthetic")
    return external_verdict_to_bytes(
        facts.verdict, synthetic=None if synthetic is None else synthetic.digest
    )


def texts(view: View) -> str:
    """Return everything that the page and the files for machines are made of."""
    files = (to_markdown(view).encode(), to_junit(view), to_sarif(view))
    return repr(view) + b"\n".join(files).decode()


def external(parts) -> View:
    return build_view(*parts, edition=Edition.EXTERNAL)


# --- what is not on the list ---------------------------------------------------------------------


def test_the_sample_has_texts_of_every_kind(paths: list[str]) -> None:
    for path in (
        "run.release.columns.name", "run.release.unit", "run.release.split.strata",
        "run.results.params.key", "run.results.failure", "run.results.figures.bars.label",
        "run.results.measurements.scope.value", "run.results.caveats.columns",
        "run.preflight.columns", "verdict.findings.worst_scope.value",
        "verdict.findings.rule.where.value", "declared.waivers.approver",
        "declared.waivers.reason", "declared.generator.value", "declared.groups.key",
        "declared.evidence.value.value", "declared.context_note", "declared.not_applicable.value",
        "policy.intent", "run.provenance.parameters.value.value",
    ):  # fmt: skip
        assert path in paths


@settings(max_examples=12, deadline=None)
@given(picked=st.lists(st.integers(0, 999), min_size=1, max_size=60))
def test_no_text_that_is_not_on_the_list_gets_out(parts, paths: list[str], picked) -> None:
    chosen = {paths[i % len(paths)] for i in picked}
    told = marked(parts, chosen)
    facts = outward(*told)
    assert MARKER not in repr(facts)
    assert MARKER not in texts(external(told))
    assert MARKER.encode() not in verdict_of(facts)


def test_no_byte_of_the_edition_holds_what_is_not_on_the_list(parts, paths: list[str]) -> None:
    # Without any input there would be a table without a row, which no run has.
    told = marked(parts, set(paths) - {"run.provenance.inputs.key"})
    html = to_html(external(told))
    held = verdict_of(outward(*told))
    pdf = to_pdf(html, attachments={"verdict.json": held})
    assert MARKER.encode() not in html
    for profile in ("3a", "ua1"):
        report = validation.validate_pdf_bytes(pdf, profile=profile)
        assert report.is_compliant, [str(f) for f in report.failures][:5]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        assert list(document.attachments) == ["verdict.json"]
        for thing in document.objects:
            content = repr(thing).encode()
            if isinstance(thing, pikepdf.Stream):
                try:
                    content += thing.read_bytes()
                except pikepdf.PdfError:
                    content += thing.read_raw_bytes()
            assert MARKER.encode() not in content
        assert document.attachments["verdict.json"].get_file().read_bytes() == held


def test_no_column_is_named_and_none_can_be_told_from_another(parts) -> None:
    view, run = external(parts), parts[0]
    shown = texts(view)
    names = {c.name for c in run.release.columns} - {"age", "sex", "ward"}  # words of their own
    assert [name for name in names if name in shown] == []
    assert view.columns == ()
    assert {c.name for c in outward(*parts).run.release.columns} == {""}
    assert "14 columns" in shown


def test_persons_grounds_notes_and_groups_stay_inside(parts) -> None:
    shown = texts(external(parts))
    for words in ("Ms Owner", "Mr Approver", "know better", "Dr Reader", "a note", "clinic staff",
                  "Data office", "tabgen", "DPIA-17", "model choice", "old quarrel"):  # fmt: skip
        assert words not in shown
    assert "WV-1" in shown
    assert "2026-11-01" in shown
    assert "a declared group" in shown


def test_that_something_was_stated_is_told_and_what_it_was_is_not(parts) -> None:
    said = outward(*parts).declared
    told = say("external", "stated")
    assert (said.context_note, said.recipients) == (told, told)
    assert said.evidence == {"dpia_reference": {"document": told}}
    assert outward(*parts[:3], replace(parts[3], recipients="")).declared.recipients == ""
    # A text that is added tomorrow is covered too.
    texts = {f.name: getattr(said, f.name) for f in fields(said)}
    choices = {"policy", "sensitivity", "tier", *(n for n in texts if n.endswith("_source"))}
    assert {t for n, t in texts.items() if isinstance(t, str) and n not in choices} == {told, ""}


def test_what_was_declared_is_not_called_assumed(sample) -> None:
    made = sample.met()
    for source in Source:
        declared = replace(made.declared, earlier_releases=(), earlier_releases_source=source)
        view = external((made.run, made.verdict, made.policy, declared))
        assumed = [plain(item.phrase) for item in view.plain["columns"].items]
        is_told = any("Earlier releases" in text for text in assumed)
        assert is_told is (source is Source.ASSUMED)


def test_a_remedy_rests_on_the_number_of_people_who_were_drawn(sample) -> None:
    made = sample.inconclusive()
    sampled = Caveat(CaveatCode.TARGETS_SAMPLED, {"real": 10_000.0, "holdout": 7.0})
    results = tuple(replace(r, caveats=(*r.caveats, sampled)) for r in made.run.results)
    run = outward(replace(made.run, results=results), *made.parts[1:]).run
    kept = [c.numbers for r in run.results for c in r.caveats if c.code is sampled.code]
    assert kept == [{"real": 10_000.0}] * len(results)


def test_a_limit_that_somebody_argued_up_is_told_with_both_numbers(sample) -> None:
    made = sample.met()
    argument = Argument(0.5, 0.5, ArgumentCode.APPLIED)
    findings = tuple(
        replace(f, limit=0.1, limit_of_policy=0.05) if f.rule.id == "LK-1" else f
        for f in made.verdict.findings
    )
    verdict = replace(made.verdict, findings=findings, argument=argument, sensitivity="high")
    told = json.loads(verdict_of(outward(made.run, verdict, made.policy, made.declared)))
    assert told["attack_probability"] == {"stated": 0.5, "applied": 0.5, "code": "applied"}
    raised = {f["rule"]: (f["limit_of_policy"], f["limit"]) for f in told["findings"]
              if "limit_of_policy" in f}  # fmt: skip
    assert raised == {"LK-1": (0.05, 0.1)}


# --- small counts --------------------------------------------------------------------------------

SMALL = range(1, 11)


def told_of(sample, *, copied: int) -> str:
    made = sample.inconclusive()
    run = sample.run_of(
        (*sample.copying(copied=copied), *sample.singling_out(), *sample.inference(0.25))
    )
    numbers = {"COPY-1": {"people": float(copied)}}
    found = sample.findings(
        run,
        {"COPY-1": FindingStatus.INCONCLUSIVE},
        {"COPY-1": ReasonCode.COPIES_TO_REVIEW},
        numbers,
    )
    told = (run, replace(made.verdict, findings=found), made.policy, made.declared)
    return texts(external(told)) + verdict_of(outward(*told)).decode()


def test_one_copied_person_reads_as_ten(sample) -> None:
    told = {told_of(sample, copied=k) for k in SMALL}
    assert len(told) == 1
    text = told.pop()
    assert "fewer than 11 of 9,412" in text
    assert not re.search(r"\b([1-9]|10) (?:of 9,412|copied people have)", text)
    assert told_of(sample, copied=11) != told_of(sample, copied=10)
    assert "fewer than 11" not in told_of(sample, copied=11).replace(say("external", "rounded"), "")


def with_rates(sample, attack: int, control: int, *, people: int = 300):
    """The sample that is not met, with the wins of one attack on so many people by hand."""
    made = sample.not_met()
    a, c = attack / people, control / people
    rates = {
        "attack_rate": exactly(a), "control_rate": exactly(c),
        "excess": Estimate(a - c, a - c - 0.0313, a - c + 0.0347, 0.95, "score"),
        "risk": Estimate((a - c) / (1 - c), (a - c) / (1 - c) - 0.0317, 1.0, 0.95, "score"),
    }  # fmt: skip

    def changed(m):
        return replace(m, estimate=rates[m.name], n=people) if m.name in rates else m

    def tried(result):
        if result.card.id != "singling-out-multivariate":
            return result
        return replace(result, measurements=tuple(changed(m) for m in result.measurements))

    run = replace(made.run, results=tuple(tried(r) for r in made.run.results))
    run = replace(run, release=replace(run.release, people={"real": people, "holdout": people}))
    findings = tuple(
        replace(f, measurement=changed(f.measurement))
        if f.rule.measure.startswith("singling-out-multivariate")
        else f
        for f in made.verdict.findings
    )
    return run, replace(made.verdict, findings=findings), made.policy, made.declared


def excess_of(told) -> Estimate:
    found = {f.rule.id: f for f in outward(*told).verdict.findings}
    return found["SO-2"].measurement.estimate


@pytest.mark.parametrize("wins", [SMALL, range(290, 300)], ids=["few", "all but few"])
def test_the_wins_of_an_attack_read_alike(sample, wins: range) -> None:
    told = [with_rates(sample, k, 0) for k in wins]
    assert len({texts(external(t)) + verdict_of(outward(*t)).decode() for t in told}) == 1


def test_a_difference_does_not_tell_the_few_on_the_other_side(sample) -> None:
    """58 real people and 1 to 10 of the holdout: what is left must not depend on each of them."""
    shown = [excess_of(with_rates(sample, 58, k)) for k in SMALL]
    # 11 of 300 people are 4 points: whatever is printed lies on so coarse a grid.
    assert {round(e.value / 0.04, 6) % 1 for e in shown} == {0.0}
    assert len({(e.value, e.low, e.high) for e in shown}) <= 3
    assert all(
        f.measurement.p_value is None
        for f in outward(*with_rates(sample, 58, 3)).verdict.findings
        if f.rule.id == "SO-2"
    )


@settings(max_examples=200, deadline=None)
@given(
    value=st.floats(-0.2, 1), low=st.floats(0, 0.3), high=st.floats(0, 0.3),
)  # fmt: skip
def test_ends_are_rounded_outward_to_half_a_point(
    sample, value: float, low: float, high: float
) -> None:
    made = sample.met()
    estimate = Estimate(value, value - low, value + high, 0.95, "score")
    finding = next(f for f in made.verdict.findings if f.rule.id == "IN-1")
    finding = replace(finding, measurement=replace(finding.measurement, estimate=estimate))
    shown = outward(
        made.run, replace(made.verdict, findings=(finding,)), made.policy, made.declared
    ).verdict.findings[0].measurement.estimate  # fmt: skip
    if shown.low is not None:
        assert shown.low <= estimate.low
        assert shown.high >= min(estimate.high, 1.0)
        for end in (shown.low, shown.high):
            assert end * 200 == pytest.approx(round(end * 200), abs=1e-9)
        assert estimate.low - shown.low < 0.005 + 1e-12 or shown.low == -1.0


def test_a_log_ratio_that_tells_few_people_is_withheld(sample) -> None:
    """Of 5,000 people held out 1 % are 50; where 1 to 10 are found, nobody reads how many."""
    made = sample.met()
    finding = next(f for f in made.verdict.findings if f.rule.id == "MI-1")
    told = set()
    for people in SMALL:
        estimate = Estimate(
            log(people / 50), log(people / 50) - 0.4, log(people / 50) + 0.3, 0.95, "F"
        )
        found = replace(finding, measurement=replace(finding.measurement, estimate=estimate))
        parts = (made.run, replace(made.verdict, findings=(found,)), made.policy, made.declared)
        told.add(texts(external(parts)) + verdict_of(outward(*parts)).decode())
    assert len(told) == 1


def test_a_probability_of_one_over_few_is_withheld(sample) -> None:
    made = sample.met()
    finding = made.verdict.findings[4]
    rule = replace(finding.rule, measure="quasi-identifier-matching.max_probability")
    told = set()
    for people in SMALL:
        measured = replace(
            finding.measurement, name="max_probability", estimate=exactly(1 / people)
        )
        found = replace(finding, rule=rule, measurement=measured)
        parts = (made.run, replace(made.verdict, findings=(found,)), made.policy, made.declared)
        told.add(texts(external(parts)))
    assert len(told) == 1
    assert "above 0.09: fewer than 11 people" in told.pop()


# --- the page ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["not_met", "inconclusive", "met", "no_holdout"])
def test_both_editions_give_the_same_verdict(sample, views: dict[str, View], name: str) -> None:
    made = sample.all_samples()[name]
    view = external(made.parts)
    page, inside = view.decision, views[name].decision
    assert page.verdict == inside.verdict
    assert page.coverage == inside.coverage
    assert {r.id: r.mark for r in view.annex.rules} == {
        r.id: r.mark for r in views[name].annex.rules
    }
    html = to_html(view).decode()
    assert html.count("A fuller edition is held by the controller.") == 1
    assert "External edition" in html
    assert "Confidential" not in html
    assert "Internal edition" not in html
    assert "columns.csv" not in html
    assert "{" not in re.sub(r"<style>.*?</style>", "", html, flags=re.S)


def test_a_report_that_gated_nothing_says_so_here_too(sample) -> None:
    made = sample.not_met()
    view = build_view(*made.parts, report_only=True, edition=Edition.EXTERNAL)
    assert "Report only: nothing was gated" in to_html(view).decode()


@pytest.mark.parametrize("code", CaveatCode)
def test_every_caveat_can_be_said_without_a_number(code: CaveatCode) -> None:
    assert say("caveat", code.value).endswith((".", "!"))


@pytest.mark.parametrize("code", ReasonCode)
def test_every_reason_can_be_said_without_a_number(code: ReasonCode) -> None:
    assert say("reason", code.value)


def test_the_verdict_for_outsiders_refuses_facts_that_were_not_redacted(parts) -> None:
    with pytest.raises(DataError):
        external_verdict_to_bytes(parts[1], synthetic=None)


def test_the_verdict_for_outsiders_holds_no_scope(parts) -> None:
    made = json.loads(verdict_of(outward(*parts)))
    assert made["schema"] == "synthgate.external-verdict/v1"
    assert made["coverage"] == parts[1].coverage()
    keys = {key for finding in made["findings"] for key in finding}
    assert not keys & {"where", "worst_scope", "evidence", "numbers", "n"}
    assert [f["rule"] for f in made["findings"]] == [f.rule.id for f in parts[1].findings]
