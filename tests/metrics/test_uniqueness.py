"""Anonymity models of the tables, by hand; what is too few to be shown; what they do not say."""

import pytest

from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from audit.metrics.uniqueness import Uniqueness
from tests.contract.handmade import LEVEL, NUMBER, lab_of

KNOWN, SECRET = frozenset({Role.QUASI_IDENTIFIER}), frozenset({Role.SENSITIVE})
KINDS = {"p": LEVEL, "q": LEVEL, "s": LEVEL}
ROLES = {"p": KNOWN, "q": KNOWN, "s": SECRET}


def rows(*counted):
    """Return a table of (count, p, q, s)."""
    listed = [row for count, *row in counted for _ in range(count)]
    return dict(zip("pqs", (list(c) for c in zip(*listed, strict=True)), strict=True))


REAL = rows((12, 0, 0, 0), (12, 1, 1, 1))
HOLDOUT = rows((12, 0, 0, 0), (12, 1, 2, 1))
RELEASED = rows((2, 0, 0, 0), (1, 0, 0, 1), (1, 1, 1, 0), (1, 5, 5, 0))


def run(real=REAL, released=RELEASED, holdout=HOLDOUT, kinds=KINDS, roles=ROLES, **params):
    lab = lab_of(kinds, real, released, holdout, roles=roles)
    found = list(Uniqueness(**params).run(lab.for_check("uniqueness")))
    measured = {
        (m.name, *m.scope.values()): m.estimate for m in found if isinstance(m, Measurement)
    }
    return measured, {c.code for c in found if isinstance(c, Caveat)}


def test_classes_by_hand():
    found, caveats = run()
    assert all(e.is_exact for e in found.values())
    assert found["k_anonymity", "synthetic"].value == 1
    assert found["k_anonymity", "real"].value == 12
    # Records of (0, 0) have 24 people, the one of (1, 1) has 12, that of (5, 5) nobody.
    assert found["k_map",].value == 12
    assert found["unmatched",].value == pytest.approx(1 / 5)
    # Of the people of (0, 0) half are real, of those of (1, 1) all.
    assert found["delta_presence",].value == 1.0
    assert found["delta_presence_least",].value == 0.5
    assert found["share", "1"].value == found["share", "2"].value == 0
    assert caveats == {CaveatCode.DESCRIBES_TABLES}


def test_secrets_of_the_synthetic_table_by_hand():
    found, _ = run()
    # (1, 1) and (5, 5) have one value; of five records one says 1, in (0, 0) one of three.
    assert found["l_diversity", "s"].value == 1
    assert found["entropy_l_diversity", "s"].value == pytest.approx(1)
    assert found["t_closeness", "s"].value == pytest.approx(1 / 5)


def test_counts_of_few_people_are_hidden():
    found, caveats = run(rows((12, 0, 0, 0), (10, 1, 1, 1)))
    assert ("k_anonymity", "real") not in found
    assert ("k_map",) not in found
    # (1, 1) has 10 real people: too few; (0, 0) is all that is told.
    assert found["delta_presence",].value == found["delta_presence_least",].value == 0.5
    assert CaveatCode.SMALL_COUNTS_HIDDEN in caveats


def test_unique_people_are_counted_and_few_are_hidden():
    # 12 people have a q of their own, 3 a p of their own.
    own = [(1, 0, 100 + i, 0) for i in range(12)]
    few = [(1, 50 + i, 0, 0) for i in range(3)]
    found, caveats = run(rows((10, 0, 0, 0), *own))
    assert found["share", "1"].value == pytest.approx(12 / 22)
    found, caveats = run(rows((20, 0, 0, 0), *few))
    assert ("share", "1") not in found
    assert CaveatCode.SMALL_COUNTS_HIDDEN in caveats


def test_special_uniques_are_unique_in_few_columns_already():
    kinds = dict.fromkeys("abcd", LEVEL)
    # Twelve people have an a of their own. The others differ in all four columns together only:
    # every pattern of four bits, three columns always shared.
    bits = [[i >> j & 1 for j in range(4)] for i in range(16)]
    people = [[10 + i, 0, 0, 0] for i in range(12)] + bits
    real = dict(zip("abcd", (list(c) for c in zip(*people, strict=True)), strict=True))
    found, _ = run(real, real, real, kinds, dict.fromkeys("abcd", KNOWN))
    assert found["share", "1"].value == pytest.approx(12 / 28)
    assert found["share", "4"].value == pytest.approx(1.0)
    assert found["special_uniques",].value == pytest.approx(12 / 28)


def test_without_a_holdout_presence_is_unknown():
    found, _ = run(holdout=None)
    assert not any(name.startswith("delta") for name, *_ in found)
    assert found["k_map",].value == 12


def test_k_is_no_size_of_a_cluster():
    # Peers' defect 16: numbers that lie near are clustered there; here each is a class of its own.
    numbers = {"p": [float(i) / 100 for i in range(30)], "q": [0] * 30, "s": [0, 1] * 15}
    kinds = {"p": NUMBER, "q": LEVEL, "s": LEVEL}
    found, _ = run(numbers, numbers, numbers, kinds)
    assert found["k_anonymity", "synthetic"].value == 1
    assert found["l_diversity", "s"].value == 1


def test_no_rule_may_rest_on_it():
    assert not Uniqueness.card.grades
    assert not Uniqueness.card.clears
    assert "no guarantee for synthetic data" in Uniqueness.card.title


def test_the_number_of_sets_is_heard():
    # Each of three columns has a value of their own for twelve people, another twelve each time.
    rows = {c: [i if i // 12 == j else 99 for i in range(36)] for j, c in enumerate("abc")}
    kinds, roles = dict.fromkeys("abc", LEVEL), dict.fromkeys("abc", KNOWN)
    for sets, share in ((1, 1 / 3), (2, 2 / 3), (3, 1.0)):
        found, _ = run(rows, rows, rows, kinds, roles, sets=sets)
        assert found["share", "1"].value == pytest.approx(share)
