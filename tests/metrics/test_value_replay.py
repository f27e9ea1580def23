"""Identifying values that return: sparse ones, dense keys, and values that others have too."""

from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Role
from audit.metrics.value_replay import ValueReplay
from tests.contract.handmade import KEY, TEXT, WHOLE, lab_of

KINDS = {"mail": TEXT, "key": KEY, "x": WHOLE}


def side(mail, key):
    return {"mail": mail, "key": key, "x": [float(i) for i in range(len(mail))]}


def run(*tables, dense=("key",), kinds=KINDS, **options):
    lab = lab_of(kinds, *tables, dense=dense, **options)
    found = list(ValueReplay().run(lab.for_check("value-replay")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, {c.code for c in found if isinstance(c, Caveat)}


REAL = side([0, 1, 2, 3], [10, 11, 12, 13])
HOLDOUT = side([4, 5], [20, 21])


def test_one_sparse_value_is_one_too_many():
    found, _ = run(REAL, side([9, 2], [30, 31]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.25
    assert found["sparse_share",].estimate.is_exact
    assert found["sparse_share", "mail"].estimate.value == 0.25
    # The dense key is no sparse value, and none of it returned.
    assert ("sparse_share", "key") not in found
    assert found["excess",].estimate.value == 0.0


def test_dense_keys_meet_by_chance_and_only_the_excess_counts():
    found, _ = run(REAL, side([8, 9], [10, 20]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.0
    # One of four real keys and one of two holdout keys return.
    assert found["share",].estimate.value == 0.25
    assert found["control_share",].estimate.value == 0.5
    assert found["excess",].estimate.value == -0.25
    assert found["excess",].p_value > 0.5


def test_where_values_of_holdout_people_return_too_meeting_is_common():
    # A first name: two of four real people's and one of two holdout people's return.
    found, _ = run(REAL, side([0, 1, 4], [30, 31, 32]), HOLDOUT)
    assert ("sparse_share", "mail") not in found
    assert found["sparse_share",].estimate.value == 0.0
    assert found["share",].estimate.value == 0.5
    assert found["control_share",].estimate.value == 0.5


def test_two_dense_columns_count_a_person_once():
    found, _ = run(REAL, side([0, 1], [10, 99]), HOLDOUT, dense=("mail", "key"))
    assert found["share",].estimate.value == 0.5
    assert found["share",].n == 4


def test_a_person_is_hit_through_any_column_and_any_row():
    people = {"real": [0, 0, 1, 2], "holdout": [0, 1]}
    found, _ = run(REAL, side([1, 9], [13, 99]), HOLDOUT, dense=(), people=people)
    # Person 0 by mail 1, person 2 by key 13, of three people.
    assert found["sparse_share",].estimate.value == 2 / 3
    assert found["sparse_share", "mail"].estimate.value == 1 / 3
    assert found["sparse_share", "key"].estimate.value == 1 / 3


def test_a_missing_value_is_nobodys():
    found, _ = run(side([None, 1], [10, 11]), side([None, 9], [30, 31]), HOLDOUT)
    assert found["sparse_share",].estimate.value == 0.0


def test_a_number_can_be_an_identifier():
    kinds = {"card": WHOLE, "x": WHOLE}
    roles = {"card": frozenset({Role.DIRECT_IDENTIFIER})}

    def cards(*values):
        return {"card": list(map(float, values)), "x": [0.0] * len(values)}

    found, _ = run(cards(4711, 4712), cards(4712, 1), cards(5), dense=(), kinds=kinds, roles=roles)
    assert found["sparse_share", "card"].estimate.value == 0.5


def test_nothing_that_could_return():
    kinds = {"x": WHOLE, "y": WHOLE}
    rows = {"x": [1.0], "y": [2.0]}
    found, caveats = run(rows, rows, rows, dense=(), kinds=kinds)
    assert set(found) == {("sparse_share",)}
    assert found["sparse_share",].estimate.value == 0.0
    assert caveats == {CaveatCode.NO_REPLAYABLE_COLUMN}


def test_without_a_holdout_values_that_others_have_are_the_control():
    # 7 is the mail of two people, 8 and 9 of one each; the keys are all different.
    real = side([7, 7, 8, 9], [10, 11, 12, 13])
    found, caveats = run(real, side([7, 5], [12, 99]), dense=())
    assert caveats == {CaveatCode.CONTROL_BY_LEAVE_ONE_OUT}
    # Mails are shared among people, so 7 is a common value; a key is nobody else's.
    assert found["sparse_share", "key"].estimate.value == 0.25
    assert found["sparse_share",].estimate.value == 0.25
    assert found["share",].estimate.value == 0.5
    assert found["control_share",].estimate.value == 0.5
    assert found["excess",].estimate.value == 0.0
