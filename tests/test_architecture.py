"""The house rules that a machine can check."""

import ast
import importlib
import pkgutil
import re
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

import audit
from audit.contract.check import Check
from audit.harness.registry import BUILTIN

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "audit").rglob("*.py"))
VAGUE = {
    "utils",
    "util",
    "helpers",
    "helper",
    "core",
    "manager",
    "managers",
    "base",
    "common",
    "misc",
}
LONGEST_FILE = 300
LONGEST_FUNCTION = 50


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_nobody_enters_a_room_that_is_closed_to_him() -> None:
    program = "from importlinter.cli import lint_imports_command as c; c(['--no-cache'])"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-2000:]
    assert "0 broken" in done.stdout


@pytest.mark.parametrize("room", ["attacks", "metrics"])
def test_every_check_file_is_in_the_registry(room: str) -> None:
    package = importlib.import_module(f"audit.{room}")
    found = {
        getattr(module, name)
        for info in pkgutil.iter_modules(package.__path__)
        for module in [importlib.import_module(f"audit.{room}.{info.name}")]
        for name in vars(module)
        if isinstance(getattr(module, name), type)
        and issubclass(getattr(module, name), Check)
        and getattr(module, name).__module__ == module.__name__
    }
    assert found
    assert found <= set(BUILTIN)


def test_check_ids_are_unique_and_their_file_is_named_after_them() -> None:
    ids = [check.card.id for check in BUILTIN]
    assert len(set(ids)) == len(ids)
    for check in BUILTIN:
        if check.__module__.startswith(("audit.attacks.", "audit.metrics.")):
            assert check.__module__.rpartition(".")[2] == check.card.id.replace("-", "_")


def test_only_the_command_line_prints() -> None:
    printing = [
        f"{relative(path)}:{node.lineno}"
        for path in SOURCES
        if not relative(path).startswith("audit/cli/")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in ("print", "input")
    ]
    assert printing == []


def test_rooms_are_named_for_what_lives_in_them() -> None:
    names = {path.stem for path in SOURCES} | {path.parent.name for path in SOURCES}
    assert names.isdisjoint(VAGUE)


def test_files_and_functions_stay_short() -> None:
    long: list[str] = []
    for path in SOURCES:
        text = path.read_text()
        if text.count("\n") > LONGEST_FILE:
            long.append(f"{relative(path)}: {text.count(chr(10))} lines")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef):
                said = len((ast.get_docstring(node) or "").splitlines())
                lines = (node.end_lineno or node.lineno) - node.lineno + 1 - said
                if lines > LONGEST_FUNCTION:
                    long.append(f"{relative(path)}:{node.lineno} {node.name}: {lines} lines")
    assert long == []


def test_commands_are_short() -> None:
    for name in (
        "audits",
        "differing",
        "drafting",
        "lookup",
        "policies",
        "signing",
        "verdicts",
        "verifying",
    ):
        path = ROOT / "audit" / "cli" / f"{name}.py"
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef):
                assert (node.end_lineno or 0) - node.body[0].lineno <= 25, (
                    f"{path.name} {node.name}"
                )


def test_what_is_unfinished_or_silenced_says_why() -> None:
    silent: list[str] = []
    for path in SOURCES:
        with path.open("rb") as file:
            for token in tokenize.tokenize(file.readline):
                if token.type != tokenize.COMMENT:
                    continue
                if re.search(r"TODO|FIXME|XXX|pragma: no cover", token.string):
                    silent.append(f"{relative(path)}:{token.start[0]} {token.string}")
                if re.search(r"noqa(?!: [A-Z])|type: ignore(?!\[)", token.string):
                    silent.append(f"{relative(path)}:{token.start[0]} {token.string}")
    assert silent == []


def test_the_readme_shows_the_help_as_it_is() -> None:
    block = r"<!-- begin help -->\n```text\n(.*?)```\n<!-- end help -->"
    shown = re.search(block, (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    assert shown is not None
    done = subprocess.run(
        [sys.executable, "-m", "audit", "--help"],
        capture_output=True,
        text=True,
        check=True,
        env={"COLUMNS": "100", "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1", "TERM": "dumb"},
    )
    assert lines(shown.group(1)) == lines(done.stdout)


def lines(text: str) -> list[str]:
    return [line.rstrip() for line in text.strip().splitlines()]


def test_the_types_are_shipped() -> None:
    assert (Path(audit.__file__).parent / "py.typed").is_file()
