"""Declared groups: who belongs, and what is wrong with a declaration."""

import numpy as np
import pytest

from audit.facts.project import ColumnPlan, Condition
from audit.facts.schema import Kind, Role

ROWS = (
    ("F", 81, "2026-02-01 00:00:00", "yes", "k1"),
    ("M", 79, "2026-02-02 23:59:59", "no", "k2"),
    ("F", 80, "2026-02-03 00:00:00", "no", "k3"),
    ("", 90, "", "", "k4"),
    ("M", 20, "2026-01-01 00:00:00", "yes", "k5"),
    ("F", 30, "2025-12-31 00:00:00", "yes", "k6"),
)
HEADER = "sex,age,seen,smoker,key\n"
KEY = {"key": ColumnPlan(roles=frozenset({Role.DIRECT_IDENTIFIER}))}


def csv(rows=ROWS, header=HEADER):
    return (header + "".join(",".join(map(str, r)) + "\n" for r in rows)).encode()


def ages(read, *conditions, **options):
    """Return the ages of the real people who belong."""
    table = csv()
    release = read(table, table, table, columns=KEY, groups={"g": conditions}, **options)
    real = release.real
    assert set(release.synthetic.groups) == set()
    return sorted(real.numbers["age"][real.groups["g"]])


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Condition("sex", ("F",)), [30, 80, 81]),
        (Condition("sex", ("f", "M")), [20, 30, 79, 80, 81]),
        (Condition("smoker", ("true",)), [20, 30, 81]),
        (Condition("age", ("80", "90.0")), [80, 90]),
        (Condition("age", (), "80"), [80, 81, 90]),
        (Condition("age", (), "30", "80"), [30, 79, 80]),
        (Condition("age", (), "200"), []),
        (Condition("seen", (), "2026-01-01", "2026-02-02"), [20, 79, 81]),
        (Condition("seen", (), None, "2026-02-02 12:00:00"), [20, 30, 81]),
    ],
)
def test_one_condition(read, condition, expected):
    assert ages(read, condition) == expected


def test_all_conditions_must_hold_in_one_record(read):
    assert ages(read, Condition("sex", ("F",)), Condition("age", (), "80")) == [80, 81]


def test_a_column_that_is_not_released_may_decide(read):
    withheld = csv([r[1:] for r in ROWS], "age,seen,smoker,key\n")
    release = read(csv(), withheld, csv(), columns=KEY, groups={"g": [Condition("sex", ("F",))]})
    assert "sex" not in {c.name for c in release.schema}
    assert release.real.groups["g"].sum() == release.holdout.groups["g"].sum() == 3


def test_equal_records_of_different_groups_have_one_order(read):
    # The two differ in what was withheld alone.
    rows = [("F", 40), ("M", 40), ("M", 40), ("F", 50)]
    there, back = (csv(r, "sex,age\n") for r in (rows, rows[::-1]))
    plan = {"women": [Condition("sex", ("F",))]}
    first, second = (read(t, b"age\n40\n41\n", groups=plan).real for t in (there, back))
    np.testing.assert_array_equal(first.groups["women"], second.groups["women"])


def test_groups_follow_their_rows(read):
    table = csv()
    real = read(table, table, table, columns=KEY, groups={"g": [Condition("age", (), "80")]}).real
    for part in (real.take(np.array([4, 1])), real.stacked(real), real.in_canonical_order()):
        np.testing.assert_array_equal(part.groups["g"], part.numbers["age"] >= 80)
    assert not real.groups["g"].flags.writeable


def test_people_who_leave_the_holdout_leave_their_groups(read):
    people = b"pid,age\n" + b"".join(b"%d,%d\n" % (i // 2, 20 + i % 9) for i in range(40))
    more = b"pid,age\n" + b"".join(b"%d,%d\n" % (i // 2, 30 + i % 9) for i in range(38, 60))
    plan = {"old": [Condition("age", (), "35")]}
    holdout = read(people, b"age\n1\n2\n", more, unit="pid", groups=plan).holdout
    np.testing.assert_array_equal(holdout.groups["old"], holdout.numbers["age"] >= 35)


def test_all_faults_of_groups_are_told_at_once(refused):
    rows = [(f"ZQ7{s}", *rest) for s, *rest in ROWS]
    table = csv(rows)
    plans = {**KEY, "seen": ColumnPlan(kind=Kind.DATETIME)}
    groups = {
        "a": [Condition("sexx", ("F",)), Condition("sex", ("Woman", "Man"))],
        "b": [Condition("sex", (), "1"), Condition("age", ("x",))],
        "c": [Condition("age", (), "9", "8"), Condition("seen", (), "1 May")],
        "d": [Condition("seen", ("2026-02-01",)), Condition("key", ("k1",))],
        "e": [Condition("age", ("82",)), Condition("age", (), "nan")],
    }

    error = refused(table, table, table, columns=plans, groups=groups)

    assert error.message.splitlines() == [
        "group a: real: has no column `sexx`",
        "group a: holdout: has no column `sexx`",
        "group a: no record of real or holdout has `Woman`, `Man` in column `sex`",
        "group b: column `sex` holds no numbers and no dates",
        "group b: `x` is no number, as column `age` holds",
        "group c: from lies beyond to in column `age`",
        "group c: `1 May` is no date, as column `seen` holds",
        "group d: column `seen` holds dates",
        "group d: column `key` names people or holds free text",
        "group e: no record of real or holdout has `82` in column `age`",
        "group e: `nan` is no number, as column `age` holds",
    ]
    assert "Spell columns and levels of a group as the real table does." in error.hint


def test_a_level_of_the_synthetic_table_alone_is_none(refused):
    other = csv([("X", *r[1:]) for r in ROWS])
    error = refused(csv(), other, columns=KEY, groups={"g": [Condition("sex", ("X",))]})
    assert "no record of real or holdout has `X`" in error.message


def test_hostile_levels_are_inert(refused):
    bad = "\x1b]8;;http://x\x07`::set-output"
    table = csv()
    error = refused(table, table, columns=KEY, groups={"g": [Condition("sex", (bad, ""))]})
    assert all(c.isprintable() for c in error.message)
    assert "`]8;;http://x::set-output`, ``" in error.message
