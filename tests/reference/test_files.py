"""The frozen files are those of these releases and of the pinned versions, and hold no record."""

import json
import re

import numpy as np
import pandas as pd
import pytest

from benchmarks.peers import freeze
from benchmarks.peers.environments import pinned
from benchmarks.peers.reference_tables import REFERENCES, SIDES, dense, reference
from tests.reference.frozen import HERE, file_of, made


@pytest.mark.parametrize("peer", freeze.PEERS)
def test_the_answers_are_about_these_releases_and_from_the_pinned_version(peer: str) -> None:
    found = file_of(peer)
    assert found["schema"] == freeze.SCHEMA
    assert pinned(peer).split() == [pinned(peer).split()[0], found["version"]]
    assert found["seeds"] == freeze.SEEDS == 20
    assert found["command"] == f"python -m benchmarks.peers.freeze --only {peer}"
    digests = {name: answer["digest"] for name, answer in found["releases"].items()}
    assert digests == {name: made(name).digest for name in REFERENCES}


@pytest.mark.parametrize("peer", freeze.PEERS)
def test_no_path_and_no_cell_is_in_the_answers(peer: str) -> None:
    text = (HERE / f"{peer}.json").read_text(encoding="utf-8")
    assert len(text) < 60_000
    assert "/" not in text.replace(freeze.SCHEMA, "")
    assert not re.search(r'"[a-f][0-5]"', text)


def test_equal_names_give_equal_values_and_a_changed_cell_another_digest() -> None:
    first, again = made("gaps"), reference("gaps")
    assert first.digest == again.digest
    again.tables["real"].loc[0, "n2"] += 1e-6
    assert first.digest != again.digest


def test_the_releases_are_what_their_names_say() -> None:
    for name, copied in (("copies-0", 0), ("copies-10", 40), ("copies-50", 200)):
        tables = made(name).tables
        assert tables["synthetic"].iloc[:copied].equals(tables["real"].iloc[:copied])
        assert len(tables["synthetic"].merge(tables["real"])) == copied
    assert made("copies-100").tables["synthetic"].equals(made("copies-100").tables["real"])
    assert made("gaps").has_gaps
    assert not made("mixed-300").has_gaps
    assert (made("negative").tables["real"][["n1", "n2", "n3"]] < 0).all(axis=None)
    assert [len(made("few-holdout").tables[s]) for s in SIDES] == [900, 90, 900]
    twins = made("copied-categories").tables
    assert sorted(twins["real"].itertuples(index=False)) == sorted(
        twins["holdout"].itertuples(index=False)
    )


@pytest.mark.parametrize("name", ["mixed-300", "gaps", "categories"])
def test_a_peer_reads_the_values_that_we_read(name: str, tmp_path) -> None:
    given = made(name)
    asked = freeze.asked_of("anonymeter", given, tmp_path)
    for side, path in asked["files"].items():
        pd.testing.assert_frame_equal(pd.read_csv(path), given.tables[side], check_exact=True)
    assert asked["seeds"] == (0 if name == "categories" else freeze.SEEDS)
    matrices = freeze.asked_of("mostlyai", given, tmp_path)["matrices"]
    with np.load(matrices) as stored:
        for side, matrix in dense(given).items():
            assert np.array_equal(stored[side], matrix)
            assert not np.isnan(matrix).any()


def test_one_release_frozen_anew_leaves_the_others(tmp_path) -> None:
    def said(version: str, **releases: int) -> dict[str, object]:
        return {"version": version, "releases": releases}

    freeze.written("x", said("1", gaps=1, negative=2), tmp_path)
    freeze.written("x", said("1", negative=3), tmp_path)
    assert json.loads((tmp_path / "x.json").read_text())["releases"] == {"gaps": 1, "negative": 3}
    # Answers of two versions are never mixed.
    freeze.written("x", said("2", negative=4), tmp_path)
    assert json.loads((tmp_path / "x.json").read_text())["releases"] == {"negative": 4}
