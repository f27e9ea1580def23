"""Uniqueness: the anonymity models of official statistics, of the tables as they stand.

What the adversary does
-----------------------
Nothing; this describes tables and no rule may rest on it. The models were made for records of
people with identifiers removed, where every released row is a person. A synthetic record is nobody:
a table of synthetic records may have no class below 11 and give everybody away, or have single
records only and tell nothing. So none of these numbers is a guarantee for synthetic data. They are
printed because readers ask for them, and because many tools print other numbers under the same
names.

Rows that agree in all quasi-identifiers form a class; nothing is clustered. `k_anonymity` is the
smallest class of the synthetic table, and of the real table, there in people. `l_diversity` and
`entropy_l_diversity` are the fewest distinct values of a secret in a class of the synthetic table,
by the quasi-identifiers but the secret, and exp of the smallest entropy. `t_closeness` is the
largest distance of such a class from the whole table: earth mover's for what has an order (a
missing value last), total variation for categories.

`k_map` is the fewest people, real and holdout, of a class that a synthetic record hits, among those
that have anybody; `unmatched` is the share of synthetic records whose class has nobody.
`delta_presence` and `delta_presence_least` are the largest and smallest share of real people among
all people of a class that a synthetic record hits.

`share` tells how many real people are unique among real people in some set of 1, 2, 3 or 4
quasi-identifiers (scope `k`); where there are many sets, they are drawn by chance. Of the people
who are unique in all quasi-identifiers, `special_uniques` are so in three or fewer already.

Where fewer than 11 people stand behind a number it is not shown: the smallest class of the real
table and k-map below 11, classes with 1 to 10 people of either kind in delta-presence, shares of
1 to 10 people. Of the synthetic table all classes count, for its rows are no people.

What a high value means
-----------------------
Many people are unique in few columns: whoever knows these columns knows who is meant. It is a
property of the real table, whatever is released.

What a low value does not mean
------------------------------
That nobody can be found or that nothing is learned. No anonymity model of a synthetic table says
how it was made; the attacks do.

Cost
----
One hash join for each secret and for each set of columns.

References
----------
Sweeney, k-Anonymity, IJUFKS 10(5), 2002. Machanavajjhala et al., l-Diversity, TKDD 1(1), 2007.
Li et al., t-Closeness, ICDE 2007. El Emam and Dankar, JAMIA 15(5), 2008 (k-map). Nergiz et al.,
SIGMOD 2007 (delta-presence). Elliot, Manning and Ford, IJUFKS 10(5), 2002 (special uniques).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from audit.contract.arms import BoolArray, IntArray, Side
from audit.contract.check import Check, Yield
from audit.contract.combinations import draw_combinations
from audit.contract.diversity import diversity
from audit.contract.key_classes import KeyClasses, key_classes
from audit.contract.lab import Lab
from audit.contract.predicates import column_values
from audit.contract.rarity import met_another
from audit.facts.estimate import exactly
from audit.facts.measurement import NO_SCOPE, Card, Caveat, Family, Measurement, Need
from audit.facts.reasons import CaveatCode
from audit.facts.schema import Column

SMALLEST = 11
"""No descriptive count of fewer people is shown."""
_SIZES = (1, 2, 3, 4)
_FEW = 3
_SYNTHETIC: Mapping[str, str] = {"table": "synthetic"}
_REAL: Mapping[str, str] = {"table": "real"}


@dataclass(frozen=True)
class Uniqueness(Check):
    """Anonymity models, as descriptions of the tables."""

    sets: int = 100
    """Sets of columns that are tried at most, for each number of columns."""

    card: ClassVar[Card] = Card(
        id="uniqueness",
        version=1,
        title="Anonymity models describe the tables; no guarantee for synthetic data",
        family=Family.IDENTITY,
        threat=None,
        references=("Sweeney 2002", "Machanavajjhala et al. 2007", "Li et al. 2007"),
        measures=(
            "share",
            "special_uniques",
            "k_anonymity",
            "l_diversity",
            "entropy_l_diversity",
            "t_closeness",
            "k_map",
            "unmatched",
            "delta_presence",
            "delta_presence_least",
        ),
        needs=frozenset({Need.QUASI_IDENTIFIERS}),
        clears=False,
        grades=False,
        alarms_on_copy=False,
        monotone_in_copies=False,
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Describe the classes of the tables, then who is unique in how few columns."""
        yield Caveat(CaveatCode.DESCRIBES_TABLES)
        classes = key_classes(lab, lab.schema.quasi_identifiers())
        hidden = list(_of_classes(classes, lab.has_holdout))
        yield from (m for m in hidden if m is not None)
        for secret in sorted(lab.schema.secrets(), key=lambda c: c.name):
            lab.checkpoint()
            yield from _of_secret(lab, secret)
        uniques = list(self._uniques(lab))
        yield from (m for m in uniques if m is not None)
        if None in (*hidden, *uniques):
            yield Caveat(CaveatCode.SMALL_COUNTS_HIDDEN, {"fewest": float(SMALLEST)})

    def _uniques(self, lab: Lab) -> Iterator[Measurement | None]:
        """Yield how many real people are unique in few columns; None for what is too few."""
        table = lab.table(Side.REAL)
        names = sorted(c.name for c in lab.schema.quasi_identifiers())
        soon = np.zeros(table.n_people, dtype=bool)
        for k in (k for k in _SIZES if k <= len(names)):
            drawn = draw_combinations(names, k, at_most=self.sets, rng=lab.stream(f"sets/{k}"))
            found = np.zeros(table.n_people, dtype=bool)
            for chosen in drawn.tried:
                lab.checkpoint()
                found |= _unique_people(lab, chosen)
            if k <= _FEW:
                soon |= found
            yield _share("share", found, {"k": str(k)})
        unique = _unique_people(lab, names)
        if int(unique.sum()) >= SMALLEST and len(names) > _FEW:
            yield _share("special_uniques", soon[unique], NO_SCOPE)


def _of_classes(classes: KeyClasses, has_holdout: bool) -> Iterator[Measurement | None]:
    n_records = int(classes.records.sum())
    smallest = int(classes.records[classes.records > 0].min())
    yield Measurement("k_anonymity", exactly(float(smallest)), n_records, _SYNTHETIC)
    yield _people("k_anonymity", int(classes.real[classes.real > 0].min()), classes.n_real, _REAL)
    hit = (classes.records > 0) & (classes.everybody > 0)
    unmatched = 1 - int(classes.records[hit].sum()) / n_records
    yield Measurement("unmatched", exactly(unmatched), n_records)
    if hit.any():
        people = classes.everybody[hit]
        yield _people("k_map", int(people.min()), classes.n_people, NO_SCOPE)
    if has_holdout:
        yield from _presence(classes, hit & _is_told(classes.real) & _is_told(classes.holdout))


def _is_told(counts: IntArray) -> BoolArray:
    return np.asarray((counts == 0) | (counts >= SMALLEST))


def _presence(classes: KeyClasses, told: BoolArray) -> Iterator[Measurement]:
    if not told.any():
        return
    people = classes.everybody[told]
    presence, n = classes.real[told] / people, int(people.sum())
    yield Measurement("delta_presence", exactly(float(presence.max())), n)
    yield Measurement("delta_presence_least", exactly(float(presence.min())), n)


def _people(name: str, count: int, n: int, scope: Mapping[str, str]) -> Measurement | None:
    return Measurement(name, exactly(float(count)), n, scope) if count >= SMALLEST else None


def _of_secret(lab: Lab, secret: Column) -> Iterator[Measurement]:
    known = [c for c in lab.schema.quasi_identifiers() if c.name != secret.name]
    if not known:
        return
    table = lab.table(Side.SYNTHETIC)
    found = diversity(
        key_classes(lab, known).released,
        column_values(table, secret.name),
        is_ordered=secret.kind.is_numeric,
    )
    for name, value in (
        ("l_diversity", float(found.distinct)),
        ("entropy_l_diversity", found.entropy),
        ("t_closeness", found.closeness),
    ):
        yield Measurement(name, exactly(value), table.n_rows, {"secret": secret.name})


def _unique_people(lab: Lab, names: tuple[str, ...] | list[str]) -> BoolArray:
    """Tell which real people have a row that no other real person agrees with."""
    table = lab.table(Side.REAL)
    alone = ~met_another(table.keys_over(names), table.people)
    return lab.people(Side.REAL).any_of(alone)


def _share(name: str, found: BoolArray, scope: Mapping[str, str]) -> Measurement | None:
    """Return a share of people; None where it is of one to ten of them."""
    count = int(found.sum())
    if 0 < count < SMALLEST:
        return None
    return Measurement(name, exactly(count / found.size), found.size, scope)
