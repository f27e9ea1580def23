"""Attribute inference by a learner: what the release teaches about a secret is asked of people.

What the adversary does
-----------------------
The adversary trains learners on the synthetic records and asks them for the secret of a person:
the vote of the nearest records, trees grown to the last record, gradient boosting (for numbers and
for secrets of two levels) and least squares. Known are the declared quasi-identifiers, all other
columns, and half of them, drawn for each secret. Each time the learner counts that gains most over
its twin, the same learner trained on other real and holdout people, who are as many; where none
gains anything, the one that is right most often. Neither the twin nor the choice knows who was in
the data. A category must be hit exactly, a number to 5 % of its size or of the spread of all
people, whichever is more, a date to 5 % of the spread (the range of the middle half).

What a high value means
-----------------------
Secrets of people in the data are named more often than secrets of people who were never in it. The
share of phantoms says how many of the secrets that were named would have been named without the
person's data; the rate of the best twin says how far people like them give a person away. Where
nearly everybody has the same value, precision and recall on the others say more than rates do.

What a low value does not mean
------------------------------
Learners that were not run, and sets of known columns that were not drawn, are not covered. Where a
release is poor and copies some people, the learner that is right most often need not be the one
that remembers them; the nearest record remembers best, and `attribute-inference-nearest` asks it by
itself. Of a release of more than `rows` records the learners see a part, and of its copies too. A
rule that holds in the whole population is learnt as well from anybody and shows no excess.

Cost
----
Four learners for each secret and set of known columns, each trained three times on at most `rows`
rows, and two searches for neighbours.

References
----------
Francis and Wagner, Towards More Accurate and Useful Data Anonymity Vulnerability Measures,
arXiv 2403.06595 (the best model of a non-member). Phantoms and Disclosures, arXiv 2606.16952.
Jayaraman and Evans, Are Attribute Inference Attacks Just Imputation?, CCS 2022.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy as np

from audit.contract.adversary import TargetedAttack
from audit.contract.arms import Arm, BoolArray, FloatArray, Side
from audit.contract.check import Yield
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.secret_models import Lessons, learners_for
from audit.contract.secret_votes import Guessed, released_votes
from audit.contract.secrets import Secret, knowledge, levels_of
from audit.contract.targeted import rate
from audit.contract.yardsticks import (
    IMBALANCED,
    Accused,
    accused,
    as_heatmap,
    phantom,
    precision_and_recall,
)
from audit.errors import UsageError
from audit.facts.measurement import Card, Family, Measurement, Need, ThreatModel
from audit.facts.schema import Column
from audit.models.inference import Effort, Learner
from audit.models.threads import at_once

HALF = "half"
_DRAWS = 20
_FEWEST = 4
"""Columns beside the secret of which half is drawn."""
_SIDES = (Side.REAL, Side.HOLDOUT)


@dataclass(frozen=True, eq=False, repr=False)
class _Contest:
    """The learner that gained most, and the best twin, over the rows of both arms, real first."""

    chosen: Guessed
    hits: BoolArray
    twin_hits: BoolArray
    n_real: int

    def part(self, side: Side) -> slice:
        return slice(0, self.n_real) if side is Side.REAL else slice(self.n_real, None)


@dataclass(frozen=True)
class AttributeInferenceModel(TargetedAttack):
    """A learner trained on the release gives the secret away."""

    learns: ClassVar[bool] = True
    card: ClassVar[Card] = Card(
        id="attribute-inference-model",
        version=1,
        title="A learner trained on the release gives a secret away",
        family=Family.INFERENCE,
        threat=ThreatModel(
            knows="attributes of a person, at worst all but the secret; not who is in the data",
            sees="the synthetic records",
            wins="a learner trained on them names the person's own secret",
        ),
        references=(
            "Francis and Wagner, arXiv 2403.06595",
            "Phantoms and Disclosures, arXiv 2606.16952",
            "Jayaraman and Evans, CCS 2022",
        ),
        measures=(
            "excess",
            "risk",
            "attack_rate",
            "control_rate",
            "baseline_rate",
            "nonmember_rate",
            "phantom_share",
            "precision",
            "precision_control",
            "recall",
            "recall_control",
            "recall_excess",
        ),
        needs=frozenset({Need.HOLDOUT, Need.SECRET, Need.TWO_COLUMNS}),
    )
    n_targets: int = 10_000
    tolerance: float = 0.05
    """Of a number's size."""
    absolute: float = 0.05
    """Of the interquartile range of all people; who is within either is right."""
    rows: int = 10_000
    """Rows that a learner is trained on at most."""
    trees: int = 10
    rounds: int = 20
    """Of boosting."""
    learners: tuple[str, ...] = ("trees", "boosting", "linear")
    """Who competes beside the nearest neighbours, where it fits the type of the secret."""

    def __post_init__(self) -> None:
        """Refuse learners that do not exist."""
        if not set(self.learners) <= set(Learner):
            raise UsageError(
                f"{self.card.id}.learners names a learner that does not exist",
                f"There are {', '.join(Learner)}; the nearest neighbours always compete.",
            )

    def variants(self, lab: Lab) -> tuple[Mapping[str, str], ...]:
        """Return one scope per secret and set of known columns."""
        return tuple(
            {"secret": secret.name, "knows": knows}
            for secret in sorted(lab.schema.secrets(), key=lambda c: c.name)
            for knows in self._sets(secret, lab)
        )

    def _sets(self, secret: Column, lab: Lab) -> Mapping[str, tuple[Column, ...]]:
        halves = lab.keep((self.card.id, "halves"), lambda: _halves(lab.for_check(self.card.id)))
        half = {HALF: halves[secret.name]} if secret.name in halves else {}
        return {**knowledge(lab.schema, secret), **half}

    def wins(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Tell for each row whether the learner names the secret."""
        found = self._contest(scope, lab)
        return found.hits[found.part(arm.side)]

    def guesses(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> BoolArray:
        """Always name the commonest value."""
        secret = self._secret(scope, lab)
        truth = secret.values(arm.side)[arm.rows]
        return secret.hit(np.full(truth.shape, secret.commonest()), truth)

    def covariates(self, arm: Arm, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        """Return the level of the secret: some levels are easier to guess for anybody."""
        return levels_of(lab, arm, lab.schema[scope["secret"]])

    def beside(self, cases: Sequence[Wins], lab: Lab) -> Iterator[Yield]:
        """Yield the best model of a non-member, the share of phantoms, precision and recall."""
        for case in cases:
            found, real = self._contest(case.scope, lab), lab.arm(Side.REAL, self.n_targets)
            told = real.any_of(found.twin_hits[: found.n_real])
            yield Measurement("nonmember_rate", rate(told), told.size, case.scope)
            yield from phantom(case)
            yield from self._among_unusual(case.scope, found, lab)
        yield as_heatmap(f"{self.card.id}-knowledge", cases)

    def _among_unusual(
        self, scope: Mapping[str, str], found: _Contest, lab: Lab
    ) -> Iterator[Measurement]:
        secret, truth = self._secret(scope, lab), self._truth(scope, lab)
        usual = secret.hit(np.full(truth.shape, secret.commonest()), truth)
        if secret.column.kind.is_numeric or not IMBALANCED <= usual.mean() < 1:
            return
        named = accused(found.chosen.unusual, ~usual)
        right = named & secret.hit(found.chosen.rare, truth)
        sides = []
        for side in _SIDES:
            arm, part = lab.arm(side, self.n_targets), found.part(side)
            sides.append(Accused(*(arm.any_of(x[part]) for x in (~usual, named, right))))
        yield from precision_and_recall(sides[0], sides[1], scope)

    def _secret(self, scope: Mapping[str, str], lab: Lab) -> Secret:
        return Secret(lab, lab.schema[scope["secret"]], self.tolerance, self.absolute)

    def _truth(self, scope: Mapping[str, str], lab: Lab) -> FloatArray:
        secret, arms = self._secret(scope, lab), [lab.arm(s, self.n_targets) for s in _SIDES]
        return np.concatenate([secret.values(a.side)[a.rows] for a in arms])

    def _contest(self, scope: Mapping[str, str], lab: Lab) -> _Contest:
        key = (self.card.id, repr(self), lab.target_limit, *sorted(scope.items()))
        return lab.keep(key, lambda: self._compete(scope, lab))

    def _compete(self, scope: Mapping[str, str], lab: Lab) -> _Contest:
        secret, truth = self._secret(scope, lab), self._truth(scope, lab)
        rivals = list(self._rivals(scope, lab))
        won = [(secret.hit(a.value, truth), secret.hit(b.value, truth)) for a, b in rivals]
        # Sums over real and holdout people alike: the choice does not know who is real.
        gains = [int(own.sum()) - int(twin.sum()) for own, twin in won]
        rights = [int(own.sum()) for own, _ in won]
        merits = gains if max(gains) > 0 else rights
        best = merits.index(max(merits))
        twin = max((w[1] for w in won), key=lambda hits: int(hits.sum()))
        n_real = lab.arm(Side.REAL, self.n_targets).rows.size
        return _Contest(rivals[best][0], won[best][0], twin, n_real)

    def _rivals(self, scope: Mapping[str, str], lab: Lab) -> Iterator[tuple[Guessed, Guessed]]:
        """Yield what each learner says, and what its twin says."""
        secret = self._secret(scope, lab)
        known = self._sets(secret.column, lab)[scope["knows"]]
        arms = [lab.arm(s, self.n_targets) for s in _SIDES]
        targets = np.concatenate([arms[0].rows, arms[1].rows + lab.table(Side.REAL).n_rows])
        seed = int(lab.for_check(self.card.id).stream("learners").integers(2**31))
        lessons = Lessons(secret, known, self.rows, Effort(self.trees, self.rounds), seed, lab)
        yield self._neighbours(arms, secret, known, lab), lessons.from_nearest_others(targets)
        fit = learners_for(secret.column, int(np.unique(secret.pooled()).size))
        rivals = [learner for learner in fit if learner in self.learners]
        told = at_once(
            [
                partial(taught, learner, targets)
                for learner in rivals
                for taught in (lessons.from_release, lessons.from_others)
            ],
            jobs=lab.jobs,
        )
        yield from zip(told[::2], told[1::2], strict=True)

    def _neighbours(
        self, arms: Sequence[Arm], secret: Secret, known: Sequence[Column], lab: Lab
    ) -> Guessed:
        """Return the vote of the nearest records of the release."""
        votes = [released_votes(arm, secret, known, lab).neighbours for arm in arms]
        parts = zip(*((v.value, v.unusual, v.rare) for v in votes), strict=True)
        return Guessed(*map(np.concatenate, parts))


def _halves(lab: Lab) -> dict[str, tuple[Column, ...]]:
    """Draw half of the other columns for each secret, no set twice if that can be had."""
    halves: dict[str, tuple[Column, ...]] = {}
    for secret in sorted(lab.schema.secrets(), key=lambda c: c.name):
        others = sorted(knowledge(lab.schema, secret)["others"], key=lambda c: c.name)
        if len(others) < _FEWEST:
            continue
        draw = lab.stream(f"half/{secret.name}")
        for _ in range(_DRAWS):
            drawn = sorted(draw.permutation(len(others))[: len(others) // 2])
            halves[secret.name] = tuple(others[i] for i in drawn)
            if len({*halves.values()}) == len(halves):
                break
    return halves
