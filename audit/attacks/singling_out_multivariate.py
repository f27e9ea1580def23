"""Singling out by a combination of columns that is unique in the release.

What the adversary does
-----------------------
The adversary takes a synthetic record at random, picks a few columns and describes it by them:
categories exactly, numbers by which side of the median they lie on and at least how far. A
description that fits no other synthetic record becomes a statement, and the adversary bets that
exactly one person in the data fits it.

What a high value means
-----------------------
Statements made from the release point at exactly one real person more often than they point at
exactly one person of a group of the same size that was never in the data.

What a low value does not mean
------------------------------
One number of columns and random descriptions were tried; a search for the best description is
stronger. Statements that isolate somebody by chance are what the control counts.

Cost
----
One pass over the pool for each statement, a few thousand in all.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.1. Cohen and Nissim, Towards Formalizing the GDPR's Notion of Singling Out, PNAS 117(15),
2020.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import PREDICATE_MEASURES, PredicateAttack
from audit.contract.arms import Side
from audit.contract.blind_predicates import random_predicates
from audit.contract.descriptions import describe
from audit.contract.lab import Lab
from audit.contract.predicates import Predicate
from audit.facts.measurement import Card, Family, Need, ThreatModel

_TRIES_PER_PREDICATE = 400
_BATCH = 4_096


@dataclass(frozen=True)
class SinglingOutMultivariate(PredicateAttack):
    """A unique combination points at one person."""

    card: ClassVar[Card] = Card(
        id="singling-out-multivariate",
        version=1,
        title="A combination of attributes in the release points at one person",
        family=Family.SINGLING_OUT,
        threat=ThreatModel(
            knows="nothing about any person",
            sees="the synthetic records",
            wins="a statement about several columns is true of exactly one person in the data",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "Cohen and Nissim, PNAS 117(15), 2020"),
        measures=PREDICATE_MEASURES,
        needs=frozenset({Need.HOLDOUT, Need.TWO_COLUMNS}),
    )
    n_predicates: int = 4_000
    n_columns: int = 4

    def predicates(self, lab: Lab) -> list[Predicate]:
        """Return statements that are true of exactly one synthetic record."""
        rng, table = lab.stream("attack"), lab.table(Side.SYNTHETIC)
        columns = sorted(lab.schema.comparable(), key=lambda c: c.name)
        width, records = min(self.n_columns, len(columns)), describe(table, columns)
        # Keyed by the record and the set of columns: no other record gives the same statement.
        found: dict[tuple[int, bytes], Predicate] = {}
        for _ in range(0, _TRIES_PER_PREDICATE * self.n_predicates, _BATCH):
            lab.checkpoint()
            rows = rng.integers(table.n_rows, size=_BATCH)
            order = rng.random((_BATCH, len(columns))).argsort(axis=1, kind="stable")
            chosen = np.sort(order[:, :width], axis=1)
            for i in np.flatnonzero(records.alone(rows, chosen)):
                key = (int(rows[i]), chosen[i].tobytes())
                if key not in found:
                    found[key] = records.predicate(int(rows[i]), chosen[i])
            if len(found) >= self.n_predicates:
                break
        return list(found.values())[: self.n_predicates]

    def blind(self, lab: Lab) -> list[Predicate]:
        """Return random statements about as many columns."""
        return random_predicates(lab, self.n_predicates, n_columns=self.n_columns)
