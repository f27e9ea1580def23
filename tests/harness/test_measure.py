"""The run: who is skipped and why, what a crash becomes, and what the seed depends on."""

import re
from dataclasses import replace

import numpy as np
import pytest

from audit.attacks.linkability import Linkability
from audit.errors import UsageError
from audit.facts.measurement import SplitFacts, Status
from audit.facts.reasons import ReasonCode
from audit.facts.schema import Kind, Role
from audit.harness.measure import derived_seed, measure, unmet
from audit.harness.options import Options
from audit.harness.registry import BUILTIN, configured
from audit.metrics.identical_match import IdenticalMatch
from audit.testing import planted_release
from tests.contract.handmade import KEY, LEVEL, WHOLE, lab_of, release_of

QUICK = {
    "singling-out-univariate": {"n_predicates": 100},
    "singling-out-multivariate": {"n_predicates": 100},
    "attribute-inference-model": {"trees": 2, "rounds": 2},
}
EVERY = [c.card.id for c in BUILTIN]
CANARY = 4711.25


def run(release, **options):
    given = {"parameters": QUICK, "controls": "off", **options}
    return measure(release, options=Options(**given)).run


@pytest.fixture(scope="module")
def release():
    return planted_release(n=60)


@pytest.fixture(scope="module")
def whole(release):
    return measure(release, options=Options(parameters=QUICK, seed=3))


def status(run):
    return {r.card.id: (r.status, r.reason_code) for r in run.results}


class TestWhole:
    def test_every_check_is_measured_in_the_order_of_the_report(self, whole):
        assert [r.card.id for r in whole.run.results] == EVERY
        assert {r.status for r in whole.run.results} == {Status.MEASURED}

    def test_facts_about_the_release(self, whole):
        facts = whole.run.release
        assert facts.people == {"real": 60, "holdout": 60}
        assert {c.name for c in facts.columns} >= {"age", "ward", "key"}
        assert {c.source for c in facts.columns} == {"assumed"}

    def test_where_the_numbers_come_from(self, whole):
        made = whole.run.provenance
        assert (made.seed, made.seed_source) == (3, "given")
        assert made.parameters == QUICK

    def test_controls_are_about_attacks_that_were_measured(self, whole):
        able = {c.check for c in whole.run.controls if c.passed}
        assert {"identical-match", "linkability", "membership-worst-case"} <= able
        assert "value-replay" not in {c.check for c in whole.run.controls}

    def test_the_clock_stands_apart(self, whole):
        assert set(whole.seconds) == {"preflight", *EVERY, "controls"}
        assert all(s >= 0 for s in whole.seconds.values())
        assert "seconds" not in repr(whole.run)

    def test_the_same_run_again_is_the_same_run(self, whole, release):
        # Peers' defects 7 and 19: no seed, so no two runs agree.
        again = measure(release, options=Options(parameters=QUICK, seed=3)).run
        assert again == whole.run

    def test_rows_and_columns_in_another_order_are_the_same_run(self, whole):
        shuffled = measure(
            planted_release(n=60, shuffle=5), options=Options(parameters=QUICK, seed=3)
        ).run
        assert shuffled.results == whole.run.results
        assert shuffled.preflight == whole.run.preflight
        assert shuffled.controls == whole.run.controls


class TestSeed:
    def test_it_follows_the_release_and_the_version_alone(self, release, monkeypatch):
        seed = derived_seed(release)
        other_people = replace(release, real=release.holdout, holdout=release.real, name="other")
        assert derived_seed(other_people) == seed
        assert derived_seed(planted_release(n=60, shuffle=2)) == seed
        assert derived_seed(replace(release, content_digest="other")) != seed
        monkeypatch.setattr("audit.harness.measure.VERSION", "0.0.0")
        assert derived_seed(release) != seed

    def test_it_has_48_bits(self, release):
        assert 0 <= derived_seed(release) < 2**48

    def test_it_is_derived_unless_given(self, release):
        made = run(release, skip=tuple(EVERY)).provenance
        assert (made.seed, made.seed_source) == (derived_seed(release), "derived")


class TestSkipped:
    def test_what_was_asked_for(self, release):
        only = status(run(release, only=("value-replay",)))
        assert [i for i, (s, _) in only.items() if s is Status.MEASURED] == ["value-replay"]
        assert only["linkability"] == (Status.SKIPPED, ReasonCode.SKIPPED_ON_REQUEST)
        left = status(run(release, skip=tuple(EVERY[1:])))
        assert [i for i, (s, _) in left.items() if s is Status.MEASURED] == EVERY[:1]

    def test_what_does_not_exist_or_contradicts_itself_is_refused(self, release):
        for options in ({"only": ("nothing",)}, {"skip": ("nothing",)}):
            with pytest.raises(UsageError, match="nothing"):
                run(release, **options)
        with pytest.raises(UsageError, match="exclude"):
            run(release, only=("linkability",), skip=("value-replay",))
        with pytest.raises(UsageError, match="no parameter"):
            run(release, parameters={"linkability": {"neighbours": 3}})

    def test_without_a_holdout(self, release):
        found = status(run(replace(release, holdout=None)))
        measured = [i for i, (s, _) in found.items() if s is Status.MEASURED]
        assert measured == [
            "identical-match",
            "near-copy",
            "value-replay",
            "quasi-identifier-matching",
            "uniqueness",
            "closest-record",
        ]
        rest = {r for s, r in found.values() if s is Status.SKIPPED}
        assert rest == {ReasonCode.NO_HOLDOUT}

    def test_nothing_is_measured_of_one_holdout_person(self, release):
        few = replace(release, holdout=release.holdout.take(np.arange(1)))
        found = status(run(few, controls="fast"))
        assert not [i for i, (s, _) in found.items() if s is Status.FAILED]
        assert found["linkability"] == (Status.SKIPPED, ReasonCode.TOO_FEW_PEOPLE)
        assert found["membership-worst-case"] == (Status.SKIPPED, ReasonCode.TOO_FEW_PEOPLE)
        assert found["identical-match"][0] is Status.MEASURED

    @pytest.mark.parametrize("n", [2, 5])
    def test_a_few_holdout_people_are_measured_without_a_crash(self, release, n):
        few = replace(release, holdout=release.holdout.take(np.arange(n)))
        found = status(run(few))
        # Half of so few people teach nothing.
        stacked = found.pop("membership-stacked")
        assert stacked == (Status.SKIPPED, ReasonCode.NOTHING_TO_TRY)
        assert {s for s, _ in found.values()} == {Status.MEASURED}

    def test_what_the_columns_do_not_allow(self):
        def reasons(kinds, roles=None, holdout=True):
            rows = {k: [0, 1, 2, 2] for k in kinds}
            lab = lab_of(kinds, rows, rows, rows if holdout else None, roles=roles or {})
            return {c.card.id: unmet(c, lab) for c in configured({})}

        one = reasons({"x": WHOLE, "k": KEY})
        assert one["identical-match"] is ReasonCode.TOO_FEW_COLUMNS
        assert one["attribute-inference-nearest"] is ReasonCode.TOO_FEW_COLUMNS
        assert one["linkability"] is ReasonCode.NO_QUASI_IDENTIFIER
        assert one["membership-closest-record"] is None
        assert one["value-replay"] is None
        none = reasons({"k": KEY})
        assert none["membership-worst-case"] is ReasonCode.TOO_FEW_COLUMNS
        assert none["singling-out-univariate"] is ReasonCode.TOO_FEW_COLUMNS
        assert none["value-replay"] is None
        known = dict.fromkeys("xy", frozenset({Role.QUASI_IDENTIFIER}))
        assert reasons({"x": WHOLE, "y": WHOLE}, known)["attribute-inference-nearest"] is (
            ReasonCode.NO_SECRET
        )

    def test_an_attack_that_finds_nothing_to_try_is_skipped(self):
        kinds = {"a": LEVEL, "b": LEVEL}
        coarse = {"a": [0, 0, 1, 1] * 10, "b": [0, 1, 0, 1] * 10}
        found = status(run(release_of(kinds, coarse, coarse, coarse), controls="fast"))
        assert found["singling-out-univariate"] == (Status.SKIPPED, ReasonCode.NOTHING_TO_TRY)
        assert found["singling-out-multivariate"] == (Status.SKIPPED, ReasonCode.NOTHING_TO_TRY)
        assert found["linkability"][0] is Status.MEASURED

    def test_a_timeout_skips_what_is_left_and_the_look_is_still_taken(self, release):
        late = run(release, timeout=-1.0, controls="fast")
        assert set(status(late).values()) == {(Status.SKIPPED, ReasonCode.TIMEOUT)}
        assert "holdout-fairness" in {f.id for f in late.preflight}
        assert late.controls == ()

    def test_no_memory_left(self, release, monkeypatch):
        def run_out(self, lab):
            raise MemoryError(f"{CANARY}")
            yield

        monkeypatch.setattr(IdenticalMatch, "run", run_out)
        found = status(run(release, only=("identical-match",)))
        assert found["identical-match"] == (Status.SKIPPED, ReasonCode.OUT_OF_MEMORY)


class TestCrash:
    @pytest.fixture
    def crashing(self, monkeypatch):
        def crash(self, lab):
            yield from ()
            raise KeyError(f"no such value: {CANARY}")

        monkeypatch.setattr(Linkability, "run", crash)

    @pytest.mark.usefixtures("crashing")
    def test_it_has_failed_with_type_and_place_and_without_the_message(self, release):
        found = run(release, only=("linkability", "value-replay"))
        failed = found.result("linkability")
        assert (failed.status, failed.reason_code) == (Status.FAILED, ReasonCode.CHECK_FAILED)
        assert re.fullmatch(r"KeyError at \w+\.py:\d+", failed.failure)
        assert str(CANARY) not in repr(found)
        assert found.result("value-replay").status is Status.MEASURED

    def test_a_crash_inside_a_library_names_our_line(self, release, monkeypatch):
        def crash(self, lab):
            np.array([CANARY]).reshape(7)
            yield

        monkeypatch.setattr(IdenticalMatch, "run", crash)
        failure = run(release, only=("identical-match",)).result("identical-match").failure
        assert failure.startswith("ValueError at ")
        assert str(CANARY) not in failure

    def test_a_crash_of_a_control_is_no_crash_of_the_run(self, release, monkeypatch):
        played = IdenticalMatch.run

        def once(self, lab):
            if lab.release.synthetic is lab.release.real:
                raise ValueError(f"{CANARY}")
            return played(self, lab)

        monkeypatch.setattr(IdenticalMatch, "run", once)
        found = run(release, only=("identical-match", "closest-record"), controls="fast")
        assert found.result("identical-match").status is Status.MEASURED
        # The others are still asked.
        assert [c.check for c in found.controls if c.plan == "full_copy"] == ["closest-record"]


class TestNames:
    def test_no_column_leaves_under_its_true_name(self, release):
        aliases = {c.name: f"C{i}" for i, c in enumerate(release.schema)}
        split = SplitFacts("stratified", "declared", (), ("ward", "age"))
        found = run(replace(release, unit="ward", split=split, aliases=aliases))
        facts = found.release
        assert facts.unit == aliases["ward"]
        assert facts.split.strata == (aliases["ward"], aliases["age"])
        text = repr((facts, found.results, found.preflight))
        for name in ("admitted", "diagnosis", "smoker"):
            assert f"'{name}'" not in text

    def test_a_column_called_worst_does_not_hide_the_worst_case(self):
        kinds = {"worst": WHOLE, "1": LEVEL}
        rng = np.random.default_rng(0)

        def rows():
            return {"worst": list(rng.integers(0, 99, 40)), "1": list(rng.integers(0, 3, 40))}

        release = release_of(kinds, rows(), rows(), rows())
        named = replace(release, aliases={"worst": "C1", "1": "C2"})
        found = run(named, only=("linkability",))
        assert found.measurement("linkability.excess", {"k": "1", "over": "worst"}) is not None


def test_odd_tables_give_numbers_or_reasons_and_no_crash():
    """One usable column, nothing but categories, a constant, a secret with one level."""
    rng = np.random.default_rng(4)
    tables = [
        {"x": WHOLE, "k": KEY},
        {"a": LEVEL, "b": LEVEL, "c": LEVEL},
        {"x": WHOLE, "same": LEVEL, "one": Kind.CONSTANT},
        {"x": WHOLE, "gone": WHOLE},
    ]

    def rows(kinds, n):
        drawn = {k: list(rng.integers(0, 4, n)) for k in kinds}
        fixed = {"same": [2] * n, "one": [0] * n, "gone": [None] * n, "k": list(range(n))}
        return {k: fixed.get(k, v) for k, v in drawn.items()}

    for kinds in tables:
        sides = (rows(kinds, n) for n in (60, 50, 20))
        found = run(release_of(kinds, *sides), controls="fast" if "a" in kinds else "off")
        failed = {r.card.id: r.failure for r in found.results if r.status is Status.FAILED}
        assert failed == {}, kinds


def test_progress_is_told():
    told = []
    run(planted_release(n=20), only=("value-replay",), on_progress=told.append)
    assert [(p.check_id, p.index, p.total) for p in told] == [
        (check_id, i, len(EVERY)) for i, check_id in enumerate(EVERY)
    ]
