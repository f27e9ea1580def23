"""Secrets attributed by synthetic records of the same key: by hand, and beside others' numbers."""

import numpy as np
import pytest

from audit.attacks.correct_attribution import CorrectAttribution
from audit.contract.arms import Side
from audit.contract.attribution import answers, attribution_of
from audit.facts.measurement import Measurement
from audit.facts.schema import Role
from tests.contract.handmade import LEVEL, WHOLE, lab_of

SECRET, KNOWN = frozenset({Role.SENSITIVE}), frozenset({Role.QUASI_IDENTIFIER})
KINDS = {"q": LEVEL, "s": LEVEL}
ROLES = {"q": KNOWN, "s": SECRET}
# Key 0 says 0 twice and 1 once; key 1 says 1.
SYNTHETIC = {"q": [0, 0, 0, 1], "s": [0, 0, 1, 1]}
REAL = {"q": [0, 0, 1, 1], "s": [0, 1, 1, 0]}
HOLDOUT = {"q": [0, 1, 1, 1], "s": [1, 0, 0, 1]}


def measured(lab, check=None):
    check = check or CorrectAttribution()
    found = check.run(lab.for_check(check.card.id))
    return {
        (m.name, m.scope.get("claim", m.scope.get("over", ""))): m
        for m in found
        if isinstance(m, Measurement)
    }


def played(claim, **tables):
    lab = lab_of(
        KINDS,
        tables.get("real", REAL),
        tables.get("synthetic", SYNTHETIC),
        tables.get("holdout", HOLDOUT),
        roles=ROLES,
    )
    return next(w for w in CorrectAttribution().outcomes(lab) if w.scope["claim"] == claim)


def test_the_commonest_secret_of_the_key_is_named():
    wins = played("nearest")
    # Key 0 names 0, key 1 names 1. Real: right, wrong, right, wrong. Holdout: only the last.
    assert (wins.real.mean(), wins.holdout.mean()) == (0.5, 0.25)
    # Each secret is as common in the pool; the guesser names one of them.
    assert wins.guessed.mean() == 0.5
    assert dict(wins.scope) == {"secret": "s", "knows": "others", "claim": "nearest"}


def test_only_unanimous_records_are_believed():
    wins = played("unanimous")
    # Key 0 is of two minds. Key 1 is right about one of two real and one of three holdout people.
    assert (wins.real.mean(), wins.holdout.mean()) == (0.25, 0.25)
    # The guesser speaks of the same people.
    assert wins.guessed.mean() == 0.25


def test_an_unknown_key_asks_the_nearest_and_is_never_unanimous():
    real = {"q": [5, 5], "s": [0, 1]}
    synthetic = {"q": [0, 1, 2], "s": [0, 0, 1]}
    # All records differ in the one column; most of them say 0.
    assert played("nearest", real=real, synthetic=synthetic).real.mean() == 0.5
    assert not played("unanimous", real=real, synthetic=synthetic).real.any()


# ------------------------------------------------------------------ research/attacks.md, 13.10 (v)


def rule_of_the_population(n, start, rng):
    """Return people whose secret follows from what is known, wherever they are."""
    known = np.append(rng.integers(0, 20, n - 20), np.arange(20))
    return {"q": known.tolist(), "s": (known % 7).tolist()}


def test_a_rule_of_the_population_attributes_everybody_and_is_no_excess():
    rng = np.random.default_rng(5)
    tables = [rule_of_the_population(300, 0, rng) for _ in range(3)]
    found = measured(lab_of(KINDS, *tables, roles=ROLES))
    for claim in ("nearest", "unanimous"):
        assert found["attack_rate", claim].estimate.value == 1
        assert found["control_rate", claim].estimate.value == 1
        assert found["excess", claim].estimate.value == 0
        assert found["baseline_rate", claim].estimate.value < 0.3
    for name in ("cap", "gcap", "tcap"):
        assert found[name, ""].estimate.value == found[f"{name}_control", ""].estimate.value == 1
    # That all of 300 are right leaves room for some who are not: .05 ** (1 / 300) is .9901.
    for name in ("cap", "gcap", "cap_control", "gcap_control"):
        assert found[name, ""].estimate.low == pytest.approx(0.9901, abs=5e-5)
        assert found[name, ""].estimate.high == 1
    worst = found["excess", "worst"].estimate
    assert worst.value == 0
    assert worst.high < 0.02


def test_copies_of_people_are_an_excess():
    rng = np.random.default_rng(6)
    kinds = {"a": LEVEL, "b": LEVEL, "c": LEVEL, "s": LEVEL}
    roles = {n: SECRET if n == "s" else KNOWN for n in kinds}
    tables = [{n: rng.integers(0, 9, 300).tolist() for n in kinds} for _ in range(2)]
    found = measured(lab_of(kinds, tables[0], tables[0], tables[1], roles=roles))
    assert found["excess", "worst"].estimate.low > 0.5
    # A person's own record stands in the release; strangers are right by chance, 1 in 9.
    assert found["gcap_excess", ""].estimate.low > 0.5
    assert found["gcap_excess", ""].p_value < 1e-6
    swapped = measured(lab_of(kinds, tables[1], tables[0], tables[0], roles=roles))
    for claim in ("nearest", "unanimous"):
        there, back = found["excess", claim].estimate, swapped["excess", claim].estimate
        assert back.value == pytest.approx(-there.value)


def test_parameters_are_heard():
    # Peers' defect 9: the numbers of rows and repetitions are taken and not used.
    kinds = {"a": WHOLE, "s": LEVEL}
    roles = {"a": KNOWN, "s": SECRET}
    rows = {"a": [float(i) for i in range(60)], "s": [i % 2 for i in range(60)]}
    lab = lab_of(kinds, rows, rows, rows, roles=roles)
    each, parts = (
        measured(lab, CorrectAttribution(distinct=d))["attack_rate", "nearest"].estimate.value
        for d in (60, 59)
    )
    assert each == 1
    assert parts < 0.7
    few = measured(lab, CorrectAttribution(n_targets=30))["attack_rate", "nearest"]
    assert few.n == 30
    other = {"a": [float(i + 1_000) for i in range(60)], "s": rows["s"]}
    strange = lab_of(kinds, other, rows, other, roles=roles)
    exact, near = (
        measured(strange, CorrectAttribution(subsets=n, distinct=200))["attack_rate", "nearest"]
        for n in (1, 2)
    )
    # With one set of columns only equal keys count; with two, all records when none is equal.
    assert (exact.estimate.value, near.estimate.value) == (0, 0.5)


def test_few_people_are_not_told_of():
    found = measured(lab_of(KINDS, REAL, SYNTHETIC, HOLDOUT, roles=ROLES))
    assert not [name for name, _ in found if name.startswith(("cap", "gcap", "tcap"))]


# ------------------------------------------------------------------ research/attacks.md, 13.9
# Published: real people with two known values (a letter, a number of 0 to 99 in ten parts) and
# two secrets of the same kind, taken together as one; protection is 1 less the mean probability
# over people whose key the release has. Guessing evenly protects .98.

LETTERS = "abcdefghij"


def table(letters, numbers, secrets, others):
    codes = [LETTERS.index(x) for x in secrets]
    parts = [min(int(n) // 10, 10) for n in others]
    return {
        "a": [LETTERS.index(x) for x in letters],
        "b": [min(int(n) // 10, 10) for n in numbers],
        "s": [11 * c + p for c, p in zip(codes, parts, strict=True)],
    }


def perfect():
    rng = np.random.RandomState(42)
    first = rng.choice(list("abcde"), 20)
    return table(first, range(20), rng.choice(list("fghij"), 20), rng.randint(100, 200, size=20))


def good():
    rng = np.random.RandomState(42)
    first, number = rng.choice(list("abcde"), 20), rng.randint(0, 5, size=20)
    return table(first, number, rng.choice(list("abcde"), 20), rng.randint(0, 5, size=20))


def bad():
    return table("abcde" * 20, range(100), "abced" * 20, range(100))


@pytest.mark.parametrize(
    ("synthetic", "protection", "score"),
    [(perfect, 1, 1), (good, 0.88, 0.8979591836734694), (bad, 0.4, 0.40816326530612246)],
)
def test_published_protection(synthetic, protection, score):
    real = table("abcde" * 20, range(100), "abcde" * 20, range(100))
    kinds = {"a": LEVEL, "b": LEVEL, "s": LEVEL}
    lab = lab_of(kinds, real, synthetic(), real, roles={"a": KNOWN, "b": KNOWN, "s": SECRET})
    asked = attribution_of(lab, lab.schema["s"], lab.schema.quasi_identifiers(), distinct=100)
    said = answers(asked, Side.REAL, within=0, lab=lab)
    found = 1 - float(said.share[said.matched].mean())
    assert found == pytest.approx(protection)
    assert min(found / 0.98, 1) == pytest.approx(score)
    # Without a match the probability is 0 (ZeroCAP), or that of the nearest records.
    assert 1 - said.share.mean() >= found
    nearest = answers(asked, Side.REAL, within=2, lab=lab)
    assert (nearest.total > 0).all()
    if synthetic is perfect:
        assert nearest.share.mean() == 0
