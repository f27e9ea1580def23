"""policy validity and grading anew: an old verdict on a later day."""

import json
from dataclasses import replace
from pathlib import Path

from audit.api import grade, save
from audit.facts.measurement import AuditRun
from audit.facts.versions import VERSIONS
from audit.wire.run import run_to_bytes
from tests.cli.conftest import Call
from tests.golden.test_golden import copied, safe
from tests.policy.sample import declared


def today(run: AuditRun) -> AuditRun:
    """The run as today's checks would have measured it."""
    cards = (replace(r.card, version=VERSIONS[r.card.id]) for r in run.results)
    results = tuple(replace(r, card=c) for r, c in zip(run.results, cards, strict=True))
    return replace(run, results=results)


def graded(folder: Path, run: AuditRun) -> Path:
    save(grade(run, declared=declared()), folder, formats=["json"])
    return folder


def test_a_met_verdict_holds_for_its_period_and_then_opens_no_gate(
    call: Call, tmp_path: Path
) -> None:
    folder = graded(tmp_path / "run", today(safe()))
    held = call("policy", "validity", folder, "--graded", "2026-11-01", "--on", "2027-11-01")
    assert held.code == 0
    assert "holds until 2027-11-01" in held.out
    over = call("policy", "validity", folder, "--graded", "2026-11-01", "--on", "2027-11-02")
    assert over.code == 11
    assert "- the period that the policy states is over" in over.out


def test_a_broken_verdict_stays_broken_whatever_the_day(call: Call, tmp_path: Path) -> None:
    folder = graded(tmp_path / "run", today(copied()))
    for day in ("2026-11-01", "2036-11-01"):
        assert call("policy", "validity", folder, "--graded", "2026-11-01", "--on", day).code == 10


def test_a_day_before_the_verdict_is_wrong_usage(call: Call, tmp_path: Path) -> None:
    folder = graded(tmp_path / "run", today(safe()))
    early = call("policy", "validity", folder, "--graded", "2026-11-01", "--on", "2026-10-31")
    assert early.code == 2
    assert call("policy", "validity", folder, "--graded", "soon").code == 2
    assert call("policy", "validity", folder).code == 2


def test_an_old_run_is_graded_anew_without_data_and_says_what_it_lacks(
    call: Call, tmp_path: Path
) -> None:
    """Six checks have moved on since; the sample is of the first version of each."""
    old = graded(tmp_path / "old", safe())
    answer = call("grade", old, "--policy", "gdpr-anonymisation-wp29", "--json")
    found = {f["rule"]: f["reason_code"] for f in json.loads(answer.out)["findings"]}
    assert answer.code == 11
    other = {rule for rule, code in found.items() if code == "other_check_version"}
    assert {"LEAK-1", "LK-1", "SO-1", "SO-2", "IN-1", "VU-1"} <= other
    assert found["MI-2"] is None
    run = today(safe())
    lacking = replace(run, results=tuple(r for r in run.results if r.card.id != "linkability"))
    (tmp_path / "run.json").write_bytes(run_to_bytes(lacking))
    answer = call("grade", tmp_path / "run.json", "--json")
    found = {f["rule"]: f["reason_code"] for f in json.loads(answer.out)["findings"]}
    assert (found["LK-1"], found["LK-2"]) == ("not_measured", "not_measured")
