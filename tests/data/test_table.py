"""Keys, canonical order, and the ways in which a table is cut and changed."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.data.table import Table, new_table, numbered
from audit.facts.schema import Column, Kind, Role, Schema

KNOWN = frozenset({Role.QUASI_IDENTIFIER})
SCHEMA = Schema(
    (
        Column("age", Kind.INTEGER, KNOWN),
        Column("city", Kind.CATEGORICAL, KNOWN),
        Column("id", Kind.IDENTIFIER, frozenset({Role.DIRECT_IDENTIFIER})),
    )
)
AGES = [30.0, np.nan, 41.0, 30.0, -0.0]
CITIES = [0, 1, -1, 0, 1]


def table(rows: list[int] | None = None, people: list[int] | None = None) -> Table:
    chosen = np.array(range(5) if rows is None else rows)
    return new_table(
        SCHEMA,
        numbers={"age": np.array(AGES)[chosen]},
        codes={"city": np.array(CITIES)[chosen], "id": np.arange(5)[chosen]},
        people=None if people is None else np.array(people)[chosen],
    )


def key_set(some: Table) -> set[tuple[int, int]]:
    return {(int(a), int(b)) for a, b in some.keys}


def test_equal_rows_have_equal_keys_and_others_do_not() -> None:
    # Rows 0 and 3 agree in age and city; the identifier is no part of the key.
    assert len(key_set(table())) == 4


def test_a_missing_cell_is_a_value_of_its_own() -> None:
    one, other = table([1]), table([0])

    assert key_set(one).isdisjoint(key_set(other))
    assert key_set(table([2])).isdisjoint(key_set(table([0])))


@given(st.permutations(range(5)))
def test_the_order_of_rows_changes_nothing(order: list[int]) -> None:
    shuffled, plain = table(order, [0, 0, 1, 2, 1]), table(None, [0, 0, 1, 2, 1])

    assert np.array_equal(shuffled.keys, plain.keys)
    assert np.array_equal(shuffled.codes["id"], plain.codes["id"])
    assert np.array_equal(shuffled.people, plain.people)
    assert np.array_equal(shuffled.numbers["age"], plain.numbers["age"], equal_nan=True)


def test_the_order_of_columns_changes_no_key() -> None:
    turned = Schema(tuple(reversed(SCHEMA.columns)))
    plain = table()

    other = new_table(turned, numbers=plain.numbers, codes=plain.codes)

    assert np.array_equal(other.keys, plain.keys)


def test_the_name_of_a_column_is_part_of_the_key() -> None:
    swapped = Schema((Column("a", Kind.INTEGER, KNOWN), Column("b", Kind.INTEGER, KNOWN)))
    values = {"a": np.array([1.0, 2.0]), "b": np.array([2.0, 1.0])}

    assert len(key_set(new_table(swapped, numbers=values, codes={}))) == 2


@given(st.lists(st.tuples(st.integers(-5, 5), st.integers(-5, 5)), min_size=1, max_size=60))
def test_keys_are_equal_exactly_where_rows_are(rows: list[tuple[int, int]]) -> None:
    pair = Schema((Column("a", Kind.INTEGER, KNOWN), Column("b", Kind.CONTINUOUS, KNOWN)))
    a, b = np.array(rows, dtype=float).T

    assert len(key_set(new_table(pair, numbers={"a": a, "b": b}, codes={}))) == len(set(rows))


def test_people_are_numbered_as_they_appear() -> None:
    assert numbered(np.array([7, 3, 7, 9, 3])).tolist() == [0, 1, 0, 2, 1]
    assert table().people.tolist() == [0, 1, 2, 3, 4]
    assert table(None, [0, 0, 1, 2, 1]).n_people == 3


def test_rows_are_taken_by_position_or_mask() -> None:
    whole = table(None, [0, 0, 1, 2, 1])

    part = whole.take(np.array([4, 0, 4]))
    masked = whole.take(np.array([True, False, True, False, False]))

    assert part.n_rows == 3
    assert part.people.tolist()[0] == 0
    assert part.people[0] == part.people[2]
    assert np.array_equal(part.keys, whole.keys[[4, 0, 4]])
    assert np.array_equal(masked.keys, whole.keys[[0, 2]])


def test_an_empty_selection_is_a_table() -> None:
    empty = table().take(np.zeros(5, dtype=bool))

    assert (empty.n_rows, empty.n_people, empty.n_columns) == (0, 0, 3)


def test_rows_are_overwritten_in_every_column() -> None:
    target, source = table([1, 2, 4]), table([0])

    planted = target.replace_rows(np.array([2]), source, np.array([0]))

    assert key_set(source) <= key_set(planted)
    assert planted.codes["id"][2] == 0
    assert planted.numbers["age"][2] == 30.0
    assert key_set(source).isdisjoint(key_set(target))
    assert np.array_equal(planted.people, target.people)


def test_exchanged_values_change_the_keys() -> None:
    whole = table()

    same = whole.with_values(numbers={"age": whole.numbers["age"] + 0.0})
    older = whole.with_values(numbers={"age": whole.numbers["age"] + 1.0})

    assert np.array_equal(same.keys, whole.keys)
    # Only the row without an age stays as it was.
    assert len(key_set(older) & key_set(whole)) == 1


def test_keys_over_some_columns_add_up_to_the_whole() -> None:
    whole = table()

    assert np.array_equal(whole.keys_over(["age", "city"]), whole.keys)
    assert np.array_equal(whole.keys_over(["age"]) + whole.keys_over(["city"]), whole.keys)
    assert len(np.unique(whole.keys_over(["city"])[:, 0])) == 3


def test_two_tables_are_stacked_with_their_people_apart() -> None:
    first, second = table([0, 1], [5, 5, 5, 5, 5]), table([2, 3])

    both = first.stacked(second)

    assert both.n_rows == 4
    assert both.people.tolist() == [0, 0, 1, 2]
    assert np.array_equal(both.in_canonical_order().keys, table([0, 1, 2, 3]).keys)


def test_arrays_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        table().numbers["age"][0] = 1.0


def test_the_representation_shows_the_shape_only() -> None:
    assert repr(table()) == "Table(5 rows x 3 columns)"


def test_levels_are_counted() -> None:
    assert table().n_levels("city") == 2


def test_every_row_knows_its_place_in_the_input() -> None:
    order = [3, 0, 4, 1, 2]
    shuffled = table(order)
    ids = np.array(order)[shuffled.origin]
    assert np.array_equal(shuffled.codes["id"], ids)
    assert np.array_equal(shuffled.take(np.array([4, 0])).origin, shuffled.origin[[4, 0]])
    with pytest.raises(ValueError, match="read-only"):
        shuffled.origin[0] = 1


def test_what_was_put_together_has_no_place_in_an_input() -> None:
    some = table()
    rows = np.array([0])
    assert some.stacked(table()).origin is None
    assert some.stacked(table()).take(rows).origin is None
    assert some.replace_rows(rows, table(), rows).origin is None
