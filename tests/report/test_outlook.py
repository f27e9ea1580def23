"""What an audit could decide, in lines."""

from dataclasses import replace
from datetime import date

import pytest

from audit.facts.judgement import Declared
from audit.facts.measurement import SafeHigh
from audit.facts.outlook import Basis, Cost, Needed, Outlook, Planned, Prospect, Step
from audit.facts.reasons import ReasonCode, WaiverCode
from audit.facts.waiver import WaiverNote
from audit.policy.argument import argued
from audit.policy.load import resolve
from audit.report.outlook import outlook_text, term_lines
from audit.report.sentences import keys
from tests.policy.sample import safe_run
from tests.policy.test_argument import arguing
from tests.policy.test_properties import GDPR
from tests.policy.test_waivers import LK1

RULES = {rule.id: rule for rule in resolve("gdpr-anonymisation-wp29").rules}
AUC = Planned(Basis.SIZES, 0.0227, SafeHigh(0.5366, 0.0058))
LINK = Planned(Basis.ASSUMED_RATE, 0.0393, SafeHigh(0.026, 0.0158))
COPIES = Planned(Basis.CENSUS, 6 / 2_000)
COST = Cost(7_200.0, 1.5 * (1 << 30), "fast", 80.0)


def outlook(*prospects, steps=(), cost=COST):
    people = {"real": 2_000, "holdout": 1_000}
    return Outlook(
        "gdpr-anonymisation-wp29", "1.0.0", "public", people, prospects, steps, 0.75, 0.841, cost
    )


def text(*prospects, **more):
    return "\n".join(outlook_text(outlook(*prospects, **more), safe_run()))


@pytest.mark.parametrize(
    ("prospect", "line"),
    [
        (
            Prospect(RULES["MI-2"], 0.55, AUC, 0.99),
            "MI-2 Membership: AUC: at most 0.55; smallest leak seen 0.023; met, if private: 99 %.",
        ),
        (
            Prospect(RULES["LK-1"], 0.05, LINK, 0.0, ReasonCode.NO_HOLDOUT),
            "at most 5 points; smallest leak seen 3.9 points; cannot be met: no holdout was given",
        ),
        (
            Prospect(
                RULES["VU-2"], 0.55, None, 0.0, ReasonCode.VULNERABLE_SET_MISSING, Needed(None)
            ),
            "too few people to be met: even a quarter of the people",
        ),
        (
            Prospect(RULES["LK-2"], 0.05, LINK, None),
            "smallest leak seen 3.9 points; can only fail.",
        ),
        (
            Prospect(RULES["COPY-1"], 0.001, COPIES, None, people=2_000),
            "counted; not met from 6 copied people on, if no holdout person is met.",
        ),
    ],
)
def test_each_rule_in_a_line(prospect, line):
    assert line in text(prospect)


def test_what_is_not_planned_and_what_is_stated_has_no_line():
    told = text(
        Prospect(RULES["DIAG-DCR"], None, None, None), Prospect(RULES["CTX-1"], *[None] * 3)
    )
    assert "DIAG-DCR" not in told
    assert "CTX-1" not in told


def test_what_would_help_is_numbered():
    steps = (
        Step("declare_secrets", {"columns": 15.0, "now": 0.69, "then": 0.97}, ("IN-1",)),
        Step("reason.holdout_not_fair", {}, ("LK-1",)),
        Step("more_holdout", {"needed": 5_300.0, "more": 3_300.0}, ("IN-1", "MI-1")),
    )
    told = text(steps=steps)
    assert "  1. Declare in audit.yaml which columns are sensitive: 15 are" in told
    assert "from 69 % to 97 % (IN-1)." in told
    assert "  2. Real and holdout people can be told apart" in told
    assert "  3. Bring 3,300 more holdout people, 5,300 in all" in told
    assert "\u202f" not in told


def test_nothing_to_be_done_is_said():
    assert "Every rule that is estimated would be met" in text()


def test_time_and_memory():
    assert "Roughly 2.0 hours of one core and 1.5 GiB of memory; of these 80 seconds" in text()
    alone = text(cost=replace(COST, seconds=600.0, controls="off", controls_seconds=0.0))
    assert "Roughly 10 minutes of one core and 1.5 GiB of memory, without planted" in alone


def test_every_step_has_a_sentence():
    assert {
        "declare_split",
        "declare_evidence",
        "declare_secrets",
        "attack_more",
        "more_holdout",
        "split_anew",
        "more_people",
    } == set(keys("outlook_step"))


def test_an_argument_and_waivers_stand_above_the_rules():
    said = arguing(0.4)
    late = replace(LK1, id="W-2", expires=date(2026, 9, 30))
    said = replace(said, waivers=(LK1, late))
    link = Prospect(RULES["LK-1"], 0.125, LINK, 0.9, limit_of_policy=0.05)
    made = replace(
        outlook(link),
        argument=argued(GDPR, said),
        waivers=(WaiverNote("W-2", "LK-1", WaiverCode.EXPIRED),),
        waivers_open=1,
    )
    told = "\n".join(outlook_text(made, safe_run(), terms=term_lines(made, GDPR, said)))
    assert "the probability of an attack was stated as 0.4" in told
    assert "up to 0.33: 1;" in told
    assert "at most 12.5 points; 5 points by the policy; smallest leak seen" in told
    assert "Waivers: 1 of 2 given may apply" in told
    assert "Waiver W-2 cannot apply, whatever is found. It has expired: it set LK-1 aside" in told
    assert term_lines(outlook(link), GDPR, Declared()) == ()


def test_more_targets_are_told_with_what_they_bring():
    step = Step("attack_more", {"targets": 10_000.0, "now": 0.4, "then": 0.93}, ("LK-1",))
    told = text(Prospect(RULES["LK-1"], 0.05, LINK, 0.4), steps=(step,))
    assert "10,000 of a side are drawn" in told.replace("\u2009", ",").replace("10 000", "10,000")
    assert "the chance rises from 40 % to 93 % (LK-1)" in told
