"""A reference must hold nobody who is audited: equal rows beyond chance block."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Severity, SplitFacts
from audit.facts.reasons import ReasonCode
from audit.harness.reference_overlap import reference_fact
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, WHOLE, release_of

N = 400
OK, BLOCKING = Severity.OK, Severity.BLOCKING


@pytest.fixture(scope="module")
def release():
    return planted_release(n=N)


def strangers():
    """Other people of the same population."""
    return planted_release(seed=9, n=N).real


def looked_at(release, reference):
    return reference_fact(Lab(replace(release, reference=reference), seed=1))


def test_without_a_reference_there_is_nothing_to_say(release):
    assert reference_fact(Lab(release, seed=1)) is None


def test_other_people_of_the_population_are_in_order(release):
    fact = looked_at(release, strangers())
    assert (fact.status, fact.code) == (OK, "reference_apart")


@pytest.mark.parametrize("sides", [("real",), ("holdout",), ("real", "holdout")])
def test_a_reference_that_is_the_audited_people_blocks(release, sides):
    tables = [getattr(release, side) for side in sides]
    whole = tables[0] if len(tables) == 1 else tables[0].stacked(tables[1])
    fact = looked_at(release, whole)
    assert (fact.status, fact.code) == (BLOCKING, ReasonCode.REFERENCE_HOLDS_PEOPLE)
    assert fact.numbers["reference"] == len(tables) * N


def test_some_real_people_among_others_block(release):
    some = strangers().stacked(release.real.take(np.arange(20)))
    # 20 of 420 against 0 of 400, on two sides: 2 C(420, 20) / C(820, 20) = 2e-6.
    fact = looked_at(release, some)
    assert fact.status is BLOCKING
    assert fact.numbers["p"] < 1e-5


def jittered(table, seed=4):
    rng = np.random.default_rng(seed)
    return table.with_values(
        numbers={n: v * (1 + 1e-6 * rng.random(v.size)) for n, v in table.numbers.items()}
    )


@pytest.mark.parametrize("share", [0.2, 1.0])
@pytest.mark.parametrize("side", ["real", "holdout"])
def test_what_was_made_from_one_side_blocks(release, side, share):
    # No row is equal; an earlier release of a careless generator looks like this.
    made = jittered(getattr(release, side)).take(np.arange(int(share * N)))
    whole = made if share == 1 else strangers().stacked(made)
    fact = looked_at(release, whole)
    assert fact.status is BLOCKING
    assert fact.numbers["reference"] == 0


def test_where_chance_did_not_part_the_sides_nearness_says_nothing(release):
    last_year = replace(release, split=SplitFacts("temporal", "declared"))
    assert looked_at(last_year, jittered(release.real)).status is OK
    assert looked_at(last_year, release.real).status is BLOCKING


def test_it_blocks_hardly_ever_without_a_reason():
    blocked = 0
    for seed in range(40):
        release = planted_release(seed=seed, n=60)
        given = planted_release(seed=seed + 500, n=60).real
        blocked += looked_at(release, given).status is BLOCKING
    # Two kinds at .001: Binomial(40, .002) exceeds 1 with a probability of 3e-3.
    assert blocked <= 1


def test_equal_rows_as_chance_leaves_them_do_not_block():
    rng = np.random.default_rng(3)

    def people(n):
        # 2,500 kinds: one record in eight returns in another table by chance.
        return {"a": list(rng.integers(0, 50, n)), "b": list(rng.integers(0, 50, n) * 1.0)}

    kinds = {"a": LEVEL, "b": WHOLE}
    release = release_of(kinds, people(300), people(300), people(300))
    fact = looked_at(release, release_of(kinds, people(900), people(2)).real)
    assert fact.status is OK
    assert fact.numbers["reference"] > 100


def test_people_of_many_rows_count_once():
    # Ten people of the reference, thirty rows, each with a record of the holdout's only person.
    one = {"a": [0] * 4}
    crowd = release_of({"a": LEVEL}, {"a": [1, 2] * 2}, one, {"a": [0, 3, 4, 5]})
    given = release_of(
        {"a": LEVEL}, {"a": [0] * 30}, one, people={"real": [i // 3 for i in range(30)]}
    )
    fact = looked_at(crowd, given.real)
    assert fact.numbers["reference"] == 10


def test_a_reference_without_a_holdout_is_not_used(release):
    fact = looked_at(replace(release, holdout=None), strangers())
    assert (fact.status, fact.code) == (Severity.WARNING, "reference_unused")
