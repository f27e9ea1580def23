"""What one person alone has, and what of it returns: against a loop over people."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit.contract import combinations as made
from audit.contract.arms import Side
from audit.contract.combinations import (
    binned_cells,
    count_reuse,
    draw_combinations,
    is_discretised,
    verbatim_cells,
)
from tests.contract.handmade import DATE, FLAG, GRADE, LEVEL, NUMBER, WHOLE, lab_of

KINDS = {"x": NUMBER, "y": WHOLE, "c": LEVEL}
value = st.one_of(st.none(), st.integers(0, 2).map(float))
code = st.one_of(st.none(), st.integers(0, 2))
rows = st.lists(st.tuples(value, value, code, st.integers(0, 3)), min_size=1, max_size=8)


def columns(rows):
    x, y, c, _ = (list(part) for part in zip(*rows, strict=True))
    return {"x": x, "y": y, "c": c}


def lab_from(real, released, holdout):
    people = {"real": [r[3] for r in real], "holdout": [r[3] for r in holdout]}
    return lab_of(KINDS, columns(real), columns(released), columns(holdout), people=people)


def tuples(lab, side, names):
    table = lab.table(side)
    parts = [table.numbers[n] if n in table.numbers else table.codes[n] for n in names]
    cells = np.nan_to_num(np.column_stack(parts).astype(float), nan=-1.0)
    return [tuple(row) for row in cells], table.people


def by_loop(lab, tried):
    n_real = lab.table(Side.REAL).n_people
    owned = np.zeros(n_real + lab.table(Side.HOLDOUT).n_people, dtype=int)
    returned = owned.copy()
    for names in tried:
        whose: dict[tuple[float, ...], set[int]] = {}
        for side, offset in ((Side.REAL, 0), (Side.HOLDOUT, n_real)):
            cells, people = tuples(lab, side, names)
            for cell, person in zip(cells, people, strict=True):
                whose.setdefault(cell, set()).add(int(person) + offset)
        released = set(tuples(lab, Side.SYNTHETIC, names)[0])
        for cell, owners in whose.items():
            if len(owners) == 1:
                (person,) = owners
                owned[person] += 1
                returned[person] += cell in released
    return owned, returned


@settings(max_examples=120, deadline=None)
@given(real=rows, released=rows, holdout=rows, table=st.sampled_from([1, 1 << 18]))
def test_counts_are_those_of_a_loop(real, released, holdout, table):
    lab = lab_from(real, released, holdout)
    tried = [c for k in (1, 2, 3) for c in combinations(KINDS, k)]
    cells = {c.name: verbatim_cells(lab, c) for c in lab.schema}
    before, made._TABLE = made._TABLE, table
    try:
        found = count_reuse(lab, [[cells[n] for n in names] for names in tried])
    finally:
        made._TABLE = before
    owned, returned = by_loop(lab, tried)
    assert found.owned.tolist() == owned.tolist()
    assert found.returned.tolist() == returned.tolist()


def test_rates_by_hand():
    # x: 1 stands twice, 2 and 3 once each in the pool. c: 0 is everybody's. Of x, 3 returns.
    lab = lab_of(
        {"x": NUMBER, "c": LEVEL},
        {"x": [1.0, 2.0], "c": [0, 0]},
        {"x": [3.0, 1.0], "c": [0, 0]},
        {"x": [1.0, 3.0], "c": [0, 0]},
    )
    cells = {c.name: verbatim_cells(lab, c) for c in lab.schema}
    found = count_reuse(lab, [[cells["x"]], [cells["c"]], [cells["x"], cells["c"]]])
    x = np.concatenate([lab.table(s).numbers["x"] for s in (Side.REAL, Side.HOLDOUT)])
    assert dict(zip(x[:2], found.owned[:2], strict=True)) == {1.0: 0, 2.0: 2}
    assert dict(zip(x[2:], found.owned[2:], strict=True)) == {1.0: 0, 3.0: 2}
    assert sorted(found.returned) == [0, 0, 0, 2]
    assert found.rates[x == 3.0].tolist() == [1.0]
    assert found.owners.tolist() == (x != 1.0).tolist()
    assert found.is_real.tolist() == [True, True, False, False]


def test_bins_have_equal_weight_in_the_pool_and_do_not_know_the_release():
    kinds = {"x": NUMBER, "c": LEVEL}
    rng = np.random.default_rng(0)
    x = rng.lognormal(size=400)
    half = {"x": list(x[:300]), "c": [0] * 300}, {"x": list(x[300:]), "c": [0] * 100}
    outside = {"x": [-5.0, 1e9, None], "c": [0, 0, 0]}
    lab = lab_of(kinds, half[0], outside, half[1])
    cells = binned_cells(lab, lab.schema["x"], bins=20)
    weights = np.bincount(cells.pooled, minlength=21)[1:]
    assert abs(weights - 20).max() <= 1
    low, high = cells.released[np.argsort(lab.table(Side.SYNTHETIC).numbers["x"])][:2]
    assert (low, high) == (1, 20)
    assert 0 in cells.released  # missing
    other = binned_cells(lab_of(kinds, half[0], half[1], half[1]), lab.schema["x"], bins=20)
    assert other.pooled.tolist() == cells.pooled.tolist()


def test_few_values_make_few_bins_and_gaps_one():
    kinds = {"x": WHOLE, "y": NUMBER}
    rows = {"x": [0.0] * 9 + [5.0], "y": [None] * 10}
    lab = lab_of(kinds, rows, rows, rows)
    assert np.unique(binned_cells(lab, lab.schema["x"], bins=20).pooled).size == 2
    assert np.unique(binned_cells(lab, lab.schema["y"], bins=20).pooled).size == 1


def test_numbers_and_dates_are_discretised_and_nothing_else():
    lab = lab_of(
        {"n": NUMBER, "w": WHOLE, "d": DATE, "l": LEVEL, "f": FLAG, "g": GRADE},
        *[{k: [0, 1] for k in "nwdlfg"}] * 3,
    )
    assert [c.name for c in lab.schema if is_discretised(c)] == ["n", "w", "d"]


class TestDrawing:
    def test_all_if_there_are_few(self):
        drawn = draw_combinations("abcd", 2, at_most=6, rng=np.random.default_rng(0))
        assert drawn.tried == tuple(combinations("abcd", 2))
        assert drawn.possible == 6

    def test_so_many_if_there_are_more(self):
        names = [f"c{i:03d}" for i in range(300)]
        one, other = (
            draw_combinations(names, 3, at_most=40, rng=np.random.default_rng(s)) for s in (0, 1)
        )
        assert len(set(one.tried)) == 40
        assert one.possible == 300 * 299 * 298 // 6
        assert all(a < b < c for a, b, c in one.tried)
        assert one.tried != other.tried


def test_very_many_values_in_three_columns_fit_into_a_code():
    wide = made.Cells(np.array([0, 1]), np.array([1]), 1 << 30)
    joined = made._joined([wide, wide, wide])
    assert joined.levels <= 3
    assert joined.pooled.tolist() == [0, 1]
    assert joined.released.tolist() == [1]
    with pytest.raises(IndexError):
        made._joined([])
