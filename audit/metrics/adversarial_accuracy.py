"""Adversarial accuracy: can records be told from people, from people of either side alike?

What the adversary does
-----------------------
Nothing; this is a measurement of the release. The adversarial accuracy of two tables is how often
a row's nearest neighbour in its own table is nearer than in the other, averaged over both tables:
one half where the two are draws of one population, below it where one copies the other. The privacy
loss is the accuracy against holdout people minus that against real people.

All tables enter with the same number of people, the smallest of the three: otherwise the larger
would hold the nearer neighbour by its size. Where sizes differ, ten samples are drawn beforehand
and averaged. Of large tables a sample keyed by content takes part, at most 5,000 people of a side.
Nobody is their own neighbour and ties count half. Spread and p-value come from dealing anew who is
real, with the same samples. Numbers are compared on ranks, one encoding: every scale has an
accuracy of its own, and the worst case over scales is told by the closest record.

What a high value means
-----------------------
Synthetic records stand nearer to real people than to people like them.

What a low value does not mean
------------------------------
A mean over everybody. A few copied people hardly move it.

Cost
----
One search in each of the three tables and between them, with longer lists of neighbours where one
side is much smaller than the others.

References
----------
Yale et al., Assessing privacy and quality of synthetic health data, AIDR 2019. Yale et al.,
Generation and evaluation of privacy preserving synthetic health data, Neurocomputing 416, 2020.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.accuracy import Accuracies, Field, accuracies, field_of
from audit.contract.arms import FloatArray, Side
from audit.contract.check import Check, NothingToTry, Yield
from audit.contract.lab import Lab
from audit.contract.relabelled import drawn_measured
from audit.contract.sample_sizes import sample_sizes
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.statistics.bit_labels import drawn_labels, first_of, packed

SAMPLES = 10
_WORDS = 32
"""2,047 relabellings."""


@dataclass(frozen=True)
class AdversarialAccuracy(Check):
    """Accuracy against holdout people minus that against real people."""

    card: ClassVar[Card] = Card(
        id="adversarial-accuracy",
        version=1,
        title="Records are told from holdout people better than from real people",
        family=Family.DISTANCE,
        threat=None,
        references=("Yale et al., AIDR 2019", "Yale et al., Neurocomputing 2020"),
        measures=("privacy_loss", "accuracy"),
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
        clears=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Compare samples of equal size under the observed labels and under drawn ones."""
        sizes = sample_sizes(lab)
        if sizes.size < 2:
            raise NothingToTry("a single record has no neighbours of its own kind")
        field = field_of(lab)
        people = {s: min(lab.table(s).n_people, sizes.most) for s in (Side.REAL, Side.HOLDOUT)}
        if any(n < lab.table(s).n_people for s, n in people.items()):
            told = {s.value: float(n) for s, n in people.items()}
            yield Caveat(CaveatCode.TARGETS_SAMPLED, told)
        found = mean_accuracies(field, sizes.size, lab.stream("samples"))
        loss: FloatArray = found.holdout - found.real
        yield drawn_measured("privacy_loss", loss, n=field.pool.n_people)
        for side, values in zip(people, found, strict=True):
            accuracy = exactly(float(values[0]), "mean over samples of equal size")
            yield Measurement("accuracy", accuracy, sizes.size, {"to": side.value})


def mean_accuracies(field: Field, size: int, rng: np.random.Generator) -> Accuracies:
    """Return both accuracies, the observed ones first, averaged over samples of `size` people."""
    n_real, n_people = field.pool.n_real, field.pool.n_people
    labels = drawn_labels(n_real, n_people, words=_WORDS, rng=rng)
    uneven = {n_real, n_people - n_real, field.n_released} != {size}
    samples = SAMPLES if uneven else 1
    real, holdout = np.zeros(labels.shape[1]), np.zeros(labels.shape[1])
    for _ in range(samples):
        order = rng.permutation(n_people)
        released = np.sort(rng.permutation(field.n_released)[:size])
        kept, others = (packed(first_of(side, order, size)) for side in (labels, ~labels))
        found = accuracies(field, kept, others, released)
        real += found.real / samples
        holdout += found.holdout / samples
    return Accuracies(real, holdout)
