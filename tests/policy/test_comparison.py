"""Two graded runs side by side: what is worse, what cannot be compared, what a gate answers."""

import random
from collections.abc import Callable
from dataclasses import replace

import pytest

from audit.facts.comparison import ApartCode, Comparison, Gap, Move, Side, Trend
from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import Declared, FindingStatus, Tier
from audit.facts.measurement import AuditRun, InputFacts, Measurement, Result
from audit.facts.plugins import PluginFacts
from audit.facts.reasons import ReasonCode
from audit.facts.versions import VERSIONS
from audit.policy.comparison import comparison, trend
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.wire.canonical import sha256_of
from audit.wire.run import run_to_bytes
from tests.golden.test_golden import copied, small
from tests.policy.sample import (
    copies,
    declared,
    measured,
    safe_run,
    skipped,
    with_measurements,
    with_result,
    without,
)

MULTI = "singling-out-multivariate"
GDPR = "gdpr-anonymisation-wp29"


def current(run: AuditRun) -> AuditRun:
    """The same run with the versions of today, so that rules can pass."""
    results = tuple(
        replace(r, card=replace(r.card, version=VERSIONS.get(r.card.id, r.card.version)))
        for r in run.results
    )
    return replace(run, results=results)


def renewed(run: AuditRun, digest: str = "b" * 64) -> AuditRun:
    """The same numbers of another synthetic file."""
    made = run.provenance
    inputs = {**made.inputs, "synthetic": InputFacts(10_000, 4, digest)}
    return replace(run, provenance=replace(made, inputs=inputs))


def side(run: AuditRun, said: Declared | None = None, policy: str = GDPR) -> Side:
    said = said or declared()
    verdict = grade(resolve(policy), run, said, versions=VERSIONS)
    return Side(run, replace(verdict, run_sha256=sha256_of(run_to_bytes(run))), said)


def compared(new: AuditRun, old: AuditRun | None = None) -> Comparison:
    return comparison(side(current(old or safe_run())), side(current(renewed(new))))


def moves(found: Comparison) -> dict[str, Move]:
    return {pair.rule.id: pair.move for pair in found.rules if pair.move is not Move.SAME}


def multi(*ends: float | None, **more) -> AuditRun:
    return with_measurements(safe_run(), MULTI, measured("excess", ends, **more))  # type: ignore[arg-type]


# ------------------------------------------------------------------ numbers


def number(value: float, low: float | None, high: float | None, null: float | None = 0.0):
    return Measurement("excess", Estimate(value, low, high, 0.95, "x"), 100, null_value=null)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (number(0.01, 0.0, 0.02), number(0.03, 0.021, 0.04), (Trend.WORSE, None)),
        (number(0.01, 0.0, 0.02), number(0.03, 0.02, 0.04), (Trend.WITHIN, None)),
        (number(0.05, 0.04, 0.06), number(0.01, -0.01, 0.039), (Trend.BETTER, None)),
        (number(0.05, 0.04, 0.06), number(-0.05, -0.06, -0.04), (None, Gap.BELOW_NULL)),
        (number(0.01, 0.0, None), number(0.5, 0.4, 0.6), (None, Gap.END_MISSING)),
        (number(0.01, 0.0, 0.02), number(0.02, None, 0.6), (None, Gap.END_MISSING)),
        (number(0.0, 0.0, 0.0), number(0.5, 0.4, None), (Trend.WORSE, None)),
        (number(0.5, 0.4, 0.6, 0.5), number(0.5, 0.4, 0.6, 0.4), (None, Gap.OTHER_NULL)),
    ],
)
def test_a_number_is_worse_only_beyond_both_intervals(old, new, expected) -> None:
    went, gap = expected
    assert trend(old, new) == (went or Trend.NOT_COMPARED, gap)


@pytest.mark.parametrize(("was", "now"), [(0, 1), (3, 3), (4, 3)])
def test_a_census_compares_exactly(was: int, now: int) -> None:
    old = Measurement("share", exactly(was / 10_000), 10_000)
    new = Measurement("share", exactly(now / 10_000), 10_000)
    expected = Trend.WORSE if now > was else Trend.BETTER if now < was else Trend.WITHIN
    assert trend(old, new) == (expected, None)


@pytest.mark.parametrize(("correlation", "most"), [(0.0, 0.015), (0.7, 0.001), (-1.0, 0.06)])
def test_chance_alone_rarely_looks_like_a_change(correlation: float, most: float) -> None:
    """One-sided 95 % ends: 1.645 standard errors. Unrelated pairs: P(Z > 3.29 / 2^.5) = .01."""
    rng = random.Random(8)
    beside = (1 - correlation**2) ** 0.5
    worse = 0
    for _ in range(4_000):
        first, second = rng.gauss(0, 1), rng.gauss(0, 1)
        values = (first, correlation * first + beside * second)
        old, new = (number(v, v - 1.645, v + 1.645, None) for v in values)
        worse += trend(old, new)[0] is Trend.WORSE
    assert worse / 4_000 <= most


def test_a_riskier_number_never_turns_out_better() -> None:
    rng = random.Random(9)
    rank = {Trend.BETTER: 0, Trend.NOT_COMPARED: 0, Trend.WITHIN: 1, Trend.WORSE: 2}
    for _ in range(500):
        value, step = rng.gauss(0, 0.05), rng.random() / 10
        old = number(0.0, -0.02, 0.02, None)
        first = number(value, value - 0.02, value + 0.02, None)
        riskier = number(value + step, value + step - 0.02, value + step + 0.02, None)
        assert rank[trend(old, riskier)[0]] >= rank[trend(old, first)[0]]


# ------------------------------------------------------------------ rules


def test_the_same_numbers_of_another_file_are_no_regression() -> None:
    found = compared(safe_run())
    assert moves(found) == {}
    assert (found.gate_code, found.obstacles) == (0, ())
    assert {a.code for a in found.apart} == {ApartCode.UNBOUND}
    assert found.of_trend(Trend.WORSE) == ()
    assert found.new.verdict.status.exit_code == 0


def test_what_leaks_now_has_regressed() -> None:
    found = compared(copied())
    assert moves(found) == dict.fromkeys(("COPY-1", "DIAG-DCR", "MI-1"), Move.REGRESSED)
    assert all(pair.is_by_outcome for pair in found.of_move(Move.REGRESSED))
    assert found.gate_code == 10
    worse = {(p.check, p.name) for p in found.of_trend(Trend.WORSE)}
    assert ("identical-match", "excess") in worse
    assert found.measurements[0].trend is Trend.WORSE


def test_the_other_way_round_it_is_better_and_opens_nothing_by_itself() -> None:
    found = compared(safe_run(), copied())
    assert set(moves(found).values()) == {Move.IMPROVED}
    assert found.gate_code == 0


def test_a_number_that_rises_within_the_limit_regresses_and_passes() -> None:
    found = compared(multi(0.035, 0.025, 0.045))
    assert moves(found) == {"SO-2": Move.REGRESSED}
    (pair,) = found.of_move(Move.REGRESSED)
    assert (pair.trend, pair.is_by_outcome) == (Trend.WORSE, False)
    assert found.new.verdict.status.exit_code == 0
    assert found.gate_code == 10


def test_a_rule_that_is_open_now_regresses_though_its_number_did_not() -> None:
    found = compared(multi(0.01, -0.03, 0.06))
    (pair,) = found.of_move(Move.REGRESSED)
    assert (pair.rule.id, pair.trend) == ("SO-2", Trend.WITHIN)
    assert pair.new is not None
    assert pair.new.status is FindingStatus.INCONCLUSIVE
    assert found.gate_code == 10


def test_what_was_not_met_and_is_not_met_has_not_regressed() -> None:
    found = compared(copied(), copied())
    assert moves(found) == {}
    assert found.gate_code == 0
    assert found.new.verdict.status.exit_code == 10


def test_a_check_that_stopped_is_a_regression() -> None:
    found = compared(skipped(safe_run(), "linkability", ReasonCode.TIMEOUT))
    assert moves(found) == dict.fromkeys(("LK-1", "LK-2"), Move.REGRESSED)
    assert found.gate_code == 10
    gone = [p for p in found.measurements if p.gap is Gap.ONLY_OLD]
    assert {p.check for p in gone} == {"linkability"}


def test_a_waiver_does_not_hide_a_regression() -> None:
    new = side(current(renewed(multi(0.2, 0.1, 0.3))))
    findings = tuple(
        replace(f, status=FindingStatus.WAIVED, unwaived=f.status) if f.rule.id == "SO-2" else f
        for f in new.verdict.findings
    )
    new = replace(new, verdict=replace(new.verdict, findings=findings))
    found = comparison(side(current(safe_run())), new)
    assert moves(found)["SO-2"] is Move.REGRESSED
    assert ApartCode.WAIVERS in {a.code for a in found.apart}


def test_declaring_a_rule_away_is_no_comparison() -> None:
    said = replace(declared(), not_applicable={"SO-2": "nobody could"})
    new = side(current(renewed(safe_run())), said)
    found = comparison(side(current(safe_run())), new)
    assert moves(found) == {"SO-2": Move.NOT_COMPARED}
    assert found.gate_code == 11


def test_a_rate_of_one_arm_alone_is_neither_worse_nor_better() -> None:
    old = with_measurements(safe_run(), MULTI, measured("attack_rate", (0.1, 0.09, 0.11)))
    new = with_measurements(safe_run(), MULTI, measured("attack_rate", (0.5, 0.49, 0.51)))
    found = compared(new, old)
    (rate,) = (p for p in found.measurements if p.name == "attack_rate")
    assert (rate.trend, rate.gap) == (Trend.NOT_COMPARED, Gap.DESCRIBES)
    assert found.gate_code == 0


def test_a_cut_that_the_seed_drew_is_another_cut() -> None:
    drawn = {"k": "1", "split": "1"}
    new = with_measurements(safe_run(), "linkability", measured("risk", (0.5, 0.4, 0.6), drawn))
    new = replace(new, provenance=replace(new.provenance, seed=8))
    (pair,) = (p for p in compared(new).measurements if p.scope == drawn and p.name == "risk")
    assert pair.gap is Gap.DRAWN_ANEW


# ------------------------------------------------------------------ what bars a comparison


def bound(run: AuditRun, digest: str) -> AuditRun:
    made = run.provenance
    inputs = {**made.inputs, "real": InputFacts(10_000, 4, digest)}
    return replace(run, provenance=replace(made, inputs=inputs))


def without_holdout(run: AuditRun) -> AuditRun:
    inputs = {k: v for k, v in run.provenance.inputs.items() if k != "holdout"}
    return replace(run, provenance=replace(run.provenance, inputs=inputs))


def with_column(run: AuditRun, **changed) -> AuditRun:
    first, *rest = run.release.columns
    columns = (replace(first, **changed), *rest)
    return replace(run, release=replace(run.release, columns=columns))


def with_split(run: AuditRun, **changed) -> AuditRun:
    split = replace(run.release.split, **changed)
    return replace(run, release=replace(run.release, split=split))


def with_check(run: AuditRun, **changed) -> AuditRun:
    result = run.result(MULTI)
    assert result is not None
    if "version" in changed:
        changed = {"card": replace(result.card, **changed)}
    return with_result(run, replace(result, **changed))


def with_provenance(run: AuditRun, **changed) -> AuditRun:
    return replace(run, provenance=replace(run.provenance, **changed))


def only_others(run: AuditRun) -> AuditRun:
    kept: tuple[Result, ...] = tuple(r for r in run.results if r.card.id != MULTI)
    return replace(run, results=kept)


PLUGIN = PluginFacts("acme-checks", "acme", "1", "c" * 64, ("acme-x",))
OBSTACLES: dict[ApartCode, Callable[[AuditRun], AuditRun]] = {
    ApartCode.OTHER_REAL: lambda run: bound(run, "e" * 64),
    ApartCode.OTHER_HOLDOUT: without_holdout,
    ApartCode.OTHER_COLUMNS: lambda run: with_column(run, kind="categorical"),
    ApartCode.OTHER_ROLES: lambda run: with_column(run, roles=("sensitive",)),
    ApartCode.OTHER_UNIT: lambda run: replace(run, release=replace(run.release, unit="pid")),
    ApartCode.OTHER_SPLIT: lambda run: with_split(run, how="temporal"),
    ApartCode.OTHER_SUITE: lambda run: with_check(run, params={"n_predicates": 9}),
    ApartCode.OTHER_PLUGINS: lambda run: with_provenance(run, plugins=(PLUGIN,)),
}


@pytest.mark.parametrize("code", OBSTACLES, ids=str)
def test_other_terms_bar_a_comparison(code: ApartCode) -> None:
    old = bound(current(safe_run()), "d" * 64)
    new = OBSTACLES[code](renewed(old))
    found = comparison(side(old), side(new))
    assert [a.code for a in found.obstacles] == [code]
    assert found.gate_code == 11


@pytest.mark.parametrize("change", [lambda run: with_check(run, version=99), only_others])
def test_another_version_of_a_check_or_none_is_another_suite(change) -> None:
    old = current(safe_run())
    found = comparison(side(old), side(change(renewed(old))))
    assert [a.code for a in found.obstacles] == [ApartCode.OTHER_SUITE]
    assert found.obstacles[0].names == (MULTI,)
    assert {p.gap for p in found.rules if p.rule.measure.startswith(MULTI)} <= {
        Gap.OTHER_CHECK_VERSION,
        Gap.ONLY_OLD,
    }


def test_another_policy_another_context_another_sensitivity() -> None:
    run = current(safe_run())
    old = side(run)
    found = comparison(old, side(run, declared(Tier.INTERNAL), "internal-sharing"))
    codes = {a.code for a in found.obstacles}
    assert codes == {ApartCode.OTHER_POLICY, ApartCode.OTHER_CONTEXT}
    assert found.of_move(Move.GONE)
    milder = side(run, declared(sensitivity="low"))
    alone = replace(milder, declared=None)
    for new in (milder, alone):
        (found_one,) = comparison(old, new).obstacles
        assert found_one.code is ApartCode.OTHER_SENSITIVITY


def test_what_is_to_be_known_bars_nothing() -> None:
    old = bound(current(safe_run()), "d" * 64)
    new = with_provenance(renewed(old), seed_source="given", version="9", parameters={"a": {}})
    found = comparison(side(old), side(new))
    codes = [a.code for a in found.apart]
    assert codes == [
        ApartCode.UNBOUND,
        ApartCode.OTHER_VERSION,
        ApartCode.OTHER_SETTINGS,
        ApartCode.SEED_GIVEN,
    ]
    assert found.gate_code == 0


def test_fewer_people_are_other_people() -> None:
    found = compared(small())
    assert {a.code for a in found.obstacles} == {ApartCode.OTHER_REAL, ApartCode.OTHER_HOLDOUT}


def test_a_run_is_the_same_as_itself() -> None:
    same = side(current(safe_run()))
    assert [a.code for a in comparison(same, same).apart] == [ApartCode.SAME_RUN]


def test_more_copies_are_worse_though_both_fail() -> None:
    old = with_measurements(safe_run(), "identical-match", *copies(real=90, p=1e-9, high=0.0101))
    more = with_measurements(safe_run(), "identical-match", *copies(real=400, p=1e-9, high=0.042))
    found = compared(more, old)
    assert moves(found) == {"COPY-1": Move.REGRESSED}
    (pair,) = found.of_move(Move.REGRESSED)
    assert not pair.is_by_outcome


def test_a_part_of_the_people_that_is_new_is_not_compared() -> None:
    found = compared(safe_run(), without(safe_run(), "membership-worst-case.auc", {}))
    new = [p for p in found.measurements if p.gap is Gap.ONLY_NEW]
    assert [(p.check, p.name) for p in new] == [("membership-worst-case", "auc")]
