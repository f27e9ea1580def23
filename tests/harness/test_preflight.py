"""Whether a release can be audited at all: overlap, swapped and foreign holdouts, drift, split."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.facts.measurement import PreflightFact, Severity, SplitFacts
from audit.facts.reasons import ReasonCode
from audit.facts.schema import Kind, Role
from audit.harness.preflight import preflight
from audit.testing import planted_release
from tests.contract.handmade import KEY, LEVEL, NUMBER, TEXT, WHOLE, column, lab_of, table_of

OK, WARNING, BLOCKING = Severity.OK, Severity.WARNING, Severity.BLOCKING


def looked_at(release):
    return {f.id: f for f in preflight(Lab(release, seed=1))}


@pytest.fixture(scope="module")
def release():
    return planted_release(n=400)


def shifted(release, by=0.0, ward=0):
    """The holdout with later ages and other wards: people from somewhere else."""
    table = release.holdout
    return table.with_values(
        numbers={"age": table.numbers["age"] + by},
        codes={"ward": np.minimum(table.codes["ward"] + ward, 5)},
    ).in_canonical_order()


def test_a_sound_release_has_nothing_that_blocks(release):
    found = looked_at(release)
    assert not [f for f in found.values() if f.status is BLOCKING]
    assert found["holdout-overlap"].code == "no_overlap"
    assert found["holdout-swapped"].code == "not_swapped"
    assert found["column-drift"].status is OK
    assert found["split"].code == "split_declared"
    assert found["duplicate-rows"].numbers["share"] == pytest.approx(0.0, abs=0.01)


def test_without_a_holdout_nothing_is_said_of_one(release):
    found = looked_at(replace(release, holdout=None))
    assert found["holdout-present"].code == ReasonCode.NO_HOLDOUT
    assert not any(i.startswith("holdout-") and i != "holdout-present" for i in found)
    assert "column-drift" not in found


def test_notes_of_reading_come_first(release):
    note = PreflightFact("cells-infinite", WARNING, "cells_infinite", {"real": 40.0}, ("age",))
    assert preflight(Lab(replace(release, notes=(note,)), seed=0))[0] is note


class TestOverlap:
    def contaminated(self, release, n):
        """The holdout with n real people in it."""
        given = release.real.take(np.arange(n))
        rest = release.holdout.take(np.arange(n, 400))
        whole = rest.stacked(given).in_canonical_order()
        return replace(release, holdout=replace(whole, people=np.arange(whole.n_rows)))

    def test_real_people_in_the_holdout_block(self, release):
        fact = looked_at(self.contaminated(release, 20))["holdout-overlap"]
        assert fact.status is BLOCKING
        assert fact.code == ReasonCode.HOLDOUT_OVERLAPS_REAL
        assert fact.numbers["pairs"] >= 20
        assert fact.numbers["p"] <= 0.001

    def test_equal_rows_as_chance_leaves_them_do_not_block(self):
        # 300 + 300 people of 36 kinds: about half of all equal pairs are cut by any split.
        rng = np.random.default_rng(2)

        def people():
            return {"a": list(rng.integers(0, 6, 300)), "b": list(rng.integers(0, 6, 300))}

        lab = lab_of({"a": LEVEL, "b": LEVEL}, people(), people(), people())
        fact = {f.id: f for f in preflight(lab)}["holdout-overlap"]
        assert fact.status is OK
        assert fact.numbers["pairs"] > 1_000
        assert fact.numbers["pairs"] == pytest.approx(fact.numbers["expected"], rel=0.1)

    def test_repeated_rows_of_a_person_hide_no_overlap(self, release):
        """Every person has each row three times: such pairs never stand on both sides."""
        contaminated = self.contaminated(release, 12)

        def thrice(table):
            whole = table.stacked(table).stacked(table)
            people = np.tile(np.arange(table.n_people), 3)
            return replace(whole, people=people).in_canonical_order()

        tripled = replace(
            contaminated, real=thrice(contaminated.real), holdout=thrice(contaminated.holdout)
        )
        there, here = (looked_at(r)["holdout-overlap"] for r in (contaminated, tripled))
        assert here.status is BLOCKING
        assert here.numbers["pairs"] == there.numbers["pairs"]


class TestSwapped:
    def test_copies_of_the_holdout_block(self):
        leaky = planted_release(n=400, leak=0.1)
        swapped = replace(leaky, real=leaky.holdout, holdout=leaky.real)
        fact = looked_at(swapped)["holdout-swapped"]
        assert (fact.status, fact.code) == (BLOCKING, ReasonCode.HOLDOUT_SWAPPED)
        assert looked_at(leaky)["holdout-swapped"].status is OK

    def test_a_few_do_not(self):
        leaky = planted_release(n=400, leak=0.01)
        # Four of 400: p = 1/16.
        swapped = replace(leaky, real=leaky.holdout, holdout=leaky.real)
        fact = looked_at(swapped)["holdout-swapped"]
        assert fact.status is OK
        assert fact.numbers["p"] == pytest.approx(1 / 16, abs=0.005)


class TestFairness:
    def test_a_foreign_holdout_is_not_fair(self, release):
        foreign = replace(release, holdout=shifted(release, by=25.0))
        fact = looked_at(foreign)["holdout-fairness"]
        assert (fact.status, fact.code) == (BLOCKING, ReasonCode.HOLDOUT_NOT_FAIR)
        assert fact.numbers["low"] > 0.55

    def test_a_fair_one_is_shown_to_be_fair_by_many_people_only(self):
        many = looked_at(planted_release(n=2_500))["holdout-fairness"]
        assert (many.status, many.code) == (OK, "holdout_fair")
        assert many.numbers["high"] <= 0.55
        few = looked_at(planted_release(n=60))["holdout-fairness"]
        assert (few.status, few.code) == (WARNING, "holdout_fairness_undecided")
        assert few.numbers["low"] < 0.55 < few.numbers["high"]

    def test_twins_across_the_sides_do_not_look_unfair(self):
        # All rows equal: nobody can be told from anybody.
        same = {"a": [0] * 50, "b": [1.0] * 50}
        fact = {f.id: f for f in preflight(lab_of({"a": LEVEL, "b": NUMBER}, same, same, same))}
        assert fact["holdout-fairness"].numbers["auc"] == 0.5


class TestDrift:
    def test_columns_that_moved_are_named(self, release):
        fact = looked_at(replace(release, holdout=shifted(release, by=9.0, ward=1)))
        drift = fact["column-drift"]
        assert (drift.status, drift.code) == (WARNING, "columns_differ")
        assert set(drift.columns) == {"age", "ward"}
        assert drift.numbers == {"columns": 2, "of": 7}

    def test_gaps_that_moved_are_a_drift(self, release):
        table = release.holdout
        gone = np.where(np.arange(400) < 200, np.nan, table.numbers["lab"])
        emptied = table.with_values(numbers={"lab": gone}).in_canonical_order()
        assert looked_at(replace(release, holdout=emptied))["column-drift"].columns == ("lab",)

    def test_many_rows_of_few_people_are_few_people(self, release):
        """Forty equal rows per person are one observation, not forty."""
        few = [t.take(np.arange(20)) for t in (release.real, release.holdout)]
        real, holdout = (
            replace(t.take(np.repeat(np.arange(20), 40)), people=np.repeat(np.arange(20), 40))
            for t in few
        )
        found = looked_at(replace(release, real=real, holdout=holdout))["column-drift"]
        assert found.status is OK


class TestSplit:
    @pytest.mark.parametrize(
        ("split", "code"),
        [
            (SplitFacts("random", "declared"), "split_declared"),
            (SplitFacts("by_group", "declared"), "split_declared"),
            (SplitFacts("random", "assumed"), ReasonCode.SPLIT_UNDECLARED),
            (SplitFacts("temporal", "declared"), ReasonCode.SPLIT_NOT_RANDOM),
            (SplitFacts("unknown", "declared"), ReasonCode.SPLIT_NOT_RANDOM),
            (SplitFacts("random", "declared", ("tuning",)), ReasonCode.HOLDOUT_USED),
        ],
    )
    def test_how_the_sides_came_apart(self, release, split, code):
        fact = looked_at(replace(release, split=split))["split"]
        assert fact.code == code
        assert (fact.status is OK) == (code == "split_declared")


def test_the_size_that_is_needed_is_said(release):
    few = looked_at(release)["holdout-size"]
    assert (few.status, few.code) == (WARNING, ReasonCode.HOLDOUT_TOO_SMALL)
    assert few.numbers == {"real": 400, "holdout": 400, "needed": 726}
    assert looked_at(planted_release(n=726))["holdout-size"].status is OK


def test_columns_that_take_no_part_are_named():
    kinds = {"x": WHOLE, "k": KEY, "t": TEXT, "one": Kind.CONSTANT}
    rows = {"x": [1.0, 2.0], "k": [0, 1], "t": [0, 1], "one": [0, 0]}
    found = {f.id: f for f in preflight(lab_of(kinds, rows, rows))}
    assert found["identifiers-found"].columns == ("k",)
    assert found["text-columns"].columns == ("t",)
    assert found["constant-columns"].columns == ("one",)


@pytest.mark.parametrize(
    "kinds",
    [
        {"x": NUMBER, "empty": NUMBER},
        {"c": LEVEL, "none": LEVEL},
        {"k": KEY},
        {"x": WHOLE},
    ],
)
def test_odd_tables_are_looked_at_without_a_crash(kinds):
    rng = np.random.default_rng(0)

    def rows(n):
        values = {name: list(rng.integers(0, 5, n)) for name in kinds}
        return {**values, **{name: [None] * n for name in kinds if name in ("empty", "none")}}

    found = {f.id: f for f in preflight(lab_of(kinds, rows(120), rows(120), rows(90)))}
    if "k" in kinds:
        assert "holdout-fairness" not in found
    else:
        assert found["holdout-fairness"].status is not BLOCKING


@pytest.mark.parametrize("n", [1, 3])
def test_a_tiny_holdout_decides_nothing(n):
    rows = {"x": [float(i) for i in range(40)], "c": [i % 3 for i in range(40)]}
    few = {name: values[:n] for name, values in rows.items()}
    lab = lab_of({"x": WHOLE, "c": LEVEL}, rows, rows, {**few, "x": [50.0 + i for i in range(n)]})
    found = {f.id: f for f in preflight(lab)}
    assert found["holdout-fairness"].code == "holdout_fairness_undecided"
    assert found["holdout-size"].status is WARNING


def test_the_look_does_not_depend_on_the_order_of_rows_and_columns(release):
    assert preflight(Lab(release, seed=1)) == preflight(
        Lab(planted_release(n=400, shuffle=8), seed=1)
    )


def test_declared_keys_are_not_called_found():
    roles = frozenset({Role.DIRECT_IDENTIFIER})
    declared = replace(column("k", KEY, roles), roles_declared=True)
    lab = lab_of({"x": WHOLE, "k": KEY}, {"x": [1.0], "k": [0]}, {"x": [1.0], "k": [0]})
    schema = replace(lab.schema, columns=(lab.schema["x"], declared))
    tables = {s: table_of(schema, {"x": [1.0], "k": [0]}) for s in (Side.REAL, Side.SYNTHETIC)}
    release = replace(
        lab.release, schema=schema, real=tables[Side.REAL], synthetic=tables[Side.SYNTHETIC]
    )
    assert "identifiers-found" not in looked_at(release)


class TestGroups:
    def told(self, release, **groups):
        def grouped(table):
            ages = table.numbers["age"]
            return replace(table, groups={name: ages >= age for name, age in groups.items()})

        return looked_at(
            replace(release, real=grouped(release.real), holdout=grouped(release.holdout))
        )

    def test_nothing_is_said_where_nothing_was_declared(self, release):
        assert "groups" not in looked_at(release)

    def test_small_groups_are_named_before_anything_is_attacked(self, release):
        fact = self.told(release, grown=40, oldest=97)["groups"]
        assert (fact.status, fact.code) == (WARNING, "groups_too_small")
        assert fact.columns == ("oldest",)
        assert fact.numbers == {"needed": 50.0}

    def test_large_ones_are_in_order(self, release):
        fact = self.told(release, grown=40)["groups"]
        assert (fact.status, fact.columns) == (OK, ("grown",))


class TestStrata:
    def stratified(self, release, holdout):
        """Declare smoking a stratum, and hold these people out."""
        split = SplitFacts("stratified", "declared", strata=("smoker",))
        return looked_at(replace(release, holdout=holdout, split=split))

    def test_equal_rates_are_fair(self, release):
        fact = self.stratified(release, release.holdout)["strata"]
        assert (fact.status, fact.code) == (OK, "strata_equal")

    def test_unequal_rates_block(self, release):
        # All who do not smoke and a fifth of the others: a difference by design.
        code = release.holdout.codes["smoker"]
        kept = np.flatnonzero((code == 0) | (np.arange(code.size) % 5 == 0))
        fact = self.stratified(release, release.holdout.take(kept))["strata"]
        assert (fact.status, fact.code) == (BLOCKING, ReasonCode.STRATA_UNEQUAL)
        assert fact.columns == ("smoker",)

    def test_without_strata_nothing_is_asked(self, release):
        assert "strata" not in looked_at(release)
