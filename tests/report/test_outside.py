from dataclasses import replace

from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import FindingStatus
from audit.report.outside import rule_lines


def line(made, rule_id: str):
    return next(x for x in rule_lines(made.verdict, made.run, made.declared) if x.id == rule_id)


def test_one_line_per_rule_with_its_limit(sample) -> None:
    made = sample.not_met()
    assert [x.id for x in rule_lines(made.verdict, made.run, made.declared)] == [
        r.id for r in made.policy.rules
    ]
    assert line(made, "MI-2").message == "met: between 0.509 and 0.528; limit 0.550."
    assert line(made, "COPY-1").message.endswith("0, exact; limit 0.10 points.")


def test_a_statement_was_made_or_not(sample) -> None:
    assert line(sample.inconclusive(), "CTX-1").message == "met: it was stated."
    assert "it was not stated." in line(sample.inconclusive(), "CTX-2").message


def test_a_rate_of_a_few_copied_people_would_give_their_number_away(sample) -> None:
    made = sample.met()
    copied = replace(
        made.verdict.findings[1],
        status=FindingStatus.FAIL,
        measurement=replace(
            made.verdict.findings[1].measurement,
            estimate=Estimate(7 / 9412, 0.0005, 0.001, 0.95, "x"),
        ),
    )
    few = rule_lines(replace(made.verdict, findings=(copied,)), made.run, made.declared)[0].message
    assert few == "not met: fewer than 11 people; limit 0.10 points."
    many = replace(copied, measurement=replace(copied.measurement, estimate=exactly(0.01)))
    shown = rule_lines(replace(made.verdict, findings=(many,)), made.run, made.declared)[0].message
    assert shown.startswith("not met: between 1.00 and 1.00 points")


def test_open_and_alarmed_rules_say_what_follows(sample) -> None:
    made = sample.not_met()
    assert "This is not a pass." in line(made, "VU-2").message
    assert "It asks for an explanation." in line(made, "DIAG-TAIL").message
