"""The recipes for other tools: their Python runs, against stand-ins of those tools."""

import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any
from unittest.mock import MagicMock

import pytest
import typer
import yaml

import audit
from audit.api import save
from audit.api.judging import grade
from audit.cli.main import app
from tests.golden.test_golden import copied
from tests.policy.sample import declared, safe_run
from tests.policy.test_comparison import current, renewed

PAGE = Path(__file__).parents[1] / "docs" / "integrations.md"
TEXT = PAGE.read_text("utf-8")
TABLES = ("real.parquet", "synthetic.parquet", "holdout.parquet")
COMMAND: Any = typer.main.get_command(app)


def block(heading: str, language: str = "python") -> str:
    section = TEXT.partition(f"## {heading}\n")[2].partition("\n## ")[0]
    found = re.search(rf"^```{language}\n(.*?)^```$", section, re.DOTALL | re.MULTILINE)
    assert found is not None, heading
    return found[1]


def audited(monkeypatch: pytest.MonkeyPatch, assessment: audit.Assessment) -> None:
    """Let an audit take no time: what is called must be callable, and its answer is known."""

    def answer(*tables: str, **more: str) -> audit.Assessment:
        inspect.signature(audit.api.audit).bind(*tables, **more)
        assert tables == TABLES
        return assessment

    monkeypatch.setattr(audit, "audit", answer, raising=False)


def executed(heading: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(block(heading), f"integrations.md: {heading}", "exec"), names)
    return names


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], audit.Assessment]:
    """Put a run that is met, or one that is not, where the recipes expect it."""
    monkeypatch.chdir(tmp_path)
    formats = ("md", "junit", "sarif")

    def put(name: str) -> audit.Assessment:
        run = safe_run() if name == "met" else renewed(copied())
        assessment = grade(current(run), declared=declared())
        save(assessment, "report", formats=formats)
        return assessment

    save(grade(current(safe_run()), declared=declared()), "releases/latest", formats=formats)
    return put


def test_every_recipe_has_a_python_block_that_compiles() -> None:
    found = re.findall(r"^```python\n(.*?)^```$", TEXT, re.DOTALL | re.MULTILINE)
    assert len(found) == 5
    for text in found:
        compile(text, "integrations.md", "exec")


@pytest.mark.parametrize(("name", "holds"), [("met", True), ("leaky", False)])
def test_the_pytest_recipe(here, name: str, holds: bool) -> None:
    here(name)
    tests = executed("pytest")
    for test in [name for name in tests if name.startswith("test_")]:
        if holds:
            tests[test]()
        else:
            with pytest.raises(AssertionError, match="COPY-1"):
                tests[test]()


def test_the_notebook_recipe(here) -> None:
    here("met")
    assert "Criteria met" in executed("Notebooks")["assessment"]._repr_html_()


def test_the_mlflow_recipe_logs_ends_and_files_for_outsiders(
    here, monkeypatch: pytest.MonkeyPatch
) -> None:
    here("leaky")
    mlflow = MagicMock()
    monkeypatch.setitem(sys.modules, "mlflow", mlflow)
    executed("MLflow")
    tags = dict(call.args for call in mlflow.set_tag.call_args_list)
    assert tags["synthgate.verdict"] == "not_met"
    metrics = dict(call.args for call in mlflow.log_metric.call_args_list)
    assert metrics["synthgate.exit_code"] == 10
    assert metrics["synthgate.COPY-1.low"] == pytest.approx(0.009)
    # What MLflow allows in a name: letters, digits, _ - . space and /.
    assert all(re.fullmatch(r"[\w.\-]+", name) for name in metrics)
    files = [Path(call.args[0]) for call in mlflow.log_artifact.call_args_list]
    assert {file.name for file in files} == {"summary.md", "junit.xml", "results.sarif"}
    assert all(file.is_file() for file in files)


def test_the_airflow_recipe_fails_without_a_retry(
    here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    class AirflowFailException(Exception):
        pass

    exceptions = ModuleType("airflow.exceptions")
    exceptions.AirflowFailException = AirflowFailException  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "airflow", ModuleType("airflow"))
    monkeypatch.setitem(sys.modules, "airflow.exceptions", exceptions)
    task = executed("Airflow")["audit_release"]
    met, leaky = here("met"), here("leaky")
    words = (*TABLES, "audit.yaml", str(tmp_path / "out"))
    audited(monkeypatch, met)
    assert task(*words) == met.verdict.run_sha256
    audited(monkeypatch, leaky)
    with pytest.raises(AirflowFailException, match="exit code 10"):
        task(*words)
    assert (tmp_path / "out" / "verdict.json").is_file()


@pytest.mark.parametrize(("success", "name", "code"), [(False, "met", 3), (True, "leaky", 10)])
def test_the_great_expectations_recipe(
    here, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, success: bool, name: str, code: int
) -> None:
    assessment = here(name)
    checkpoint = MagicMock()
    checkpoint.run.return_value.success = success
    audited(monkeypatch, assessment)
    gate = executed("Great Expectations")["release_gate"]
    assert gate(checkpoint, TABLES, "audit.yaml", str(tmp_path / "out")) == code


def test_the_commands_of_other_recipes_are_ours() -> None:
    stages = yaml.safe_load(block("DVC", "yml"))["stages"]
    assert "--report-only" in stages["audit"]["cmd"]
    assert "--report-only" not in stages["gate"]["cmd"]
    lines = [stage["cmd"] for stage in stages.values()]
    lines += re.findall(r"sh '(synthgate [^']+)'", block("Jenkins", "groovy"))
    assert len(lines) == 3
    for line in lines:
        _, name, *words = line.split()
        known = {flag for param in COMMAND.commands[name].params for flag in param.opts}
        assert {word for word in words if word.startswith("--")} <= known
    archived = re.findall(r"report/([\w.]+)", block("Jenkins", "groovy"))
    assert set(archived) == {"summary.md", "junit.xml", "results.sarif"}
