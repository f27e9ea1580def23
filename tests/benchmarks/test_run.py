import sys

import pytest

from benchmarks import run
from benchmarks.peers.bouts import Effort, Peer
from benchmarks.peers.environments import PEERS


def test_the_page_has_a_place_for_every_part():
    page = run.PAGE.read_text(encoding="utf-8")
    for part in run.PARTS:
        assert "\n\nnew\n\n" in run.put(page, part, "new")


def test_parts_that_were_asked_for_are_written_one_by_one(monkeypatch, tmp_path, capsys):
    page = tmp_path / "page.md"
    marks = "".join(f"<!-- {p}: begin -->\nold\n<!-- {p}: end -->\n" for p in run.PARTS)
    page.write_text(marks)

    def broken(asked):
        raise RuntimeError("no")

    makers = {"peers": lambda asked: "table of peers", "audits": broken}
    monkeypatch.setattr(run, "PAGE", page)
    monkeypatch.setattr(run, "MAKERS", makers)
    monkeypatch.setattr(sys, "argv", ["run.py", "--only", "audits", "peers", "--write"])
    with pytest.raises(RuntimeError, match="no"):
        run.main()
    text = page.read_text()
    assert "table of peers" in text
    assert "`python benchmarks/run.py --only audits peers --write`" in text
    assert text.count("old") == len(run.PARTS) - 1
    assert "table of peers" in capsys.readouterr().out


@pytest.mark.parametrize("name", PEERS)
def test_every_peer_has_contests(name):
    effort = Effort(turns=1, patience=0.0, limit=1.0)
    assert iter(run.against(Peer(name, None, "not here"), effort))
