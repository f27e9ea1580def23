"""The real tables with published numbers; what needs them is skipped where they are absent."""

import os
from functools import cache
from pathlib import Path

import pytest

from audit.contract.lab import Lab
from audit.data.release import read_release
from audit.facts.project import Project

FOLDER = Path(
    os.environ.get("SYNTHGATE_DATA", Path(__file__).parents[2].parent / "shared" / "data")
)
needs_tables = [
    pytest.mark.shared_data,
    pytest.mark.skipif(not FOLDER.is_dir(), reason=f"no tables under {FOLDER}"),
]


@cache
def shared_lab(name: str, synthetic: str) -> Lab:
    """Return one release of the shared data, read once; what is searched is kept."""
    tables = {"real": "real", "synthetic": f"synthetic_{synthetic}", "holdout": "holdout"}
    paths = {side: f"{name}/{file}.csv" for side, file in tables.items()}
    return Lab(read_release(Project(**paths), base=FOLDER), seed=0)
