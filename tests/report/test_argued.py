"""What the report says of an argued probability of an attack, of terms, and of what a run lacks."""

from dataclasses import replace
from datetime import date

import pytest
import yaml

from audit.facts.argument import ArgumentCode
from audit.facts.judgement import Declared, Tier
from audit.facts.measurement import AuditRun, Caveat, Result
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.facts.waiver import Waiver
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.report.next_steps import to_next_steps
from audit.report.remedy import cheapest_first
from audit.report.screen import decision_lines
from audit.report.sentences import has
from audit.report.view import build_view
from audit.wire.waivers import waivers_from_bytes
from tests.golden.test_terms import between
from tests.policy.sample import declared, measured, safe_run, with_measurements
from tests.policy.test_argument import DAY, THIRD, arguing
from tests.policy.test_evidence_terms import claiming, showing
from tests.policy.test_properties import GDPR


def view(run: AuditRun, said: Declared, policy=GDPR):
    return build_view(run, grade(policy, run, said), policy, said)


def screen(run: AuditRun, said: Declared, policy=GDPR) -> str:
    return "\n".join(decision_lines(view(run, said, policy)))


def test_a_raised_limit_is_told_with_both_numbers_and_its_ground():
    shown = view(between(), arguing(0.4))
    told = "\n".join(decision_lines(shown))
    assert "the probability of an attack was stated as 0.4" in told
    assert "document CA-3 of 2026-10-01 (SHA-256 eeeeeeeeeeee...)" in told
    assert "up to 0.33: 10;" in told
    link = next(row for row in shown.annex.rules if row.id == "LK-1")
    assert "12.5" in link.limit
    assert "policy: 5.0" in link.limit.replace("\u202f", " ")
    outside = next(line for line in shown.outside if line.id == "LK-1")
    assert "policy: 5.0" in outside.message
    plain = next(line for line in shown.outside if line.id == "MI-2")
    assert "policy:" not in plain.message


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (arguing(0.4, Tier.PUBLIC), "in public somebody will try"),
        (arguing(0.4, sha256=None), "needs a context_assessment with document, sha256 and date"),
        (arguing(0.4, expires="2026-10-31"), "has expired"),
        (arguing(1.0), "raises no limit"),
    ],
)
def test_where_it_counts_as_1_the_screen_says_why(said: Declared, words: str):
    told = screen(safe_run(), said)
    assert words in told
    assert "argued; policy" not in told
    assert "probability of an attack" not in screen(safe_run(), replace(said, p_attack=None))


def test_every_code_has_its_sentence():
    assert all(has("argument", code.value) for code in ArgumentCode)


def test_what_has_run_out_is_told_apart_from_what_nobody_stated():
    evidence = {**declared().evidence, "dpia_reference": {"document": "D", "expires": "2026-10-31"}}
    del evidence["labelled_as_synthetic"]
    said = replace(declared(), evidence=evidence, graded_on=DAY)
    told = screen(safe_run(), said)
    assert "Stated, and no longer valid: the data protection impact assessment." in told
    assert "Nobody has stated labelling as synthetic." in told
    assert "Renew the data protection impact assessment, and state it anew" in told
    assert "State labelling as synthetic in audit.yaml." in told


def test_that_there_are_no_earlier_releases_is_not_called_unknown():
    unknown = "Earlier releases about the same people are not declared"
    texts = [
        " ".join(
            span.text
            for item in view(safe_run(), said).plain["columns"].items
            for span in item.phrase
        )
        for said in (Declared(), declared())
    ]
    assert [unknown in text for text in texts] == [True, False]


def test_an_alarm_on_a_claim_names_both_numbers():
    told = screen(showing(2.3), claiming())
    assert "Attacks show an epsilon of at least 2.30" in told
    assert "and 1 is claimed" in told.replace("1.00", "1")


# ------------------------------------------------------------------ an old run, another policy


def test_what_an_old_run_did_not_measure_is_named_with_the_command():
    """`safe_run` has no matching on quasi-identifiers and no relative F1."""
    policy, run = resolve("hipaa-expert-determination"), safe_run()
    verdict = grade(policy, run, declared())
    lacking = [f for f in verdict.findings if f.reason_code is ReasonCode.NOT_MEASURED]
    assert {f.rule.measure.partition(".")[0] for f in lacking} == {
        "quasi-identifier-matching",
        "membership-f1",
    }
    ways = {r.key: r.text for r in cheapest_first(lacking, run)}
    assert ways["run_check"] == (
        "Measure what this run lacks (quasi-identifier-matching and membership-f1): synthgate run"
        " audit.yaml --out DIR. Grading again cannot supply it."
    )
    told = screen(run, declared(), policy)
    assert "this run did not measure it" in told.lower()
    assert "Measure what this run lacks (quasi-identifier-matching)" in told
    assert verdict.status.exit_code == 11


# ------------------------------------------------------------------ more targets before more people


def sampled(run: AuditRun) -> AuditRun:
    """Only 5,000 of a side were attacked."""
    caveat = Caveat(CaveatCode.TARGETS_SAMPLED, {"real": 5_000.0, "holdout": 5_000.0})

    def drawn(result: Result) -> Result:
        return replace(result, caveats=(*result.caveats, caveat))

    return replace(
        run, results=tuple(drawn(r) if r.card.id == "linkability" else r for r in run.results)
    )


def test_where_not_everybody_was_attacked_more_targets_come_before_more_people():
    wide = measured("excess", (0.02, -0.02, 0.06), {"k": "1", "over": "worst"}, n=10_000)
    run = of_people(with_measurements(safe_run(), "linkability", wide), real=10_000, holdout=10_000)
    found = [f for f in grade(GDPR, run, declared()).findings if f.rule.id == "LK-1"]
    assert "more_people_in_all" in {r.key for r in cheapest_first(found, run)}
    ways = {r.key: r.text for r in cheapest_first(found, sampled(run))}
    # (.06 - .02) / (.05 - .02) = 4/3; 5,000 * 16/9 = 8,889.
    assert "n_targets of 8,900 a side" in ways["attack_more"]
    assert not {"more_people_in_all", "give_holdout_more"} & ways.keys()


def test_more_targets_than_people_are_not_asked_for():
    """Of 6,000 holdout people 5,000 were attacked: all of them and all real are not enough.

    A difference rests on the harmonic sum of the sides: 1 / (1/5,000 + 1/5,000) = 2,500 now, and
    3,750 if all of 10,000 and 6,000 are attacked; 2,500 * 16/9 = 4,444 are needed. So 16,000 people
    become 16,000 * 4,444 / 3,750 = 18,963.
    """
    wide = measured("excess", (0.02, -0.02, 0.06), {"k": "1", "over": "worst"}, n=10_000)
    run = of_people(with_measurements(safe_run(), "linkability", wide), real=10_000, holdout=6_000)
    found = [f for f in grade(GDPR, run, declared()).findings if f.rule.id == "LK-1"]
    ways = {r.key: r.text for r in cheapest_first(found, sampled(run))}
    assert "attack_more" not in ways
    assert "19,000 people" in ways["more_people_in_all"]


def of_people(run: AuditRun, **people: int) -> AuditRun:
    return replace(run, release=replace(run.release, people=people))


# ------------------------------------------------------------------ drafts of waivers


def drafts(run: AuditRun, said: Declared, policy=GDPR) -> list[str]:
    text = to_next_steps(view(run, said, policy))
    lines = [line for line in text.splitlines() if line.startswith("# ")]
    start = next((i for i, ln in enumerate(lines) if ln == "# schema: synthgate.waivers/v1"), None)
    return [] if start is None else [line[2:] for line in lines[start:]]


def filled(lines: list[str]) -> tuple[Waiver, ...]:
    text = "\n".join(lines)
    for key, value in {
        "owner": "A.",
        "approver": "B.",
        "reason": "Because.",
        "created": "2026-10-20",
        "expires": "2026-12-01",
    }.items():
        text = text.replace(f'{key}: ""', f"{key}: {value}")
    return waivers_from_bytes(text.encode())


def test_a_draft_that_people_complete_is_a_waiver_that_applies():
    evidence = {k: v for k, v in declared().evidence.items() if k != "dpia_reference"}
    said = replace(declared(THIRD), evidence=evidence, graded_on=DAY)
    wide = measured("excess", (0.02, -0.02, 0.06))
    run = with_measurements(between(), "singling-out-multivariate", wide)
    made = filled(drafts(run, said))
    assert [(w.rule, w.accepts) for w in made] == [
        ("SO-2", "inconclusive"),
        ("LK-1", "fail"),
        ("DPIA-1", "inconclusive"),
    ]
    verdict = grade(GDPR, run, replace(said, waivers=made))
    assert verdict.status == "met_with_waivers"
    assert verdict.waived == 3


def test_nothing_is_drafted_for_what_nobody_may_accept():
    strict = resolve("strict-public-release")
    assert drafts(between(), declared(), strict) == []
    assert drafts(safe_run(), declared()) == []
    # Blockers are not drafted, and the file stays valid YAML without any comment read.
    bare = Declared(graded_on=date(2026, 11, 1))
    assert {w.rule for w in filled(drafts(safe_run(), bare))} == {"LBL-1", "REL-1", "DPIA-1"}
    assert yaml.safe_load(to_next_steps(view(safe_run(), bare)))["context"]["tier"] == "public"
