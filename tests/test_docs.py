"""What the documentation says is so: commands run, links lead somewhere, tables are current."""

import re
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import typer
import yaml

import audit
from audit import errors
from audit.api import try_stored
from audit.cli.boundary import CRASH, INTERRUPTED, NOT_COMPLETED, guarded
from audit.cli.flags import Effort, Folder, Inputs, Paper, Screen, Terms
from audit.cli.flags_ledger import Kept
from audit.cli.flags_signing import Signing
from audit.cli.keys import PASSPHRASE_VARIABLE
from audit.cli.main import app
from audit.contract.strata import holdout_needed
from audit.errors import TerminatedError
from audit.evidence.bundle import ATTESTATION, ORDER
from audit.evidence.manifest import CHECKSUMS, MANIFEST
from audit.facts.judgement import VerdictStatus
from audit.facts.names import MEASURES
from audit.facts.reasons import WaiverCode
from audit.facts.schema import Role
from audit.harness.registry import BUILTIN, configured
from audit.policy.load import resolve
from audit.wire.project import project_from_bytes
from audit.wire.waivers import waivers_from_bytes

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
DOCS = ROOT / "docs"
PAGES = (README, ROOT / "SECURITY.md", *sorted(DOCS.rglob("*.md")))
OF_STUDIES = (DOCS / "calibration.md", DOCS / "benchmarks.md")
MANUAL = tuple(page for page in PAGES if page not in OF_STUDIES)
CI, FORMATS, VERDICTS = DOCS / "ci.md", DOCS / "formats.md", DOCS / "verdicts.md"
PEOPLE = 200
LEGAL_QUESTION = (
    "nor a determination that the data are anonymous",
    '"met means anonymous."',
    "whether the data are anonymous is a legal question",
)
"""Where the word may stand: denied, or asked."""
_FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_NAMED = re.compile(r"\[`([a-z0-9-]+)`\]\(docs/checks/")
_INLINE = re.compile(r"`(synthgate [^`]+)`")
COMMAND: Any = typer.main.get_command(app)


@dataclass(frozen=True)
class Block:
    """A fenced block of a page."""

    page: str
    language: str
    text: str


def shown(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def blocks(page: Path, language: str) -> list[Block]:
    found = _FENCE.finditer(page.read_text(encoding="utf-8"))
    return [Block(shown(page), m[1], m[2]) for m in found if m[1] == language]


def prose(page: Path) -> str:
    """Return a page without its fenced blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def slugs(page: Path) -> set[str]:
    """Return the anchors of a page's headings, as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", t.lower()).replace(" ", "-") for t in titles}


def console_lines(page: Path) -> list[str]:
    lines = "\n".join(block.text for block in blocks(page, "console")).splitlines()
    return [line.removeprefix("$ ") for line in lines if line.startswith("$ ")]


# ------------------------------------------------------------------ pages


def test_what_is_generated_is_current() -> None:
    program = [sys.executable, str(DOCS / "make.py"), "--check"]
    done = subprocess.run(program, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, ""), f"run: make docs\n{done.stdout}{done.stderr}"


def test_pages_say_by_way_of_the_worst_case_of_nobody_else() -> None:
    worst = [c for c in configured({}) if c.card.id.endswith("worst-case")]
    competing = {a for c in worst for a in c.params["attacks"]}
    rows = README.read_text("utf-8").splitlines()
    said = {_NAMED.findall(row)[0] for row in rows if row.endswith("by way of the worst case |")}
    assert said == competing
    assert {"reconstruction", "disclosive-combinations"}.isdisjoint(said)
    for check in BUILTIN:
        page = (DOCS / "checks" / f"{check.card.id}.md").read_text("utf-8")
        assert ("policies grade the worst case" in page) == (check.card.id in competing)


@pytest.mark.parametrize("page", PAGES, ids=shown)
def test_links_lead_somewhere(page: Path) -> None:
    targets = _LINK.findall(prose(page))
    for target in targets:
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.is_file(), target
        assert file.is_relative_to(ROOT), target
        assert not anchor or anchor in slugs(file), target
    assert targets or page not in MANUAL or page.parent == DOCS / "checks"


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [README]
    while waiting:
        page = waiting.pop()
        seen.add(page)
        paths = (target.partition("#")[0] for target in _LINK.findall(prose(page)))
        named = {(page.parent / path).resolve() for path in paths if path.endswith(".md")}
        waiting += [file for file in named - seen if file.is_file()]
    assert set(MANUAL) <= seen


@pytest.mark.parametrize("page", MANUAL, ids=shown)
def test_no_page_claims_what_no_audit_can_show(page: Path) -> None:
    text = " ".join(prose(page).lower().split())
    for word in ("compliant", "certified", "zero risk", "risk-free", "guarantees"):
        assert word not in text, word
    assert "!" not in re.sub(r"!\[|<!--", "", text)
    for words in LEGAL_QUESTION:
        text = text.replace(words, "")
    assert not re.search(r"\banonymous\b", text)


def test_the_picture_of_the_report_is_small() -> None:
    picture = DOCS / "images" / "report.png"
    assert picture.read_bytes().startswith(b"\x89PNG")
    assert picture.stat().st_size < 250_000


# ------------------------------------------------------------------ commands


def commands() -> Iterator[tuple[str, str]]:
    for page in PAGES:
        lines = console_lines(page)
        yaml_lines = [ln for b in blocks(page, "yaml") for ln in b.text.splitlines()]
        scripted = [ln.partition("synthgate ")[2] for ln in yaml_lines if " synthgate " in ln]
        inline = _INLINE.findall(prose(page))
        yield from ((shown(page), ln) for ln in lines if ln.startswith("synthgate "))
        yield from ((shown(page), f"synthgate {rest}") for rest in scripted)
        yield from ((shown(page), words) for words in inline)


@pytest.mark.parametrize(("page", "line"), sorted(set(commands())))
def test_every_command_and_flag_exists(page: str, line: str) -> None:
    words = [w for w in shlex.split(line.partition(" > ")[0])[1:] if w != "COMMAND"]
    command: Any = COMMAND
    while words and hasattr(command, "commands") and not words[0].startswith("-"):
        assert words[0] in command.commands, line
        command = command.commands[words.pop(0)]
    known = {flag for param in command.params for flag in (*param.opts, *param.secondary_opts)}
    for flag in (word for word in words if word.startswith("--")):
        assert flag in known | {"--help"}, line


def test_make_has_the_targets_that_are_named() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = {word for page in PAGES for word in re.findall(r"`?make ([a-z]+)`", prose(page))}
    named |= {ln.split()[1] for ln in console_lines(README) if ln.startswith("make ")}
    assert {"demo", "test", "docs"} <= named
    assert named <= targets


def test_commands_that_are_said_to_be_missing_are_missing() -> None:
    listed = re.search(r"<!-- missing -->(.*?)<!-- /missing -->", README.read_text(), re.DOTALL)
    assert listed is not None
    names = re.findall(r"`([a-z ]+)`", listed[1])
    assert names
    for name in names:
        command: Any = COMMAND
        for word in name.split():
            command = getattr(command, "commands", {}).get(word)
        assert command is None, f"README.md says that {name} is missing"


def test_what_the_most_vulnerable_people_take_is_said() -> None:
    assert holdout_needed(2_904) == 2_904
    assert "2,904 real and 2,904 holdout" in README.read_text()
    # A quarter of 10,000 is 2,500: 3.3 sqrt((1 / 2500 + 1 / h) / 12) = .05 at h = 424.7.
    assert holdout_needed(10_000) == 1_699
    assert "10,000 and 1,700" in README.read_text()


def test_the_environment_variables_are_those_of_the_flags() -> None:
    named = set(re.findall(r"`(SYNTHGATE_[A-Z_]+)`", CI.read_text()))
    groups: tuple[Any, ...] = (Inputs, Terms, Effort, Folder, Kept, Paper, Screen, Signing)
    hints = [h for g in groups for h in g.__annotations__.values()]
    known = {getattr(m, "envvar", None) for h in hints for m in getattr(h, "__metadata__", ())}
    assert named == {k for k in known if k} | {"SYNTHGATE_DIGEST_KEY", PASSPHRASE_VARIABLE}


def test_exit_codes_are_those_of_the_program() -> None:
    ended = TerminatedError(signal.SIGTERM).exit_code
    given = {0, CRASH, INTERRUPTED, ended, NOT_COMPLETED}
    given |= {s.exit_code for s in VerdictStatus}
    codes = (getattr(e, "exit_code", None) for e in vars(errors).values())
    given |= {code for code in codes if isinstance(code, int)}
    for page in (VERDICTS, CI):
        rows = re.findall(r"^\| ([\d, ]+) \|", page.read_text(), re.MULTILINE)
        named = {int(code) for row in rows for code in row.split(",")}
        assert named == given
    verdicts = r"^\| (?:Criteria|Evidence|Inconclusive).*?\| (\d+) \|"
    rows = re.findall(verdicts, README.read_text(), re.MULTILINE)
    assert [int(code) for code in rows] == [0, 0, 0, 10, 11]


# ------------------------------------------------------------------ files, roles, measurements


def first_column(page: Path, heading: str) -> set[str]:
    """Return the names in the first column of the table under a heading."""
    section = page.read_text().partition(f"## {heading}\n")[2].partition("\n## ")[0]
    cells = re.findall(r"^\| (`[^|]+`) \|", section, re.MULTILINE)
    return {name for cell in cells for name in re.findall(r"`([^`]+)`", cell)}


def test_the_files_of_a_run_are_listed() -> None:
    assert first_column(FORMATS, "The files of a run") == {*ORDER, MANIFEST, CHECKSUMS, ATTESTATION}


def test_every_measurement_is_explained() -> None:
    measured = {name for check in BUILTIN for name in check.card.measures}
    explained = first_column(FORMATS, "Measurements")
    assert measured <= explained <= {name for names in MEASURES.values() for name in names}


def test_every_role_is_explained() -> None:
    assert first_column(DOCS / "roles.md", "The roles of the columns") == set(Role)


# ------------------------------------------------------------------ examples


def yaml_blocks(kind: str) -> list[Block]:
    def kind_of(text: str) -> str:
        if text.startswith("# ."):
            return "pipeline"
        named = re.search(r"synthgate\.(policy|policy-tests|waivers)/", text)
        return named[1] if named else "project"

    found = [block for page in PAGES for block in blocks(page, "yaml")]
    return [block for block in found if kind_of(block.text) == kind]


@pytest.mark.parametrize("block", yaml_blocks("project"), ids=lambda b: f"{b.page}:{len(b.text)}")
def test_every_piece_of_a_project_file_is_understood(block: Block) -> None:
    head = "" if block.text.startswith("schema:") else "schema: synthgate.project/v1\n"
    unit = "unit_of_privacy: patient_id\n" if "unit: patient_id" in block.text else ""
    is_whole = "unit_of_privacy" in block.text
    assert project_from_bytes((head + ("" if is_whole else unit) + block.text).encode(), block.page)


@pytest.mark.parametrize("block", yaml_blocks("policy"), ids=lambda b: b.page)
def test_every_policy_is_valid(block: Block, tmp_path: Path) -> None:
    (tmp_path / "policy.yaml").write_text(block.text)
    assert resolve(str(tmp_path / "policy.yaml")).rules


@pytest.mark.parametrize("block", yaml_blocks("policy-tests"), ids=lambda b: b.page)
def test_every_test_of_a_policy_holds(block: Block, tmp_path: Path) -> None:
    (tmp_path / "tests.yaml").write_text(block.text)
    folder = DOCS / "policy-tests"
    tried = try_stored(str(folder / "policy.yaml"), tmp_path / "tests.yaml", runs=[folder / "runs"])
    assert tried.mismatches == ()


@pytest.mark.parametrize("block", yaml_blocks("waivers"), ids=lambda b: b.page)
def test_every_file_of_waivers_can_be_read(block: Block) -> None:
    assert waivers_from_bytes(block.text.encode(), block.page)


def test_every_code_of_a_waiver_is_explained() -> None:
    assert first_column(VERDICTS, "Waivers") >= set(WaiverCode)


@pytest.mark.parametrize("block", yaml_blocks("pipeline"), ids=lambda b: b.text.split()[1])
def test_pipelines_publish_nothing_that_names_a_column(block: Block) -> None:
    assert yaml.safe_load(block.text)
    published = set(re.findall(r"report/([\w.]+)", block.text))
    assert published <= {"summary.md", "junit.xml", "results.sarif"}


@pytest.fixture(scope="module")
def own_data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with the tables of the README's example: a part of the demo."""
    folder = tmp_path_factory.mktemp("own")
    (project,) = blocks(README, "yaml")
    columns = list(yaml.safe_load(project.text)["columns"])
    for side in ("real", "synthetic", "holdout"):
        table = pd.read_parquet(ROOT / "fixtures" / "demo" / f"{side}.parquet", columns=columns)
        table.head(PEOPLE).to_csv(folder / f"{side}.csv", index=False)
    return folder


def answer(line: str, monkeypatch: pytest.MonkeyPatch) -> int:
    words = shlex.split(line)
    monkeypatch.setattr("sys.argv", words)
    return guarded(lambda: app(args=words[1:], prog_name="synthgate"))


def test_the_quick_start_works_as_it_is_written(
    own_data: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own_data)
    # The text does not depend on them, and they take the longest.
    monkeypatch.setenv("SYNTHGATE_CONTROLS", "off")
    monkeypatch.setenv("SYNTHGATE_FORMAT", "html,md")
    init, preflight, run = (ln for ln in console_lines(README) if ln.startswith("synthgate "))
    assert answer(init, monkeypatch) == 0
    assert project_from_bytes((own_data / "audit.yaml").read_bytes()).holdout == "holdout.csv"
    (project,) = blocks(README, "yaml")
    (own_data / "audit.yaml").write_text(project.text)
    assert answer(preflight, monkeypatch) == 0
    assert "one person is: patient_id" in capfd.readouterr().out
    code = answer(run, monkeypatch)
    said = capfd.readouterr()
    assert code in (10, 11), said.err
    assert "VU-1" in (own_data / "synthgate-report" / "summary.md").read_text()
    # Everything that the file can state was stated.
    steps = yaml.safe_load((own_data / "synthgate-report" / "next-steps.yaml").read_text())
    assert not steps


def test_the_python_example_works_as_it_is_written(
    own_data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(own_data)
    (project,) = blocks(README, "yaml")
    (own_data / "audit.yaml").write_text(project.text)
    (example,) = blocks(README, "python")
    # The text does not depend on them, and they take the longest.
    monkeypatch.setattr(audit, "audit", partial(audit.audit, controls="off"))
    monkeypatch.setattr("audit.evidence.renditions._pdf", lambda *_: b"%PDF-1.7")
    names: dict[str, Any] = {}
    exec(compile(example.text, "README.md", "exec"), names)
    assert isinstance(names["assessment"], audit.Assessment)
    assert names["internal"].policy.id == "internal-sharing"
    assert (own_data / "report" / "SHA256SUMS").is_file()
    assert "LEAK-1" in capsys.readouterr().out


def test_the_example_for_authors_imports_what_exists(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[object] = []
    monkeypatch.setattr("audit.testing.check_contract", tried.append)
    (example,) = blocks(DOCS / "adding-an-attack.md", "python")
    exec(compile(example.text, "adding-an-attack.md", "exec"), {})
    assert [check.card.id for check in tried] == ["linkability"]  # type: ignore[attr-defined]
