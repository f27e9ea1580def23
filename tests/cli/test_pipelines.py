"""The action, and the examples for pipelines: their YAML is sound and their shell runs for real."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import typer
import yaml

from audit.api import save
from audit.api.judging import grade
from audit.cli.main import app
from audit.wire.schemas import schema_text
from tests.golden.test_golden import copied
from tests.policy.sample import declared, safe_run
from tests.policy.test_comparison import current, renewed

ROOT = Path(__file__).parents[2]
ACTION = yaml.safe_load((ROOT / "action.yml").read_text("utf-8"))
STEPS: list[dict[str, Any]] = ACTION["runs"]["steps"]
EXAMPLES = ROOT / "docs" / "ci"
GITLAB = yaml.safe_load((EXAMPLES / "gitlab.yml").read_text("utf-8"))["privacy-audit"]
PRE_COMMIT = yaml.safe_load((EXAMPLES / "pre-commit.yaml").read_text("utf-8"))
FOR_OUTSIDERS = {"summary.md", "junit.xml", "results.sarif"}
COMMAND: Any = typer.main.get_command(app)
STUB = """#!{python}
import json, os, shutil, sys
words = sys.argv[1:]
if words == ["--version"]:
    sys.exit(0)
with open(os.environ["STUB_LOG"], "a") as log:
    log.write(json.dumps(words) + chr(10))
if words[0] == "run":
    if "STUB_CODE" in os.environ:
        print("::error::a column says so")
        sys.exit(int(os.environ["STUB_CODE"]))
    out = next((w[6:] for w in words if w.startswith("--out=")), os.environ.get("SYNTHGATE_OUT"))
    only = "--report-only" in words
    shutil.copytree(os.environ["STUB_RUN"] + ("-only" if only else ""), out, dirs_exist_ok=True)
    status = json.load(open(out + "/verdict.json"))["status"]
    sys.exit(0 if only else dict(met=0, not_met=10)[status])
from audit.cli.main import main
main()
"""


@dataclass
class Runner:
    """A machine with a `synthgate` that grades a stored run in the place of an audit."""

    folder: Path
    env: dict[str, str]
    uploads: list[dict[str, str]] = field(default_factory=list)
    outputs: dict[str, dict[str, str]] = field(default_factory=dict)
    output: str = ""

    def shell(self, script: str, extra: dict[str, str]) -> subprocess.CompletedProcess[str]:
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script],
            cwd=self.folder,
            env={**self.env, **extra},
            capture_output=True,
            text=True,
            timeout=60,
        )
        self.output += done.stdout + done.stderr
        return done

    def calls(self) -> list[list[str]]:
        log = self.folder / "calls.jsonl"
        return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []

    def act(self, **given: str) -> int:
        """Run the action as GitHub would, and return how it ends."""
        named = {name.replace("_", "-"): value for name, value in given.items()}
        unknown = named.keys() - ACTION["inputs"].keys()
        assert not unknown
        defaults = {name: str(entry["default"]) for name, entry in ACTION["inputs"].items()}
        inputs = {**defaults, **named}
        ended = 0
        for step in STEPS:
            if not self._is_wanted(step.get("if", "success()"), inputs, ended):
                continue
            values = {k: self._filled(v, inputs) for k, v in step.get("env", {}).items()}
            if "uses" in step:
                self.uploads.append({k: self._filled(v, inputs) for k, v in step["with"].items()})
                continue
            output = self.folder / "step-output"
            output.write_text("")
            done = self.shell(step["run"], {**values, "GITHUB_OUTPUT": str(output)})
            pairs = [line.partition("=") for line in output.read_text().splitlines()]
            self.outputs[step.get("id", step["name"])] = {k: v for k, _, v in pairs}
            ended = ended or done.returncode
        return ended

    def _filled(self, text: object, inputs: dict[str, str]) -> str:
        def value(found: re.Match[str]) -> str:
            return self._value(found[1], inputs)

        return re.sub(r"\$\{\{ (.+?) \}\}", value, str(text))

    def _value(self, name: str, inputs: dict[str, str]) -> str:
        if name.startswith("inputs."):
            return inputs[name.removeprefix("inputs.")]
        if name == "github.action_path":
            return "/action"
        _, step, _, output = name.split(".")
        return self.outputs.get(step, {}).get(output, "")

    def _is_wanted(self, condition: str, inputs: dict[str, str], ended: int) -> bool:
        clauses = condition.split(" && ")
        if "always()" not in clauses and ended:
            return False
        for clause in clauses:
            if clause in ("always()", "success()"):
                continue
            name, relation, wanted = clause.split(" ")
            is_equal = self._value(name, inputs) == wanted.strip("'")
            if is_equal is (relation == "!="):
                return False
        return True

    @property
    def summary(self) -> str:
        return Path(self.env["GITHUB_STEP_SUMMARY"]).read_text("utf-8")


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stored")
    formats = ("json", "md", "junit", "sarif")
    for name, run in (("good", safe_run()), ("leaky", renewed(copied()))):
        assessment = grade(current(run), declared=declared())
        save(assessment, folder / name, formats=formats)
        save(assessment, folder / f"{name}-only", formats=formats, report_only=True)
    return folder


@pytest.fixture
def runner(tmp_path: Path, stored: Path) -> Runner:
    programs = tmp_path / "bin"
    programs.mkdir()
    stub = programs / "synthgate"
    stub.write_text(STUB.format(python=sys.executable))
    stub.chmod(0o755)
    (programs / "python").symlink_to(sys.executable)
    (tmp_path / "summary").write_text("")
    env = {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "PYTHONPATH": str(ROOT),
        "PYTHONUTF8": "1",
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "STUB_LOG": str(tmp_path / "calls.jsonl"),
        "STUB_RUN": str(stored / "leaky"),
    }
    return Runner(tmp_path, env)


def vendored(name: str) -> dict[str, Any]:
    folder = files("check_jsonschema") / "builtin_schemas" / "vendor"
    found: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
    return found


# ------------------------------------------------------------------ the files


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("action.yml", "github-actions"),
        ("docs/ci/github.yml", "github-workflows"),
        ("docs/ci/gitlab.yml", "gitlab-ci"),
    ],
)
def test_it_is_what_the_code_host_reads(path: str, name: str) -> None:
    written = yaml.load((ROOT / path).read_text("utf-8"), Loader=yaml.BaseLoader)
    # YAML 1.1 reads `on` as true; the base loader keeps words, so numbers and flags are words too.
    read = yaml.safe_load((ROOT / path).read_text("utf-8"))
    read = {("on" if key is True else key): value for key, value in read.items()}
    assert set(read) == set(written)
    jsonschema.Draft7Validator(vendored(name)).validate(read)


def scripts() -> dict[str, str]:
    found = {f"action: {step['name']}": step["run"] for step in STEPS if "run" in step}
    workflow = yaml.safe_load((EXAMPLES / "github.yml").read_text("utf-8"))
    for step in workflow["jobs"]["audit"]["steps"]:
        if "run" in step:
            found["github"] = step["run"]
    found["gitlab"] = "\n".join([*GITLAB["before_script"], *GITLAB["script"]])
    hooks = [hook for repo in PRE_COMMIT["repos"] for hook in repo["hooks"]]
    found |= {h["id"]: h["entry"] for h in hooks if h["language"] in ("system", "python")}
    return found


@pytest.mark.parametrize("name", scripts())
def test_the_shell_is_well_formed_and_nothing_is_pasted_into_it(name: str) -> None:
    script = scripts()[name]
    assert "${{" not in script
    done = subprocess.run(["bash", "-n"], input=script, capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("name", scripts())
def test_every_command_and_flag_is_ours(name: str) -> None:
    lines = [ln for ln in scripts()[name].splitlines() if re.search(r"\bsynthgate [a-z]", ln)]
    for line in lines:
        command: Any = COMMAND
        words = re.findall(r"[^\s\"')]+", line.partition("synthgate ")[2].partition(" > ")[0])
        while words and hasattr(command, "commands") and words[0] in command.commands:
            command = command.commands[words.pop(0)]
        assert command is not COMMAND, line
        known = {flag for p in command.params for flag in p.opts}
        for word in words[: words.index("--") if "--" in words else None]:
            if word.startswith("--"):
                assert word.partition("=")[0] in known, line
    if name == "action: Audit":
        run = COMMAND.commands["run"]
        flags = set(re.findall(r'\(?"?(--[a-z-]+)[="\s)]', scripts()[name]))
        assert flags >= {"--out", "--real", "--report-only", "--quiet"}
        assert flags <= {flag for p in run.params for flag in p.opts}


def test_every_input_is_used_and_every_output_is_made() -> None:
    text = json.dumps(STEPS)
    for name in ACTION["inputs"]:
        assert f"inputs.{name}" in text, name
    for name in re.findall(r"inputs\.([a-z-]+)", text):
        assert name in ACTION["inputs"], name
    assert all("default" in entry for entry in ACTION["inputs"].values())


def test_other_actions_are_pinned_and_get_files_for_outsiders_alone() -> None:
    used = [step for step in STEPS if "uses" in step]
    assert len(used) == 2
    for step in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40}", step["uses"])
        paths = str(step["with"].get("path", step["with"].get("sarif_file"))).split("\n")
        names = {path.rpartition("/")[2] for path in paths if path}
        assert names <= FOR_OUTSIDERS
    kept = {Path(path).name for path in GITLAB["artifacts"]["paths"]}
    assert kept == FOR_OUTSIDERS | {"comparison.md"}
    assert "allow_failure" not in GITLAB


# ------------------------------------------------------------------ the action at work


def test_a_release_that_is_not_met_stops_the_job_and_keeps_its_results(runner: Runner) -> None:
    assert runner.act(package="installed") == 10
    assert runner.outputs["audit"] == {"exit-code": "10", "verdict": "not_met"}
    assert runner.summary.startswith("# Criteria not met\n")
    (upload,) = runner.uploads
    paths = [runner.folder / path for path in upload["path"].split()]
    assert {path.name for path in paths} == FOR_OUTSIDERS
    assert all(path.is_file() for path in paths)
    assert upload["retention-days"] == "90"


def test_a_release_that_is_met_goes_on(runner: Runner, stored: Path) -> None:
    runner.env["STUB_RUN"] = str(stored / "good")
    assert runner.act(package="installed", upload_sarif="true", summary="false") == 0
    assert runner.outputs["audit"]["verdict"] == "met"
    assert runner.summary == ""
    assert [Path(u["sarif_file"]).name for u in runner.uploads if "sarif_file" in u] == [
        "results.sarif"
    ]


def test_report_only_ends_well_and_says_so(runner: Runner) -> None:
    assert runner.act(package="installed", report_only="true") == 0
    assert runner.outputs["audit"] == {"exit-code": "0", "verdict": "not_met"}
    assert "Report only" in runner.summary


@pytest.mark.parametrize("code", ["3", "4", "1", "143"])
def test_an_audit_that_did_not_happen_is_no_pass(runner: Runner, code: str) -> None:
    runner.env["STUB_CODE"] = code
    assert runner.act(package="installed", report_only="true") == int(code)
    assert runner.uploads == []
    assert runner.summary == ""


def test_a_regression_stands_in_the_summary_and_can_stop_the_job(
    runner: Runner, stored: Path
) -> None:
    baseline = str(stored / "good")
    given = {"package": "installed", "baseline": baseline, "report_only": "true"}
    assert runner.act(**given) == 0
    assert runner.outputs["compare"] == {"exit-code": "10"}
    assert runner.summary.startswith("# 3 rules regressed.\n")
    assert runner.act(**given, fail_on_regression="true") == 10


def test_no_regression_approves_nothing(runner: Runner, stored: Path) -> None:
    given = {"package": "installed", "fail_on_regression": "true"}
    assert runner.act(**given, baseline=str(stored / "leaky")) == 10
    assert runner.outputs["compare"] == {"exit-code": "0"}
    assert "No regression is no approval" in runner.summary


def test_a_baseline_that_is_not_there_is_no_comparison(runner: Runner, stored: Path) -> None:
    runner.env["STUB_RUN"] = str(stored / "good")
    given = {"package": "installed", "fail_on_regression": "true"}
    assert runner.act(**given, baseline="nowhere") == 3


def test_inputs_are_words_and_never_commands(runner: Runner) -> None:
    hostile = "$(touch pwned) `touch pwned`; touch pwned; \"'\n*"
    names = ("project", "real", "synthetic", "holdout", "policy", "context", "waivers")
    runner.env["STUB_CODE"] = "3"
    assert runner.act(package="installed", out=hostile, **dict.fromkeys(names, hostile)) == 3
    assert not (runner.folder / "pwned").exists()
    flags = [name for name in names if name != "project"]
    (call,) = runner.calls()
    assert call == [
        "run",
        f"--out={hostile}",
        "--quiet",
        *(f"--{name}={hostile}" for name in flags),
        "--",
        hostile,
    ]


def test_what_the_program_prints_is_no_command_to_the_runner(runner: Runner) -> None:
    runner.env["STUB_CODE"] = "3"
    runner.act(package="installed")
    lines = runner.output.splitlines()
    stop = next(i for i, line in enumerate(lines) if line.startswith("::stop-commands::"))
    token = lines[stop].removeprefix("::stop-commands::")
    assert re.fullmatch(r"[0-9a-f]{32}", token)
    said = lines.index("::error::a column says so")
    assert stop < said < lines.index(f"::{token}::")


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, "/action"),
        ({"version": "0.1.0"}, "synthgate==0.1.0"),
        ({"package": "/opt/w.whl", "version": "9"}, "/opt/w.whl"),
    ],
)
def test_what_is_installed(runner: Runner, given: dict[str, str], wanted: str) -> None:
    python = runner.folder / "bin" / "python"
    python.unlink()
    python.write_text('#!/bin/sh\nprintf "%s\\n" "$@" > pip\n')
    python.chmod(0o755)
    step = next(step for step in STEPS if step["name"] == "Install")
    inputs = {"package": "", "version": "", **given}
    values = {k: runner._filled(v, inputs) for k, v in step["env"].items()}
    assert runner.shell(step["run"], values).returncode == 0
    assert (runner.folder / "pip").read_text().split() == [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--",
        wanted,
    ]


# ------------------------------------------------------------------ GitLab and pre-commit


@pytest.mark.parametrize(("run", "code"), [("good", 0), ("leaky", 10)])
def test_the_gitlab_job_runs(runner: Runner, stored: Path, run: str, code: int) -> None:
    variables = {k: str(v) for k, v in GITLAB["variables"].items()}
    variables |= {"STUB_RUN": str(stored / run), "AUDIT_BASELINE": str(stored / "good")}
    done = runner.shell("\n".join(GITLAB["script"]), variables)
    assert done.returncode == code, done.stderr
    for path in GITLAB["artifacts"]["paths"]:
        assert (runner.folder / path).is_file()
    expected = "# 3 rules regressed." if code else "# No rule regressed."
    assert (runner.folder / "comparison.md").read_text().startswith(expected)


def test_the_hooks_run_on_the_example_of_the_documentation(runner: Runner, tmp_path: Path) -> None:
    example = ROOT / "docs" / "policy-tests"
    for name in ("policy.yaml", "tests.yaml", "runs"):
        (tmp_path / name).symlink_to(example / name)
    (tmp_path / "schemas").mkdir()
    for name in ("project", "waivers"):
        (tmp_path / "schemas" / f"{name}.json").write_text(schema_text(name))
    (tmp_path / "audit.yaml").write_text((ROOT / "fixtures/demo/audit.yaml").read_text("utf-8"))
    hooks = {h["id"]: h for repo in PRE_COMMIT["repos"] for h in repo["hooks"]}
    for name in ("synthgate-policy", "synthgate-policy-tests"):
        assert runner.shell(hooks[name]["entry"], {}).returncode == 0, runner.output
    check = f"{sys.executable} -m {hooks['synthgate-project']['entry'].replace('-', '_', 1)}"
    assert runner.shell(f"{check} audit.yaml", {}).returncode == 0, runner.output
    text = (tmp_path / "audit.yaml").read_text()
    (tmp_path / "audit.yaml").write_text(text.replace("policy:", "polcy:"))
    assert runner.shell(f"{check} audit.yaml", {}).returncode == 1


def test_a_committed_run_is_refused_by_name() -> None:
    (hook,) = (h for r in PRE_COMMIT["repos"] for h in r["hooks"] if h["language"] == "fail")
    for name in ("run.json", "report/columns.csv", "x/report.pdf", "report/verdict.json"):
        assert re.search(hook["files"], name)
        assert not re.search(hook["exclude"], name)
    assert not re.search(hook["files"], "report/summary.md")
