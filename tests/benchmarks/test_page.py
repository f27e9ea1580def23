from dataclasses import replace
from math import nan

import pytest

from benchmarks.speed.contest import Place
from benchmarks.speed.growth import exponent
from benchmarks.speed.neighbours import Checked, Searched
from benchmarks.speed.neighbours_page import neighbours_table
from benchmarks.speed.page import (
    circumstances,
    memory,
    number,
    programs_table,
    put,
    ratio,
    seconds,
    short,
    spread,
)

PLACE = Place("who", 2.0, (1.0, 3.0), 3.5, 64 << 20, 1.0, 3, None)
STOPPED = replace(PLACE, seconds=60.0, turns=1, fate="stopped after 60 s", stopped=True)
ABSENT = replace(PLACE, seconds=nan, cpu=nan, peak=0, turns=0, fate="could not be installed")


def test_numbers_have_three_digits_or_so():
    assert [number(x) for x in (1234.5, 12.345, 1.2345, 0.0123, nan)] == [
        "1,234",
        "12.3",
        "1.23",
        "0.012",
        "–",
    ]
    assert (memory(64 << 20), memory(0)) == ("64 MiB", "–")


def test_a_bound_is_shown_as_one():
    assert (seconds(PLACE), seconds(STOPPED), seconds(ABSENT)) == ("2.00", "> 60.0", "–")
    assert (ratio(STOPPED, PLACE), ratio(PLACE, PLACE)) == ("> 30x", "1.0x")
    assert (ratio(ABSENT, PLACE), ratio(PLACE, STOPPED)) == ("–", "–")
    assert spread(PLACE) == "1.00 to 3.00, 3 turns"
    assert spread(replace(PLACE, turns=1)) == "one turn"
    assert spread(ABSENT) == "could not be installed"


def test_foreign_text_cannot_leave_its_cell():
    assert short("a | b\n<b>`c`") == "a   b  b  c "
    assert len(short("x" * 500)) == 110


def test_programs_have_time_and_memory():
    assert "| who | 2.00 | 1.00 to 3.00, 3 turns | 3.50 | 64 MiB |" in programs_table([PLACE])


def test_the_text_goes_between_the_marks_of_its_part():
    page = "a\n<!-- x: begin -->\nold\n<!-- x: end -->\nb\n<!-- y: begin -->\n<!-- y: end -->\n"
    assert put(page, "x", "new") == page.replace("\nold\n", "\n\nnew\n\n")
    assert put(put(page, "x", "new"), "x", "old") != page
    with pytest.raises(ValueError, match="no marks for z"):
        put(page, "z", "new")


def test_circumstances_name_versions_and_the_command():
    said = circumstances("python benchmarks/run.py --quick")
    assert said.startswith("`python benchmarks/run.py --quick`")
    assert "faiss-cpu" in said
    assert "seed 7" in said


def searched(n, ours, other):
    places = [Checked(replace(PLACE, name="synthgate", seconds=ours), 1.0, 1.0)]
    places.append(Checked(replace(PLACE, name="other", seconds=other, scale=4.0), 0.995, None))
    return Searched("mixed", "L1", n, float(n * n), 100, places)


def test_growth_and_use_of_the_hardware_are_shown_beside_the_time():
    small, large = searched(1_000, 0.1, 1.0), searched(10_000, 1.0, 100.0)
    text = neighbours_table([small, large], peak=2e10).splitlines()
    assert exponent(1_000, 0.1, 10_000, 1.0) == pytest.approx(1.0)
    # 1e8 pairs of 100 columns: 2e10 operations in a second, as many as the peak.
    assert "| 10.0x |" not in text[4]
    assert text[4].endswith("|  | 1.00 | 100% | 100.0% | 100.0% |")
    assert text[5].startswith("| mixed, 10,000 among 10,000 | L1 | other, scaled from 2,500 rows |")
    assert text[5].endswith("| 100x | 2.00 | 1% | 99.5% | – |")
    # The first size has nothing to grow from.
    assert "| – |" in text[2]


def test_who_did_not_finish_has_no_growth():
    one, two = searched(1_000, 0.1, 1.0), searched(10_000, 1.0, 100.0)
    gone = Checked(replace(ABSENT, name="other"), None, None)
    text = neighbours_table([one, replace(two, checked=[two.checked[0], gone])], peak=2e10)
    assert text.splitlines()[-1].endswith("| – | – | – | – | – |")
