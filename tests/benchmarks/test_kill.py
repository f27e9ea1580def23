"""Audits that are killed: a few of them always, a hundred in the study."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.kill import CANARY, faults, state

ROOT = Path(__file__).parents[2]
pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a system that forks")


def killed(times: int, seed: int) -> dict[str, object]:
    words = ["--kills", str(times), "--seed", str(seed)]
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.kill", *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    told: dict[str, object] = json.loads(done.stdout)
    return told


def test_a_few_kills_lose_nothing() -> None:
    told = killed(3, seed=1)
    assert (told["kills"], told["lost"]) == (3, [])
    assert told["resumed"]


@pytest.mark.study
@pytest.mark.timeout(3_600)
def test_a_hundred_kills_lose_nothing() -> None:
    told = killed(100, seed=0)
    assert (told["kills"], told["lost"]) == (100, [])
    assert len(told["left"]) >= 3, "the kills fell at the same moment every time"


def test_what_must_not_be_left_is_noticed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    assert (state(out), faults(tmp_path, out, {})) == ("empty", [])
    (out / "verdict.json").write_text('{"run_sha256": "00"}')
    assert faults(tmp_path, out, {}) == ["a verdict without run.json"]
    for name in ("run.json", "policy.json", "declared.json"):
        (out / name).write_text("{}")
    assert faults(tmp_path, out, {"one": b"{}"}) == ["a verdict beside another run"]
    (out / "verdict.json").unlink()
    (out / "SHA256SUMS").write_text(f"{'0' * 64}  run.json\n")
    (tmp_path / "copy").write_text(f"1,{CANARY}a\n")
    assert faults(tmp_path, out, {}) == ["run.json is not what is sealed", "a record in copy"]
