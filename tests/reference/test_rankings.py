"""Releases stand in the same order by our checks, as they run, and by the peers' numbers.

Scales and distances differ, so the numbers do; the order does not. Kendall's tau-b, at least .8.
What is equal to the digit anyway (identical matches, attribution) is not ranked. Fresh releases
differ by luck alone, so shares within two standard errors of a half, and fewer links than two in a
hundred, are one rank.
"""

from collections.abc import Callable, Mapping
from functools import cache

import numpy as np
import pytest
from scipy.stats import kendalltau

from audit.attacks.attribute_inference_nearest import AttributeInferenceNearest
from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.arms import Side
from audit.contract.pool import nearest_pooled
from audit.contract.predicates import Predicate, match
from audit.space.encode import RANK
from benchmarks.peers.reference_tables import REFERENCES
from tests.reference.frozen import bits, lab, made, said
from tests.reference.test_deviations import linked_by_check

DEVIATING = {"few-holdout", "far-person", "categories", "categories-reversed", "copied-categories"}
NUMBERED = [n for n in REFERENCES if "categories" not in n]
AGREEMENT = 0.8
LUCK = 0.05
"""Two standard errors of a share of 400 records."""
FEW = 0.02
"""Links of fresh releases: at most 5 of 300."""


def beyond_luck(share: float) -> float:
    return share - 0.5 if abs(share - 0.5) > LUCK else 0.0


@cache
def share_nearer_to_real(name: str) -> float:
    view = lab(name)
    found = nearest_pooled(view, view.schema.comparable(), RANK)
    return beyond_luck(float(found.weights()[found.is_real].sum()))


@cache
def linked(name: str) -> float:
    won = linked_by_check(name, 1)
    return float(won.mean()) if won.mean() > FEW else 0.0


def linked_with_luck(name: str) -> float:
    return float(linked_by_check(name, 5).mean())


def inferred(name: str, secret: str) -> float:
    arm = lab(name).arm(Side.REAL, 10_000)
    scope = {"secret": secret, "knows": "others"}
    return float(AttributeInferenceNearest(absolute=0.0).wins(arm, scope, lab(name)).mean())


def isolated(name: str, statements: list[Predicate]) -> float:
    return float((match(lab(name).table(Side.REAL), statements, at_most=9).counts == 1).mean())


def by_one_column(name: str) -> float:
    check = SinglingOutUnivariate()
    return isolated(name, check.predicates(lab(name).for_check(check.card.id)))


def by_three_columns(name: str) -> float:
    check = SinglingOutMultivariate(
        n_predicates=500, fewest_columns=3, most_columns=3, greedy=False, trees=False
    )
    return isolated(name, check.predicates(lab(name).for_check(check.card.id)))


def hits(name: str, *where: str) -> float:
    found = said("anonymeter", name)
    for part in where:
        found = found[part]
    return float(bits(str(found), len(made(name).tables["real"])).mean())


def statements(name: str, kind: str) -> float:
    found = said("anonymeter", name)[kind]
    return float(found["real"] / found["made"])


def theirs_linked(name: str) -> float:
    rate = hits(name, "linkability", "1", "real")
    return rate if rate > FEW else 0.0


Number = Callable[[str], float]
PLAIN = [n for n in REFERENCES if n not in DEVIATING]
COMPARED: Mapping[str, tuple[Number, Number, list[str]]] = {
    "sdmetrics, share closer": (
        share_nearer_to_real,
        lambda n: beyond_luck(said("sdmetrics", n)["overfitting"]["closer"]),
        PLAIN,
    ),
    "mostlyai-qa, share nearer": (
        share_nearer_to_real,
        lambda n: beyond_luck(said("mostlyai", n)["all_columns"]["share"]),
        [*PLAIN, "far-person", "categories", "copied-categories"],
    ),
    "anonymeter, linked by 1": (linked, theirs_linked, NUMBERED),
    "anonymeter, linked by 5": (
        linked_with_luck,
        lambda n: hits(n, "linkability", "5", "real"),
        NUMBERED,
    ),
    "anonymeter, a inferred": (
        lambda n: inferred(n, "a"),
        lambda n: hits(n, "inference", "a", "real"),
        NUMBERED,
    ),
    "anonymeter, n3 inferred": (
        lambda n: inferred(n, "n3"),
        lambda n: hits(n, "inference", "n3", "real"),
        [n for n in NUMBERED if n != "negative"],
    ),
    "anonymeter, by one column": (
        by_one_column,
        lambda n: statements(n, "univariate"),
        NUMBERED,
    ),
    "anonymeter, by three columns": (
        by_three_columns,
        lambda n: statements(n, "multivariate"),
        NUMBERED,
    ),
}


@pytest.mark.parametrize("measure", COMPARED)
def test_the_order_of_the_releases_is_the_same(measure: str) -> None:
    ours, theirs, names = COMPARED[measure]
    values = np.array([[ours(n), theirs(n)] for n in names])
    assert len(names) >= 8
    assert kendalltau(*values.T).statistic >= AGREEMENT, values.round(3).tolist()
