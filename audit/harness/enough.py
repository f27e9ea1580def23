"""As many people and statements as the limits of a policy take, where the defaults are too few.

The defaults (10,000 people of a side, 4,000 statements) suffice for every built-in policy. A limit
of somebody's own may take more. Nothing is ever lowered, what a person set stands, and nothing is
raised beyond what an audit can afford: then the report says that not everybody was attacked.
"""

from collections.abc import Mapping
from typing import Protocol

from audit.contract.adversary import PredicateAttack, TargetedAttack
from audit.contract.check import Check
from audit.data.release import Release
from audit.facts.measurement import Family
from audit.harness.forecast import SINGLED_OUT, UNKNOWN_RATE
from audit.harness.registry import configured
from audit.statistics.planning import ADJUSTED, inference_rates, statements_for, targets_for

WORST_INFERENCE = "attribute-inference-worst-case"
VULNERABLE_SHARE = 0.25
"""The largest part that may carry the pass."""
MOST = 50_000
"""Of people of a side, and of statements."""
_STEP = 1_000


class Limits(Protocol):
    """The strictest limits on the excess of one check."""

    @property
    def everybody(self) -> float | None:
        """Of all people."""

    @property
    def vulnerable(self) -> float | None:
        """Of the most vulnerable ones."""


def enough_for(
    limits: Mapping[str, Limits],
    release: Release,
    given: Mapping[str, Mapping[str, object]],
) -> dict[str, dict[str, object]]:
    """Return the parameters with more people and statements where the limits take them.

    Parameters
    ----------
    limits
        Check id -> the strictest limits that can be met.
    given
        Check id -> field -> value, as a person set it.
    """
    made = {check: dict(fields) for check, fields in given.items()}
    most = max(t.n_people for t in (release.real, release.holdout) if t is not None)
    secrets = len(release.schema.secrets())
    for check in configured(given):
        field, least = _least(check, limits, secrets=secrets)
        default = getattr(check, field, None) if field else None
        if not isinstance(default, int) or field in given.get(check.card.id, {}):
            continue
        # A sample that already is everybody need not be larger.
        reaches_all = field == "n_targets" and default >= most
        if least > default and not reaches_all:
            made.setdefault(check.card.id, {})[field] = min(-(-least // _STEP) * _STEP, MOST)
    return made


def _least(check: Check, limits: Mapping[str, Limits], *, secrets: int) -> tuple[str, int]:
    """Return which parameter of a check the limits speak about, and the least that they take."""
    card = check.card
    if isinstance(check, PredicateAttack):
        own = limits.get(card.id)
        rate = SINGLED_OUT.get(card.id, UNKNOWN_RATE)
        strict = None if own is None else own.everybody
        return "n_predicates", 0 if strict is None else statements_for(strict, rate)
    if not isinstance(check, TargetedAttack):
        return "", 0
    if card.family is Family.INFERENCE:
        rates = inference_rates([UNKNOWN_RATE] * max(1, secrets))
        return "n_targets", _targets(limits.get(WORST_INFERENCE), rates, ADJUSTED)
    return "n_targets", _targets(limits.get(card.id), (UNKNOWN_RATE,), 1.0)


def _targets(limits: Limits | None, rates: tuple[float, ...], width: float) -> int:
    if limits is None:
        return 0
    parts = ((limits.everybody, 1.0), (limits.vulnerable, VULNERABLE_SHARE))
    needed = (
        targets_for(limit, rates, width=width, share=share)
        for limit, share in parts
        if limit is not None and limit > 0
    )
    return max(needed, default=0)
