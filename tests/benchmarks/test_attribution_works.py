"""Our side of sdmetrics' attribution metrics, beside their definitions."""

import numpy as np
import pandas as pd
import pytest

from audit.contract.lab import Lab
from benchmarks.speed.attribution_works import attributed
from tests.contract.handmade import LEVEL, lab_of

KNOWN, SECRET = ["a", "b", "c"], "s"


@pytest.fixture
def lab() -> Lab:
    rows = {"a": [0, 1]}
    return lab_of({"a": LEVEL}, rows, rows, rows)


@pytest.fixture
def frames():
    rng = np.random.default_rng(3)
    return [
        pd.DataFrame({n: [f"v{v}" for v in rng.integers(4, size=40)] for n in [*KNOWN, SECRET]})
        for _ in range(2)
    ]


def by_definition(real, synthetic, *, nearest):
    """sdmetrics 0.32, cap.py: record by record; None where nobody answers."""
    shares = []
    for _, person in real.iterrows():
        apart = (synthetic[KNOWN] != person[KNOWN]).sum(axis=1)
        chosen = synthetic[SECRET][apart == (apart.min() if nearest else 0)]
        shares.append(None if chosen.empty else float((chosen == person[SECRET]).mean()))
    return shares


def test_the_numbers_are_those_of_the_definitions(frames, lab):
    shares = by_definition(*frames, nearest=False)
    answered = [s for s in shares if s is not None]
    assert 0 < len(answered) < len(shares)
    cap = attributed(frames, KNOWN, SECRET, metric="CategoricalCAP", lab=lab)
    assert cap == {"cap": pytest.approx(np.mean(answered))}
    zero = attributed(frames, KNOWN, SECRET, metric="CategoricalZeroCAP", lab=lab)
    assert zero == {"zero_cap": pytest.approx(sum(answered) / len(shares))}
    nearest = by_definition(*frames, nearest=True)
    found = attributed(frames, KNOWN, SECRET, metric="CategoricalGeneralizedCAP", lab=lab)
    assert found == {"gcap": pytest.approx(np.mean(nearest))}


def test_protection_is_compared_with_a_guess(frames, lab):
    cap = np.mean([s for s in by_definition(*frames, nearest=False) if s is not None])
    found = attributed(frames, KNOWN, SECRET, metric="DisclosureProtection", lab=lab)
    # Four levels: a guess is right in a quarter of all cases.
    assert found == {"cap": pytest.approx(cap), "score": pytest.approx(min(1, (1 - cap) / 0.75))}
