"""The synthetic records at the end of an order, and whose they are."""

from collections.abc import Mapping

import numpy as np

from audit.contract.arms import BoolArray, FloatArray
from audit.contract.distances import FEWEST
from audit.contract.pool import NearestPooled
from audit.contract.relabelled import Carried
from audit.facts.measurement import Caveat
from audit.facts.reasons import CaveatCode

TAILS = {"tail_share_1pct": 0.01, "tail_share_5pct": 0.05}


def carried_by(found: NearestPooled, among: BoolArray | None, scope: Mapping[str, str]) -> Carried:
    """Return whose the records are, of shape (n_synthetic,) those in `among`, all if None."""
    n = found.distances.size if among is None else int(among.sum())
    return Carried(found.weights(among), n, scope)


def tail_cases(
    found: Mapping[str, tuple[NearestPooled, FloatArray]], part: float
) -> list[Carried] | Caveat:
    """Return whose the records with the smallest numbers are, per encoding.

    Parameters
    ----------
    found
        Name of the encoding -> nearest people, and one label-blind number per synthetic record.
    part
        Share of the records that stand in the tail; those that tie with its last one belong to it.

    Returns
    -------
    list[Carried] | Caveat
        A caveat where too few records stand in a tail: a share of them would be about single
        people.
    """
    cases = []
    for name, (nearest, numbers) in found.items():
        inside = numbers <= np.quantile(numbers, part, method="inverted_cdf")
        if inside.sum() < FEWEST:
            return Caveat(CaveatCode.TAIL_TOO_SMALL, {"records": float(inside.sum())})
        cases.append(carried_by(nearest, inside, {"encoding": name}))
    return cases
