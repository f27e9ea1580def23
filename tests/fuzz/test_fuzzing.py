"""Ten minutes of fuzzing, guided by coverage, over every reader (make study)."""

import importlib.util
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.fuzz.fuzzer import fuzzed
from tests.fuzz.targets import TARGETS

SECONDS = float(os.environ.get("SYNTHGATE_FUZZ_SECONDS", "600"))
"""For all readers together."""
HAS_ATHERIS = importlib.util.find_spec("atheris") is not None


@pytest.mark.study
@pytest.mark.skipif(not HAS_ATHERIS, reason="atheris has no build for this Python or system")
@pytest.mark.parametrize("target", TARGETS)
def test_nothing_breaks_a_reader(target: str, tmp_path: Path) -> None:
    outcome = fuzzed(target, SECONDS / len(TARGETS), findings=tmp_path / "findings")
    sys.stderr.write(json.dumps(asdict(outcome)) + "\n")
    broke = {f: (tmp_path / "findings" / f).read_bytes()[:2_000] for f in outcome.findings}
    assert not broke
    assert outcome.cases >= 100


@pytest.mark.study
@pytest.mark.skipif(not HAS_ATHERIS, reason="atheris has no build for this Python or system")
def test_the_fuzzer_finds_what_breaks_a_reader(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A reader that falls over a certain word is broken within seconds, and the file is kept."""
    monkeypatch.setenv("SYNTHGATE_FUZZ_BREAKS_AT", "accepts")
    outcome = fuzzed("waivers", 20, findings=tmp_path)
    assert outcome.findings
    assert b"accepts" in (tmp_path / outcome.findings[0]).read_bytes()
