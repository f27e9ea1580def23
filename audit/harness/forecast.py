"""What the checks of this version would measure on a release without any leak, by sizes.

Nothing here looks at the synthetic data: secrets are described by real and holdout people together,
rankings are counted as the registry names them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from audit.contract.adversary import ScoringAttack, TargetedAttack
from audit.contract.arms import Side
from audit.contract.check import Check
from audit.contract.lab import Lab
from audit.contract.rarity import people_sides
from audit.contract.secrets import Secret
from audit.contract.strata import ATTACKED, RANKING, VULNERABLE, chosen_share
from audit.facts.measurement import Family, SafeHigh
from audit.facts.names import FAMILIES
from audit.facts.outlook import Basis, Planned
from audit.statistics.planning import (
    ADJUSTED,
    MULTIVARIATE,
    UNIVARIATE,
    fewest_copies,
    inference_rates,
    isolation_se,
    planned_auc,
    planned_excess,
    planned_log_ratio,
    scaled,
)
from audit.statistics.power import auc_null_se, detectable, safe_high, tail_detectable

UNKNOWN_RATE = 0.5
"""Of an attack of which nothing is known: no other rate makes an excess scatter more."""
_TAILS = {"log_ratio_at_fpr_1pct": 0.01, "log_ratio_at_fpr_0_1pct": 0.001}
SINGLED_OUT = {"singling-out-univariate": UNIVARIATE, "singling-out-multivariate": MULTIVARIATE}
_TOLERANCE = 0.05
COPIES_LIMIT = 0.001


@dataclass(frozen=True)
class SizesForecast:
    """A forecast; see `audit.facts.outlook.Forecast`."""

    rates: tuple[float, ...]
    """How often each secret is guessed, as planned."""
    inferred: SafeHigh | None
    """Largest excess over all secrets, per unit of sqrt(1/n_real + 1/n_holdout)."""
    rankings: int
    trained: bool
    targets: int
    """At most so many people of a side are attacked where a secret or a link is looked for."""

    def __call__(
        self, measure: str, where: Mapping[str, str], real: int, holdout: int
    ) -> Planned | None:
        """Return what is planned of a measure, or None where nothing is known of it."""
        check, _, name = measure.partition(".")
        family, subset = FAMILIES.get(check), where.get("subset", "")
        if min(real, holdout) < 2 or subset not in ("", VULNERABLE):
            return None
        if check in ("identical-match", "near-copy") and name == "excess":
            copied = fewest_copies(real, holdout, COPIES_LIMIT)
            return Planned(Basis.CENSUS, None if copied is None else copied / real)
        if check in SINGLED_OUT and name in ("excess", "risk"):
            return self._isolation(SINGLED_OUT[check], name, real, holdout)
        if family in (Family.INFERENCE, Family.LINKABILITY) and name in ("excess", "risk"):
            sizes = _within(min(real, self.targets), min(holdout, self.targets), subset, ATTACKED)
            return None if sizes is None else self._attack(check, name, *sizes)
        if family is Family.MEMBERSHIP:
            sizes = _within(real, holdout, subset, RANKING)
            return None if sizes is None else self._ranking(check, name, *sizes, whole=not subset)
        return None

    def _isolation(self, rate: float, name: str, real: int, holdout: int) -> Planned:
        se = isolation_se(rate, real, holdout) / (1 if name == "excess" else 1 - rate)
        return Planned(Basis.ASSUMED_RATE, detectable(se), safe_high(0.0, se))

    def _attack(self, check: str, name: str, real: int, holdout: int) -> Planned:
        """Plan a secret, or a link of which nothing is known."""
        spread = sqrt(1 / real + 1 / holdout)
        if FAMILIES[check] is Family.LINKABILITY or self.inferred is None:
            rates, width, unit = [UNKNOWN_RATE], 1.0, planned_excess([UNKNOWN_RATE], 2, 2)
        else:
            rates, width, unit = list(self.rates), ADJUSTED, self.inferred
        if name == "risk":
            se = max(sqrt(p / (1 - p)) for p in (min(r, 0.99) for r in rates)) * spread
            return Planned(Basis.ASSUMED_RATE, detectable(se))
        se = width * max(sqrt(r * (1 - r)) for r in rates) * spread
        # `unit` is of two and two people, for whom the root of 1/2 + 1/2 is 1.
        return Planned(Basis.ASSUMED_RATE, detectable(se), scaled(unit, width * spread))

    def _ranking(
        self, check: str, name: str, real: int, holdout: int, *, whole: bool
    ) -> Planned | None:
        worst = check == "membership-worst-case"
        k, trained = (self.rankings, self.trained and whole) if worst else (1, False)
        if name == "auc":
            found = detectable(auc_null_se(real, holdout))
            safe = planned_auc(real, holdout, rankings=k, trained=trained)
            return Planned(Basis.SIZES, found, safe)
        if name in _TAILS:
            alpha = _TAILS[name]
            smallest = tail_detectable(real, holdout, alpha=alpha)
            tail = planned_log_ratio(real, holdout, alpha=alpha, rankings=k, trained=trained)
            return Planned(Basis.SIZES, None if smallest is None else smallest.log_ratio, tail)
        return None


def forecast_of(lab: Lab, checks: Sequence[Check]) -> SizesForecast:
    """Return the forecast for one release and the configured checks."""
    rates = tuple(_guessed(lab, name) for name in sorted(c.name for c in lab.schema.secrets()))
    scoring = [
        c for c in checks if isinstance(c, ScoringAttack) and c.card.family is Family.MEMBERSHIP
    ]
    targets = [c.n_targets for c in checks if isinstance(c, TargetedAttack) and c.n_targets]
    return SizesForecast(
        rates=rates,
        inferred=planned_excess(inference_rates(rates), 2, 2) if rates else None,
        rankings=sum(len(attack.variants(lab)) for attack in scoring) if lab.has_holdout else 0,
        trained=any(c.card.id == "membership-stacked" for c in checks),
        targets=min(targets, default=10_000),
    )


def _guessed(lab: Lab, name: str) -> float:
    """Return how often a secret is named, as planned.

    Somebody who always names the commonest value is right so often; an attack does better. Between
    there and always, the rate next to one half scatters most, and is taken.
    """
    secret = Secret(lab, lab.schema[name], _TOLERANCE, _TOLERANCE)
    best, hits, n = secret.commonest(), 0.0, 0
    for side in people_sides(lab):
        values = secret.values(side)
        hits += float(secret.hit(values * 0 + best, values).sum())
        n += values.size
    return min(max(hits / n, UNKNOWN_RATE), 1.0)


def _within(real: int, holdout: int, subset: str, variance: float) -> tuple[int, int] | None:
    """Return how many people are measured: all, or the most vulnerable ones of whom enough are."""
    if not subset:
        return real, holdout
    share = chosen_share(real, holdout, variance=variance)
    return None if share is None else (round(share * real), round(share * holdout))


def people_of(lab: Lab) -> Mapping[str, int]:
    """Return the number of people of each side."""
    return {side.value: lab.table(side).n_people for side in (Side.REAL, *people_sides(lab)[1:])}
