"""Disclosive combinations: keys that stand for one person, or give a secret away, in the release.

What the adversary does
-----------------------
Nothing; these are the counts of official statistics. A combination of known values is disclosive in
the release where all synthetic records that have it share one secret; `disco` is the share of
people about whom that secret is right. `repu` is the share of people who have their combination
alone, among real and holdout people together, and whose combination one synthetic record has.
`rapid` is the share of people whose secret the nearest records make so likely that half of the way
from the release's own share to certainty is gone. Each is counted over holdout people too, who
answer the same questions, and the difference is what having been in the data adds.

Under `personal`, disclosures are left out that say little about a person: a missing secret or known
value, a level that more than 85 % of people have, and combinations of more than five synthetic
records. The published quantities without a control stand beside them: unique keys among real people
and among synthetic records, the share of real people that their own table discloses (`dorig`),
whose combination the release has (`key_share`), and whose combination is disclosive in it
(`disclosive_share`). The worst `disco_excess` is also measured among the people who stand most
alone, and in all other parts of the people.

What a high value means
-----------------------
An excess: combinations in the release are right about people in the data more often than about
people who were never in it. A share without an excess: a rule of the population, which holds for
everybody.

What a low value does not mean
------------------------------
Only equal combinations count. A record that is nearly the same is no disclosure here, and secrets
of many values are cut into parts.

Cost
----
One sort of the release for each secret and set of known columns, and at most 32 for `rapid`.

References
----------
Raab, Nowok and Dibben, Practical privacy metrics for synthetic data, arXiv 2406.16826, 2024.
RAPID: risk of attribute prediction-induced disclosure in synthetic data, arXiv 2602.09235, 2026.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, Side
from audit.contract.attribution import (
    SIDES,
    Answers,
    Attribution,
    answers,
    attribution_of,
    combined,
    key_words,
    reach,
)
from audit.contract.check import Check, Yield
from audit.contract.disclosive import (
    NOTHING_LEFT_OUT,
    Exclusions,
    classes_of,
    disclosed,
    disclosive_in,
    gains,
    one_level_explains,
    one_pair_explains,
    replicated,
)
from audit.contract.lab import Lab
from audit.contract.outcomes import Wins
from audit.contract.secrets import knowledge
from audit.contract.strata import ATTACKED, strata_of
from audit.contract.strata_wins import strata_wins
from audit.contract.targeted import as_measurement, excess_effect, rate, worst_case
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode

PEOPLE = (Side.REAL, Side.HOLDOUT)
WORST: Mapping[str, str] = {"over": "worst"}
FEWEST = 11
"""A share of fewer records, and of more than none, is not told (small-cell rule)."""


@dataclass(frozen=True)
class DisclosiveCombinations(Check):
    """Combinations that give a secret away, and combinations of one person."""

    card: ClassVar[Card] = Card(
        id="disclosive-combinations",
        version=1,
        title="Combinations of values give a secret away, or stand for one person",
        family=Family.INFERENCE,
        threat=None,
        references=("Raab, Nowok and Dibben 2024", "RAPID, arXiv 2602.09235"),
        measures=(
            "excess",
            "risk",
            *(f"{m}{e}" for m in ("disco", "repu", "rapid") for e in ("", "_control", "_excess")),
            "dorig",
            "disclosive_share",
            "key_share",
            "unique_real",
            "unique_synthetic",
            "unique_both",
        ),
        needs=frozenset({Need.HOLDOUT, Need.SECRET, Need.TWO_COLUMNS}),
    )
    distinct: int = 100
    """A number with more different values is cut into twenty parts."""
    dominant: float = 0.85
    """Levels that a larger share of people have count as no personal disclosure."""
    denominator: int = 5
    """Combinations of more synthetic records count as no personal disclosure."""
    gain: float = 0.5
    """Part of the way to certainty that counts as a disclosure by likelihood."""
    subsets: int = 32

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Yield what combinations are unique, and per secret what they disclose."""
        yield from self._uniques(lab)
        cases: list[Wins] = []
        one_level, one_pair = [], []
        for scope in self._scopes(lab):
            asked = self._asked(scope, lab)
            found = self._disclosures(asked, scope, lab)
            for case in found:
                yield from _measured("disco", case)
            cases += found
            yield from self._published(asked, scope, lab)
            yield from _measured("rapid", self._gained(asked, scope, lab))
            hit = disclosed(asked, Side.REAL, self._said(asked, scope, lab, Side.REAL))
            if one_level_explains(asked, hit):
                one_level.append(scope["secret"])
            elif one_pair_explains(asked, hit):
                one_pair.append(scope["secret"])
        for m in worst_case(cases, WORST, lab.stream("worst")):
            yield m
            if m.name == "excess":
                yield replace(m, name="disco_excess")
        # The planted control asks for the whole alone.
        if lab.target_limit is None:
            yield from _in_parts(cases, lab)
        yield from _flag(CaveatCode.ONE_LEVEL_DISCLOSED, one_level)
        yield from _flag(CaveatCode.ONE_PAIR_DISCLOSED, one_pair)

    def _scopes(self, lab: Lab) -> Iterator[Mapping[str, str]]:
        for secret in sorted(lab.schema.secrets(), key=lambda c: c.name):
            for knows in knowledge(lab.schema, secret):
                yield {"secret": secret.name, "knows": knows}

    def _asked(self, scope: Mapping[str, str], lab: Lab) -> Attribution:
        secret = lab.schema[scope["secret"]]
        known = knowledge(lab.schema, secret)[scope["knows"]]
        key = ("asked", scope["secret"], scope["knows"], self.distinct)
        return lab.keep(key, lambda: attribution_of(lab, secret, known, distinct=self.distinct))

    def _said(self, asked: Attribution, scope: Mapping[str, str], lab: Lab, side: Side) -> Answers:
        """Return the answers of the nearest records, which hold those of equal keys."""
        key = ("answers", side, scope["secret"], scope["knows"], self.distinct, self.subsets)
        within = reach(len(asked.keys[side]), self.subsets)
        return lab.keep(key, lambda: answers(asked, side, within=within, lab=lab))

    def _disclosures(
        self, asked: Attribution, scope: Mapping[str, str], lab: Lab
    ) -> tuple[Wins, ...]:
        personal = Exclusions(dominant=self.dominant, missing=True, limit=self.denominator)
        said = {s: self._said(asked, scope, lab, s) for s in PEOPLE}
        return tuple(
            _people(lab, own, {s: disclosed(asked, s, said[s], without) for s in PEOPLE})
            for own, without in (
                (scope, NOTHING_LEFT_OUT),
                ({**scope, "counted": "personal"}, personal),
            )
        )

    def _gained(self, asked: Attribution, scope: Mapping[str, str], lab: Lab) -> Wins:
        hits = {s: gains(asked, s, self._said(asked, scope, lab, s)) > self.gain for s in PEOPLE}
        return _people(lab, scope, hits)

    def _published(
        self, asked: Attribution, scope: Mapping[str, str], lab: Lab
    ) -> Iterator[Measurement]:
        """Yield what is printed about real people without a control."""
        said = self._said(asked, scope, lab, Side.REAL)
        shares = {
            "dorig": disclosive_in(asked, Side.REAL),
            "key_share": said.matched,
            "disclosive_share": said.unanimous,
        }
        for name, rows in shares.items():
            yield from _census(name, rows, scope)

    def _uniques(self, lab: Lab) -> Iterator[Measurement]:
        """Yield who is alone with the declared quasi-identifiers, or with all columns."""
        known = lab.schema.quasi_identifiers() or lab.schema.comparable()
        words = {s: combined(w) for s, w in key_words(lab, known, distinct=self.distinct).items()}
        pool = np.concatenate([words[s] for s in PEOPLE])
        released = words[Side.SYNTHETIC]
        hits = {s: replicated(words[s], released, among=pool) for s in PEOPLE}
        scope = {"knows": "quasi_identifiers"}
        yield from _measured("repu", _people(lab, scope, hits))
        alone = {s: classes_of(words[s]) == 1 for s in SIDES}
        yield from _census("unique_real", alone[Side.REAL], scope)
        yield from _census("unique_synthetic", alone[Side.SYNTHETIC], scope)
        yield from _census("unique_both", replicated(words[Side.REAL], released), scope)


def _people(lab: Lab, scope: Mapping[str, str], rows: Mapping[Side, BoolArray]) -> Wins:
    """Return whether any row of each person counts."""
    real, holdout = (lab.people(s).any_of(rows[s]) for s in PEOPLE)
    return Wins(scope=scope, real=real, holdout=holdout, guessed=np.zeros_like(real))


def _in_parts(cases: Sequence[Wins], lab: Lab) -> Iterator[Yield]:
    """Yield excess and risk of disclosure among the vulnerable, and the excess in other parts."""
    real, holdout = (lab.people(s) for s in PEOPLE)
    strata = strata_of(real, holdout, lab, variance=ATTACKED)
    for m in strata_wins(cases, strata, lab.stream("strata"), scope=WORST):
        yield replace(m, name={"excess": "disco_excess"}.get(m.name, m.name))
    yield from strata.caveats


def _measured(name: str, case: Wins) -> Iterator[Measurement]:
    yield Measurement(name, rate(case.real), case.real.size, case.scope)
    yield Measurement(f"{name}_control", rate(case.holdout), case.holdout.size, case.scope)
    effect, n = excess_effect(case), case.pooled.size
    yield as_measurement(f"{name}_excess", effect, n=n, scope=case.scope)


def _census(name: str, rows: BoolArray, scope: Mapping[str, str]) -> Iterator[Measurement]:
    """Yield a share that only describes, unless few records stand behind it."""
    k = int(rows.sum())
    if k == 0 or k >= FEWEST:
        yield Measurement(name, exactly(k / rows.size), rows.size, scope)


def _flag(code: CaveatCode, secrets: Sequence[str]) -> Iterator[Caveat]:
    named = tuple(dict.fromkeys(secrets))
    if named:
        yield Caveat(code, {"secrets": len(named)}, named)
