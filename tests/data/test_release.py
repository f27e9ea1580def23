"""Three tables together: what they share, where they disagree, and that all of it is said."""

from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.data.release import Release, read_release
from audit.facts.measurement import Severity, SplitFacts
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind, Role

PEOPLE = b"pid,age\n" + b"".join(b"%d,%d\n" % (i // 2, 20 + i % 9) for i in range(40))
MORE_PEOPLE = b"pid,age\n" + b"".join(b"%d,%d\n" % (i // 2, 30 + i % 9) for i in range(38, 60))


def codes(release: Release) -> dict[str, Severity]:
    return {n.code: n.status for n in release.notes}


def test_undeclared_roles_mean_the_worst_case(read, good: bytes) -> None:
    release = read(good, good, good)

    for column in release.schema:
        assert column.roles == {Role.QUASI_IDENTIFIER, Role.SENSITIVE}
        assert not column.roles_declared
    assert repr(release.real) == "Table(12 rows x 2 columns)"
    assert release.notes == ()


def test_declared_roles_stand_and_the_others_stay_the_worst_case(read, good: bytes) -> None:
    plans = {"city": ColumnPlan(roles=frozenset({Role.SENSITIVE}))}

    schema = read(good, good, columns=plans).schema

    assert schema["city"].roles == {Role.SENSITIVE}
    assert schema["city"].roles_declared
    assert schema["age"].roles == {Role.QUASI_IDENTIFIER, Role.SENSITIVE}


def test_identifiers_and_texts_are_replayable_and_not_compared(read) -> None:
    rows = b"".join(
        b"p%d,%d,ZQ7 %d saw the patient on a day in may\n" % (i, i % 3, i % 120) for i in range(200)
    )
    table = b"key,ward,note\n" + rows

    schema = read(table, table).schema

    assert [c.name for c in schema.replayable()] == ["key", "note"]
    assert [c.name for c in schema.comparable()] == ["ward"]
    assert schema["key"].roles == {Role.DIRECT_IDENTIFIER}
    assert schema["note"].kind is Kind.TEXT


def test_a_declared_direct_identifier_of_any_kind_is_coded(read, good: bytes) -> None:
    plans = {"age": ColumnPlan(Kind.INTEGER, frozenset({Role.DIRECT_IDENTIFIER}))}

    release = read(good, good, columns=plans)

    assert "age" in release.real.codes
    assert "age" in release.real.numbers
    assert [c.name for c in release.schema.comparable()] == ["city"]


def test_all_faults_of_all_files_are_told_at_once(refused) -> None:
    error = refused(b"a,a\n1,ZQ7\n2,ZQ7\n", b"\xff\xfeZQ7", b"a;b\n1;ZQ7\n")

    assert error.message.splitlines() == [
        "real (real.csv): has names that come twice, in column 1, 2",
        "synthetic (synthetic.csv): is encoded in UTF-16 or UTF-32",
        "holdout (holdout.csv): is separated by semicolons, not by commas",
    ]
    assert error.hint == "Save it as UTF-8. Save it with commas."


def test_all_disagreements_are_told_at_once(refused) -> None:
    real = b"age,when,b,C\n1,2020-01-01,x,1\n2,2020-01-02,y,2\n3,2020-01-03,x,3\n"
    synthetic = b"age,when,b,c\nZQ7,ZQ7,x,1\nZQ7,ZQ7,y,2\n"
    holdout = b"age,when,C\n1,2020-01-01,1\n2,2020-01-02,2\n"
    plans = {"nobody": ColumnPlan(Kind.INTEGER), "b": ColumnPlan(Kind.ORDINAL)}

    error = refused(real, synthetic, holdout, columns=plans, unit="patient")

    said = error.message
    assert "synthetic: has a column `c` where the real table has `C`" in said
    assert "holdout: lacks `b`, which the real table has" in said
    assert "the real table lacks the declared column(s) `nobody`" in said
    assert "the real table lacks the unit of privacy `patient`" in said
    assert "column `age` is, by real and holdout, integer, but 2 of 2 cells of synthetic" in said
    assert "column `when` is, by real and holdout, datetime, but 2 of 2 cells of synthetic" in said
    assert "column `b` is declared ordinal without an order" in said


def test_columns_that_only_the_synthetic_table_lacks_block_or_are_withheld(read) -> None:
    keyed = b"key,age,sex\n" + b"".join(b"k%d,%d,%d\n" % (i, i % 7, i % 2) for i in range(40))
    without = b"sex,extra\n0,1\n1,2\n0,3\n"

    release = read(keyed, without)

    assert [c.name for c in release.schema] == ["sex"]
    assert codes(release) == {
        "columns_missing": Severity.BLOCKING,
        "identifiers_withheld": Severity.OK,
        "columns_extra": Severity.WARNING,
    }
    assert next(n for n in release.notes if n.code == "columns_missing").columns == ("age",)


def test_tables_that_share_nothing_are_refused(refused) -> None:
    assert "shares no column" in refused(b"a\n1\n2\n", b"b\n1\n2\n").message


def test_a_release_without_a_comparable_column_blocks(read) -> None:
    keys = b"key\n" + b"".join(b"k%d\n" % i for i in range(40))

    assert codes(read(keys, keys))["no_comparable_column"] is Severity.BLOCKING


def test_the_unit_of_privacy_makes_people(read) -> None:
    release = read(PEOPLE, b"age\n1\n2\n", MORE_PEOPLE, unit="pid")

    # Person 19 (two rows) is on both sides and leaves the holdout: 20..29 remain.
    assert release.real.n_people == 20
    assert release.real.n_rows == 40
    assert release.holdout.n_people == 10
    assert release.holdout.n_rows == 20
    assert release.synthetic.n_people == 2
    assert codes(release)["same_person_both_sides"] is Severity.WARNING


def test_the_unit_of_privacy_is_a_direct_identifier_where_it_is_released(read) -> None:
    release = read(PEOPLE, PEOPLE, unit="pid")

    assert release.schema["pid"].roles == {Role.DIRECT_IDENTIFIER}
    assert release.schema["pid"].kind is Kind.IDENTIFIER
    assert release.synthetic.n_people == 20


def test_a_record_of_nobody_is_refused(refused) -> None:
    error = refused(PEOPLE + b",33\n", PEOPLE, unit="pid")

    assert "real: does not name the person in 1 row(s)" in error.message


def test_a_holdout_must_name_its_people_too(refused) -> None:
    withheld = b"age\n1\n2\n"

    assert (
        "holdout: lacks the unit of privacy `pid`"
        in refused(PEOPLE, withheld, withheld, unit="pid").message
    )


def test_a_reference_is_read_under_the_same_schema(tmp_path: Path) -> None:
    files = {"real": PEOPLE, "holdout": MORE_PEOPLE, "synthetic": b"age\n1\n2\n"}
    files["reference"] = b"pid,age\n3,21\n700,22\n701,23\n"
    for side, content in files.items():
        (tmp_path / f"{side}.csv").write_bytes(content)
    named = {side: f"{side}.csv" for side in files}

    release = read_release(Project(unit="pid", **named), base=tmp_path)

    # Person 3 is in real.
    assert release.reference.n_rows == 2
    assert release.reference.schema == release.real.schema


def test_equal_rows_without_a_key_stay_on_both_sides(read, good: bytes) -> None:
    assert read(good, good, good).holdout.n_rows == 12


def test_strata_must_be_shared(refused, good: bytes) -> None:
    split = SplitFacts("stratified", "declared", strata=("site",))

    assert "do not share the strata `site`" in refused(good, good, split=split).message


def test_an_excluded_column_may_hold_anything(read) -> None:
    real = b"a,junk\n1,1\n2,2\n3,3\n"
    plans = {"junk": ColumnPlan(Kind.DATETIME, frozenset({Role.EXCLUDED}))}

    release = read(real, real.replace(b"3,3", b"3,x"), columns=plans)

    assert [c.name for c in release.schema.comparable()] == ["a"]
    assert release.schema.replayable() == ()


def test_files_are_digested(read, good: bytes) -> None:
    plain = read(good, good, good)
    keyed = read(good, good, good, digest_key=b"key")

    assert plain.digests["real"].digest is None
    assert plain.digests["holdout"].digest is None
    assert len(keyed.digests["real"].digest) == 64
    assert keyed.digests["synthetic"] == plain.digests["synthetic"]
    assert (plain.digests["real"].rows, plain.digests["real"].columns) == (12, 2)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.randoms(use_true_random=False))
def test_no_order_of_rows_or_columns_changes_anything(read, random) -> None:
    rows = [f"{20 + i % 7},t{i % 3},{i * 0.25 if i % 4 else ''}" for i in range(30)]
    plain = ("age,city,x\n" + "\n".join(rows)).encode()
    random.shuffle(rows)
    turned = ["x,city,age", *(",".join(reversed(r.split(","))) for r in rows)]

    first = read(plain, plain, plain)
    second = read("\n".join(turned).encode(), "\n".join(turned).encode(), plain)

    assert first.content_digest == second.content_digest
    assert np.array_equal(first.real.keys, second.real.keys)
    assert np.array_equal(first.real.numbers["x"], second.real.numbers["x"], equal_nan=True)
    assert np.array_equal(first.real.codes["city"], second.real.codes["city"])
    assert first.profiles == second.profiles


def test_a_key_does_not_depend_on_the_other_tables(read, good: bytes) -> None:
    # Other levels in the synthetic table move the codes, not the keys.
    other = good.replace(b"ZQ7town1", b"Aachen")

    first, second = read(good, good), read(good, other)

    assert not np.array_equal(first.real.codes["city"], second.real.codes["city"])
    assert np.array_equal(first.real.keys, second.real.keys)
