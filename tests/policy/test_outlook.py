"""What each rule could decide before anything is attacked, and what would help."""

from dataclasses import replace

import pytest

from audit.errors import PolicyError
from audit.facts.judgement import Declared, Source, Tier
from audit.facts.measurement import PreflightFact, SafeHigh, Severity, SplitFacts, Status
from audit.facts.outlook import Basis, Planned
from audit.facts.reasons import ReasonCode
from audit.policy.load import resolve
from audit.policy.outlook import chance_bounds, needed_for, prospects, round_up
from audit.policy.outlook_steps import Assumed, Sampled, steps_of
from tests.policy.sample import safe_run

POLICY = resolve("gdpr-anonymisation-wp29")
STATED = Declared(
    tier=Tier.PUBLIC, tier_source=Source.DECLARED, policy=POLICY.id, split_source=Source.DECLARED
)


def root(people, at):
    """An upper end of `at` for so many people a side; half as far for four times as many."""

    def forecast(measure, where, real, holdout):
        known = measure.startswith(("membership-worst-case.auc", "linkability"))
        if not known or where.get("subset") or not holdout:
            return None
        scale = (people / min(real, holdout)) ** 0.5
        null = 0.5 if measure.endswith("auc") else 0.0
        return Planned(Basis.SIZES, 0.02 * scale, SafeHigh(null + at * scale, 0.01 * scale))

    return forecast


def looked_at(real=1_000, holdout=500, **changed):
    run = safe_run()
    people = {"real": real, "holdout": holdout}
    results = tuple(
        replace(
            r,
            status=Status.SKIPPED,
            reason_code=ReasonCode.SKIPPED_ON_REQUEST,
            measurements=(),
        )
        for r in run.results
    )
    release = replace(run.release, people=people)
    return replace(run, release=release, results=results, **changed)


def found(run=None, at=0.04, declared=STATED, left_out=lambda check: None):
    seen = looked_at() if run is None else run
    told = prospects(POLICY, declared, seen, forecast=root(500, at), left_out=left_out)
    return {p.rule.id: p for p in told}


def test_the_chance_is_that_the_upper_end_lies_within_the_limit():
    # (.05 - .04) / .01 = 1: Phi(1) = .841, for the link as for the AUC.
    told = found()
    assert told["LK-1"].chance == pytest.approx(0.8413, abs=1e-4)
    assert told["MI-2"].chance == pytest.approx(0.8413, abs=1e-4)
    assert told["LK-1"].limit == 0.05
    assert told["LK-1"].needed is None


def test_a_rule_that_can_only_fail_has_no_chance_and_still_sees_a_leak():
    told = found()["LK-2"]
    assert told.chance is None
    assert told.planned.detectable == 0.02


def test_too_few_people_are_told_how_many_would_do():
    # At .06 with 500: .8 needs .06 s + .8416 * .01 s = .05, s = .731, so 500 / s**2 = 936.
    needed = found(at=0.06)["LK-1"].needed
    assert found(at=0.06)["LK-1"].chance == pytest.approx(0.1587, abs=1e-4)
    assert 936 <= needed.holdout <= 960
    # Parted anew 1,500 people leave at most 750 a side.
    assert needed.split is None
    assert 1_872 <= needed.real_in_all <= 1_950
    assert 936 <= needed.holdout_in_all <= 980


def test_people_parted_anew_where_that_does():
    # Today 1,000 and 500; 600 held out of 1,500 are enough.
    needed = needed_for(lambda real, holdout: float(min(real, holdout) >= 600), 1_000, 500)
    assert 600 <= needed.split <= 620
    assert 600 <= needed.holdout <= 620


def test_what_no_number_of_people_decides_is_not_asked_for():
    needed = needed_for(lambda real, holdout: 0.5, 1_000, 500)
    assert (needed.holdout, needed.split, needed.real_in_all) == (None, None, None)


@pytest.mark.parametrize(("number", "rounded"), [(7, 7), (99, 99), (101, 110), (12_345, 13_000)])
def test_people_are_rounded_up(number, rounded):
    assert round_up(number) == rounded


class TestBarred:
    def test_by_what_was_found_before(self):
        fact = PreflightFact("holdout-near-overlap", Severity.BLOCKING, "holdout_near_real")
        told = found(looked_at(preflight=(fact,)))["LK-1"]
        assert (told.chance, told.reason) == (0.0, ReasonCode.HOLDOUT_NEAR_REAL)
        assert told.needed is None

    def test_by_the_split(self):
        run = looked_at()
        run = replace(run, release=replace(run.release, split=SplitFacts("temporal", "declared")))
        assert found(run)["MI-2"].reason is ReasonCode.SPLIT_NOT_RANDOM

    def test_by_what_will_not_be_run(self):
        told = found(left_out=lambda check: ReasonCode.SKIPPED_ON_REQUEST)["LK-1"]
        assert (told.chance, told.reason) == (0.0, ReasonCode.SKIPPED_ON_REQUEST)

    def test_without_a_holdout(self):
        run = looked_at()
        inputs = {k: v for k, v in run.provenance.inputs.items() if k != "holdout"}
        run = replace(
            run,
            release=replace(run.release, people={"real": 1_000}),
            provenance=replace(run.provenance, inputs=inputs),
        )
        assert found(run)["MI-2"].reason is ReasonCode.NO_HOLDOUT


def test_statements_are_met_or_missing_already():
    told = found()
    assert told["SPLIT-1"].reason is None
    assert told["DPIA-1"].reason is ReasonCode.EVIDENCE_MISSING


def test_a_policy_that_does_not_fit_is_refused():
    with pytest.raises(PolicyError, match="no rule X-9"):
        found(declared=replace(STATED, not_applicable={"X-9": "no such thing"}))


def test_bounds_hold_whatever_ties_the_rules_together():
    told = found()
    # Two rules of .841: at least 1 - 2 * .159, at most .841.
    estimated = [told["LK-1"], told["MI-2"], told["LK-2"]]
    low, high = chance_bounds(estimated)
    assert low == pytest.approx(1 - 2 * 0.1587, abs=1e-3)
    assert high == pytest.approx(0.8413, abs=1e-3)


class TestSteps:
    def steps(self, told, assumed=None):
        found = tuple(told.values())
        return steps_of(found, policy=POLICY, people=(1_000, 500), assumed=assumed)

    def test_cheapest_first(self):
        told = found(at=0.06, declared=replace(STATED, split_source=Source.ASSUMED))
        codes = [s.code for s in self.steps(told)]
        assert codes == ["declare_split", "declare_evidence", "more_holdout", "more_people"]
        more = self.steps(told)[2]
        assert more.rules == ("LK-1", "MI-2")
        assert more.numbers["more"] == more.numbers["needed"] - 500

    def test_fewer_secrets_where_they_help(self):
        told = found(at=0.06)
        assumed = Assumed(15, lambda policy: tuple(found(at=0.02).values()))
        step = next(s for s in self.steps(told, assumed) if s.code == "declare_secrets")
        assert step.numbers["columns"] == 15
        assert step.numbers["now"] == pytest.approx(0.1587, abs=1e-4)
        assert step.numbers["then"] == pytest.approx(0.9987, abs=1e-4)
        useless = Assumed(15, lambda policy: tuple(told.values()))
        assert all(s.code != "declare_secrets" for s in self.steps(told, useless))

    def test_what_has_to_be_put_right_comes_before_people_are_counted(self):
        fact = PreflightFact("holdout-fairness", Severity.BLOCKING, "holdout_not_fair")
        codes = [s.code for s in self.steps(found(looked_at(preflight=(fact,))))]
        assert codes[-1] == "reason.holdout_not_fair"
        assert "more_holdout" not in codes


# ------------------------------------------------------------------ terms, and who is attacked


def test_an_argument_raises_limits_beforehand_too():
    from tests.policy.test_argument import arguing

    told = found(declared=arguing(0.4))
    assert (told["LK-1"].limit, told["LK-1"].limit_of_policy) == (0.125, 0.05)
    assert (told["MI-2"].limit, told["MI-2"].limit_of_policy) == (0.6, None)
    plain = found(declared=arguing(None))
    assert told["LK-1"].chance > plain["LK-1"].chance
    assert {rule for rule in told if rule.startswith(("INT", "ENC", "LBL"))} == set()


def test_attacking_everybody_is_proposed_where_only_some_are_and_it_helps():
    told = tuple(found(at=0.06).values())

    def with_all(policy):
        return tuple(found(at=0.04).values())

    steps = steps_of(
        told,
        policy=POLICY,
        people=(1_000, 500),
        assumed=None,
        sampled=Sampled(10_000, with_all),
    )
    (step,) = (s for s in steps if s.code == "attack_more")
    assert step.numbers["targets"] == 10_000
    assert step.numbers["then"] > step.numbers["now"]
    assert "LK-1" in step.rules
    same = Sampled(10_000, lambda policy: told)
    others = steps_of(told, policy=POLICY, people=(1_000, 500), assumed=None, sampled=same)
    assert "attack_more" not in {s.code for s in others}
