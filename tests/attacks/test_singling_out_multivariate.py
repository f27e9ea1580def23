"""Combinations that are unique in the release become statements."""

import numpy as np
import pytest

from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.contract.check import NothingToTry
from audit.contract.lab import Lab
from audit.contract.predicates import match
from audit.facts.measurement import Measurement
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, lab_of


def planted(**options):
    return Lab(planted_release(n=200, **options), seed=3).for_check("so")


def ways(attack, lab):
    return {way: told.made for way, told in attack.ways(lab).items()}


def test_every_statement_is_true_of_one_record_and_said_once():
    lab = planted()
    told = ways(SinglingOutMultivariate(n_predicates=150), lab)
    # The planted release has 7 columns that can be compared.
    assert list(told) == ["random-2", "random-3", "random-4", "random-6", "greedy", "tree"]
    for statements in told.values():
        assert len(statements) == len(set(statements)) > 100
        assert (match(lab.release.synthetic, statements, at_most=9).counts == 1).all()
        # One column alone is the business of another attack.
        assert all(len({c.column for c in p.conditions}) > 1 for p in statements)


@pytest.mark.parametrize(
    ("fewest", "most", "got"), [(2, 2, [2]), (4, 4, [4]), (5, 99, [6]), (9, 99, [7])]
)
def test_as_many_columns_as_asked_for_or_as_there_are(fewest, most, got):
    attack = SinglingOutMultivariate(
        n_predicates=20, fewest_columns=fewest, most_columns=most, greedy=False, trees=False
    )
    columns = [[c.column for c in p.conditions] for p in attack.predicates(planted())]
    assert sorted({len(c) for c in columns}) == got
    # The key is a direct identifier: nobody singles out by it here.
    assert all("key" not in c and len(set(c)) == len(c) for c in columns)


def test_a_coarse_table_offers_nothing():
    kinds = dict.fromkeys("abc", LEVEL)
    twice = {name: [0, 0, 1, 1] for name in kinds}
    lab = lab_of(kinds, twice, twice, twice)
    with pytest.raises(NothingToTry):
        list(SinglingOutMultivariate(n_predicates=50).run(lab))


def test_gaps_and_dates_take_part():
    statements = SinglingOutMultivariate(n_predicates=200).predicates(planted())
    conditions = [c for p in statements for c in p.conditions]
    assert {"lab", "admitted"} <= {c.column for c in conditions}
    assert any(c.op.value == "missing" for c in conditions if c.column == "lab")
    assert all(np.isfinite(c.value) for c in conditions)


def test_people_who_stand_in_the_release_are_singled_out():
    attack = SinglingOutMultivariate(n_predicates=300)
    found = {
        leak: {
            m.name: m
            for m in attack.run(planted(leak=leak))
            if isinstance(m, Measurement) and not m.scope
        }
        for leak in (0.0, 0.5)
    }
    assert found[0.5]["excess"].estimate.low > 0.1
    assert found[0.5]["excess"].p_value == 0.001
    assert found[0.0]["excess"].p_value > 0.01
