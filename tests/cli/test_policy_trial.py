"""policy test: an organisation's expectations of its policy, on stored runs."""

import json
from pathlib import Path

import pytest

from audit.wire.run import run_to_bytes
from tests.cli.conftest import Call
from tests.golden.test_golden import copied, safe, small

EXAMPLE = Path(__file__).parents[2] / "docs" / "policy-tests"
RUNS = {"safe": safe, "copied": copied, "small": small}
GDPR = "gdpr-anonymisation-wp29"
HEAD = "schema: synthgate.policy-tests/v1\n"


def wrong(folder: Path, cases: str) -> Path:
    file = folder / "tests.yaml"
    file.write_text(HEAD + cases)
    return file


def flat(text: str) -> str:
    return " ".join(text.split())


def test_the_example_holds(call: Call) -> None:
    policy, tests = EXAMPLE / "policy.yaml", EXAMPLE / "tests.yaml"
    answer = call("policy", "test", policy, tests, "--runs", EXAMPLE / "runs")
    assert answer.code == 0, answer.out + answer.err
    # 8 verdicts; rules: 2 + 2 + 2 + 1 + 1 + 2 + 1 + 0.
    assert "acme-public 1.0.0 decides as expected: 19 expectations in 8 cases." in answer.out


def test_every_wrong_expectation_is_listed_with_its_line(call: Call, tmp_path: Path) -> None:
    cases = """\
cases:
  - name: leaky
    run: copied
    expect:
      verdict: met
      rules:
        COPY-1: pass
        LEAK-1: pass
        SO-2: {status: pass, limit: 0.2}
        CTX-1: {status: inconclusive, reason: no_holdout}
        NO-1: fail
  - name: out of place
    run: copied
    context: internal
    expect: {verdict: refused}
"""
    tests = wrong(tmp_path, cases)
    answer = call("policy", "test", GDPR, tests, "--runs", EXAMPLE / "runs")
    assert answer.code == 3
    told = flat(answer.out)
    for line in (
        "tests.yaml: line 6: leaky: verdict: expected met, found not_met",
        "tests.yaml: line 8: leaky: COPY-1: expected pass, found fail",
        "tests.yaml: line 10: leaky: SO-2: expected pass at the limit 0.2, found pass at the limit"
        " 0.05",
        "tests.yaml: line 11: leaky: CTX-1: expected inconclusive (no_holdout), found inconclusive"
        " (evidence_missing)",
        "tests.yaml: line 12: leaky: NO-1: expected fail, found no such rule",
        "tests.yaml: line 16: out of place: verdict: expected refused, found not_met",
        "6 of 7 expectations in 2 cases do not hold.",
    ):
        assert line in told
    assert "LEAK-1" not in told
    found = json.loads(
        call("policy", "test", GDPR, tests, "--runs", EXAMPLE / "runs", "--json").out
    )
    assert found["schema"] == "synthgate.policy-test/v1"
    assert (found["cases"], found["expectations"], len(found["mismatches"])) == (2, 7, 6)
    assert found["mismatches"][0] == {
        "case": "leaky",
        "subject": "verdict",
        "expected": "met",
        "found": "not_met",
        "line": 6,
    }


def test_all_faults_of_the_tests_are_told_at_once(call: Call, tmp_path: Path) -> None:
    cases = """\
defaults: {contxt: public}
cases:
  - {name: a, run: x, expect: {verdict: ok}}
  - {name: b, run: x, expect: {verdict: met, rules: {COPY-1: green}}}
  - {name: c, run: x, evidence: {dpia: {document: x}}, expect: {verdict: met}}
"""
    answer = call("policy", "test", GDPR, wrong(tmp_path, cases))
    assert answer.code == 3
    assert "line 2: defaults.contxt: is not known here; did you mean context?" in answer.err
    assert "line 4: cases[0].expect.verdict" in answer.err
    assert "line 5: cases[1].expect.rules.COPY-1: must be pass, fail" in answer.err
    meaning = """\
cases:
  - {name: a, run: x, evidence: {dpia_referense: {document: x}}, expect: {verdict: met}}
  - {name: a, run: x, evidence: {authorisation: {date: soon}}, expect: {verdict: met}}
"""
    answer = call("policy", "test", GDPR, wrong(tmp_path, meaning))
    assert answer.code == 3
    near = "line 3: cases[0].evidence.dpia_referense: is no known evidence (did you mean"
    assert near in answer.err
    assert "line 4: cases[1].name: is the name of another case" in answer.err
    assert "line 4: cases[1].evidence.authorisation.date: must be a day" in answer.err


def test_all_missing_runs_are_told_at_once(call: Call, tmp_path: Path) -> None:
    cases = """\
cases:
  - {name: a, run: nowhere, expect: {verdict: met}}
  - {name: b, run: gone, expect: {verdict: met}}
"""
    answer = call("policy", "test", GDPR, wrong(tmp_path, cases))
    assert answer.code == 3
    assert "line 3: there is no stored run nowhere" in answer.err
    assert "line 4: there is no stored run gone" in answer.err
    assert "--runs" in answer.err


@pytest.mark.parametrize("given", ["runs/keep", "runs/keep/run.json", "runs", "runs/safe.run.json"])
def test_a_run_is_found_in_a_place_or_as_one(call: Call, tmp_path: Path, given: str) -> None:
    folder = tmp_path / "runs" / "keep"
    folder.mkdir(parents=True)
    data = run_to_bytes(safe())
    (folder / "run.json").write_bytes(data)
    (tmp_path / "runs" / "safe.run.json").write_bytes(data)
    name = "safe.run.json" if "safe" in given else "keep"
    tests = wrong(tmp_path, f"cases: [{{name: a, run: {name}, expect: {{verdict: inconclusive}}}}]")
    answer = call("policy", "test", GDPR, tests, "--runs", tmp_path / given)
    assert answer.code == 0, answer.err


def test_what_nobody_states_is_assumed_at_its_worst(call: Call, tmp_path: Path) -> None:
    """Nothing is taken from the files beside the run: SPLIT-1, CTX-1 and CTX-2 stay open."""
    rules = "{CTX-1: inconclusive, CTX-2: inconclusive, SPLIT-1: inconclusive}"
    tests = wrong(
        tmp_path,
        f"cases: [{{name: a, run: safe, expect: {{verdict: inconclusive, rules: {rules}}}}}]",
    )
    assert call("policy", "test", GDPR, tests, "--runs", EXAMPLE / "runs").code == 0


def test_a_malformed_run_quotes_nothing(call: Call, tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text('{"schema": "Zq7-canary"}')
    tests = wrong(tmp_path, "cases: [{name: a, run: x, expect: {verdict: met}}]")
    answer = call("policy", "test", GDPR, tests)
    assert answer.code == 3
    assert "Zq7-canary" not in answer.out + answer.err


if __name__ == "__main__":
    for name, made in RUNS.items():
        (EXAMPLE / "runs" / f"{name}.json").write_bytes(run_to_bytes(made()))


def test_terms_of_a_case_are_read_as_strictly_as_those_of_a_project(
    call: Call, tmp_path: Path
) -> None:
    cases = """\
cases:
  - name: argued nowhere
    run: copied
    p_attack: 0.5
    expect: {verdict: not_met}
  - name: no such day
    run: copied
    as_of: 2026-02-30
    expect: {verdict: not_met}
"""
    answer = call("policy", "test", GDPR, wrong(tmp_path, cases), "--runs", EXAMPLE / "runs")
    assert answer.code == 3
    assert "line 9: cases[1].as_of: must be a day such as 2026-11-01" in flat(answer.err)
    only = cases.partition("  - name: no such day")[0]
    answer = call("policy", "test", GDPR, wrong(tmp_path, only), "--runs", EXAMPLE / "runs")
    assert answer.code == 3
    assert "line 5: cases[0].p_attack: needs a context" in flat(answer.err)


def test_waivers_of_a_case_may_not_contradict_themselves(call: Call, tmp_path: Path) -> None:
    text = (
        (EXAMPLE / "tests.yaml").read_text().replace('approver: "C. Person"', "approver: b. person")
    )
    tests = tmp_path / "tests.yaml"
    tests.write_text(text)
    answer = call("policy", "test", EXAMPLE / "policy.yaml", tests, "--runs", EXAMPLE / "runs")
    assert answer.code == 3
    assert "waivers[0].approver: must be another person than the owner" in flat(answer.err)
    ran = (
        (EXAMPLE / "tests.yaml").read_text().replace('operator: "O. Person"', "operator: C. Person")
    )
    tests.write_text(ran)
    answer = call("policy", "test", EXAMPLE / "policy.yaml", tests, "--runs", EXAMPLE / "runs")
    assert answer.code == 3
    assert "DPO-1: expected waived, found inconclusive (evidence_missing)" in flat(answer.out)
