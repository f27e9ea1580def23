"""From Python a verdict is recorded where a ledger is named, and nowhere else."""

import json
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import audit
from audit import api
from audit.evidence.ledger import entries

QUICK = {"only": ("identical-match",), "controls": "off", "jobs": 1}


def table(shift: int) -> pd.DataFrame:
    i = range(60)
    return pd.DataFrame({"a": [(k * 7 + shift) % 23 for k in i], "b": [k % 5 for k in i]})


def test_nothing_is_recorded_unless_a_ledger_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SYNTHGATE_LEDGER")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    made = audit.audit(table(0), table(3), **QUICK)
    made.save(tmp_path / "out", formats=["json"])
    assert made.history is None
    assert not (tmp_path / "data").exists()
    assert not (tmp_path / "out" / "history.json").exists()


def test_a_search_over_tables_in_memory_is_counted(tmp_path: Path) -> None:
    place = str(tmp_path / "ledger.sqlite")
    real = pl.from_pandas(table(0))

    def tried(synthetic: pd.DataFrame) -> audit.Assessment:
        return audit.audit(real, pl.from_pandas(synthetic), ledger=place, **QUICK)

    first, again, other = tried(table(3)), tried(table(3)), tried(table(4))

    assert first.history is not None
    assert again.history is not None
    assert other.history is not None
    assert not first.history.tried.was_searched
    assert (again.history.tried.repeated, again.history.tried.candidates) == (1, 0)
    assert other.history.tried.candidates == 1
    assert any("1 other synthetic file under this name" in line for line in other.summary())
    assert "1 other synthetic file under this name" in other._repr_markdown_()
    # Nothing of the clock reaches the paper.
    assert api.render(first, formats=["html", "md"]) == api.render(again, formats=["html", "md"])

    other.save(tmp_path / "out", formats=["md"])
    written = json.loads((tmp_path / "out" / "history.json").read_bytes())
    assert written["sha256"] == entries(place)[2].sha256
    assert api.load(tmp_path / "out").history == other.history


def test_a_ledger_that_cannot_be_written_is_told_before_a_table_is_read(tmp_path: Path) -> None:
    with pytest.raises(audit.RenderError, match="could not be written"):
        audit.audit("no.csv", "none.csv", ledger=str(tmp_path / "missing" / "l.sqlite"))


def test_a_name_that_is_hostile_is_made_harmless(tmp_path: Path) -> None:
    place = str(tmp_path / "ledger.sqlite")
    name = "\x1b[31m::error::'; DROP TABLE synthgate_ledger; --\u202e" + "x" * 500
    project = audit.Project(name=name)
    audit.audit(table(0), table(3), project=project, ledger=place, **QUICK)
    (entry,) = entries(place)
    assert not any(c in entry.audited.release for c in "\x1b\u202e")
    assert len(entry.audited.release) <= 200
    assert len(api.past_of(place, name)) == 1
