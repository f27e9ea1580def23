"""Matching on quasi-identifiers: can a person be found by them, and what would that teach?

What the adversary does
-----------------------
Nothing; this is a measurement of the release. People who agree in all declared quasi-identifiers
form a class. Who finds the values of a class in the release, and takes one of its k real people
for the person behind it, is right once in k times. The largest 1 / k over the classes that a
record hits is `max_probability`. It is counted over all real people and therefore known; beside it
stands the same count over the classes of holdout people, who were never in the data. A smaller
table has smaller classes: the two compare only at equal sizes.

To be found is one thing, to be exposed another. `meaningful` is the mean over real people of three
factors: the class is hit; a match is the person (1 / k, now matched on all quasi-identifiers but
the secret); and the record has the person's secret, which is not what anybody would have said. A
number is had within 1.48 median absolute deviations, and what is as near to the median teaches
nothing; nor does the commonest category, nor a missing value. Of several matching records one is
picked at random, and of several secrets the one that is exposed most counts, person by person.

The natural rate is that of holdout people. Each gets the 1 / k that a real person of the class
would have, on average over all ways to deal the labels, and so does everybody for the difference:
every number is fixed before the labels are known, and relabelling is exact. The difference is
therefore not quite that of the two numbers beside it. Among the people who stand most alone the
same is measured; in all other parts of the people the difference is, and can only alarm.

Apparent matches are people whom nobody in the pool shares the quasi-identifiers with, matched by
one record alone. In how many of the *other* columns do person and record agree? An apparent match
between strangers agrees as often for holdout people.

What a high value means
-----------------------
`max_probability`: the release shows the quasi-identifiers of a person with few others like them.
The record need not be about the person: chance hits small classes too, the holdout's as well.
`meaningful`: people can be matched and something new would be learned of them.

What a low value does not mean
------------------------------
The adversary may know more than the declared columns, and may accept a match that is not exact.
The limits that go with these numbers (0.09, cells of 11) were set for records of people with
identifiers removed, not for synthetic records; to use them here is a transposition.

Cost
----
One hash join for the quasi-identifiers and one for each secret; for who stands most alone, the
search of all people among themselves that other checks share.

References
----------
El Emam, Mosquera and Bass, Journal of Medical Internet Research 22(11), 2020, e23139. Skinner and
Elliot, J. R. Stat. Soc. B 64, 2002 (expected correct matches). Task et al., SDNist, 2023 (apparent
match distribution).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import ceil, floor
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, FloatArray, IntArray, Side
from audit.contract.check import Check, Yield
from audit.contract.key_classes import KeyClasses, key_classes
from audit.contract.lab import Lab
from audit.contract.lessons import chance_of_person, known_classes, lesson
from audit.contract.matches import ApparentMatches, apparent_matches
from audit.contract.relabelled import CONFIDENCE, excess_effect, excess_measured
from audit.contract.strata import ATTACKED, Stratum, strata_of
from audit.contract.strata_worst import other_parts
from audit.facts.estimate import Estimate, exactly
from audit.facts.measurement import NO_SCOPE, Card, Family, Measurement, Need
from audit.statistics.rates import clopper_pearson

FEWEST = 11
"""Of fewer apparent matches on either side nothing is told (small-cell rule)."""
_AGREE = (50, 75, 100)


@dataclass(frozen=True, eq=False)
class _Exposure:
    """How likely each person of the pool is found and exposed, float64 of shape (n_people,)."""

    counted: FloatArray
    """With the class sizes of the real table; of no meaning for holdout people."""
    expected: FloatArray
    """With class sizes expected before the labels are dealt."""


@dataclass(frozen=True)
class QuasiIdentifierMatching(Check):
    """People found by their quasi-identifiers, and what that would teach."""

    card: ClassVar[Card] = Card(
        id="quasi-identifier-matching",
        version=1,
        title="People are found by their quasi-identifiers, and something is learned",
        family=Family.IDENTITY,
        threat=None,
        references=("El Emam et al., JMIR 2020", "Skinner and Elliot 2002", "NIST SDNist 2023"),
        measures=(
            "max_probability",
            "max_probability_control",
            "meaningful",
            "meaningful_control",
            "meaningful_excess",
            "apparent_match",
            "apparent_match_control",
            "apparent_match_excess",
        ),
        needs=frozenset({Need.QUASI_IDENTIFIERS}),
        # It measures exposure, which a copy of coarse columns need not have.
        alarms_on_copy=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Measure the probabilities, then what the apparent matches have in common."""
        yield from _largest(lab)
        yield from _meaningful(lab)
        found = apparent_matches(lab)
        if found is not None and _is_told(found):
            yield from _apparent(found, lab.stream("apparent"))


def _largest(lab: Lab) -> Iterator[Measurement]:
    """Yield the largest 1 / k over the classes that a record hits."""
    classes = key_classes(lab, lab.schema.quasi_identifiers())
    hit = classes.records > 0
    real = exactly(_largest_inverse(classes.real[hit]))
    yield Measurement("max_probability", real, classes.n_real)
    if lab.has_holdout:
        own = exactly(_largest_inverse(classes.holdout[hit]), "census of the holdout")
        yield Measurement("max_probability_control", own, classes.n_people - classes.n_real)


def _largest_inverse(sizes: IntArray) -> float:
    return 1 / int(sizes[sizes > 0].min()) if sizes.any() else 0.0


def _meaningful(lab: Lab) -> Iterator[Yield]:
    """Yield the exposure of each secret, and of the worst secret of each person."""
    exposures: dict[str, _Exposure] = {}
    for secret in sorted(lab.schema.secrets(), key=lambda c: c.name):
        lab.checkpoint()
        taught, classes = lesson(lab, secret), known_classes(lab, secret)
        if taught is not None and classes is not None:
            exposures[secret.name] = _exposure(classes, taught)
    if not exposures:
        return
    n_real = lab.table(Side.REAL).n_people
    for name, exposure in exposures.items():
        yield from _told(exposure, n_real, {"secret": name})
    worst = _Exposure(
        np.max([e.counted for e in exposures.values()], axis=0),
        np.max([e.expected for e in exposures.values()], axis=0),
    )
    yield from _told(worst, n_real, NO_SCOPE)
    if lab.has_holdout:
        is_real = np.arange(worst.expected.size) < n_real
        yield excess_measured("meaningful_excess", worst.expected, is_real, lab.stream("relabel"))
        # The planted control asks for the whole alone.
        if lab.target_limit is None:
            yield from _in_parts(worst, lab)


def _in_parts(worst: _Exposure, lab: Lab) -> Iterator[Yield]:
    """Yield the same of the people who stand most alone, and the excess in all other parts."""
    sides = (lab.people(Side.REAL), lab.people(Side.HOLDOUT))
    strata = strata_of(*sides, lab, variance=ATTACKED)
    part = strata.vulnerable
    if part is not None and part.has_both_sides:
        rng = lab.stream("relabel/vulnerable")
        exposure = _within(worst, part)
        yield from _told(exposure, int(part.real.sum()), {"subset": part.name})
        excess = excess_measured("meaningful_excess", exposure.expected, _is_real(part), rng)
        yield replace(excess, scope={"subset": part.name})
    rng = lab.stream("relabel/parts")
    effects = [
        [excess_effect(_within(worst, other).expected, _is_real(other), rng)]
        for other in strata.others
    ]
    yield from other_parts("meaningful_excess", strata.others, effects, rng)
    yield from strata.caveats


def _within(worst: _Exposure, part: Stratum) -> _Exposure:
    inside = np.concatenate([part.real, part.holdout])
    return _Exposure(worst.counted[inside], worst.expected[inside])


def _is_real(part: Stratum) -> BoolArray:
    n_real = int(part.real.sum())
    return np.arange(n_real + int(part.holdout.sum())) < n_real


def _exposure(classes: KeyClasses, taught: FloatArray) -> _Exposure:
    # Where a class has no real people, nobody is counted.
    counted = 1 / np.maximum(classes.real, 1)
    return _Exposure(
        classes.best_of(taught * counted[classes.pooled]),
        classes.best_of(taught * chance_of_person(classes)[classes.pooled]),
    )


def _told(exposure: _Exposure, n_real: int, scope: Mapping[str, str]) -> Iterator[Measurement]:
    """Yield the mean over real people, which is counted, and over holdout people, estimated."""
    real, holdout = exposure.counted[:n_real], exposure.expected[n_real:]
    yield Measurement("meaningful", exactly(float(real.mean())), n_real, scope)
    if holdout.size:
        yield Measurement("meaningful_control", _mean(holdout), holdout.size, scope)


def _mean(values: FloatArray) -> Estimate:
    """Return the mean of numbers from 0 to 1, with ends that hold where few are above 0.

    Among all numbers from 0 to 1 of one mean, zeros and ones vary most; so the ends of a share
    hold for a mean of anything between.
    """
    total, n = float(values.sum()), values.size
    low = clopper_pearson(min(n, floor(total)), n).low
    high = clopper_pearson(min(n, ceil(total)), n).high
    value = min(1.0, total / n)
    return Estimate(value, min(low, value), max(high, value), CONFIDENCE, "Clopper-Pearson, mean")


def _is_told(found: ApparentMatches) -> bool:
    n_real = int(found.is_real.sum())
    # Without a holdout there is only the one side.
    others = [n_real, found.is_real.size - n_real]
    return n_real >= FEWEST and all(n == 0 or n >= FEWEST for n in others)


def _apparent(found: ApparentMatches, rng: np.random.Generator) -> Iterator[Measurement]:
    """Yield the mean agreement of apparent matches, and how it is distributed."""
    real, holdout = found.agreement[found.is_real], found.agreement[~found.is_real]
    yield Measurement("apparent_match", exactly(float(real.mean())), real.size)
    for percent in _AGREE:
        count = int((real >= percent / 100 - 1e-9).sum())
        if count == 0 or count >= FEWEST:
            scope = {"agree": str(percent)}
            yield Measurement("apparent_match", exactly(count / real.size), real.size, scope)
    if holdout.size:
        yield Measurement("apparent_match_control", _mean(holdout), holdout.size)
        yield excess_measured("apparent_match_excess", found.agreement, found.is_real, rng)
