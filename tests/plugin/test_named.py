"""Where a plug-in is named: project file, command line, Python; and who may rest on its numbers."""

import json
from pathlib import Path

import pandas as pd
import pytest

import audit
from audit import api
from audit.errors import PluginError
from tests.cli.conftest import Call, call, inputs, tables
from tests.harness.installed import Site, check, site

__all__ = ["call", "inputs", "tables"]

QUICK = ("--only", "identical-match,acme-quiet", "--controls", "off", "--format", "json")
POLICY = """\
schema: synthgate.policy/v1
id: acme
version: 1.0.0
extends: gdpr-anonymisation-wp29
intent: "Ours."
rules:
  - {id: ACME-1, measure: acme-quiet.share, limit: 0.1, required: false,
     basis: organisation_policy, rationale: "A second opinion."}
"""


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    with site(tmp_path / "site", monkeypatch) as here:
        source = check("acme-quiet")
        here.install("acme_one", source, entries={"acme-checks": "acme_one:Theirs"})
        yield here


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    path = tmp_path / "acme.yaml"
    path.write_text(POLICY)
    return path


def project(folder: Path, tables: Path, more: str) -> Path:
    path = folder / "audit.yaml"
    path.write_text(
        "schema: synthgate.project/v1\n"
        f"release: {{real: '{tables}/real.csv', synthetic: '{tables}/synthetic.csv'}}\n{more}"
    )
    return path


def measured(folder: Path) -> dict:
    (found,) = (
        r
        for r in json.loads((folder / "run.json").read_bytes())["results"]
        if r["check"]["id"] == "acme-quiet"
    )
    return found


def test_a_project_names_it_and_sets_its_parameters(
    call: Call, installed: Site, tables: Path, tmp_path: Path
) -> None:
    more = "plugins: [acme-checks]\nparameters: {acme-quiet: {share: 0.5}}\n"
    answer = call("run", project(tmp_path, tables, more), *QUICK, "--out", tmp_path / "out")
    assert answer.code == 11, answer.err
    result = measured(tmp_path / "out")
    assert result["params"] == {"share": 0.5}
    assert result["measurements"][0]["value"] == 0.5


def test_a_parameter_of_nobody_is_refused_with_its_line(
    call: Call, installed: Site, tables: Path, tmp_path: Path
) -> None:
    more = "plugins: [acme-checks]\nparameters: {zeta-quiet: {share: 0.5}, linkabilty: {}}\n"
    answer = call("run", project(tmp_path, tables, more), *QUICK, "--out", tmp_path / "out")
    assert answer.code == 3
    assert "line 4: parameters.zeta-quiet: is no check" in answer.err
    assert "did you mean linkability" in answer.err


def test_all_faults_are_told_before_anything_is_moved_or_read(
    call: Call, installed: Site, tables: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    path = project(tmp_path, tables, "plugins: [acme-absent, acme-checks, acme-checks]\n")
    for command in ("run", "measure"):
        answer = call(command, path, "--out", out)
        assert answer.code == 3
        assert "acme-absent: is not installed" in answer.err
        assert "acme-checks: is named twice" in answer.err
        assert "Installed here: acme-checks." in answer.err
        assert not out.exists()


def test_a_rule_on_it_is_valid_where_it_is_named_and_graded_where_nobody_has_it(
    call: Call, installed: Site, inputs: tuple[object, ...], policy: Path, tmp_path: Path
) -> None:
    out, words = tmp_path / "out", ("--policy", policy, *QUICK, "--out", tmp_path / "out")
    answer = call("run", *inputs, *words)
    assert answer.code == 3
    assert "no check is called acme-quiet" in answer.err
    assert call("policy", "validate", policy).code == 3
    assert call("policy", "validate", policy, "--plugin", "acme-checks").code == 0
    assert call("run", *inputs, "--plugin", "acme-checks", *words).code == 10
    verdict = json.loads((out / "verdict.json").read_bytes())
    (finding,) = (f for f in verdict["findings"] if f["rule"] == "ACME-1")
    # A quarter is more than a tenth.
    assert (finding["status"], finding["value"], finding["limit"]) == ("fail", 0.25, 0.1)
    for file in installed.folder.glob("acme*"):
        if file.is_dir():
            file.rename(file.with_suffix(".gone"))
    again = call("grade", out, "--policy", policy, "--out", tmp_path / "again", "--format", "json")
    assert again.code == 10, again.err
    stored = (tmp_path / "again" / "verdict.json").read_bytes()
    assert stored == (out / "verdict.json").read_bytes()


def test_it_is_named_beside_the_look_before_an_audit(
    call: Call, installed: Site, inputs: tuple[object, ...]
) -> None:
    answer = call("preflight", *inputs, "--plugin", "acme-checks", "--json")
    assert answer.code == 0, answer.err
    assert json.loads(answer.out)["schema"] == "synthgate.preflight/v1"
    missing = ("--real", "nowhere.csv", "--synthetic", "nowhere.csv", "--plugin", "acme-absent")
    assert "acme-absent: is not installed" in call("preflight", *missing).err


def test_python_names_it_by_an_argument(installed: Site, tables: Path, policy: Path) -> None:
    real, synthetic = (pd.read_csv(tables / f"{name}.csv") for name in ("real", "synthetic"))
    assessment = audit.audit(
        real,
        synthetic,
        policy=policy,
        plugins=["acme-checks"],
        only=["acme-quiet"],
        controls="off",
    )
    assert assessment.run.measurement("acme-quiet.share", {}).estimate.value == 0.25
    assert any(f.rule.id == "ACME-1" for f in assessment.findings)
    with pytest.raises(PluginError, match="acme-absent: is not installed"):
        audit.audit(real, synthetic, plugins=["acme-absent"])


def test_what_a_project_and_a_flag_both_name_is_named_once() -> None:
    plan = api.with_plugins(api.plan_of(None), ["acme", "zeta"])
    assert api.with_plugins(plan, ["zeta", "more"]).project.plugins == ("acme", "zeta", "more")


def test_a_rule_on_it_can_be_taken_out_but_not_declared_away(
    call: Call, installed: Site, tables: Path, policy: Path, tmp_path: Path
) -> None:
    more = f"policy: {policy}\nplugins: [acme-checks]\nnot_applicable: {{ACME-1: 'We say so.'}}\n"
    answer = call("run", project(tmp_path, tables, more), *QUICK, "--out", tmp_path / "out")
    assert answer.code == 3
    assert "ACME-1 cannot be declared not applicable" in answer.err
