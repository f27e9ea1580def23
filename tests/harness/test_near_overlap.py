"""The same people on both sides in other words: near pairs, and how many of them a split cuts."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Severity
from audit.facts.reasons import ReasonCode
from audit.harness.near_overlap import lone_pairs, near_overlap_fact
from audit.statistics.overlap import cut_pairs_test
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, WHOLE, lab_of

THREE = {"a": LEVEL, "b": LEVEL, "c": LEVEL}


def people(*rows):
    return {name: [row[i] for row in rows] for i, name in enumerate("abc")}


def by_hand(real, holdout):
    return lab_of(THREE, people(*real), people((9, 9, 9)), people(*holdout))


class TestPairs:
    def test_one_column_apart_and_nobody_else_near(self):
        # Real 0 and holdout 0 differ in c alone; all others in three columns.
        lab = by_hand([(0, 0, 0), (1, 1, 1)], [(0, 0, 2), (5, 6, 7)])
        one, other = lone_pairs(lab)
        # Rows stand in the order of their content: which of a side it is, is not said here.
        assert (one.size, other.size) == (1, 1)
        assert one[0] < 2 <= other[0]
        fact = near_overlap_fact(lab)
        # One pair of four people, two of each side: expected 2/3, all ways that cut it 4 of 6.
        assert fact.numbers == {
            "pairs": 1,
            "cut": 1,
            "expected": pytest.approx(2 / 3),
            "p": pytest.approx(4 / 6),
        }
        assert (fact.status, fact.code) == (Severity.OK, "no_near_overlap")

    def test_a_third_one_near_makes_it_no_pair(self):
        lab = by_hand([(0, 0, 0), (0, 0, 3)], [(0, 0, 2), (5, 6, 7)])
        assert lone_pairs(lab)[0].size == 0

    def test_equal_people_are_counted_elsewhere(self):
        lab = by_hand([(0, 0, 0), (1, 1, 1)], [(0, 0, 0), (5, 6, 7)])
        assert lone_pairs(lab)[0].size == 0

    def test_pairs_within_a_side_are_pairs_that_are_not_cut(self):
        lab = by_hand([(0, 0, 0), (0, 0, 1)], [(3, 4, 2), (5, 6, 7)])
        assert near_overlap_fact(lab).numbers["pairs"] == 1
        assert near_overlap_fact(lab).numbers["cut"] == 0

    def test_rows_of_one_person_are_no_pair(self):
        rows = people((0, 0, 0), (0, 0, 1), (4, 4, 4))
        sides = {"real": [0, 0, 1], "holdout": [0, 1], "synthetic": [0]}
        lab = lab_of(THREE, rows, people((9, 9, 9)), people((5, 6, 7), (8, 7, 6)), people=sides)
        assert lone_pairs(lab)[0].size == 0

    def test_numbers_within_the_radius_are_near_however_many_columns_moved(self):
        # 150 + 150 people, five numbers in any order, and one person of real once more with all
        # five moved by less than half of what parts any two values.
        rng, names = np.random.default_rng(4), "abcde"
        columns = {name: rng.permutation(300) * 10.0 for name in names}
        real = {name: list(values[:150]) for name, values in columns.items()}
        moved = {name: [*values[150:], values[7] + 4.0] for name, values in columns.items()}
        kinds = dict.fromkeys(names, NUMBER)
        alone = {name: values[:-1] for name, values in moved.items()}
        nowhere = {name: [0.0] for name in names}
        assert near_overlap_fact(lab_of(kinds, real, nowhere, alone)).numbers["cut"] == 0
        assert near_overlap_fact(lab_of(kinds, real, nowhere, moved)).numbers["cut"] == 1

    def test_one_column_alone_makes_everybody_near(self):
        lab = lab_of({"a": WHOLE}, {"a": [1, 2]}, {"a": [3]}, {"a": [4, 5]})
        assert near_overlap_fact(lab) is None


@pytest.fixture(scope="module")
def release():
    return planted_release(n=400)


def retold(release, n):
    """The holdout with n real people in it whose ward was written down anew."""
    given = release.real.take(np.arange(n))
    given = given.with_values(codes={"ward": (given.codes["ward"] + 1) % 6})
    whole = release.holdout.take(np.arange(n, 400)).stacked(given).in_canonical_order()
    return replace(release, holdout=replace(whole, people=np.arange(whole.n_rows)))


def test_real_people_in_other_words_block(release):
    sound = near_overlap_fact(Lab(release, seed=1))
    assert sound.status is Severity.OK
    fact = near_overlap_fact(Lab(retold(release, 20), seed=1))
    assert (fact.status, fact.code) == (Severity.BLOCKING, ReasonCode.HOLDOUT_NEAR_REAL)
    assert fact.numbers["cut"] >= 15
    assert fact.numbers["p"] <= 0.001


def test_a_crash_is_no_end_of_the_audit(release, monkeypatch):
    def crash(*args, **kwargs):
        raise ValueError("cell 17")

    monkeypatch.setattr("audit.contract.lab.nearest", crash)
    fact = near_overlap_fact(Lab(release, seed=1))
    assert (fact.status, fact.code) == (Severity.WARNING, "near_overlap_unknown")
    assert fact.numbers == {}


def test_who_is_near_whom_does_not_know_who_is_real(release):
    found = retold(release, 10)
    exchanged = replace(found, real=found.holdout, holdout=found.real)
    n = found.real.n_people

    def pairs(given):
        one, other = lone_pairs(Lab(given, seed=1))
        return {frozenset(p) for p in zip(one.tolist(), other.tolist(), strict=True)}

    turned = {frozenset((i + n) % (2 * n) for i in pair) for pair in pairs(exchanged)}
    assert pairs(found) == turned
    assert len(turned) >= 8


def test_a_random_split_is_called_contaminated_no_more_often_than_said():
    """30 pairs among 200 people, 120 of them real, split anew 2,000 times."""
    rng, n, pairs = np.random.default_rng(8), 200, 30
    labels = rng.permuted(np.tile(np.arange(n) < 120, (2_000, 1)), axis=1)
    cut = (labels[:, : 2 * pairs : 2] != labels[:, 1 : 2 * pairs : 2]).sum(axis=1)
    p = np.array([cut_pairs_test(k, pairs, n_real=120, n_holdout=80)[2] for k in range(31)])[cut]
    for level in (0.05, 0.2):
        # The law is discrete: at most the level, within the binomial band of 1e-4.
        assert (p <= level).mean() <= level + 3.9 * np.sqrt(level * (1 - level) / 2_000)
    assert cut.mean() == pytest.approx(cut_pairs_test(0, 30, n_real=120, n_holdout=80)[1], abs=0.3)
    # And it is no idle test: as large a share lies below .2 as whole pairs allow.
    assert (p <= 0.2).mean() > 0.05
