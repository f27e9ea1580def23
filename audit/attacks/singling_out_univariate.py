"""Singling out by one column: a value that occurs once in the release occurs once in the data.

What the adversary does
-----------------------
The adversary looks for values that stand alone in the synthetic data: the smallest and the largest
number, a value that occurs once, the only gap in a column. Each becomes a statement, and the
adversary bets that exactly one person in the data fits it.

A statement belongs to no part of the people, so for those who stand most alone, and for other
parts, people are counted: a person is singled out where a statement is true of this person alone
among real and holdout people together.

What a high value means
-----------------------
Statements made from the release point at exactly one real person more often than they point at
exactly one person of a group of the same size that was never in the data. Only statements count
whose weight is negligible: leaving the person aside, at most one in ten groups of the size of the
data may hold somebody whom the statement fits. Others isolate somebody by chance.

What a low value does not mean
------------------------------
Statements on one column are the simplest there are; combinations are tried by another attack.
Where no value stands alone in any column, as in a table of a few common categories, there is
nothing to say and nothing is measured: that is no 0. A person may then declare the rule not
applicable, with this reason; what combinations of those columns give away is still measured.
No more people can be singled out than statements were made: in a large table their share is small.

Cost
----
One pass over the pool for each statement, a few thousand in all.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.1. Cohen and Nissim, Towards Formalizing the GDPR's Notion of Singling Out, PNAS 117(15),
2020. Article 29 Working Party, Opinion 05/2014 (WP216), section 2.2.
"""

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.adversary import PREDICATE_MEASURES, PredicateAttack
from audit.contract.arms import Side
from audit.contract.blind_predicates import random_predicates
from audit.contract.lab import Lab
from audit.contract.predicates import Condition, Lookup, Op, Predicate, column_values
from audit.facts.measurement import Card, Family, Need, ThreatModel


@dataclass(frozen=True)
class SinglingOutUnivariate(PredicateAttack):
    """One rare value points at one person."""

    card: ClassVar[Card] = Card(
        id="singling-out-univariate",
        version=2,
        title="One rare value in the release points at one person",
        family=Family.SINGLING_OUT,
        threat=ThreatModel(
            knows="nothing about any person",
            sees="the synthetic records",
            wins="a statement about one column is true of exactly one person in the data",
        ),
        references=("Giomi et al., PoPETs 2023(2)", "Cohen and Nissim, PNAS 117(15), 2020"),
        measures=PREDICATE_MEASURES,
        needs=frozenset({Need.HOLDOUT}),
        monotone_in_copies=False,
    )
    n_predicates: int = 4_000

    def predicates(self, lab: Lab) -> list[Predicate]:
        """Return statements that are true of exactly one synthetic record."""
        table, found = lab.table(Side.SYNTHETIC), []
        for column in sorted(lab.schema.comparable(), key=lambda c: c.name):
            values = column_values(table, column.name)
            missing = np.isnan(values)
            if missing.sum() == 1:
                found.append(Condition(column.name, Op.MISSING, 0.0))
            levels, counts = np.unique(values[~missing], return_counts=True)
            if levels.size and column.kind.is_numeric:
                found.append(Condition(column.name, Op.AT_MOST, float(levels[0])))
                found.append(Condition(column.name, Op.AT_LEAST, float(levels[-1])))
            once = levels[counts == 1]
            found.extend(Condition(column.name, Op.EQUALS, float(v)) for v in once)
        order = lab.stream("order").permutation(len(found))
        lookup = Lookup(table)
        candidates = (Predicate((found[i],)) for i in order)
        alone = (p for p in candidates if lookup.rows(p).size == 1)
        return [p for p, _ in zip(alone, range(self.n_predicates), strict=False)]

    def blind(self, lab: Lab) -> list[Predicate]:
        """Return statements about random values: what anybody could say of the columns."""
        return random_predicates(lab, self.n_predicates, n_columns=1)
