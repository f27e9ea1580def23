"""Combinations of one person that return: rates over people, the null, and what makes no alarm."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.check import NothingToTry
from audit.contract.lab import Lab
from audit.facts.measurement import Caveat, Measurement
from audit.facts.reasons import CaveatCode
from audit.harness.controls import full_copy, noticed
from audit.metrics.combination_reuse import CombinationReuse
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, NUMBER, lab_of

WORST = ("binned", "worst")


def run(lab, **params):
    found = list(CombinationReuse(**params).run(lab.for_check("combination-reuse")))
    measured = {(m.name, *m.scope.values()): m for m in found if isinstance(m, Measurement)}
    return measured, {c.code: c for c in found if isinstance(c, Caveat)}


def values(found, *scope):
    names = ("share", "control_share", "excess")
    return tuple(found[(name, *scope)].estimate.value for name in names)


def line(start, n, step=1.0):
    return [start + step * i for i in range(n)]


def test_rates_by_hand():
    kinds = {"x": NUMBER, "c": LEVEL}
    # 20 real people with numbers of their own, 20 holdout people likewise; c is everybody's.
    real, holdout = line(0, 20), line(100, 20)
    released = real[:10] + holdout[:2] + line(500, 5)
    lab = lab_of(
        kinds,
        {"x": real, "c": [0] * 20},
        {"x": released, "c": [0] * 17},
        {"x": holdout, "c": [0] * 20},
    )
    found, caveats = run(lab)
    # 10 of 20 real people's numbers return and 2 of 20 holdout people's; so with c beside them.
    assert values(found, "1", "verbatim") == pytest.approx((0.5, 0.1, 0.4))
    assert values(found, "2", "verbatim") == pytest.approx((0.5, 0.1, 0.4))
    excess = found["excess", "1", "verbatim"]
    assert excess.n == 40
    # 12 of 40 return, at least 10 of them with real people: hypergeometric .0069.
    assert excess.p_value == pytest.approx(0.0069, abs=0.003)
    # Rates of 0 and 1 have the variances 1 / 4 and 9 / 100, over 20 people each; as there are so
    # few people, the spread that relabelling gives is used if it is larger: 12 of 40 are 1, with
    # variance .3 * .7 * 40 / 39.
    spread = max(0.25 / 20 + 0.09 / 20, 0.21 * 40 / 39 * (1 / 20 + 1 / 20)) ** 0.5
    assert excess.estimate.low == pytest.approx(0.4 - 1.6449 * spread, abs=1e-4)
    # In 20 bins of two nobody has a bin alone.
    assert not any("binned" in key for key in found)
    assert caveats == {}


def test_a_person_with_many_combinations_counts_once():
    kinds = dict.fromkeys("abcdef", NUMBER)
    # The first real person has six numbers alone, the other 19 one; of the first all return.
    real = {c: [1.0 + i] + [50.0] * 19 for i, c in enumerate("abcdef")}
    real["a"] = line(0, 20)
    holdout = {c: [50.0] * 20 for c in "abcdef"}
    holdout["a"] = line(100, 20)
    released = {c: [real[c][0]] for c in "abcdef"}
    found, _ = run(lab_of(kinds, real, released, holdout))
    assert found["share", "1", "verbatim"].estimate.value == pytest.approx(1 / 20)
    assert found["share", "1", "verbatim"].n == 20


def test_all_rows_of_a_person_count_together():
    kinds = {"x": NUMBER, "y": NUMBER}
    n = 15
    real = {"x": line(0, 2 * n), "y": [7.0] * 2 * n}
    holdout = {"x": line(100, 2 * n), "y": [7.0] * 2 * n}
    people = {"real": [i // 2 for i in range(2 * n)], "holdout": [i // 2 for i in range(2 * n)]}
    found, _ = run(lab_of(kinds, real, {"x": [0.0], "y": [7.0]}, holdout, people=people))
    # One of two numbers of one of 15 people returns.
    assert found["share", "1", "verbatim"].estimate.value == pytest.approx(0.5 / n)
    assert found["share", "1", "verbatim"].n == n


def test_copies_show_in_every_form():
    found, _ = run(Lab(planted_release(leak=0.2), seed=0))
    for scope in (("1", "verbatim"), ("2", "verbatim"), ("3", "verbatim"), ("3", "binned"), WORST):
        assert found[("excess", *scope)].estimate.low > 0.03, scope
        assert found[("excess", *scope)].p_value < 0.01


def test_fragments_show_where_whole_records_do_not():
    """A third of the columns of every record is kept, each from another person."""
    release = planted_release(seed=3)
    rng = np.random.default_rng(0)
    table, real = release.synthetic, release.real
    order = rng.permutation(real.n_rows)
    parts = {n: real.numbers[n][order] for n in ("cost", "lab", "admitted")}
    mixed = replace(release, synthetic=table.with_values(numbers=parts))
    found, _ = run(Lab(mixed, seed=0))
    assert found["excess", *WORST].estimate.low > 0


def test_real_values_drawn_column_by_column_are_hardly_an_alarm():
    """A bootstrap of every column repeats real numbers verbatim, and nobody's combinations."""
    alarms, verbatim, binned = 0, [], []
    for seed in range(6):
        release = planted_release(seed=seed, n=800)
        rng = np.random.default_rng(seed)
        real, table = release.real, release.synthetic
        drawn = table.with_values(
            numbers={n: rng.choice(v, v.size) for n, v in real.numbers.items()},
            codes={n: rng.choice(v, v.size) for n, v in real.codes.items()},
        )
        found, _ = run(Lab(replace(release, synthetic=drawn), seed=seed))
        verbatim.append(found["excess", "1", "verbatim"].estimate.low)
        binned.append(found["excess", "3", "binned"].estimate.value)
        alarms += found["excess", *WORST].estimate.low > 0
    assert min(verbatim) > 0.5
    assert max(binned) < 0.05
    assert alarms <= 3


def test_sizes_that_differ_are_no_excess():
    """Null: a fifth of the holdout moves nothing but the width."""
    outside = 0
    for seed in range(15):
        release = planted_release(seed=seed, n=150)
        few = replace(release, holdout=release.holdout.take(np.arange(0, 150, 5)))
        excess = run(Lab(few, seed=seed))[0]["excess", "2", "verbatim"]
        assert abs(excess.estimate.value) < 0.08
        outside += excess.p_value <= 0.05
    # Binomial(15, .05) exceeds 4 with a probability of .0006.
    assert outside <= 4


def test_a_full_copy_is_noticed():
    fact = noticed(CombinationReuse(), full_copy(Lab(planted_release(), seed=0)))
    assert fact is not None
    assert fact.passed
    assert fact.numbers["p"] < 0.01


def test_nothing_returns():
    kinds = {"x": NUMBER, "y": NUMBER}
    real, holdout = ({"x": line(s, 30), "y": line(s, 30)} for s in (0, 100))
    found, _ = run(lab_of(kinds, real, {"x": [-9.0], "y": [-9.0]}, holdout))
    assert found["excess", "2", "verbatim"].estimate.is_exact
    assert found["excess", "2", "verbatim"].p_value == 1.0


def test_wide_tables_are_sampled_and_say_so():
    kinds = {f"c{i:02d}": LEVEL for i in range(20)}
    rng = np.random.default_rng(0)

    def table(n):
        return {c: rng.integers(0, 5, n).tolist() for c in kinds}

    lab = lab_of(kinds, table(60), table(60), table(60))
    found, caveats = run(lab, pairs=50, triples=30)
    numbers = caveats[CaveatCode.COMBINATIONS_SAMPLED].numbers
    assert numbers == {"tried": 20 + 50 + 30, "possible": 20 + 190 + 1140}
    # Categories are nobody's verbatim numbers.
    assert not any("verbatim" in key for key in found)
    assert ("excess", "3", "binned") in found


class TestNothingToTry:
    @pytest.mark.parametrize("rows", [1, 5])
    def test_too_few_people_have_anything_alone(self, rows):
        table = {"x": line(0, rows), "c": [0] * rows}
        with pytest.raises(NothingToTry):
            run(lab_of({"x": NUMBER, "c": LEVEL}, table, table, {"x": [99.0], "c": [0]}))

    def test_everybody_alike(self):
        table = {"x": [1.0] * 40, "c": [0] * 40}
        with pytest.raises(NothingToTry):
            run(lab_of({"x": NUMBER, "c": LEVEL}, table, table, table))

    def test_nothing_but_gaps(self):
        table = {"x": [None] * 40, "c": [None] * 40}
        with pytest.raises(NothingToTry):
            run(lab_of({"x": NUMBER, "c": LEVEL}, table, table, table))

    def test_one_side_alone_has_something(self):
        real = {"x": line(0, 40), "c": [0] * 40}
        with pytest.raises(NothingToTry):
            run(lab_of({"x": NUMBER, "c": LEVEL}, real, real, {"x": [5.0] * 9, "c": [0] * 9}))
