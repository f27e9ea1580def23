"""From statements to measurements: how many point at exactly one person."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import FloatArray, IntArray, Side
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

    Raises
    ------
    ValueError
        If there is no statement to bet on.
    """
    if not made:
        raise ValueError("no statement could be made from the release")
    bets, guesses = _bets(made, lab), _bets(blind, lab)
    real = np.arange(bets.n_real + bets.n_holdout) < bets.n_real
    m_t, m_h = bets.counts(real), bets.counts(~real)
    attack = isolates(m_t, bets.n_real, bets.n_drawn)
    control = isolates(m_h, bets.n_holdout, bets.n_drawn)
    baseline = isolates(guesses.counts(real), bets.n_real, bets.n_drawn)
    without = _without_groups(bets, lab)
    n = len(made)
    rates = {
        "attack_rate": _rate(attack, without[:, 0]),
        "control_rate": _rate(control, without[:, 1]),
        "baseline_rate": _plain_rate(baseline),
    }
    for name, estimate in rates.items():
        yield Measurement(name, estimate, n, scope)
    m, c = float(attack.mean()), float(control.mean())
    null_gaps = _relabelled(bets, lab)
    yield _difference("excess", m - c, without[:, 0] - without[:, 1], (m, c, n), null_gaps, scope)
    if c < 1:
        risks = (without[:, 0] - without[:, 1]) / (1 - np.minimum(without[:, 1], 1 - 1e-9))
        yield _difference("risk", (m - c) / (1 - c), risks, (m, c, n), null_gaps, scope)
    bar = Bar(check_id, rates["attack_rate"], rates["control_rate"], rates["baseline_rate"])
    yield Bars(check_id, (bar,))


def _bets(predicates: list[Predicate], lab: Lab) -> Bets:
    tables = [lab.table(s) for s in (Side.REAL, Side.HOLDOUT)]
    n_real, n_holdout = (t.n_people for t in tables)
    parts = []
    for table in tables:
        per_draw = table.n_people / min(n_real, n_holdout)
        at_most = int(np.ceil(_HOPELESS * per_draw * max(1.0, table.n_rows / table.n_people)))
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
    groups = _group_people(lab)
    real = np.arange(groups.size) < bets.n_real
    rates = np.empty((GROUPS, 2))
    for g in range(GROUPS):
        stays = groups != g
        n_t, n_h = int((stays & real).sum()), int((stays & ~real).sum())
        n = min(n_t, n_h)
        rates[g, 0] = isolates(bets.counts(real & stays), n_t, n).mean()
        rates[g, 1] = isolates(bets.counts(~real & stays), n_h, n).mean()
    return rates


def _group_people(lab: Lab) -> IntArray:
    """Deal people into groups by the content of their rows, evenly on both sides."""
    dealt = []
    for side in (Side.REAL, Side.HOLDOUT):
        table = lab.table(side)
        lots = np.full(table.n_people, np.iinfo(np.uint64).max, dtype=np.uint64)
        np.minimum.at(lots, table.people, table.keys[:, 1])
        rank = np.empty(table.n_people, dtype=np.int64)
        rank[np.argsort(lots, kind="stable")] = np.arange(table.n_people)
        dealt.append(rank % GROUPS)
    return np.concatenate(dealt)


def _relabelled(bets: Bets, lab: Lab) -> FloatArray:
    """Return the excess under random relabellings of the people, shape (draws,)."""
    rng, size = lab.stream("relabel"), bets.n_real + bets.n_holdout
    gaps = np.empty(_RELABELLINGS)
    for draw in range(_RELABELLINGS):
        if draw % 100 == 0:
            lab.checkpoint()
        real = np.zeros(size, dtype=bool)
        real[rng.permutation(size)[: bets.n_real]] = True
        attack = isolates(bets.counts(real), bets.n_real, bets.n_drawn).mean()
        control = isolates(bets.counts(~real), bets.n_holdout, bets.n_drawn).mean()
        gaps[draw] = attack - control
    return gaps


def _rate(values: FloatArray, without: FloatArray) -> Estimate:
    share, se = float(values.mean()), delete_a_group(without).se
    plain = _plain_rate(values)
    assert plain.low is not None
    assert plain.high is not None
    low = min(plain.low, share - Z95 * se)
    high = max(plain.high, share + Z95 * se)
    return Estimate(share, max(0.0, low), min(1.0, high), CONFIDENCE, _METHOD)


def _plain_rate(values: FloatArray) -> Estimate:
    n = values.size
    share = float(values.mean())
    ends = wilson(round(share * n), n)
    return Estimate(share, min(ends.low, share), max(ends.high, share), CONFIDENCE, "Wilson score")


def _difference(
    name: str,
    value: float,
    without: FloatArray,
    rates: tuple[float, float, int],
    null_gaps: FloatArray,
    scope: Mapping[str, str],
) -> Measurement:
    """Return excess or risk with ends that hold where few statements isolate anybody.

    The jackknife error vanishes when no statement isolates anybody; the score interval of the
    counts does not. The wider of the two is taken at each end.
    """
    m, c, n = rates
    se = delete_a_group(without).se
    counts = (round(m * n), n, round(c * n), n)
    score = difference_ends(*counts) if name == "excess" else risk_ends(*counts)
    ends = score if score is not None else Ends(-1.0, 1.0)
    scale = 1.0 if name == "excess" else 1.0 / (1.0 - c)
    gap = m - c
    null_se = max(float(null_gaps.std()) * scale, 1.0 / n)
    draws = null_gaps.size
    return Measurement(
        name=name,
        estimate=Estimate(
            value,
            max(-1.0, min(value - Z95 * se, ends.low, value)),
            min(1.0, max(value + Z95 * se, ends.high, value)),
            CONFIDENCE,
            _METHOD,
        ),
        n=n,
        scope=scope,
        null_value=0.0,
        p_value=float((1 + (null_gaps >= gap - 1e-12).sum()) / (draws + 1)),
        p_safe_side=float((1 + (null_gaps <= gap + 1e-12).sum()) / (draws + 1)),
        detectable=detectable(null_se),
        safe_high=SafeHigh(Z95 * null_se, null_se),
    )
