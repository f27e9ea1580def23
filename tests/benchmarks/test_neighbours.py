import numpy as np

from benchmarks.speed.neighbours import searched
from benchmarks.speed.page import neighbours_table, programs_table
from benchmarks.speed.tables import mixed


def test_everybody_does_the_same_work_and_ours_is_exact():
    rows = [("mixed", metric, checked) for metric, checked in searched(mixed(400), turns=1)]
    assert [metric for _, metric, _ in rows] == ["L1", "L2"]
    for _, _, checked in rows:
        ours = checked[0]
        assert (ours.place.name, ours.exact, ours.zeros) == ("synthgate", 1.0, 1.0)
        assert all(c.exact > 0.99 for c in checked)
    text = neighbours_table(rows)
    assert text.count("faiss, flat") == 2
    assert "100.00%" in text


def test_one_row_in_a_hundred_is_in_both_tables():
    made = mixed(1_000)
    one, other = (
        {row.tobytes() for row in np.column_stack([*t.numbers.values(), *t.codes.values()])}
        for t in made
    )
    assert len(one & other) == 10
    assert mixed(1_000).queries.numbers["n1"].tolist() == made.queries.numbers["n1"].tolist()


def test_programs_have_seconds_and_memory():
    checked = next(iter(searched(mixed(200), turns=1)))[1]
    assert "| synthgate |" in programs_table([checked[0].place])
