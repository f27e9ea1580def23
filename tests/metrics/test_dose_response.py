"""The more values are flipped, the farther a copy lies (research/attacks.md, section 13.3)."""

from dataclasses import replace

import numpy as np
import pytest

from audit.contract.lab import Lab
from audit.facts.measurement import Measurement
from audit.metrics.adversarial_accuracy import AdversarialAccuracy
from audit.metrics.authenticity import Authenticity
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.data_copying import DataCopying
from audit.metrics.identifiability import Identifiability
from audit.metrics.neighbour_ratio import NeighbourRatio
from tests.contract.shared_tables import needs_tables, shared_lab

pytestmark = needs_tables

PEOPLE = 700
DOSES = (0.1, 0.3, 0.5, 0.9)
MEASURES = {
    ClosestRecord: "share",
    NeighbourRatio: "share",
    AdversarialAccuracy: "privacy_loss",
    Authenticity: "excess",
    Identifiability: "excess",
    DataCopying: "left_tail",
}


def flipped(table, dose):
    """Return a copy in which a share of the values are those of other people; larger shares flip
    the same values and more."""
    rng = np.random.default_rng(20)

    def flip(values):
        hit, other = rng.random(values.size) < dose, rng.integers(0, values.size, values.size)
        return np.where(hit, values[other], values)

    ordinal = set(table.numbers) & set(table.codes)
    assert not ordinal
    numbers = {name: flip(values) for name, values in table.numbers.items()}
    codes = {name: flip(values) for name, values in table.codes.items()}
    return table.with_values(numbers=numbers, codes=codes).in_canonical_order()


@pytest.fixture(scope="module")
def labs():
    release = shared_lab("census2k", "mostly").release
    rows = np.sort(np.random.default_rng(1).permutation(2_000)[:PEOPLE])
    real, holdout = release.real.take(rows), release.holdout.take(rows)
    return [
        Lab(replace(release, real=real, holdout=holdout, synthetic=flipped(real, dose)), seed=0)
        for dose in DOSES
    ]


@pytest.mark.parametrize("check", MEASURES, ids=lambda c: c.card.id)
def test_nearness_falls_with_the_share_of_flipped_values(labs, check):
    values = []
    for lab in labs:
        found = [
            m
            for m in check().run(lab.for_check(check.card.id))
            if isinstance(m, Measurement) and m.name == MEASURES[check] and not m.scope
        ]
        [measured] = found
        values.append(measured.estimate.value - measured.null_value)
    assert values == sorted(values, reverse=True)
    # Published for Adult: .84 at 10 %, .64 at 30 %, .53 at 50 %, .50 at 90 %.
    assert values[0] > 5 * abs(values[-1])
    if check is ClosestRecord:
        assert values[0] > 0.3
        assert values[-1] < 0.08
