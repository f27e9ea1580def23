"""Statements whose weight is negligible, and the worst of several ways to find them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np

from audit.contract.arms import FloatArray
from audit.contract.check import Yield
from audit.contract.isolated_people import Spoken, isolated_people
from audit.contract.isolation import bets_of, relabelled
from audit.contract.isolation_rates import (
    Case,
    Statements,
    case_measurements,
    case_of,
    effects_of,
    predicate_case,
)
from audit.contract.lab import Lab
from audit.contract.targeted import worst_measured
from audit.facts.figures import Bars
from audit.facts.measurement import NO_SCOPE, Measurement, SafeHigh
from audit.statistics.effects import worst_of
from audit.statistics.rates import Z95, Tails


def weighed_case(check_id: str, told: Statements, lab: Lab) -> Iterator[Yield]:
    """Yield the measurements of one set of statements, then without the condition on the weight.

    Last come the people who are singled out.
    """
    bets, blind = (bets_of(said, lab).light for said in told)
    case = case_of(bets, blind.by_chance, lab)
    found = case_measurements(check_id, case, relabelled([bets], lab)[:, 0], NO_SCOPE)
    yield from found.measurements
    yield Bars(check_id, (found.bar,))
    everything = predicate_case(check_id, told.made, told.blind, lab, {"counted": "all"})
    yield from (m for m in everything if isinstance(m, Measurement))
    yield from isolated_people([Spoken(bets, blind)], lab)


def weighed_cases(check_id: str, told: Mapping[str, Statements], lab: Lab) -> Iterator[Yield]:
    """Yield the measurements of several sets of statements, and excess and risk of the worst.

    Last come the people who are singled out by any of them.

    Parameters
    ----------
    told
        For each way to find statements, at least one.
    """
    bets = [bets_of(statements.made, lab).light for statements in told.values()]
    null_gaps, cases, bars, spoken = relabelled(bets, lab), [], [], []
    for k, (way, statements) in enumerate(told.items()):
        lab.checkpoint()
        blind = bets_of(statements.blind, lab).light
        case = case_of(bets[k], blind.by_chance, lab)
        found = case_measurements(way, case, null_gaps[:, k], {"grown": way})
        yield from found.measurements
        cases.append(case)
        bars.append(found.bar)
        spoken.append(Spoken(bets[k], blind))
    yield from _worst(cases, null_gaps, lab)
    yield Bars(check_id, tuple(bars))
    yield from isolated_people(spoken, lab)


def _worst(cases: Sequence[Case], null_gaps: FloatArray, lab: Lab) -> Iterator[Measurement]:
    """Yield excess and risk of the worst set of statements (DESIGN section 4, point 6)."""
    each = [effects_of(case, null_gaps[:, k]) for k, case in enumerate(cases)]
    gaps = np.array([case.seen.attack - case.seen.control for case in cases])
    tails = _best_of(gaps, null_gaps)
    for name in ("excess", "risk"):
        effects = [found[name] for found in each if name in found]
        if not effects:
            continue
        worst = worst_of(effects, lab.stream("worst"))
        # As for a single set: the jackknife errs upward, and so does the end of a safe release.
        wider = max(0.0, *(e.ends(Z95).high - e.value - Z95 * e.null_se for e in effects))
        n = sum(case.seen.n for case in cases)
        found = worst_measured(name, worst, effects, tails, n=n, scope=NO_SCOPE)
        safe_high = SafeHigh(worst.safe_high.mean + wider, worst.safe_high.sd)
        yield replace(found, safe_high=safe_high)


def _best_of(gaps: FloatArray, null_gaps: FloatArray) -> Tails:
    """Return how often relabelling yields as large a standardised excess in any set.

    References
    ----------
    Westfall and Young (1993), Resampling-Based Multiple Testing, algorithm 2.8 (single step).
    """
    sd = null_gaps.std(axis=0)
    moves = sd > 0
    if not moves.any():
        return Tails(1.0, 1.0)
    z, null_z = gaps[moves] / sd[moves], null_gaps[:, moves] / sd[moves]
    above = int((null_z.max(axis=1) >= z.max() - 1e-9).sum())
    below = int((null_z.min(axis=1) <= z.min() + 1e-9).sum())
    draws = len(null_gaps)
    return Tails((1 + above) / (draws + 1), (1 + below) / (draws + 1))
