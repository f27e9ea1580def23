"""Closest record: are synthetic records nearer to real people than to people never in the data?

What the adversary does
-----------------------
Nothing; this is a measurement of the release. For every synthetic record the nearest person is
looked for among real and holdout people together. Without a leak a real person is nearest as often
as there are real people in the pool. The same is counted for the one and five per cent of
synthetic records that lie nearest to anybody, where copies would be.

What is near depends on how numbers are scaled, so all three scales are tried (ranks, shares of the
range, standard deviations) and the worst of them speaks for the release. The largest of three
shares lies above its expectation by luck alone: the lower end and the p-value allow for that.

Quantiles and curves of the distances, on ranks, are told for those who ask for them, beside the
distance from holdout to real people: what people look like who were never in the data.

Without a holdout, real people are compared with themselves, on ranks: is a person's nearest
neighbour more often a synthetic record than another real one?

What a high value means
-----------------------
The release follows the real people more closely than people like them.

What a low value does not mean
------------------------------
Releases with unremarkable distances have been attacked with success. A distance raises an alarm
and never clears a release.

Cost
----
Three nearest-neighbour searches of all synthetic records among real and holdout people, and three
more for the distances.

References
----------
Platzer and Reutterer, Holdout-Based Empirical Assessment of Mixed-Type Synthetic Data, Frontiers
in Big Data 4, 2021. Yao et al., The DCR Delusion, arXiv 2505.01524. Pilgram et al., Patterns 6(10),
101320, 2025.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.distances import distance_curves, distance_quantiles
from audit.contract.lab import Lab
from audit.contract.pool import nearest_pooled
from audit.contract.relabelled import CONFIDENCE, worst_share
from audit.contract.tails import TAILS, carried_by, tail_cases
from audit.facts.estimate import Estimate
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.space.encode import ENCODINGS, RANK
from audit.space.neighbours.answer import Owners
from audit.statistics.rates import Z95


@dataclass(frozen=True)
class ClosestRecord(Check):
    """Distance to the closest record, against its own null."""

    card: ClassVar[Card] = Card(
        id="closest-record",
        version=1,
        title="Synthetic records lie nearer to real people than to others",
        family=Family.DISTANCE,
        threat=None,
        references=("Platzer and Reutterer 2021", "Yao et al., arXiv 2505.01524"),
        measures=("share", "tail_share_1pct", "tail_share_5pct", "distance"),
        needs=frozenset({Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare with holdout people, or with real people among themselves."""
        if not lab.has_holdout:
            yield from _within_real(lab)
            yield from distance_quantiles(lab)
            return
        columns = lab.schema.comparable()
        found = {e.name: nearest_pooled(lab, columns, e) for e in ENCODINGS}
        is_real = next(iter(found.values())).is_real
        rng = lab.stream("relabel")
        everything = [carried_by(f, None, {"encoding": name}) for name, f in found.items()]
        yield from worst_share("share", everything, is_real, rng)
        for name, part in TAILS.items():
            cases = tail_cases({e: (f, f.distances) for e, f in found.items()}, part)
            if isinstance(cases, Caveat):
                yield cases
                continue
            yield from worst_share(name, cases, is_real, rng)
        yield from distance_quantiles(lab)
        yield distance_curves(lab)


def _within_real(lab: Lab) -> Iterator[Yield]:
    """Ask whether a real person's nearest neighbour is synthetic more often than it should be.

    If synthetic and real rows were draws of one population, the nearest of the other rows would
    be synthetic with probability n_s / (n_s + n_t - 1). Ties count half.
    """
    yield Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)
    columns, table = lab.schema.comparable(), lab.table(Side.REAL)
    # One row of each person: nobody's nearest neighbour is another row of the same person.
    rows = np.unique(table.people, return_index=True)[1]
    if rows.size < 2:
        raise NothingToTry("a single person has no neighbours among real people")
    real = lab.points(Side.REAL, columns, RANK).take(rows)
    everybody = lab.people(Side.REAL)
    to_synthetic = lab.nearest_synthetic(everybody, columns, RANK).distances[rows, 0]
    own = np.arange(len(real))
    to_real = lab.search(real, real, owners=Owners(own, own)).distances[:, 0]
    nearer: FloatArray = (to_synthetic < to_real) + 0.5 * (to_synthetic == to_real)
    n_t, n_s = len(real), lab.release.synthetic.n_rows
    value, null = float(nearer.mean()), n_s / (n_s + n_t - 1)
    # Pairs of rows that are each other's nearest neighbour are counted together at worst, which
    # doubles the variance of independent counts.
    sd = float(np.sqrt(2 * null * (1 - null) / n_t))
    yield Measurement(
        name="share",
        estimate=Estimate(
            value,
            max(0.0, value - Z95 * sd),
            min(1.0, value + Z95 * sd),
            CONFIDENCE,
            "normal, leave-one-out in real",
        ),
        n=n_t,
        null_value=null,
    )
