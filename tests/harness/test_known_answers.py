"""Releases whose answer is known beforehand, and every check of the WP29 criteria and of identity.

The releases are the toys of research/attacks.md, section 13.10; what other tools get wrong about
them is in section 14.
"""

import math
import random
from dataclasses import replace

import numpy as np
import pytest
from threadpoolctl import threadpool_limits

from audit.contract.adversary import TargetedAttack
from audit.contract.check import NothingToTry
from audit.facts.measurement import Family, Measurement, Severity
from audit.facts.schema import Role
from audit.harness.preflight import preflight
from audit.harness.registry import configured
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from tests.contract.handmade import DATE, LEVEL, NUMBER, lab_of

FAMILIES = (Family.SINGLING_OUT, Family.LINKABILITY, Family.INFERENCE, Family.IDENTITY)
SMALL = {
    "singling-out-univariate": {"n_predicates": 150},
    "singling-out-multivariate": {"n_predicates": 60},
    "linkability": {"n_splits": 2},
    "attribute-inference-model": {"rows": 150, "trees": 2, "rounds": 2},
}
# What competes has its own answer to each release; of competing itself two attacks tell as much.
COMPETE = ("attribute-inference-nearest", "correct-attribution")


def small(check):
    if isinstance(check, AttributeInferenceWorstCase):
        return replace(check, attacks=tuple(a for a in check.attacks if a.card.id in COMPETE))
    return check


CHECKS = {c.card.id: small(c) for c in configured(SMALL) if c.card.family in FAMILIES}
ATTACKS = {i: c for i, c in CHECKS.items() if isinstance(c, TargetedAttack)}
BOUNDED = ("attack_rate", "control_rate", "baseline_rate", "nonmember_rate", "phantom_share",
           "precision", "recall", "cap", "gcap", "tcap", "disco", "repu", "rapid", "dorig",
           "key_share", "max_probability", "meaningful", "apparent_match", "share",
           "delta_presence", "unmatched")  # fmt: skip

KNOWN, SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
OTHER = frozenset({Role.ORDINARY})
DAY = 86_400e6
YEAR = 365 * DAY


@pytest.fixture(scope="module", autouse=True)
def one_thread():
    """At this size threads only wait for one another."""
    with threadpool_limits(1):
        yield


def measured(check, lab):
    try:
        return [m for m in check.run(lab.for_check(check.card.id)) if isinstance(m, Measurement)]
    except NothingToTry:
        # Where no value stands alone there is no statement; everything else has an answer.
        assert check.card.family is Family.SINGLING_OUT
        return []


def rates(check, lab, name):
    return [m.estimate.value for m in measured(check, lab) if m.name == name]


def assert_sound(found):
    for m in found:
        e = m.estimate
        assert all(map(math.isfinite, (e.value, e.low, e.high))), m.name
        assert e.low <= e.value <= e.high, m.name
        assert m.n > 0, m.name
        assert m.p_value is None or 0 < m.p_value <= 1, m.name
        assert m.p_safe_side is None or 0 < m.p_safe_side <= 1, m.name
        if m.name.removesuffix("_control") in BOUNDED:
            assert 0 <= e.low <= e.high <= 1, m.name
        if m.name.endswith("excess"):
            assert e.high <= 1, m.name


def every_check(test):
    return pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)(test)


def test_all_of_them_are_here():
    assert len(CHECKS) == 11
    assert len(ATTACKS) == 5


# ------------------------------------------------------------------ all are won, or nobody is

KINDS = {"x": NUMBER, "y": NUMBER, "s": LEVEL}
ROLES = {"x": KNOWN, "y": KNOWN, "s": SECRET}
N = 45
COPIED = {"x": [i + 0.0 for i in range(N)], "y": [i + 0.0 for i in range(N)],
          "s": [i % 3 for i in range(N)]}  # fmt: skip
# Beyond all records in one column, before all in the other, and with a secret no record has.
FOREIGN = {"x": [1_000.0 + i for i in range(N)], "y": [-1_000.0 - i for i in range(N)],
           "s": [9] * N}  # fmt: skip


@every_check
def test_where_everybody_or_nobody_is_won_all_ends_are_numbers(check):
    """A success of all targets was an error of the square root in one tool (its issue 32)."""
    there = measured(check, lab_of(KINDS, COPIED, COPIED, FOREIGN, roles=ROLES))
    back = measured(check, lab_of(KINDS, FOREIGN, COPIED, COPIED, roles=ROLES))
    assert there
    assert_sound(there)
    assert_sound(back)
    won = {
        tuple(m.scope.items()) for m in there if m.name == "attack_rate" and m.estimate.value == 1
    }
    lost = [m for m in there if m.name == "control_rate" and tuple(m.scope.items()) in won]
    assert any(m.estimate.value == 0 < m.estimate.high for m in lost) or check.card.threat is None
    for m in back:
        # Nothing is left to be won where the control is 1; unknown is not 0.
        if m.name == "control_rate" and m.estimate.value == 1:
            assert not [r for r in back if r.name == "risk" and r.scope == m.scope]


@pytest.mark.parametrize("check", ATTACKS.values(), ids=ATTACKS)
def test_rates_are_of_the_people_who_were_attacked(check):
    """Divided by the number that was asked for, a rate falls with the wish (peers' defect 4)."""
    lab = lab_of(KINDS, COPIED, COPIED, {n: v[:30] for n, v in FOREIGN.items()}, roles=ROLES)
    sizes = {"attack_rate": N, "baseline_rate": N, "control_rate": 30}
    for asked in (10_000, 25):
        found = measured(replace(check, n_targets=asked), lab)
        of_sides = {(m.name, m.n) for m in found if m.name in sizes}
        assert of_sides == {(name, min(n, asked)) for name, n in sizes.items()}
        assert max(m.estimate.value for m in found if m.name == "attack_rate") == 1


# ------------------------------------------------------------------ a rule of the population

RULE = {"q": LEVEL, "r": LEVEL, "z": NUMBER, "s": LEVEL}
RULE_ROLES = {"q": KNOWN, "r": KNOWN, "z": OTHER, "s": SECRET}


def followers(seed, n=240):
    """Return people whose secret follows from q; all 30 pairs of q and r occur."""
    rng = np.random.default_rng(seed)
    q = np.append(rng.integers(0, 10, n - 30), np.arange(30) % 10)
    r = np.append(rng.integers(0, 3, n - 30), np.arange(30) // 10)
    return {"q": q.tolist(), "r": r.tolist(), "z": rng.random(n).tolist(), "s": (q % 4).tolist()}


@pytest.fixture(scope="module")
def rule():
    return lab_of(RULE, *(followers(seed) for seed in (1, 2, 3)), roles=RULE_ROLES)


@every_check
def test_a_rule_of_the_population_is_no_excess(check, rule):
    found = measured(check, rule)
    assert_sound(found)
    for m in found:
        if m.name.endswith("excess"):
            assert m.estimate.low < 0.05, (m.name, m.scope)
            assert m.p_value is None or m.p_value > 0.01, (m.name, m.scope)


@pytest.mark.parametrize(
    ("check_id", "names"),
    [
        ("attribute-inference-nearest", ("attack_rate", "control_rate")),
        ("correct-attribution", ("attack_rate", "control_rate", "cap", "gcap_control", "tcap")),
        ("disclosive-combinations", ("disco", "disco_control", "dorig", "rapid")),
        ("attribute-inference-model", ("attack_rate", "control_rate", "nonmember_rate")),
    ],
)
def test_although_every_secret_is_named(check_id, names, rule):
    found = [m for m in measured(CHECKS[check_id], rule) if m.scope.get("counted") != "personal"]
    for name in names:
        known = [
            m.estimate.value
            for m in found
            if m.name == name and m.scope.get("knows") == "quasi_identifiers"
        ]
        assert known, name
        assert min(known) == 1, name


# ------------------------------------------------------------------ columns without relations


def related(seed, n=240, *, apart=False):
    """Return people whose secret mostly follows from x, or a release that lost the relation."""
    rng = np.random.default_rng(seed)
    x, y = rng.random(n), rng.random(n)
    s = (x > 0.5) ^ (rng.random(n) < 0.05)
    if apart:
        s = rng.permutation(s)
    return {"x": x.tolist(), "y": y.tolist(), "s": s.astype(int).tolist()}


@pytest.mark.parametrize("check_id", ["attribute-inference-nearest", "attribute-inference-model"])
def test_independent_columns_teach_as_much_as_a_guess(check_id):
    kept, lost = (
        lab_of(KINDS, related(1), related(2, apart=apart), related(3), roles=ROLES)
        for apart in (False, True)
    )
    check = CHECKS[check_id]
    assert min(rates(check, kept, "attack_rate")) > 0.7
    for rate, guess in zip(
        rates(check, lost, "attack_rate"), rates(check, lost, "baseline_rate"), strict=True
    ):
        # 240 people: the standard error of a difference is .045.
        assert rate == pytest.approx(guess, abs=0.14)
        assert guess == pytest.approx(0.5, abs=0.1)
    assert all(m.p_value > 0.01 for m in measured(check, lost) if m.name == "excess")


# ------------------------------------------------------------------ ties


def coarse(seed, n=90):
    rng = np.random.default_rng(seed)
    return {name: rng.integers(0, 2, n).tolist() for name in "abcs"}


COARSE = dict.fromkeys("abcs", LEVEL)
COARSE_ROLES = {**dict.fromkeys("abc", KNOWN), "s": SECRET}


@every_check
@pytest.mark.parametrize("released", [2, 1], ids=["fresh", "the real table"])
def test_massive_ties_are_no_leak_even_of_the_real_table(check, released):
    lab = lab_of(COARSE, coarse(1), coarse(released), coarse(3), roles=COARSE_ROLES)
    found = measured(check, lab)
    assert_sound(found)
    for m in found:
        # A share among the table's own records is a little larger for its own people.
        if m.name.endswith("excess") and m.p_value is not None and "cap" not in m.name:
            assert m.p_value > 0.01, (m.name, m.scope)


# ------------------------------------------------------------------ a small holdout


@every_check
def test_a_small_holdout_neither_hides_a_copy_nor_makes_one(check):
    copied, strange = ({n: v[:] for n, v in t.items()} for t in (COPIED, FOREIGN))
    copy = lab_of(KINDS, copied, copied, {n: v[:6] for n, v in strange.items()}, roles=ROLES)
    found = measured(check, copy)
    assert_sound(found)
    whole = [m for m in found if m.name.endswith("excess") and not m.scope]
    worst = whole or [m for m in found if m.scope.get("over") == "worst" and "excess" in m.name]
    # One of ten people in the holdout must not make one of ten of the excess.
    assert all(m.estimate.value > 0.5 for m in worst), worst
    assert worst or not check.card.grades
    few = {n: v[:12] for n, v in followers(3).items()}
    fresh = measured(check, lab_of(RULE, followers(1), followers(2), few, roles=RULE_ROLES))
    assert_sound(fresh)
    assert all(m.p_value > 0.01 for m in fresh if m.p_value is not None and "excess" in m.name)


# ------------------------------------------------------------------ numbers below 0


@pytest.mark.parametrize("check_id", ["attribute-inference-nearest", "attribute-inference-model"])
def test_a_secret_below_zero_is_no_easier(check_id):
    """A tolerance that takes the sign of the guess lets every negative one win (defects 1, 20)."""
    kinds = {"x": NUMBER, "y": NUMBER, "s": NUMBER}

    def people(seed, sign):
        rng = np.random.default_rng(seed)
        x, y, s = rng.random(160), rng.random(160), rng.integers(20, 2_000, 160)
        return {"x": x.tolist(), "y": y.tolist(), "s": (sign * s).astype(float).tolist()}

    for sign in (1, -1):
        lab = lab_of(kinds, *(people(seed, sign) for seed in (1, 2, 3)), roles=ROLES)
        # 5 % on either side of 20 to 2,000: whatever is said is right of one in ten at most.
        assert max(rates(CHECKS[check_id], lab, "attack_rate")) < 0.2
        assert max(rates(CHECKS[check_id], lab, "control_rate")) < 0.2


# ------------------------------------------------------------------ odd columns

ODD = {"g": LEVEL, "x": NUMBER, "d": DATE, "s": LEVEL, "t": DATE}
ODD_ROLES = {"g": KNOWN, "x": KNOWN, "d": KNOWN, "s": SECRET, "t": SECRET}


def odd(seed, n=50, *, start=0.0, unseen=False):
    """Return people with dates, gaps and, in a release, levels that no person has."""
    rng = np.random.default_rng(seed)
    gap = rng.random(n) < 0.1
    level = np.where(rng.random(n) < 0.2, 9, 1) * unseen
    return {
        "g": (rng.integers(0, 4, n) + level).tolist(),
        "x": [None if hole else v for v, hole in zip(rng.normal(0, 9, n), gap, strict=True)],
        "d": [None if hole else start + DAY * v
              for v, hole in zip(rng.integers(0, 300, n), gap[::-1], strict=True)],
        "s": (rng.integers(0, 3, n) + level).tolist(),
        "t": (start + DAY * rng.integers(0, 300, n)).tolist(),
    }  # fmt: skip


@every_check
def test_dates_gaps_and_unseen_levels_are_answered(check):
    lab = lab_of(ODD, odd(1), odd(2, unseen=True), odd(3), roles=ODD_ROLES)
    found = measured(check, lab)
    assert found
    assert_sound(found)
    secrets = {m.scope["secret"] for m in found if "secret" in m.scope}
    # Each secret has an answer, the date too.
    assert secrets in ({"s", "t"}, set())


@every_check
@pytest.mark.parametrize("where", [("real", "synthetic", "holdout"), ("synthetic",)])
def test_a_column_of_gaps_is_answered(check, where):
    sides = {"real": odd(1), "synthetic": odd(2), "holdout": odd(3)}
    for side, rows in sides.items():
        rows["x"] = [None] * 50 if side in where else rows["x"]
        rows["gone"] = [None] * 50
    kinds, roles = {**ODD, "gone": NUMBER}, {**ODD_ROLES, "gone": KNOWN | SECRET}
    found = measured(check, lab_of(kinds, *sides.values(), roles=roles))
    assert found
    assert_sound(found)
    assert all(m.p_value > 1e-3 for m in found if m.p_value is not None and "excess" in m.name)
    # That something is missing is said rightly of everybody.
    gone = [m.estimate.value for m in found if m.scope.get("secret") == "gone"
            and m.name in ("attack_rate", "control_rate", "baseline_rate")
            and m.scope.get("claim") != "unanimous"]  # fmt: skip
    assert set(gone) <= {1.0}
    assert gone or check.card.threat is None or "secret" not in check.card.threat.wins


@pytest.mark.parametrize(
    "check_id", ["correct-attribution", "disclosive-combinations", "quasi-identifier-matching"]
)
def test_a_column_of_gaps_changes_nothing(check_id):
    # Of two secrets that are named as often, one is told: which one, the order of columns decides.
    by_vote = ("attack_rate", "control_rate", "baseline_rate", "excess", "risk")

    def facts(kinds, roles, more):
        sides = [{**odd(seed), **more} for seed in (1, 2, 3)]
        found = measured(CHECKS[check_id], lab_of(kinds, *sides, roles=roles))
        return {
            (m.name, *m.scope.values()): m.estimate.value
            for m in found
            if m.scope.get("secret") in ("s", "t") and m.name not in by_vote
        }

    plain = facts(ODD, ODD_ROLES, {})
    kinds, roles = {**ODD, "gone": NUMBER}, {**ODD_ROLES, "gone": KNOWN}
    assert plain
    assert facts(kinds, roles, {"gone": [None] * 50}) == pytest.approx(plain, abs=1e-12)


# ------------------------------------------------------------------ a holdout of another year


@every_check
def test_people_of_another_year_are_no_control(check):
    lab = lab_of(ODD, odd(1), odd(2), odd(3, start=YEAR), roles=ODD_ROLES)
    assert_sound(measured(check, lab))
    found = {f.id: f.status for f in preflight(lab)}
    assert found["holdout-fairness"] is Severity.BLOCKING


# ------------------------------------------------------------------ chance


@every_check
def test_nobody_elses_dice_are_rolled(check):
    """Draws from the generator of the process are different facts each time (defect 7)."""

    def facts(seed):
        random.seed(seed)
        np.random.seed(seed)  # noqa: NPY002 - what a check must not look at
        before = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
        found = measured(check, lab_of(ODD, odd(1), odd(2), odd(3), roles=ODD_ROLES, seed=5))
        after = random.getstate(), np.random.get_state()[1].tolist()  # noqa: NPY002
        assert before == after
        return found

    assert facts(1) == facts(2)
