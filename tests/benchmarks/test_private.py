"""What an audit says of generators whose epsilon is known, in short; the rest is in the study."""

from math import inf, log

import numpy as np
import pytest

from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.draws import BOUNDING, Draw, Seen, audited
from benchmarks.calibration.mechanisms import (
    BOUNDED,
    MECHANISMS,
    bounded_people,
    coded,
    decoded,
    levels_of,
)
from benchmarks.calibration.populations import draw_release
from benchmarks.calibration.private_page import PAIRED, WORST, private_faults, private_tables
from benchmarks.calibration.worlds import BROKEN, Asked, ask

SIZES = Sizes(400, 400, 400)
AUDITS = 20
"""Binomial(20, .05) exceeds 6 with a probability below 1e-4."""


def said(kind, epsilon, *bounds, measure=PAIRED):
    cell = Cell(BOUNDED, SIZES, epsilon, kind)
    seen = [Seen(measure, {}, b, b, None, 0.0, None, exact=False) for b in bounds]
    return [Draw(cell, i, (s,), (), {}) for i, s in enumerate(seen)]


@pytest.mark.parametrize(
    ("generator", "epsilon", "at_least"),
    # A bound that is always 0 is never too large: something must be claimed where much is shown.
    [("noisy-histogram", 1.0, 0.1), ("noisy-histogram", 3.0, 0.5), ("noisy-marginals", 3.0, 0.5)],
)
def test_no_more_is_claimed_than_is_true(generator, epsilon, at_least):
    asked = ask(generator, epsilon, AUDITS)
    assert not asked.is_beyond
    assert np.median(asked.bounds) > at_least


@pytest.mark.parametrize("generator", BROKEN)
def test_generators_that_do_not_keep_their_epsilon_are_found_out(generator):
    asked = ask(generator, 1.0, AUDITS)
    assert asked.exceeded >= 0.6
    assert asked.is_beyond


def test_the_real_data_themselves_are_found_out_by_whatever_bounds_epsilon():
    draw = audited(Cell(BOUNDED, SIZES, inf, "real-data"), 0)
    assert {s.measure.partition(".")[0] for s in draw.seen} == set(BOUNDING)
    assert private_faults([draw], []) == []


def test_replacing_one_person_costs_at_most_twice_as_much_as_adding_one():
    # epsilon .5 of adding or removing is at most 1 of replacing, which the paired bound is about.
    assert private_faults(said("noisy-histogram", 0.5, *([0.99] * 40)), []) == []
    lines = private_faults(said("noisy-histogram", 0.5, *([1.01] * 40)), [])
    assert "above the truth in 100% of 40 (noisy-histogram, epsilon 0.5)" in lines[0]


def test_a_bound_without_a_look_at_the_data_is_zero_in_nineteen_of_twenty():
    # P(binomial(40, .05) > 9) < 1e-4 <= P(> 8).
    assert private_faults(said("prior", 0.0, *([0.1] * 9 + [0.0] * 31)), []) == []
    assert len(private_faults(said("prior", 0.0, *([0.1] * 10 + [0.0] * 30)), [])) == 1


def test_real_data_that_are_not_found_out_are_named():
    # 200 right guesses of 200: p >= .05^(1/200), so that epsilon <= ln(p / (1 - p)) = 4.19.
    p = 0.05 ** (1 / 200)
    most = log(p / (1 - p))
    assert private_faults(said("real-data", inf, 0.81 * most), []) == []
    assert len(private_faults(said("real-data", inf, 0.79 * most), [])) == 1


def test_the_page_says_how_much_is_true_and_how_much_is_claimed():
    draws = [*said("noisy-copula", 2.0, 0.0, 1.5, 4.5, measure=WORST)]
    text = private_tables(draws, [Asked("noisy-histogram", 1.0, (0.2, 0.4, 1.2, 0.0))])
    # One of three is above 2 x 2; one of four above 1.
    assert f"| noisy Gaussian copula, epsilon 2 | `{WORST}` | 4 | 33.3%" in text
    assert "| noisy-histogram | 1 | 25% |" in text


@pytest.mark.parametrize("kind", MECHANISMS)
def test_a_generated_release_has_the_declared_people(kind):
    cell = Cell(BOUNDED, Sizes(60, 50, 40), MECHANISMS[kind].epsilons[0], kind)
    first, again = draw_release(cell, 2), draw_release(cell, 2)
    assert (first.real.n_rows, first.holdout.n_rows, first.synthetic.n_rows) == (60, 50, 40)
    assert np.array_equal(first.synthetic.keys, again.synthetic.keys)


def test_codes_of_people_and_people_of_codes():
    rng = np.random.default_rng(0)
    people = bounded_people(200, rng)
    codes = coded(people, 8)
    assert (codes < levels_of(8)).all()
    assert np.array_equal(coded(decoded(codes, 8, rng), 8), codes) or _on_an_edge(codes, rng)


def _on_an_edge(codes, rng):
    """Tell whether all that moved are numbers that three decimals put on the edge of their bin."""
    moved = coded(decoded(codes, 8, rng), 8) != codes
    return moved[:, 3:].sum() == 0 and moved.mean() < 0.01
