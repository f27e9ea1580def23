"""run, demo, measure and preflight, end to end on small tables."""

import json
from pathlib import Path

import jsonschema
import pytest

from audit.errors import RenderError
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.value_replay import ValueReplay
from audit.wire.schemas import schema
from tests.cli.conftest import MEASURED, QUICK, Call

FACTS = {"run.json", "execution.json", "policy.json", "declared.json", "verdict.json"}
SEALS = {"manifest.json", "SHA256SUMS", "attestation.json"}


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_an_undecided_run_answers_11_and_says_what_would_decide_it(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out")
    assert answer.code == 11
    assert answer.out.startswith("Inconclusive\n")
    assert "To decide it" in answer.out
    assert answer.out.rstrip().endswith("Exit code 11 (inconclusive).")
    assert answer.err == ""


def test_a_copied_table_answers_10(call: Call, tables: Path, tmp_path: Path) -> None:
    given = ("--real", tables / "real.csv", "--synthetic", tables / "copied.csv")
    holdout = ("--holdout", tables / "holdout.csv")
    answer = call("run", *given, *holdout, *QUICK, "--out", tmp_path / "out")
    assert answer.code == 10
    assert "Criteria not met" in answer.out


def test_report_only_answers_0_and_leaves_the_verdict_as_it_is(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", "--report-only")
    assert answer.code == 0
    assert "Exit code 11 (inconclusive); --report-only answers 0." in answer.out
    assert json.loads((tmp_path / "out" / "verdict.json").read_bytes())["status"] == "inconclusive"


def test_json_is_the_verdict_and_nothing_else(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    answer = call("run", *inputs, *QUICK, "--out", tmp_path / "out", "--json")
    assert answer.out.encode() == (tmp_path / "out" / "verdict.json").read_bytes() + b"\n"
    assert answer.err == ""


def test_the_default_is_all_formats(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.report.pdf.to_pdf", lambda html, *, attachments: b"%PDF-")
    answer = call("run", *inputs, *MEASURED, "--out", tmp_path / "out", "--quiet")
    assert (answer.code, answer.out, answer.err) == (11, "", "")
    paper = {"report.pdf", "report.html", "summary.md", "junit.xml", "results.sarif"}
    assert names(tmp_path / "out") == FACTS | SEALS | paper | {"columns.csv", "next-steps.yaml"}


def no_pdf(html: bytes, *, attachments: object) -> bytes:
    raise RenderError("the PDF cannot be made: a system library is missing", "Install it: apt-get")


def test_a_pdf_that_nobody_asked_for_is_loudly_missed_and_the_verdict_stands(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.report.pdf.to_pdf", no_pdf)
    answer = call("run", *inputs, *MEASURED, "--out", tmp_path / "out", "--quiet")
    assert answer.code == 11
    assert "report.pdf was NOT made" in answer.err
    assert "Install it: apt-get" in answer.err
    assert "report.pdf" not in names(tmp_path / "out")


def test_a_pdf_that_was_asked_for_by_name_and_cannot_be_made_answers_4(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.report.pdf.to_pdf", no_pdf)
    answer = call("run", *inputs, *MEASURED, "--out", tmp_path / "out", "--format", "pdf,html")
    assert answer.code == 4
    assert "a system library is missing" in answer.err
    # What was measured is kept, what was not made is not half there, and nothing is sealed.
    assert names(tmp_path / "out") == {"run.json", "execution.json", "policy.json", "declared.json"}


def test_the_same_inputs_give_the_same_run_byte_for_byte(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    for name in ("a", "b"):
        call("run", *inputs, *QUICK, "--out", tmp_path / name, "--quiet")
    for file in ("run.json", "verdict.json", "policy.json", "declared.json"):
        assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes()


def test_a_killed_run_leaves_no_verdict_beside_new_data(
    call: Call,
    finished: Path,
    inputs: tuple[object, ...],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    yesterday = (finished / "verdict.json").read_bytes()

    def killed(release: object, *, options: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("audit.harness.measure.measure", killed)
    answer = call("run", *inputs, *QUICK, "--out", finished)
    assert answer.code == 130
    assert names(finished) == set()
    previous = finished.with_name("finished.previous")
    assert (previous / "verdict.json").read_bytes() == yesterday


def test_execution_tells_base_names_and_seconds(finished: Path) -> None:
    told = json.loads((finished / "execution.json").read_bytes())
    assert told["command"][:4] == ["synthgate", "run", "--real", "real.csv"]
    assert "identical-match" in told["seconds"]
    assert not any("/" in word for word in told["command"])


def test_the_project_file_is_overruled_by_the_environment_and_that_by_a_flag(
    call: Call, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = tmp_path / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/synthetic.csv'}}\n"
        "context: {tier: trusted_third_party}\n"
    )

    def tier(*flags: str) -> tuple[str, str]:
        call("run", project, *QUICK, "--out", tmp_path / "out", "--quiet", *flags)
        declared = json.loads((tmp_path / "out" / "declared.json").read_bytes())
        return declared["tier"], declared["tier_source"]

    assert tier() == ("trusted_third_party", "declared")
    monkeypatch.setenv("SYNTHGATE_CONTEXT", "public")
    assert tier() == ("public", "declared")
    assert tier("--context", "trusted_third_party") == ("trusted_third_party", "declared")


def test_audit_yaml_in_the_current_folder_is_found(
    call: Call, tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "audit.yaml").write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{name: found-here, real: '{tables}/real.csv', "
        f"synthetic: '{tables}/synthetic.csv'}}\n"
    )
    monkeypatch.chdir(tmp_path)
    assert call("measure", *MEASURED, "--out", "out", "--quiet").code == 0
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert run["release"]["name"] == "found-here"


def test_a_key_binds_the_run_to_the_real_table(
    call: Call, inputs: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def digest(*flags: object) -> str | None:
        words = (*MEASURED, "--out", tmp_path / "out", "--quiet", *flags)
        assert call("measure", *inputs, *words).code == 0
        run = json.loads((tmp_path / "out" / "run.json").read_bytes())
        found: str | None = run["provenance"]["inputs"]["real"]["digest"]
        return found

    assert digest() is None
    (tmp_path / "key").write_text("0123456789abcdef\n")
    by_file = digest("--digest-key", tmp_path / "key")
    monkeypatch.setenv("SYNTHGATE_DIGEST_KEY", "0123456789abcdef")
    assert by_file is not None
    assert digest() == by_file


def test_parameters_reach_the_checks(
    call: Call, inputs: tuple[object, ...], tmp_path: Path
) -> None:
    out = tmp_path / "out"
    words = (*MEASURED, "--set", "linkability.n_splits=2", "--out", out, "--quiet")
    assert call("measure", *inputs, *words).code == 0
    run = json.loads((out / "run.json").read_bytes())
    assert run["provenance"]["parameters"]["linkability"] == {"n_splits": 2}


def test_preflight_tells_what_was_understood_and_attacks_nothing(
    call: Call, inputs: tuple[object, ...], tables: Path
) -> None:
    answer = call("preflight", *inputs, "--holdout", tables / "holdout.csv")
    assert answer.code == 0
    assert "too few people were held out" in " ".join(answer.out.lower().split())
    assert "income: continuous" in answer.out
    told = json.loads(call("preflight", *inputs, "--json").out)
    assert told["schema"] == "synthgate.preflight/v1"
    assert told["preflight"]
    assert "results" not in told


def test_preflight_says_what_could_be_decided_under_the_policy_that_is_asked_for(
    call: Call, inputs: tuple[object, ...], tables: Path
) -> None:
    given = ("preflight", *inputs, "--holdout", tables / "holdout.csv")
    words = " ".join(call(*given, "--controls", "off").out.split())
    assert "policy gdpr-anonymisation-wp29 1.0.0, context public, 120 real and 120 holdout" in words
    assert "COPY-1 Rare people copied: excess: counted; not met from 6 copied people on" in words
    assert "Bring more of both" in words
    assert "without planted controls" in words
    terms = ("--policy", "internal-sharing", "--context", "internal")
    told = (json.loads(call(*given, *more, "--json").out) for more in ((), terms))
    strict, loose = ({r["rule"]: r for r in one["outlook"]["rules"]} for one in told)
    # 120 + 120 people: an excess of 5 points is out of reach, one of 20 is not.
    assert strict["LK-1"]["pass_probability_if_safe"] < 0.3
    assert loose["LK-1"]["pass_probability_if_safe"] > 0.8
    # 1,237 a side (statistics.md F10), rounded up; 120 real people never do.
    assert 1_237 <= strict["LK-1"]["needed"]["real_in_all"] <= 1_300
    assert strict["LK-1"]["needed"]["holdout"] is None
    assert loose["LK-1"]["needed"] is None


def test_preflight_keeps_its_schema_and_knows_what_is_left_out(
    call: Call, inputs: tuple[object, ...], tables: Path
) -> None:
    given = ("preflight", *inputs, "--holdout", tables / "holdout.csv", "--json")
    everything, some = (
        json.loads(call(*given, *more).out) for more in ((), ("--skip", "linkability"))
    )
    jsonschema.Draft202012Validator(schema("preflight")).validate(everything)
    rules = {rule["rule"]: rule for rule in some["outlook"]["rules"]}
    assert rules["LK-1"]["reason_code"] == "skipped_on_request"
    assert rules["LK-1"]["pass_probability_if_safe"] == 0
    assert some["outlook"]["cost"]["seconds"] < everything["outlook"]["cost"]["seconds"]


def test_preflight_answers_3_where_something_blocks(
    call: Call, tables: Path, tmp_path: Path
) -> None:
    # The holdout is the real table again: nobody in it was never seen.
    given = ("--real", tables / "real.csv", "--holdout", tables / "copied.csv")
    answer = call("preflight", *given, "--synthetic", tables / "synthetic.csv")
    assert answer.code == 3
    assert "blocking" in answer.out


def test_the_demo_answers_0_and_tells_the_code_of_a_gate(
    call: Call,
    tables: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    project = tmp_path / "audit.yaml"
    project.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/copied.csv'}}\n"
    )
    monkeypatch.setattr("audit.cli.bundled.demo_project", lambda: project)
    monkeypatch.setattr("audit.harness.registry.BUILTIN", (IdenticalMatch, ValueReplay))
    answer = call("demo", "--out", tmp_path / "out", "--format", "json")
    assert answer.code == 0
    assert "a gate would get 10 (criteria not met)" in answer.out.replace("\n", " ")


def test_the_demo_data_are_where_the_program_looks() -> None:
    from audit.cli.bundled import demo_project

    assert demo_project().is_file()
