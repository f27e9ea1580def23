"""The study goes on where it stopped, stops in time, and writes one part of its page at a time."""

import pytest

import benchmarks.study as study
from benchmarks.calibration.cells import SEED, Cell, Sizes
from benchmarks.calibration.draws import Draw

CELL = Cell("planted", Sizes(60, 40, 50))
KEYS = [(CELL, number) for number in range(4)]
PAGE = """Before.

<!-- study null: begin -->

old

<!-- study null: end -->

Between.

<!-- study power: begin -->
<!-- study power: end -->

After.
"""


@pytest.fixture
def store(tmp_path, monkeypatch):
    def instead(cell, number):
        return Draw(cell, number, (), (), {})

    path = tmp_path / "build" / "study.jsonl"
    monkeypatch.setattr(study, "STORE", path)
    monkeypatch.setattr(study, "audited", instead)
    return path


def drawn(keys, **options):
    return study.drawn(keys, **{"jobs": 1, "minutes": None, **options})


def test_what_was_drawn_is_not_drawn_again(store):
    assert [d.number for d in drawn(KEYS[:2])] == [0, 1]
    with store.open("a") as lines:
        lines.write('{"code": "cut short')
    assert [d.number for d in drawn(KEYS)] == [0, 1, 2, 3]
    written = store.read_text().splitlines()
    assert [line.endswith("}") for line in written] == [True, True, False, True, True]


def test_draws_of_other_code_are_drawn_again(store, monkeypatch):
    drawn(KEYS)
    monkeypatch.setattr(study, "source_digest", lambda: "other")
    drawn(KEYS)
    assert len(store.read_text().splitlines()) == 8


def test_a_study_without_time_left_keeps_what_it_has(store):
    assert len(drawn(KEYS, minutes=0)) == 1
    assert len(drawn(KEYS)) == 4


def test_one_part_is_written_and_the_others_stay():
    page = study.written(PAGE, "null", "new")
    assert "old" not in page
    assert f"Seed {SEED}, `python benchmarks/study.py --parts null`.\n\nnew\n" in page
    assert page.startswith("Before.")
    assert page.endswith("After.\n")
    assert study.written(page, "null", "new") == page
    assert "\n\nmore\n" in study.written(page, "power", "more")


def test_a_page_without_a_place_is_refused():
    with pytest.raises(ValueError, match="'private'"):
        study.written(PAGE, "private", "new")


def test_the_page_has_a_place_for_every_part():
    page = study.PAGE.read_text(encoding="utf-8")
    for part in study.PARTS:
        assert f"\n\nx\n\n<!-- study {part}: end -->" in study.written(page, part, "x")


def test_the_page_names_the_amounts_that_were_drawn():
    amounts = study.Amounts()._replace(draws=3)
    flags = study._flags(amounts)
    assert flags == " --draws 3"
    assert "`python benchmarks/study.py --parts null --draws 3`" in study.written(
        PAGE, "null", "new", flags
    )


def test_the_zoo_knows_the_code_that_it_tries():
    """A script is imported by nobody else."""
    import benchmarks.zoo as zoo

    assert zoo.source_digest() == study.source_digest()
