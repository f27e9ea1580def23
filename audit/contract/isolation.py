"""From statements to measurements: how many point at exactly one person.

Both sides are compared in groups of the same size, that of the smaller side. Where the holdout is
the smaller, a group of real people holds only a part r of those whom the release may have leaked,
so what the attack finds beyond the control is divided by r: as many statements would isolate
somebody if the release had been made from that group alone. Without this a verbatim copy of the
data would show an excess of at most r, and pass any limit above it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import FloatArray, IntArray, Side, dealt
from audit.contract.check import Yield
from audit.contract.lab import Lab
from audit.contract.predicates import Matches, Predicate, match
from audit.facts.estimate import Estimate
from audit.facts.figures import Bar, Bars
from audit.facts.measurement import Measurement, SafeHigh
from audit.statistics.isolation import isolates
from audit.statistics.jackknife import delete_a_group
from audit.statistics.power import detectable
from audit.statistics.rates import Z95, Ends, difference_ends, risk_ends, wilson

CONFIDENCE = 0.95
GROUPS = 64
_RELABELLINGS = 999
_METHOD = "delete-a-group jackknife over people"
# With this many times the people a statement should fit to isolate one, the chance is below 1e-8.
_HOPELESS = 25


class Seen(NamedTuple):
    """How many statements isolate somebody, in groups of the same size on both sides."""

    attack: float
    control: float
    n: int
    """Statements."""
    part: float
    """Part of the real people that such a group holds."""


@dataclass(frozen=True, eq=False)
class Bets:
    """Statements and the people of the pool that each one fits."""

    matches: Matches
    """People numbered over the pool: real first, then holdout."""
    n_real: int
    n_holdout: int

    @property
    def n_drawn(self) -> int:
        """Size at which both sides are compared: that of the smaller."""
        return min(self.n_real, self.n_holdout)

    @property
    def part(self) -> float:
        """Part r of the real people that a group of this size holds."""
        return self.n_drawn / self.n_real

    def counts(self, weight: NDArray[np.bool_]) -> IntArray:
        """Return, per statement, how many people of the subset it fits."""
        hit = weight[self.matches.person].astype(np.int64)
        total = np.concatenate([[0], np.cumsum(hit)])
        return np.diff(total[self.matches.starts])


def predicate_case(
    check_id: str,
    made: list[Predicate],
    blind: list[Predicate],
    lab: Lab,
    scope: Mapping[str, str],
) -> Iterator[Yield]:
    """Yield attack, control and baseline rate, excess and risk of a set of statements.

    Parameters
    ----------
    made
        Statements made from the release, at least one.
    """
    bets, guesses = _bets(made, lab), _bets(blind, lab)
    real = np.arange(bets.n_real + bets.n_holdout) < bets.n_real
    attack = isolates(bets.counts(real), bets.n_real, bets.n_drawn)
    control = isolates(bets.counts(~real), bets.n_holdout, bets.n_drawn)
    baseline = isolates(guesses.counts(real), bets.n_real, bets.n_drawn)
    without, n = _without_groups(bets, lab), len(made)
    seen = Seen(float(attack.mean()), float(control.mean()), n, bets.part)
    shown = {
        "attack_rate": _attack_rate(seen, without[:, 0]),
        "control_rate": _rate(
            seen.control, without[:, 1], plain=wilson(round(seen.control * n), n)
        ),
        "baseline_rate": _plain_rate(baseline),
    }
    for name, estimate in shown.items():
        yield Measurement(name, estimate, len(blind) if name == "baseline_rate" else n, scope)
    gaps, null_gaps = without[:, 0] - without[:, 1], _relabelled(bets, lab)
    yield _difference("excess", seen, gaps, null_gaps, scope)
    if seen.control < 1:
        kept = np.maximum(1 - without[:, 1], 1e-9)
        yield _difference("risk", seen, gaps / kept, null_gaps, scope)
    bar = Bar(check_id, shown["attack_rate"], shown["control_rate"], shown["baseline_rate"])
    yield Bars(check_id, (bar,))


def _bets(predicates: list[Predicate], lab: Lab) -> Bets:
    tables = [lab.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    n_real, n_holdout = (t.n_people for t in tables)
    parts = []
    for table in tables:
        per_draw = table.n_people / min(n_real, n_holdout)
        rows_of_one = int(np.bincount(table.people).max())
        at_most = int(np.ceil(_HOPELESS * per_draw)) * rows_of_one
        parts.append(match(table, predicates, at_most=at_most))
    return Bets(_joined(parts[0], parts[1], n_real), n_real, n_holdout)


def _joined(real: Matches, holdout: Matches, n_real: int) -> Matches:
    """Interleave two lists of matches, statement by statement."""
    which = np.concatenate([np.repeat(np.arange(m.counts.size), m.counts) for m in (real, holdout)])
    person = np.concatenate([real.person, holdout.person + n_real])
    order = np.argsort(which, kind="stable")
    starts = np.concatenate([[0], np.cumsum(real.counts + holdout.counts)]).astype(np.int64)
    return Matches(person[order], starts)


def _without_groups(bets: Bets, lab: Lab) -> FloatArray:
    """Return attack and control rate without each group of people: shape (GROUPS, 2)."""
    sides = (lab.table(s) for s in (Side.REAL, Side.HOLDOUT))
    groups = np.concatenate([dealt(t, GROUPS, seed=lab.seed) for t in sides])
    real = np.arange(groups.size) < bets.n_real
    rates = np.empty((GROUPS, 2))
    for g in range(GROUPS):
        stays = groups != g
        n_t, n_h = int((stays & real).sum()), int((stays & ~real).sum())
        n = min(n_t, n_h)
        attack = float(isolates(bets.counts(real & stays), n_t, n).mean())
        control = float(isolates(bets.counts(~real & stays), n_h, n).mean())
        rates[g] = _exposed(attack, control, n / n_t), control
    return rates


def _exposed(attack: float, control: float, part: float) -> float:
    """Return the attack rate in a group that holds everybody who may have been leaked."""
    return attack if part == 1 else control + (attack - control) / part


def _relabelled(bets: Bets, lab: Lab) -> FloatArray:
    """Return the excess under random relabellings of the people, shape (draws,).

    People whom no statement fits change nothing, so only the others are relabelled: how many of
    them are real is hypergeometric, and which ones is uniform.
    """
    rng, size = lab.stream("relabel"), bets.n_real + bets.n_holdout
    fitted, place = np.unique(bets.matches.person, return_inverse=True)
    few = Bets(Matches(place.reshape(-1), bets.matches.starts), bets.n_real, bets.n_holdout)
    n_real = rng.hypergeometric(fitted.size, size - fitted.size, bets.n_real, size=_RELABELLINGS)
    gaps = np.empty(_RELABELLINGS)
    for draw, n in enumerate(n_real):
        if draw % 100 == 0:
            lab.checkpoint()
        real = np.zeros(fitted.size, dtype=bool)
        real[rng.permutation(fitted.size)[:n]] = True
        attack = isolates(few.counts(real), bets.n_real, bets.n_drawn).mean()
        control = isolates(few.counts(~real), bets.n_holdout, bets.n_drawn).mean()
        gaps[draw] = attack - control
    return gaps


def _attack_rate(seen: Seen, without: FloatArray) -> Estimate:
    plain = (
        _exposed(end, seen.control, seen.part)
        for end in wilson(round(seen.attack * seen.n), seen.n)
    )
    share = _exposed(seen.attack, seen.control, seen.part)
    return _rate(share, without, plain=Ends(*plain))


def _rate(share: float, without: FloatArray, *, plain: Ends) -> Estimate:
    se = delete_a_group(without).se
    low, high = min(plain.low, share - Z95 * se), max(plain.high, share + Z95 * se)
    value = min(max(share, 0.0), 1.0)
    return Estimate(
        value, min(max(low, 0.0), value), max(min(high, 1.0), value), CONFIDENCE, _METHOD
    )


def _plain_rate(values: FloatArray) -> Estimate:
    n = values.size
    share = float(values.mean())
    ends = wilson(round(share * n), n)
    return Estimate(share, min(ends.low, share), max(ends.high, share), CONFIDENCE, "Wilson score")


def _difference(
    name: str, seen: Seen, without: FloatArray, null_gaps: FloatArray, scope: Mapping[str, str]
) -> Measurement:
    """Return excess or risk with ends that hold where few statements isolate anybody.

    The jackknife error vanishes when no statement isolates anybody; the score interval of the
    counts does not. The wider of the two is taken at each end.
    """
    gap, se, draws = seen.attack - seen.control, delete_a_group(without).se, null_gaps.size
    scale = 1 / seen.part / (1.0 if name == "excess" else 1.0 - seen.control)
    value, ends = gap * scale, _score_ends(name, seen, scale)
    null_se = max(float(null_gaps.std()) * scale, 1.0 / seen.n)
    low, high = min(value - Z95 * se, ends.low, value), max(value + Z95 * se, ends.high, value)
    return Measurement(
        name=name,
        estimate=Estimate(value, low, max(value, min(1.0, high)), CONFIDENCE, _METHOD),
        n=seen.n,
        scope=scope,
        null_value=0.0,
        p_value=float((1 + (null_gaps >= gap - 1e-12).sum()) / (draws + 1)),
        p_safe_side=float((1 + (null_gaps <= gap + 1e-12).sum()) / (draws + 1)),
        detectable=detectable(null_se),
        # The jackknife errs upward where uniqueness decides (Efron and Stein 1981), and the upper
        # end of a safe release with it.
        safe_high=SafeHigh(max(Z95 * null_se, high - value), null_se),
    )


def _score_ends(name: str, seen: Seen, scale: float) -> Ends:
    counts = (round(seen.attack * seen.n), seen.n, round(seen.control * seen.n), seen.n)
    exact = risk_ends(*counts) if name == "risk" and seen.part == 1 else None
    if exact is not None:
        return exact
    low, high = difference_ends(*counts)
    return Ends(low * scale, high * scale)
