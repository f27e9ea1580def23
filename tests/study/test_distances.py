"""No alarm of a distance fires on private releases more often than it says."""

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
from audit.testing import planted_release
from tests.contract.handmade import LEVEL, release_of

pytestmark = [pytest.mark.study, pytest.mark.timeout(3_600)]

RELEASES = 200
MOST = 24
"""Binomial(200, .05) exceeds this with a probability below 1e-4."""
CHECKS = (
    ClosestRecord(),
    NeighbourRatio(),
    AdversarialAccuracy(),
    Authenticity(),
    Identifiability(),
    DataCopying(),
)


def even(seed):
    return planted_release(seed=seed, n=100)


def uneven(seed):
    release = planted_release(seed=seed, n=120)
    return replace(
        release,
        holdout=release.holdout.take(np.arange(40)),
        synthetic=release.synthetic.take(
            np.sort(np.random.default_rng(seed).permutation(120)[:90])
        ),
    )


def coarse(seed):
    rng = np.random.default_rng(seed)
    kinds = dict.fromkeys("abcd", LEVEL)
    sizes = (100, 100, 60)
    tables = [{c: list(rng.integers(0, 4, n)) for c in kinds} for n in sizes]
    return release_of(kinds, *tables)


@pytest.mark.parametrize("draw", [even, uneven, coarse])
def test_private_releases_raise_no_more_alarms_than_said(draw):
    alarms: dict[tuple[str, ...], int] = {}
    for seed in range(RELEASES):
        lab = Lab(draw(seed), seed=seed)
        for check in CHECKS:
            for m in check.run(lab.for_check(check.card.id)):
                if not isinstance(m, Measurement) or m.p_value is None:
                    continue
                key = (check.card.id, m.name, *m.scope.values())
                for end, fires in (
                    ("low", m.estimate.low > m.null_value + 1e-9),
                    ("p", m.p_value <= 0.05),
                    ("safe", m.p_safe_side <= 0.05),
                ):
                    alarms[*key, end] = alarms.get((*key, end), 0) + bool(fires)
    assert {key: count for key, count in alarms.items() if count > MOST} == {}
