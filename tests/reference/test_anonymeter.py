"""anonymeter's frozen answers beside ours, person by person where nothing is drawn.

Its linkability and inference are searched in its own distance by our engine; singling out is ours
as it runs. What is left out here, and why, is asserted in `test_deviations.py`.
"""

import numpy as np
import pytest

from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.arms import Side
from audit.contract.growing import by_chance
from audit.contract.lab import Lab
from audit.contract.predicates import match
from benchmarks.peers.anonymeter_distance import guessed, linked
from benchmarks.peers.reference_tables import REFERENCES
from tests.reference.frozen import bits, lab, made, said

COARSE = ("categories", "categories-reversed", "copied-categories")
NUMBERED = [name for name in REFERENCES if name not in COARSE]
SIDES = ("real", "holdout")
ATTACKS, WIDTH, SEEDS = 100, 3, 20


@pytest.mark.parametrize("name", NUMBERED)
def test_the_same_people_are_linked(name: str) -> None:
    for side in SIDES:
        n = len(made(name).tables[side])
        for k in (1, 5):
            theirs = bits(said("anonymeter", name)["linkability"][str(k)][side], n)
            ours = linked(made(name), side, k, lab(name))
            # Who has a gap is equally near to all who have it and the same two categories.
            telling = made(name).tables[side]["n1"].notna()
            assert np.array_equal(ours[telling], theirs[telling]), (side, k)
            assert telling.mean() > (0.85 if name == "gaps" else 0.99)


@pytest.mark.parametrize("name", NUMBERED)
def test_the_same_secrets_are_guessed(name: str) -> None:
    for side in SIDES:
        table = made(name).tables[side]
        for secret, found in said("anonymeter", name)["inference"].items():
            if (name, secret) == ("negative", "n3"):
                continue
            guess, truth = guessed(made(name), side, secret), table[secret]
            if secret.startswith("n"):
                # Within 5 % of the guess, as there; ours is within 5 % of the truth.
                right = (guess - truth).abs() <= 0.05 * guess
            else:
                right = guess == truth
            assert np.array_equal(right, bits(found[side], len(table))), (side, secret)


@pytest.mark.parametrize("name", REFERENCES)
def test_as_many_statements_about_one_column_isolate_somebody(name: str) -> None:
    theirs, view = said("anonymeter", name)["univariate"], lab(name)
    check = SinglingOutUnivariate(n_predicates=10_000)
    made_here = check.predicates(view.for_check(check.card.id))
    assert len(made_here) == theirs["made"]
    for side in (Side.REAL, Side.HOLDOUT):
        counts = match(view.table(side), made_here, at_most=9).counts
        assert (counts == 1).sum() == theirs[side.value]


def isolating(name: str, n: int, seed: int = 0) -> np.ndarray:
    """Return which of at most n statements about three columns isolate somebody: shape (2, n)."""
    view = Lab(lab(name).release, seed=seed, memory=1 << 28).for_check("three columns")
    made_here = by_chance(view, n, width=WIDTH)
    tables = [view.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    return np.array([match(t, made_here, at_most=9).counts == 1 for t in tables])


@pytest.mark.parametrize("name", NUMBERED)
def test_as_many_statements_about_three_columns_isolate_somebody(name: str) -> None:
    """All that there are: 100,000 are asked for, and there are less than 20,000."""
    theirs, ours = said("anonymeter", name)["multivariate"], isolating(name, 100_000)
    assert ours.shape[1] == theirs["made"]
    assert ours.sum(axis=1).tolist() == [theirs["real"], theirs["holdout"]]


def test_statements_that_are_drawn_isolate_as_often() -> None:
    """100 statements each, 20 seeds of theirs and of ours: within 3 combined standard errors.

    Of 21 pairs of means, one beyond is what chance leaves (Student's t with 19 degrees of freedom:
    .7 % each). That the statements are the same is known from the test above.
    """
    gaps = []
    for name in NUMBERED:
        ours = np.array([isolating(name, ATTACKS, seed).mean(axis=1) for seed in range(SEEDS)])
        for i, side in enumerate(SIDES):
            if (name, side) == ("few-holdout", "holdout"):
                continue
            mean, se = said("anonymeter", name)["over_seeds"]["multivariate"][side]
            own = float(ours[:, i].std(ddof=1)) / SEEDS**0.5
            gaps.append(abs(ours[:, i].mean() - mean) / max(float(np.hypot(se, own)), 1e-9))
    assert len(gaps) == 2 * len(NUMBERED) - 1
    assert sum(gap > 3 for gap in gaps) <= 1
    assert max(gaps) < 4.5


@pytest.mark.parametrize("name", NUMBERED)
def test_people_drawn_by_its_evaluators_are_won_as_often_as_all(name: str) -> None:
    """Their mean over 20 draws of 100 people; ours is over everybody and has no error."""
    drawn = said("anonymeter", name)["over_seeds"]
    for side in SIDES:
        table = made(name).tables[side]
        ours = {"linkability": linked(made(name), side, 1, lab(name))}
        ours["inference a"] = np.asarray(guessed(made(name), side, "a") == table["a"])
        for what, won in ours.items():
            mean, se = drawn[what][side]
            # With no error at all (nobody, or everybody, in every draw) one person in a draw.
            assert abs(won.mean() - mean) <= max(3 * se, 1 / ATTACKS), (side, what)
