"""Equal inputs give equal bytes, and what is no input changes no fact (DESIGN 3 and 7)."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import audit
from audit.data.release import release_from_frames
from audit.facts.project import Project
from audit.harness import registry
from audit.wire.run import run_to_bytes
from fixtures.make import make, write_release
from tests.command import FEW, LESS

ROWS = 150
Tables = Mapping[str, pd.DataFrame]
PROJECT = Project(name="same", unit="patient_id", parameters=LESS)


# --- the same again, elsewhere -------------------------------------------------------------------

HERE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C.UTF-8", "OMP_NUM_THREADS": "1"}
ELSEWHERE = {
    "PYTHONHASHSEED": "4711",
    "TZ": "Asia/Kolkata",
    "LC_ALL": "de_DE.UTF-8",
    "OMP_NUM_THREADS": "2",
    "COLUMNS": "200",
}
PAPER = {"report.html", "report.pdf", "summary.md", "junit.xml", "results.sarif", "columns.csv"}
FACTS = {"run.json", "verdict.json", "policy.json", "declared.json", "next-steps.yaml"}


def started(
    data: Path, out: Path, surroundings: Mapping[str, str], *words: object
) -> "subprocess.Popen[str]":
    """Start the installed command in a process, an environment and a folder of its own."""
    program = "from audit.cli.main import main; main()"
    out.parent.mkdir()
    return subprocess.Popen(
        [sys.executable, "-c", program, "run", data / "audit.yaml", "--out", out, "--quiet"]
        + [str(word) for word in words],
        env={**os.environ, **surroundings, "PYTHONPATH": str(Path(audit.__file__).parents[1])},
        cwd=out.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def assert_ended_as_expected(process: "subprocess.Popen[str]") -> None:
    printed, complaints = process.communicate()
    assert process.returncode == 10, complaints
    assert printed + complaints == ""


@pytest.fixture(scope="module")
def twice(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Return two folders of one audit that differ in everything that is no input."""
    folder = tmp_path_factory.mktemp("twice")
    write_release("copies-5", make("copies-5", ROWS), folder / "data")
    here, there = folder / "a" / "out", folder / "b" / "another name"
    other = (*FEW[2:], "--jobs", 2, "--max-memory", "3GiB")
    # Side by side: one core each, and neither may notice the other.
    processes = (
        started(folder / "data", here, HERE, *FEW),
        started(folder / "data", there, ELSEWHERE, *other),
    )
    for process in processes:
        assert_ended_as_expected(process)
    return here, there


@pytest.mark.parametrize("name", sorted(FACTS | PAPER))
def test_a_file_is_the_same_byte_for_byte(twice: tuple[Path, Path], name: str) -> None:
    first, second = ((folder / name).read_bytes() for folder in twice)
    assert len(first) > 100
    assert first == second


def test_what_may_differ_is_only_how_the_run_went(twice: tuple[Path, Path]) -> None:
    names = [{path.name for path in folder.iterdir()} for folder in twice]
    assert names[0] == names[1]
    seals = {"manifest.json", "SHA256SUMS", "attestation.json"}
    assert names[0] - FACTS - PAPER == {"execution.json", *seals}


# --- what is no input ----------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables() -> Tables:
    """Return a release that leaks, with repeated rows, so that there are ties."""
    made = make("copies-5", ROWS)
    for side, table in made.items():
        twins = table.iloc[:8].assign(patient_id=[f"T{side}{i}" for i in range(8)])
        made[side] = pd.concat([table, twins], ignore_index=True)
    return made


def measured(tables: Tables, *, project: Project = PROJECT, **effort: Any) -> dict[str, Any]:
    """Return the facts of a run without the digests of files, and columns by name."""
    given = {"jobs": 1, **effort}
    run = audit.audit(**tables, project=project, **given).run
    facts: dict[str, Any] = json.loads(run_to_bytes(run))
    for described in facts["provenance"]["inputs"].values():
        described["digest"] = None
    facts["release"]["columns"].sort(key=lambda column: column["name"])
    return facts


@pytest.fixture(scope="module")
def facts(tables: Tables) -> dict[str, Any]:
    return measured(tables)


@pytest.fixture(scope="module")
def bare(facts: dict[str, Any]) -> dict[str, Any]:
    """Return the same facts as a run without controls has them."""
    return {**facts, "controls": []}


def assert_same(one: dict[str, Any], other: dict[str, Any]) -> None:
    """Compare part by part: a whole run that differs would not say where."""
    for a, b in zip(one["results"], other["results"], strict=True):
        assert a == b, a["check"]["id"]
    for part in one:
        assert one[part] == other[part], part


def test_the_run_is_worth_comparing(facts: dict[str, Any]) -> None:
    assert {result["status"] for result in facts["results"]} == {"measured"}
    assert len(facts["controls"]) >= 5
    assert facts["provenance"]["seed_source"] == "derived"


def shuffled_rows(table: pd.DataFrame) -> pd.DataFrame:
    return table.sample(frac=1, random_state=3)


def shuffled_columns(table: pd.DataFrame) -> pd.DataFrame:
    return table.sample(frac=1, axis=1, random_state=len(table.columns))


def other_types(table: pd.DataFrame) -> pd.DataFrame:
    """The same values in other boxes: categories, nullable numbers, objects."""
    table = table.convert_dtypes()
    for i, name in enumerate(table.select_dtypes("string").columns):
        table[name] = table[name].astype("category" if i % 2 else "object")
    return table


# Each of these changes alone must change nothing, so all of them together must not either; a run
# apiece would tell which of them did, and take as many audits.


def test_order_and_threads_change_no_fact(
    tables: Tables, facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(registry, "BUILTIN", registry.BUILTIN[::-1])
    changed = {side: shuffled_columns(shuffled_rows(table)) for side, table in tables.items()}
    backwards = measured(changed, jobs=2)
    backwards["results"].reverse()
    for run in (backwards, facts := {**facts}):
        run["controls"] = sorted(run["controls"], key=lambda c: (c["plan"], c["check"]))
    assert_same(facts, backwards)


# Controls are planted in the tables as read: what no check notices cannot move them. (A budget may:
# what finds no room is not tried, and the run says so.)


def test_other_types_order_on_one_side_and_batches_change_no_fact_and_no_table(
    tables: Tables, bare: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # The process itself is far above such a budget; what is tested are the batches it asks for.
    monkeypatch.setattr("audit.harness.limits._resident", lambda: 0)
    others = {side: other_types(table) for side, table in tables.items()}
    others["synthetic"] = shuffled_columns(others["synthetic"])
    before = {side: table.copy(deep=True) for side, table in others.items()}
    assert_same(bare, measured(others, max_memory=1 << 17, controls="off"))
    for side, table in others.items():
        pd.testing.assert_frame_equal(table, before[side])


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_format_of_the_files_changes_no_fact(
    tables: Tables, bare: dict[str, Any], tmp_path: Path, suffix: str
) -> None:
    paths = {}
    for side, table in tables.items():
        paths[side] = tmp_path / f"{side}-file.{suffix}"
        if suffix == "csv":
            shuffled_rows(table).to_csv(paths[side], index=False)
        else:
            table.to_parquet(paths[side])
    assert_same(bare, measured(paths, controls="off"))


def test_each_check_alone_finds_what_it_finds_among_the_others(
    tables: Tables, facts: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is looked at beforehand is not asked for, and takes longer than most checks.
    monkeypatch.setattr("audit.harness.measure.preflight", lambda lab: ())
    release = release_from_frames(**tables, project=PROJECT)
    for result in facts["results"]:
        check = {"only": [result["check"]["id"]], "parameters": LESS}
        alone = json.loads(run_to_bytes(audit.measure(release, jobs=1, controls="off", **check)))
        found = [r for r in alone["results"] if r["status"] != "skipped"]
        assert found == [result]


# --- the seed ------------------------------------------------------------------------------------


def test_only_the_synthetic_data_move_the_seed(tables: Tables) -> None:
    def seed(given: Tables, project: Project = PROJECT) -> int:
        found: int = measured(given, project=project, only=["value-replay"], controls="off")[
            "provenance"
        ]["seed"]
        return found

    real, synthetic = tables["real"], tables["synthetic"]
    first = seed(tables)
    assert seed({"real": real.iloc[9:], "synthetic": synthetic}) == first
    assert seed(tables, Project(name="another", unit="patient_id")) == first
    assert seed({**tables, "synthetic": shuffled_columns(shuffled_rows(synthetic))}) == first
    changed = synthetic.assign(age=synthetic["age"].where(np.arange(len(synthetic)) > 0, 55))
    assert seed({**tables, "synthetic": changed}) != first


def test_another_seed_moves_what_is_drawn_and_nothing_that_is_counted(
    tables: Tables, facts: dict[str, Any]
) -> None:
    other = {r["check"]["id"]: r for r in measured(tables, seed=1, controls="off")["results"]}
    for result in facts["results"]:
        check = result["check"]["id"]
        if check in ("identical-match", "near-copy", "value-replay"):
            # Relabelling is drawn, and so are its p-values and ends; the counts are not.
            assert counted(other[check]) == counted(result)
    moved = other["singling-out-multivariate"]["measurements"]
    assert moved != next(
        r["measurements"]
        for r in facts["results"]
        if r["check"]["id"] == "singling-out-multivariate"
    )


def counted(result: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    return [(m["name"], m["scope"], m["value"], m["n"]) for m in result["measurements"]]
