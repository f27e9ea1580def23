from dataclasses import replace
from types import ModuleType

import pytest

from audit.facts.estimate import Estimate
from audit.facts.judgement import FindingStatus, Tier, VerdictStatus
from audit.facts.measurement import Measurement, Status
from audit.facts.reasons import ReasonCode
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.report.deciding import deciding_sentence, heaviest
from audit.report.digits import THIN
from audit.report.pieces import plain
from tests.golden.releases import stated, unusual


def sentence(made, **more: bool) -> str:
    words = deciding_sentence(made.verdict, policy=made.policy, run=made.run, **more)
    return plain(words).replace(THIN, " ")


def failing(sample: ModuleType, rule_id: str, measured: Measurement | None = None):
    """The audit that is met, with one rule broken."""
    made = sample.met()
    findings = tuple(
        replace(f, status=FindingStatus.FAIL, measurement=measured or f.measurement)
        if f.rule.id == rule_id
        else f
        for f in made.verdict.findings
    )
    verdict = replace(made.verdict, findings=findings, status=VerdictStatus.NOT_MET)
    return replace(made, verdict=verdict)


def test_inference_names_person_number_limit_in_that_order(sample: ModuleType) -> None:
    assert sentence(sample.not_met()) == (
        "Someone who knows all other columns of a person’s record names diagnosis_group correctly "
        "for 41.3 % of the people in the data, and for 32.2 % of people who were never in it: 9.1 "
        "points more, and at least 7.1 at 95 % confidence. The policy allows 5."
    )


def test_outsiders_read_no_column_and_a_rounded_end(sample: ModuleType) -> None:
    text = sentence(sample.not_met(), is_external=True)
    assert "diagnosis" not in text
    assert "names a sensitive attribute correctly" in text
    # 7.1 points is rounded down to the half point below.
    assert "at least 7 at 95 %" in text or "at least 7.0 at 95 %" in text


def test_where_excess_and_risk_both_fail_the_excess_speaks(sample: ModuleType) -> None:
    verdict = sample.not_met().verdict
    worst = heaviest(verdict)
    assert worst is not None
    # Risk lies at 13.4 / 5 limits, the excess of the same attack at 9.1 / 5.
    assert worst.rule.id == "IN-1"


def test_a_blocker_decides_before_a_larger_number(sample: ModuleType) -> None:
    copied = Measurement("excess", Estimate(0.002, 0.0012, 0.003, 0.95, "x"), 9412)
    made = failing(sample, "COPY-1", copied)
    others = sample.not_met().verdict.findings
    both = tuple(
        f if f.rule.id == "COPY-1" else o
        for f, o in zip(made.verdict.findings, others, strict=True)
    )
    worst = heaviest(replace(made.verdict, findings=both))
    assert worst is not None
    assert worst.rule.id == "COPY-1"


def test_copies_are_counted_in_people(sample: ModuleType) -> None:
    made = sample.met()
    run = sample.run_of((*sample.copying(copied=23), *made.run.results[3:]))
    broken = failing(sample, "COPY-1", run.measurement("identical-match.excess", {}))
    text = sentence(replace(broken, run=run))
    assert text.startswith("23 of 9,412 rare people are reproduced exactly")
    assert "and 0 of 4,688 rare people who were never in it: 0.24 points more" in text
    assert "The policy allows 0.1." in text


def test_small_counts_stay_inside(sample: ModuleType) -> None:
    made = sample.met()
    run = sample.run_of((*sample.copying(copied=7), *made.run.results[3:]))
    broken = failing(sample, "COPY-1", run.measurement("identical-match.excess", {}))
    text = sentence(replace(broken, run=run), is_external=True)
    assert text.startswith("fewer than 11 of 9,412 rare people")
    assert "0.07" not in text
    assert "points" not in text


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("SO-2", "fits exactly one person in 14.2 % of attempts"),
        ("SO-4", "The risk that the release adds is 1.6 points"),
        ("LK-1", "finds that they belong together for 6.1 % of the people in the data"),
        ("IN-2", "of those whom an attack would otherwise miss have diagnosis_group named"),
        ("MI-1", "wrongly taken for members, an attack finds 1.9 times as many"),
        ("MI-2", "names the right one in 51.9 % of cases among the people in the data"),
        ("VU-2", "among the most vulnerable people in the data"),
        ("VU-1", "of the most vulnerable people in the data"),
    ],
)
def test_every_family_has_its_own_sentence(sample: ModuleType, rule: str, words: str) -> None:
    text = sentence(failing(sample, rule))
    if rule == "VU-1":
        assert "for the most vulnerable people in the data than for people" in text
    else:
        assert words in text
    assert "The policy allows" in text


def test_inconclusive_says_why_and_what_it_takes(sample: ModuleType) -> None:
    text = sentence(sample.inconclusive())
    assert text.startswith("The evidence is not sufficient to decide COPY-1")
    assert "and 3 other rules" in text
    assert "This is not a pass." in text
    assert "To decide it: have a person with access review the 3 copied records." in text


def test_met_names_policy_file_and_context(sample: ModuleType) -> None:
    assert sentence(sample.met()) == (
        "On the evidence below, all required criteria of gdpr-anonymisation-wp29 1.0.0 were met "
        "for the file with SHA-256 5be093c7…d83341af in the context public."
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (VerdictStatus.MET_WITH_WAIVERS, "0 of them only by waiver"),
        (VerdictStatus.EVIDENCE_COMPLETE, "The tool draws no conclusion from it"),
    ],
)
def test_the_other_verdicts_have_a_sentence(
    sample: ModuleType, status: VerdictStatus, words: str
) -> None:
    made = sample.met()
    assert words in sentence(replace(made, verdict=replace(made.verdict, status=status)))


def test_an_open_alarm_or_a_blocked_run_is_said(sample: ModuleType) -> None:
    made = sample.met()
    withheld = replace(made, verdict=replace(made.verdict, status=VerdictStatus.INCONCLUSIVE))
    assert sentence(withheld).startswith("No required rule was shown to hold.")
    alarmed = tuple(
        replace(f, status=FindingStatus.ALARM) if f.rule.id == "DIAG-TAIL" else f
        for f in made.verdict.findings
    )
    verdict = replace(withheld.verdict, findings=alarmed)
    assert "an alarm stands open" in sentence(replace(withheld, verdict=verdict))
    bare = sample.no_holdout()
    quiet = replace(bare.verdict, findings=made.verdict.findings)
    assert "no holdout was given" in sentence(replace(bare, verdict=quiet))


def test_a_fail_without_rates_still_has_its_sentence(sample: ModuleType) -> None:
    made = failing(sample, "IN-1")
    results = tuple(
        replace(r, measurements=tuple(m for m in r.measurements if m.name in ("excess", "risk")))
        for r in made.run.results
    )
    text = sentence(replace(made, run=replace(made.run, results=results)))
    assert "correctly more often for the people in the data" in text


def test_a_third_party_measure_is_said_plainly(sample: ModuleType) -> None:
    made = failing(sample, "MI-2")
    rule = replace(made.verdict.findings[0].rule, measure="acme-check.oddness", id="X-1")
    measured = Measurement("oddness", Estimate(3.0, 2.5, 3.5, 0.95, "x"), 10)
    finding = replace(
        made.verdict.findings[0],
        rule=rule,
        status=FindingStatus.FAIL,
        measurement=measured,
        limit=2.0,
    )
    text = sentence(replace(made, verdict=replace(made.verdict, findings=(finding,))))
    assert text == (
        "acme-check: oddness is 3.00, and at least 2.50 at 95 % confidence. The policy allows 2."
    )


def test_a_failed_check_is_a_reason_not_a_number(sample: ModuleType) -> None:
    made = sample.met()
    findings = tuple(
        replace(
            f,
            status=FindingStatus.INCONCLUSIVE,
            reason_code=ReasonCode.CHECK_FAILED,
            measurement=None,
        )
        if f.rule.id == "LK-1"
        else f
        for f in made.verdict.findings
    )
    assert Status.FAILED.value == "failed"
    verdict = replace(made.verdict, findings=findings, status=VerdictStatus.INCONCLUSIVE)
    text = sentence(replace(made, verdict=verdict))
    assert "LK-1 (linkability: risk): the check crashed." in text


@pytest.mark.parametrize("is_external", [False, True])
def test_without_a_holdout_nobody_was_never_in_it(sample: ModuleType, is_external: bool) -> None:
    made = sample.met()
    run = sample.run_of((*sample.copying(copied=23), *made.run.results[3:]))
    broken = failing(sample, "COPY-1", run.measurement("identical-match.excess", {}))
    alone = replace(run, release=sample.release(has_holdout=False))
    words = sentence(replace(broken, run=alone), is_external=is_external)
    assert words.startswith("23 of 9,412 rare people are reproduced exactly")
    assert "never in it" not in words


@pytest.mark.parametrize(("is_external", "beside"), [(False, True), (True, False)])
def test_matching_is_told_beside_the_holdout_but_not_to_outsiders(
    is_external: bool, beside: bool
) -> None:
    policy, run, said = resolve("ema-policy-0070"), unusual(), stated(Tier.PUBLIC)
    words = deciding_sentence(
        grade(policy, run, said), policy=policy, run=run, is_external=is_external
    )
    told = "for people who were never in the data it is 1.000. The policy allows 0.09."
    assert plain(words).endswith(told) is beside
