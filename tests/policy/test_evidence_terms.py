"""Statements by context, with a term and an age; what is missing or over leaves its rule open."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from audit.api.waiving import dated
from audit.errors import PolicyError
from audit.facts.judgement import Declared, FindingStatus, Source, Tier, VerdictStatus
from audit.facts.reasons import ReasonCode
from audit.policy.days import months_after
from audit.policy.fit import require_fit
from audit.policy.grade import grade
from audit.policy.load import profiles, resolve
from tests.golden.releases import DAY, safe, stated
from tests.policy.sample import declared, measured, safe_run, with_measurements
from tests.policy.test_properties import GDPR

ICO = resolve("ico-motivated-intruder")
DEMANDED = {
    Tier.PUBLIC: {"LBL-1", "REL-1"},
    Tier.TRUSTED_THIRD_PARTY: {"TTP-1", "TTP-2"},
    Tier.INTERNAL: {"INT-1", "INT-2"},
    Tier.SECURE_ENCLAVE: {"ENC-1", "ENC-2"},
}
EXPIRED, MISSING = ReasonCode.EVIDENCE_EXPIRED, ReasonCode.EVIDENCE_MISSING
OF_A_CONTEXT = {rule for rules in DEMANDED.values() for rule in rules}


def found(said: Declared, policy=GDPR, run=None):
    return {f.rule.id: f for f in grade(policy, run or safe(), said).findings}


def with_field(said: Declared, key: str, **fields: str) -> Declared:
    evidence = {**said.evidence, key: {**said.evidence[key], **fields}}
    return replace(said, evidence=evidence)


@pytest.mark.parametrize("name", profiles())
@pytest.mark.parametrize("tier", Tier)
def test_every_context_demands_what_is_its_own_and_nothing_of_another(name: str, tier: Tier):
    policy = resolve(name)
    if tier not in policy.contexts_allowed:
        pytest.skip("not a context of this policy")
    findings = found(stated(tier), policy)
    # Labelling is asked everywhere by the profile of ICO.
    assert OF_A_CONTEXT & findings.keys() - {"LBL-1"} == DEMANDED[tier] - {"LBL-1"}
    assert all(findings[rule].status is FindingStatus.PASS for rule in DEMANDED[tier])
    bare = found(Declared(tier=tier, tier_source=Source.DECLARED), policy)
    assert {bare[rule].reason_code for rule in DEMANDED[tier]} == {MISSING}
    assert all(bare[rule].rule.required for rule in DEMANDED[tier])


def test_a_contract_has_a_digest_or_it_is_none():
    said = stated(Tier.TRUSTED_THIRD_PARTY)
    bare = replace(said, evidence={**said.evidence, "contract": {"document": "C-77"}})
    assert found(bare)["TTP-1"].reason_code is MISSING


def test_that_there_are_no_earlier_releases_is_a_statement_too():
    said = replace(declared(), earlier_releases_source=Source.ASSUMED)
    assert found(said)["REL-1"].reason_code is MISSING
    assert found(replace(said, earlier_releases=("2024",)))["REL-1"].status is FindingStatus.PASS


def test_what_is_not_asked_here_cannot_be_left_out_here():
    said = replace(declared(), not_applicable={"TTP-1": "nobody receives it by contract"})
    with pytest.raises(PolicyError, match="TTP-1 is not asked here"):
        require_fit(GDPR, said)


@pytest.mark.parametrize(
    ("last", "status"),
    [("2026-11-01", FindingStatus.PASS), ("2026-10-31", FindingStatus.INCONCLUSIVE)],
)
def test_a_statement_holds_to_the_end_of_its_last_day(last: str, status: FindingStatus):
    said = with_field(stated(Tier.PUBLIC), "dpia_reference", expires=last)
    findings = found(said)
    assert findings["DPIA-1"].status is status
    assert findings["DPIA-1"].reason_code is (EXPIRED if status != "pass" else None)
    verdict = grade(GDPR, safe(), said).status
    assert verdict is (VerdictStatus.MET if status == "pass" else VerdictStatus.INCONCLUSIVE)


def test_the_determination_of_an_expert_ends_on_the_day_that_it_names():
    hipaa = resolve("hipaa-expert-determination")
    said = stated(Tier.PUBLIC)
    assert grade(hipaa, safe(), said).status is VerdictStatus.EVIDENCE_COMPLETE
    late = replace(said, graded_on=date(2026, 11, 2))
    assert found(late, hipaa)["EX-1"].reason_code is EXPIRED
    assert grade(hipaa, safe(), late).status is VerdictStatus.INCONCLUSIVE


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("2025-11-01", None),
        ("2025-10-31", EXPIRED),
        # Not written yet.
        ("2026-11-02", EXPIRED),
    ],
)
def test_an_assessment_of_intruders_is_a_year_old_at_most(written: str, reason):
    said = with_field(stated(Tier.PUBLIC), "motivated_intruder", date=written)
    assert found(said, ICO)["MIT-1"].reason_code is reason


def test_where_nobody_said_which_day_it_is_a_term_does_not_hold():
    said = replace(stated(Tier.PUBLIC), graded_on=None)
    assert found(said, ICO)["MIT-1"].reason_code is EXPIRED
    # Nothing else depends on the day.
    assert found(said)["DPIA-1"].status is FindingStatus.PASS


def test_the_day_is_noted_only_where_it_decides_something():
    said = replace(declared(), graded_on=None)
    assert dated(said, GDPR, DAY).graded_on is None
    assert dated(said, ICO, DAY).graded_on is None
    ends = with_field(said, "dpia_reference", expires="2027-01-01")
    assert dated(ends, GDPR, DAY).graded_on == DAY
    aging = replace(stated(Tier.PUBLIC), graded_on=None)
    assert dated(aging, ICO, DAY).graded_on == DAY
    argued = replace(said, tier=Tier.INTERNAL, p_attack=0.5)
    assert dated(argued, GDPR, DAY).graded_on == DAY


def test_months_end_where_the_calendar_ends_them():
    assert months_after(date(2025, 8, 31), 6) == date(2026, 2, 28)
    assert months_after(date(2026, 12, 31), 12) == date(2027, 12, 31)


# ------------------------------------------------------------------ a claimed epsilon

CLAIM = {
    "epsilon": "1",
    "delta": "1e-6",
    "unit": "row",
    "mechanism": "AIM",
    "trust_model": "central",
}


def claiming(**changed: str) -> Declared:
    said = declared()
    return replace(said, evidence={**said.evidence, "dp_declaration": {**CLAIM, **changed}})


def showing(epsilon: float):
    bound = measured(
        "epsilon_lower_paired", (epsilon, epsilon, None), null=None, p=None, p_safe=None
    )
    return with_measurements(safe_run(), "membership-worst-case", bound)


def test_where_nothing_is_claimed_nothing_is_held_against_it():
    assert not {"DP-1", "DP-2"} & found(declared(), run=showing(9.0)).keys()


@pytest.mark.parametrize(
    ("epsilon", "status", "reason"),
    [
        (0.0, FindingStatus.PASS, ReasonCode.NOT_EXCEEDED),
        (1.0, FindingStatus.PASS, ReasonCode.NOT_EXCEEDED),
        (1.01, FindingStatus.ALARM, None),
    ],
)
def test_attacks_that_show_more_than_the_claim_raise_an_alarm(epsilon: float, status, reason):
    told = found(claiming(), run=showing(epsilon))["DP-2"]
    assert (told.status, told.reason_code, told.limit) == (status, reason, 1.0)
    verdict = grade(GDPR, showing(epsilon), claiming())
    assert verdict.coverage()["alarms"] == (status is FindingStatus.ALARM)
    blocking = replace(GDPR, alarms_block=True)
    open_ = VerdictStatus.INCONCLUSIVE if status == "alarm" else VerdictStatus.MET
    assert grade(blocking, showing(epsilon), claiming()).status is open_


def test_a_claim_without_all_its_parts_is_open_and_decides_nothing():
    findings = found(claiming(trust_model=" "), run=showing(0.5))
    assert findings["DP-1"].reason_code is MISSING
    assert grade(GDPR, showing(0.5), claiming(trust_model=" ")).status is VerdictStatus.MET
    assert found(claiming(epsilon="about 1"), run=showing(9.0))["DP-2"].reason_code is (
        ReasonCode.END_MISSING
    )


def test_the_claim_never_clears_what_was_measured():
    tail = measured("log_ratio_at_fpr_1pct", (1.4, 1.1, 1.7))
    leaky = with_measurements(showing(0.5), "membership-worst-case", tail)
    assert grade(GDPR, leaky, claiming(epsilon="0.01")).status is VerdictStatus.NOT_MET


# ------------------------------------------------------------------ time passes


@pytest.mark.parametrize("name", profiles())
def test_as_days_pass_nothing_that_was_stated_gets_better(name: str):
    """Every statement ends on a day of its own; an argued limit ends with its assessment."""
    policy = resolve(name)
    tier = policy.contexts_allowed[-1]
    said = replace(stated(tier), p_attack=0.3)
    ends = {
        key: {**fields, "expires": (DAY + timedelta(days=7 * i)).isoformat()}
        for i, (key, fields) in enumerate(sorted(said.evidence.items()))
    }
    said = replace(said, evidence=ends)
    held = [f"2026-{month:02}-15" for month in (11, 12)] + ["2027-02-01", "2028-01-01"]
    before = None
    for day in [DAY.isoformat(), *held]:
        verdict = grade(policy, safe(), replace(said, graded_on=date.fromisoformat(day)))
        now = {f.rule.id: f for f in verdict.findings}
        if before is not None:
            for rule, was in before.items():
                assert not (was.status != "pass" and now[rule].status == "pass"), rule
                assert was.limit is None or now[rule].limit <= was.limit
        before = now
    assert before is not None
    assert verdict.status.exit_code != 0
