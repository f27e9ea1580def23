from dataclasses import replace
from math import nan
from pathlib import Path

import numpy as np
import pytest

from benchmarks.peers import (
    against_anonymeter,
    against_mostlyai,
    against_sdmetrics,
    against_sdmetrics_cap,
)
from benchmarks.peers.against_syntheval import CHECKS
from benchmarks.peers.bouts import Bout, Effort, Peer, same
from benchmarks.peers.page import peers_table, together
from benchmarks.speed import ours
from benchmarks.speed.contest import Place
from benchmarks.speed.distance_works import worst_share
from benchmarks.speed.files import project_of, roles_of, write_parts, write_release
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
    # Ours may tell more.
    assert same({"a": 1.0}, {"a": 1.0, "b": 2.0})
    assert not same({"a": 1.0, "b": 2.0}, {"a": 1.0})


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


def test_the_same_columns_are_cut_the_same_way(release):
    left, right = against_anonymeter.cut_of(release["files"])
    assert sorted([*left, *right]) == sorted([*release["numbers"], *release["codes"]])
    assert {len(left), len(right)} == {7, 8}


def test_attribution_is_asked_of_our_check_and_by_the_same_counts(tmp_path, monkeypatch):
    monkeypatch.setattr(against_sdmetrics_cap, "SIZES", (60,))
    assert list(against_sdmetrics_cap.bouts(absent("sdmetrics"), EFFORT, data=None)) == []
    (tmp_path / "adult").mkdir()
    rng = np.random.default_rng(0)
    names = [*against_sdmetrics_cap.KNOWN, "other", against_sdmetrics_cap.SECRET]
    for name in against_sdmetrics_cap.ADULT.values():
        lines = [",".join(f"v{v}" for v in row) for row in rng.integers(2, size=(80, len(names)))]
        (tmp_path / "adult" / name).write_text("\n".join([",".join(names), *lines]) + "\n")
    found = list(against_sdmetrics_cap.bouts(absent("sdmetrics"), EFFORT, data=tmp_path))
    assert [b.work.split(",")[0] for b in found] == [m.name for m in against_sdmetrics_cap.METRICS]
    cap, zero, generalised, protection = (b.ours for b in found)
    # The check answers for everybody what the counts answer for one metric.
    assert cap[1].answer["cap"] == pytest.approx(cap[0].answer["cap"], abs=1e-12)
    assert generalised[1].answer["gcap"] == pytest.approx(generalised[0].answer["gcap"], abs=1e-12)
    assert zero[0].answer["zero_cap"] < cap[0].answer["cap"] == protection[0].answer["cap"]
    assert "could not be installed" in peers_table(found)


def test_a_scope_chooses_what_is_told(release):
    asked = {**release, "work": "check", "check": "linkability", "parameters": {"n_splits": 1}}
    told = {"": {"k": "1", "join": None}, "_10": {"k": "10", "join": None}}
    found = ours.prepared({**asked, "told": told, "parts": False})()
    assert {"attack_rate", "attack_rate_10"} <= found.keys()
    assert found["attack_rate"] <= found["attack_rate_10"]


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
    plans = roles_of(["a", "b"], ["b", "c"])
    assert plans["a"].roles == {"quasi_identifier"}
    assert plans["b"].roles == {"quasi_identifier", "sensitive"}
    assert plans["c"].roles == {"sensitive"}


def test_a_part_of_a_table_is_drawn_once_and_for_all(tmp_path):
    source = tmp_path / "all.csv"
    source.write_text("a,b\n" + "".join(f"{i},x{i}\n" for i in range(50)))
    files = {"real": source, "synthetic": source}
    (tmp_path / "made").mkdir()
    made = write_parts(files, tmp_path / "made", rows={"real": 7}, columns=["b"])
    drawn = Path(made["real"]).read_text().splitlines()
    assert drawn[0] == "b"
    assert len(set(drawn[1:])) == 7
    assert len(Path(made["synthetic"]).read_text().splitlines()) == 51
    again = write_parts(files, tmp_path / "made", rows={"real": 7}, columns=["b"])
    assert Path(again["real"]).read_text().splitlines() == drawn


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
