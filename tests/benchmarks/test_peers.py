from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import against_anonymeter, against_mostlyai, against_sdmetrics
from benchmarks.peers.against_syntheval import CHECKS
from benchmarks.peers.bouts import Bout, Effort, Peer, same
from benchmarks.peers.page import peers_table, together
from benchmarks.speed import ours
from benchmarks.speed.contest import Place
from benchmarks.speed.distance_works import worst_share
from benchmarks.speed.files import project_of, roles_of, write_release
from benchmarks.speed.tables import made_release

EFFORT = Effort(turns=1, patience=0.0, limit=250.0, is_quick=True)
OURS = Place("synthgate", 0.5, (0.5, 0.5), 0.4, 1 << 20, 1.0, 1, {"score": 0.25, "other": 1.0})
THEIRS = replace(OURS, name="peer 1.0", seconds=50.0, answer={"score": 0.25})
BOUT = Bout("a metric", THEIRS, [OURS], ("score",), None)


def absent(name):
    return Peer(name, None, "could not be installed: no such version")


@pytest.fixture
def release(tmp_path):
    made = made_release(120)
    columns = {"numbers": list(made.real.numbers), "codes": list(made.real.codes)}
    return {"files": write_release(made, tmp_path), **columns}


def test_a_bout_is_shown_with_its_ratio_and_answers():
    first, second = peers_table([BOUT]).splitlines()[2:]
    assert first == "| a metric | synthgate | 0.50 | one turn | 0.40 | 1 MiB | score 0.25 | 100x |"
    assert second == "|  | peer 1.0 | 50.0 | one turn | 0.40 | 1 MiB | score 0.25 |  |"


def test_the_table_tells_whether_the_numbers_agree():
    assert "score 0.25 (the same numbers) |" in peers_table([replace(BOUT, is_same=True)])
    assert "score 0.25 (**other numbers**) |" in peers_table([replace(BOUT, is_same=False)])
    assert same({"a": 1.0}, {"a": 1.0 + 1e-12})
    assert not same({"a": 1.0}, {"a": 1.0001})
    assert not same({"a": 1.0}, {"b": 1.0})


def test_all_works_of_a_peer_are_added_up():
    assert together("x", [BOUT, BOUT]) == (
        "x takes 100 s for these 2 pieces of work one after the other, without reading files; "
        "ours takes 1.00 s."
    )
    stopped = replace(BOUT, theirs=replace(THEIRS, stopped=True))
    assert "takes more than 100 s" in together("x", [BOUT, stopped])
    assert together("x", [replace(BOUT, theirs=replace(THEIRS, seconds=nan))]) == ""
    assert together("x", []) == ""


def test_a_peer_that_cannot_be_installed_is_shown_so(monkeypatch):
    monkeypatch.setattr(against_sdmetrics, "SIZES", (60,))
    over, _ = against_sdmetrics.bouts(absent("sdmetrics"), EFFORT)
    assert over.work.startswith("DCROverfittingProtection, 60 ")
    assert (over.is_same, over.ours[0].fate) == (None, "")
    assert set(over.ours[0].answer) == {"score", "closer_to_training"}
    assert "could not be installed: no such version" in peers_table([over])
    assert "| – |" in peers_table([over]).splitlines()[-2]


def test_without_its_matrices_our_own_encoding_is_left():
    (found,) = against_mostlyai.bouts(absent("mostlyai"), EFFORT, n=60)
    assert [p.name for p in found.ours] == ["synthgate, its own encoding"]
    assert 0 <= found.ours[0].answer["share"] <= 1


def test_anonymeter_needs_the_real_table(tmp_path):
    assert list(against_anonymeter.bouts(absent("anonymeter"), EFFORT, data=None)) == []
    assert list(against_anonymeter.bouts(absent("anonymeter"), EFFORT, data=tmp_path)) == []


def test_both_are_asked_for_as_many_attacks():
    for attack in against_anonymeter.attacks(15):
        wanted = attack.parameters.get("n_targets", attack.parameters.get("n_predicates"))
        assert attack.theirs["attacks"] == wanted


@pytest.mark.parametrize("check", [*CHECKS.values(), "linkability"])
def test_a_check_is_run_from_files(release, check):
    asked = {**release, "work": "check", "check": check, "parameters": {}}
    found = ours.prepared(asked)()
    assert ours.told(found, asked) == found
    assert found
    assert all(isinstance(value, float) for value in found.values())


def test_our_side_of_sdmetrics_knows_a_copy(release):
    files = {**release["files"], "synthetic": release["files"]["real"]}
    asked = {**release, "files": files, "work": "sdmetrics", "metric": "DCROverfittingProtection"}
    assert ours.prepared(asked)() == {"score": 0.0, "closer_to_training": 1.0}


def test_given_matrices_are_searched_in_given_groups(tmp_path):
    rng = np.random.default_rng(0)
    real, holdout = rng.random((2, 40, 4))
    groups = {"group0": np.arange(4), "group1": np.array([0, 2])}
    np.savez(tmp_path / "m.npz", real=real, holdout=holdout, synthetic=real + 1e-9, **groups)
    found = ours.prepared({"work": "dense", "matrices": str(tmp_path / "m.npz")})()
    assert found["share"] == 1.0
    assert found["to_real"] == pytest.approx(0.0, abs=1e-8)
    assert found["to_holdout"] > 0.01


def test_no_groups_have_no_worst():
    assert worst_share([]) == {"share": -1.0}


def test_a_made_release_is_read_back_as_it_was(tmp_path):
    made = made_release(50)
    files = write_release(made, tmp_path)
    header, *lines = Path(files["real"]).read_text().splitlines()
    assert header.split(",") == [*made.real.numbers, *made.real.codes]
    assert len(lines) == 50
    first = lines[0].split(",")
    assert float(first[1]) == made.real.numbers["n1"][0]
    gap = (
        int(np.flatnonzero(made.real.codes["c3"] < 0)[0])
        if (made.real.codes["c3"] < 0).any()
        else 0
    )
    cell = lines[gap].split(",")[len(made.real.numbers) + 3]
    code = made.real.codes["c3"][gap]
    assert cell == ("" if code < 0 else f"L{code}")


def test_kinds_and_roles_are_declared():
    files = {"real": "r.csv", "holdout": "h.csv", "synthetic": "s.csv"}
    project = project_of(files, numbers=["n"], codes=["c"])
    assert project.holdout == "h.csv"
    assert {name: plan.kind.value for name, plan in project.columns.items()} == {
        "n": "continuous",
        "c": "categorical",
    }
    plans = roles_of(["a", "b"], ["b"])
    assert plans["a"].roles == {"quasi_identifier"}
    assert plans["b"].roles == {"quasi_identifier", "sensitive"}


def test_the_numbers_of_sdmetrics_are_reproduced(tmp_path):
    # sdmetrics 0.32.0 on these files said: closer_to_training 0.472, score 1.0; and the median
    # distance of DCRBaselineProtection, synthetic to real: 0.25507912471210126.
    made = made_release(1_000)
    columns = {"numbers": list(made.real.numbers), "codes": list(made.real.codes)}
    asked = {"files": write_release(made, tmp_path), **columns, "work": "sdmetrics"}
    over = ours.prepared({**asked, "metric": "DCROverfittingProtection"})()
    assert over == {"score": 1.0, "closer_to_training": pytest.approx(0.472, abs=1e-12)}
    base = ours.prepared({**asked, "metric": "DCRBaselineProtection"})()
    assert base["synthetic"] == pytest.approx(0.25507912471210126, abs=1e-12)
