"""Until when a verdict holds, what ends it, and which numbers of an old run still count."""

from dataclasses import replace
from datetime import date

import pytest

from audit.facts.judgement import Declared, FindingStatus, Policy, VerdictStatus
from audit.facts.measurement import AuditRun
from audit.facts.names import MEASURES
from audit.facts.reasons import ReasonCode
from audit.facts.versions import VERSIONS
from audit.facts.waiver import Waiver
from audit.harness.registry import BUILTIN
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.policy.validity import Ending, Validity, changed_checks, valid_until, validity
from tests.policy.sample import declared, measured, safe_run, with_measurements, with_result

GDPR = resolve("gdpr-anonymisation-wp29")
SIGNED = date(2026, 11, 1)


def asked(
    on: date,
    *,
    policy: Policy = GDPR,
    said: Declared | None = None,
    current: Policy | None = None,
    versions: dict[str, int] | None = None,
    used: tuple[str, ...] = (),
) -> Validity:
    return validity(
        policy,
        safe_run(),
        said or declared(),
        used=used,
        graded=SIGNED,
        on=on,
        current=current,
        versions=versions or {},
    )


def test_the_versions_are_those_of_the_checks():
    for check in BUILTIN:
        assert VERSIONS[check.card.id] == check.card.version, check.card.id
    assert VERSIONS.keys() == MEASURES.keys()


@pytest.mark.parametrize(
    ("graded", "months", "until"),
    [
        (date(2026, 11, 1), 12, date(2027, 11, 1)),
        (date(2026, 8, 31), 6, date(2027, 2, 28)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 15)),
        (date(2026, 1, 31), 11, date(2026, 12, 31)),
    ],
)
def test_months_are_those_of_the_calendar(graded: date, months: int, until: date):
    assert valid_until(replace(GDPR, expires_months=months), graded) == until


def test_the_last_day_counts():
    # Twelve months after 1 November 2026.
    assert asked(date(2027, 11, 1)) == Validity(date(2027, 11, 1), ())
    assert asked(date(2027, 11, 2)).endings == (Ending.TOO_OLD,)


def test_a_statement_that_expires_sooner_ends_it():
    evidence = {"expert_determination": {"name": "A. Person", "expiry": "2027-03-01"}}
    said = replace(declared(), evidence=evidence)
    assert asked(date(2027, 3, 1), said=said) == Validity(date(2027, 3, 1), ())
    assert asked(date(2027, 3, 2), said=said).endings == (Ending.EVIDENCE_EXPIRED,)


def test_a_waiver_that_it_rests_on_ends_it_and_another_does_not():
    waiver = Waiver(
        id="W-1",
        rule="SO-1",
        policy="gdpr-anonymisation-wp29@1.0.0",
        context="public",
        synthetic_sha256="a" * 64,
        accepts="fail",
        owner="a@example.org",
        approver="b@example.org",
        reason="Because.",
        created=SIGNED,
        expires=date(2027, 1, 30),
    )
    said = replace(declared(), waivers=(waiver,))
    assert asked(date(2027, 1, 30), said=said, used=("W-1",)) == Validity(date(2027, 1, 30), ())
    assert asked(date(2027, 1, 31), said=said, used=("W-1",)).endings == (Ending.WAIVER_EXPIRED,)
    assert asked(date(2027, 1, 31), said=said).holds


@pytest.mark.parametrize(
    ("new", "ends"),
    [
        ({}, False),
        ({"version": "1.4.0", "sha256": "f" * 64}, False),
        ({"version": "2.0.0", "sha256": "f" * 64}, True),
        # Another content under the same version: one of the two was tampered with.
        ({"sha256": "f" * 64}, True),
    ],
)
def test_a_policy_that_decides_otherwise_today_ends_it(new: dict[str, str], ends: bool):
    found = asked(SIGNED, current=replace(GDPR, **new))
    assert found.endings == ((Ending.POLICY_CHANGED,) if ends else ())


def test_a_check_behind_a_required_rule_that_changed_ends_it():
    now = {"linkability": 2, "adversarial-accuracy": 2}
    found = asked(SIGNED, versions=now)
    # DIAG-AA is not required.
    assert (found.endings, found.checks) == ((Ending.CHECKS_CHANGED,), ("linkability",))
    assert changed_checks(GDPR, safe_run(), {"linkability": 1}) == ()


def findings(run: AuditRun, versions: dict[str, int]) -> dict[str, tuple[object, object]]:
    verdict = grade(GDPR, run, declared(), versions=versions)
    return {f.rule.id: (f.status, f.reason_code) for f in verdict.findings}


def test_nothing_is_met_by_the_numbers_of_another_version():
    for version in (0, 2):
        found = findings(safe_run(), {"linkability": version})
        other = (FindingStatus.INCONCLUSIVE, ReasonCode.OTHER_CHECK_VERSION)
        assert (found["LK-1"], found["LK-2"]) == (other, other)
        assert found["SO-1"] == (FindingStatus.PASS, None)
    verdict = grade(GDPR, safe_run(), declared(), versions={"linkability": 2})
    assert verdict.status is VerdictStatus.INCONCLUSIVE
    assert grade(GDPR, safe_run(), declared(), versions={"linkability": 1}).status.exit_code == 0


def test_what_another_version_found_stays_found():
    leaky = measured("risk", (0.4, 0.3, 0.5), {"k": "1", "over": "worst"})
    run = with_measurements(safe_run(), "linkability", leaky)
    assert findings(run, {"linkability": 2})["LK-2"] == (FindingStatus.FAIL, None)


def test_the_check_of_a_plugin_counts_in_any_version():
    card = replace(safe_run().results[-1].card, id="acme-shadow", version=7)
    run = safe_run()
    run = replace(run, results=(*run.results, replace(run.results[-1], card=card)))
    assert grade(GDPR, run, declared(), versions=VERSIONS).findings
    assert "acme-shadow" not in changed_checks(GDPR, run, VERSIONS)


def test_an_old_run_says_what_it_did_not_measure():
    """A check that the old version did not know, and a measurement that it did not take."""
    run = safe_run()
    old = replace(run, results=tuple(r for r in run.results if r.card.id != "linkability"))
    found = findings(old, {})
    missing = (FindingStatus.INCONCLUSIVE, ReasonCode.NOT_MEASURED)
    assert (found["LK-1"], found["LK-2"]) == (missing, missing)
    inference = run.result("attribute-inference-worst-case")
    assert inference is not None
    few = replace(inference, measurements=inference.measurements[:1])
    assert findings(with_result(run, few), {})["IN-2"] == missing
