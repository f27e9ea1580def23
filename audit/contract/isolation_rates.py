"""From statements to measurements: attack, control and baseline rate, excess and risk."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np

from audit.contract.arms import FloatArray
from audit.contract.check import Yield
from audit.contract.isolation import Bets, Seen, bets_of, exposed, relabelled, without_groups
from audit.contract.lab import Lab
from audit.contract.predicates import Predicate
from audit.contract.relabelled import relabelled_ends
from audit.contract.targeted import as_measurement
from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars
from audit.facts.measurement import Measurement, SafeHigh
from audit.statistics.effects import Effect
from audit.statistics.isolation import isolates
from audit.statistics.jackknife import delete_a_group
from audit.statistics.rates import (
    Z95,
    Ends,
    Tails,
    difference_ends,
    level_of,
    risk_ends,
    wilson,
)

CONFIDENCE = 0.95
METHOD = "delete-a-group jackknife over people"


class Statements(NamedTuple):
    """What the adversary says, and what anybody could say."""

    made: list[Predicate]
    """Made from the release."""
    blind: list[Predicate]
    """As many columns, random values."""


@dataclass(frozen=True, eq=False)
class Case:
    """One set of statements and what it found."""

    seen: Seen
    without: FloatArray
    """Attack and control rate without each group of people, shape (GROUPS, 2)."""
    guessed: FloatArray
    """Chance of each guessed statement to isolate somebody."""


class Told(NamedTuple):
    """What is said of one set of statements."""

    measurements: list[Measurement]
    bar: Bar


def predicate_case(
    check_id: str,
    made: list[Predicate],
    blind: list[Predicate],
    lab: Lab,
    scope: Mapping[str, str],
) -> Iterator[Yield]:
    """Yield attack, control and baseline rate, excess and risk of a set of statements.

    All statements count, whatever their weight, as in the literature.

    Parameters
    ----------
    made
        Statements made from the release, at least one.
    """
    bets, guesses = bets_of(made, lab), bets_of(blind, lab)
    real = np.arange(bets.n_real + bets.n_holdout) < bets.n_real
    by_guessing = isolates(guesses.counts(real), bets.n_real, bets.n_drawn)
    case = case_of(bets, by_guessing, lab)
    told = case_measurements(check_id, case, relabelled([bets], lab)[:, 0], scope)
    yield from told.measurements
    yield Bars(check_id, (told.bar,))


def case_of(bets: Bets, guessed: FloatArray, lab: Lab) -> Case:
    """Count how many statements isolate somebody, with everybody and without each group."""
    real = np.arange(bets.n_real + bets.n_holdout) < bets.n_real
    attack = isolates(bets.counts(real), bets.n_real, bets.n_drawn)
    control = isolates(bets.counts(~real), bets.n_holdout, bets.n_drawn)
    seen = Seen(float(attack.mean()), float(control.mean()), attack.size, bets.part)
    return Case(seen, without_groups(bets, lab), guessed)


def case_measurements(
    label: str, case: Case, null_gaps: FloatArray, scope: Mapping[str, str]
) -> Told:
    """Return all measurements of one set of statements, and its bar."""
    seen, without = case.seen, case.without
    n = seen.n
    plain = wilson(round(seen.control * n), n)
    shown = {
        "attack_rate": _attack_rate(seen, without[:, 0]),
        "control_rate": _rate(seen.control, without[:, 1], plain=plain),
        "baseline_rate": _plain_rate(case.guessed),
    }
    n_of = {name: case.guessed.size if name == "baseline_rate" else n for name in shown}
    found = [Measurement(name, rate, n_of[name], scope) for name, rate in shown.items()]
    for name, effect in effects_of(case, null_gaps).items():
        found.append(_as_measurement(name, effect, n=n, scope=scope))
    return Told(
        found, Bar(label, shown["attack_rate"], shown["control_rate"], shown["baseline_rate"])
    )


def effects_of(case: Case, null_gaps: FloatArray) -> dict[str, Effect]:
    """Return excess, and risk where the control is not saturated."""
    seen, gaps = case.seen, case.without[:, 0] - case.without[:, 1]
    found = {"excess": _effect("excess", seen, gaps, null_gaps)}
    if seen.control < 1:
        kept = np.maximum(1 - case.without[:, 1], 1e-9)
        found["risk"] = _effect("risk", seen, gaps / kept, null_gaps)
    return found


def _attack_rate(seen: Seen, without: FloatArray) -> Estimate:
    plain = (
        exposed(end, seen.control, seen.part) for end in wilson(round(seen.attack * seen.n), seen.n)
    )
    share = exposed(seen.attack, seen.control, seen.part)
    return _rate(share, without, plain=Ends(*plain))


def _rate(share: float, without: FloatArray, *, plain: Ends) -> Estimate:
    se = delete_a_group(without).se
    low, high = min(plain.low, share - Z95 * se), max(plain.high, share + Z95 * se)
    value = min(max(share, 0.0), 1.0)
    return Estimate(
        value, min(max(low, 0.0), value), max(min(high, 1.0), value), CONFIDENCE, METHOD
    )


def _plain_rate(values: FloatArray) -> Estimate:
    n = values.size
    share = float(values.mean())
    ends = wilson(round(share * n), n)
    return Estimate(share, min(ends.low, share), max(ends.high, share), CONFIDENCE, "Wilson score")


def _effect(name: str, seen: Seen, without: FloatArray, null_gaps: FloatArray) -> Effect:
    """Return excess or risk with ends that hold where few statements isolate anybody.

    The jackknife error vanishes when no statement isolates anybody; the score interval of the
    counts does not. The wider of the two is taken at each end. Where few people of the smaller side
    decide, both are too narrow: beyond 0 lies only what relabelling finds surprising.
    """
    gap, jackknife, draws = seen.attack - seen.control, delete_a_group(without), null_gaps.size
    scale = 1 / seen.part / (1.0 if name == "excess" else 1.0 - seen.control)
    value, se = gap * scale, jackknife.se
    tails = Tails(
        float((1 + (null_gaps >= gap - 1e-12).sum()) / (draws + 1)),
        float((1 + (null_gaps <= gap + 1e-12).sum()) / (draws + 1)),
    )

    def ends(z: float) -> Ends:
        plain = _score_ends(name, seen, scale, z=z)
        found = relabelled_ends(value, 0.0, se, tails, z=z, level=level_of(z))
        low = min(found.low, plain.low, value)
        return Ends(low, max(value, min(1.0, max(found.high, plain.high))))

    return Effect(
        value=value,
        ends=ends,
        null_value=0.0,
        se=se,
        null_se=max(float(null_gaps.std()) * scale, 1.0 / seen.n),
        tails=tails,
        method=METHOD,
        influence=jackknife.influence,
    )


def _as_measurement(name: str, effect: Effect, *, n: int, scope: Mapping[str, str]) -> Measurement:
    """Return one effect; the upper end of a safe release is as far off as this one's.

    The jackknife errs upward where uniqueness decides (Efron and Stein 1981).
    """
    away = max(Z95 * effect.null_se, effect.ends(Z95).high - effect.value)
    found = as_measurement(name, effect, n=n, scope=scope)
    return replace(found, safe_high=SafeHigh(away, effect.null_se))


def _score_ends(name: str, seen: Seen, scale: float, *, z: float) -> Ends:
    counts = (round(seen.attack * seen.n), seen.n, round(seen.control * seen.n), seen.n)
    exact = risk_ends(*counts, z=z) if name == "risk" and seen.part == 1 else None
    if exact is not None:
        return exact
    low, high = difference_ends(*counts, z=z)
    return Ends(low * scale, high * scale)
