"""Singling out by a combination of columns that is unique in the release.

What the adversary does
-----------------------
The adversary takes synthetic records and describes each by some columns: categories exactly,
numbers by how far out they lie, gaps as gaps. Columns are drawn by chance, 2 to 8 at a time; or
those are taken by which the record stands out most; or the table is cut in two by chance until
the record is left alone. A description that fits no other synthetic record becomes a statement,
and the adversary bets that exactly one person in the data fits it. The worst way is what counts.

A statement belongs to no part of the people, so for those who stand most alone, and for other
parts, people are counted: a person is singled out where a statement, however it was found, is true
of this person alone among real and holdout people together.

What a high value means
-----------------------
Statements made from the release point at exactly one real person more often than they point at
exactly one person of a group of the same size that was never in the data. Only statements count
whose weight is negligible: leaving the person aside, at most one in ten groups of the size of the
data may hold somebody whom the statement fits. Others isolate somebody by chance.

What a low value does not mean
------------------------------
A search that knows something of the people is stronger. The weight of a statement is estimated on
real and holdout people together: what fits one of them may fit many of those who are in neither.
No more people can be singled out than statements were made: in a large table their share is small.

Cost
----
One pass over the pool for each statement, a few thousand for each way to make them.

References
----------
Giomi et al., A Unified Framework for Quantifying Privacy Risk in Synthetic Data, PoPETs 2023(2),
section 4.1. Cohen and Nissim, Towards Formalizing the GDPR's Notion of Singling Out, PNAS 117(15),
2020. Liu, Ting and Zhou, Isolation Forest, ICDM 2008.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from audit.contract.adversary import PREDICATE_MEASURES, PredicateAttack
from audit.contract.blind_predicates import random_predicates
from audit.contract.growing import by_chance, by_trees, greedily, joined
from audit.contract.isolation_rates import Statements
from audit.contract.lab import Lab
from audit.contract.predicates import Predicate
from audit.facts.measurement import Card, Family, Need, ThreatModel

_WIDTHS = (2, 3, 4, 6, 8)


@dataclass(frozen=True)
class SinglingOutMultivariate(PredicateAttack):
    """A unique combination points at one person."""

    card: ClassVar[Card] = Card(
        id="singling-out-multivariate",
        version=2,
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
    fewest_columns: int = 2
    most_columns: int = 8
    greedy: bool = True
    trees: bool = True

    def ways(self, lab: Lab) -> Mapping[str, Statements]:
        """Return statements by chance for several numbers of columns, greedy and tree-grown."""
        n, widths = self.n_predicates, self._widths(lab)
        made = {f"random-{width}": by_chance(lab, n, width=width) for width in widths}
        if self.greedy:
            made["greedy"] = greedily(lab, n, most=widths[-1])
        if self.trees:
            made["tree"] = by_trees(lab, n)
        return {
            way: Statements(found, self._blind(lab, _most_columns(found)))
            # Fewer statements have a wide interval whatever they find (DESIGN section 4, point 8).
            for way, found in joined(made, fewest=n).items()
        }

    def predicates(self, lab: Lab) -> list[Predicate]:
        """Return the statements of all ways, each true of exactly one synthetic record."""
        return [p for statements in self.ways(lab).values() for p in statements.made]

    def blind(self, lab: Lab) -> list[Predicate]:
        """Return random statements about as many columns as the longest of the adversary."""
        return self._blind(lab, self._widths(lab)[-1])

    def _blind(self, lab: Lab, width: int) -> list[Predicate]:
        key = (lab.check_id, "blind", self.n_predicates, width)
        return lab.keep(key, lambda: random_predicates(lab, self.n_predicates, n_columns=width))

    def _widths(self, lab: Lab) -> list[int]:
        """Return how many columns are tried, at least one number."""
        most = min(self.most_columns, len(lab.schema.comparable()))
        return [w for w in _WIDTHS if self.fewest_columns <= w <= most] or [max(2, most)]


def _most_columns(statements: list[Predicate]) -> int:
    return max(len({c.column for c in p.conditions}) for p in statements)
