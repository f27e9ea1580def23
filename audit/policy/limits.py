"""Where a limit comes from: a number, a table, the context, a claim, the value without a leak."""

from collections.abc import Iterator
from math import isfinite

from audit.facts.judgement import Declared, Limit, Policy, Tier
from audit.facts.measurement import Measurement

SENSITIVITIES = ("low", "medium", "high")


def context_numbers(policy: Policy, tier: Tier) -> dict[str, float]:
    """Return the numbers that `policy` sets for `tier`; none where it knows nothing of it."""
    return next((dict(c.numbers) for c in policy.contexts if c.tier is tier), {})


def resolved(
    limit: Limit, policy: Policy, *, declared: Declared, measurement: Measurement | None
) -> float | None:
    """Return the number that `limit` stands for, or None where it cannot be said.

    A limit above the null needs the measurement, and a null value in it.
    """
    if limit.number is not None:
        return limit.number
    if limit.table is not None:
        return policy.tables.get(limit.table, {}).get(declared.sensitivity)
    if limit.context is not None:
        return context_numbers(policy, declared.tier).get(limit.context)
    if limit.declared is not None:
        return claimed(limit.declared, declared)
    if limit.above_null is None or measurement is None or measurement.null_value is None:
        return None
    return round(measurement.null_value + limit.above_null, 12)


def claimed(name: str, declared: Declared) -> float | None:
    """Return the number that a person stated under `key.field`; None where it is none."""
    key, _, field = name.partition(".")
    try:
        number = float(declared.evidence.get(key, {}).get(field, ""))
    except ValueError:
        return None
    return number if isfinite(number) and number >= 0 else None


def every_number(limit: Limit | None, policy: Policy) -> Iterator[float]:
    """Return all numbers that `limit` may stand for, over sensitivities and allowed contexts."""
    if limit is None:
        return
    if limit.number is not None:
        yield limit.number
    if limit.table is not None:
        yield from policy.tables.get(limit.table, {}).values()
    if limit.context is not None:
        for tier in policy.contexts_allowed:
            numbers = context_numbers(policy, tier)
            if limit.context in numbers:
                yield numbers[limit.context]
