"""For authors of checks: the laws that every check keeps, and releases to try it on.

``check_contract(MyCheck())`` runs the laws of DESIGN section 3 on small planted releases and raises
`ContractBroken` naming every law that does not hold. The project runs it over its own registry.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from audit.contract.check import Check
from audit.contract.lab import Lab
from audit.data.profile import ColumnProfile
from audit.data.release import Release
from audit.data.table import Table, new_table
from audit.facts.estimate import Estimate
from audit.facts.measurement import InputFacts, Measurement, SplitFacts
from audit.facts.schema import Column, Kind, Role, Schema
from audit.harness.controls import full_copy, noticed
from audit.harness.disclosure_gate import Gate
from audit.harness.planting import plan_copies

__all__ = ["ContractBroken", "check_contract", "planted_release"]

Facts: TypeAlias = Mapping[tuple[str, tuple[tuple[str, str], ...]], Measurement]
Law: TypeAlias = Callable[["_Tried"], Iterator[str]]

PEOPLE = 250
SEEDS = 40
OUTSIDE = 9
"""Binomial(40, .05) exceeds this with probability below 1e-4."""
LADDER = (0.0, 0.05, 0.2, 0.5, 1.0)
LADDER_SEEDS = 3
ROUNDING = 1e-5
MEMORY = 1 << 28
SEED = 5


class ContractBroken(AssertionError):  # noqa: N818 - what it says is no error of the program
    """At least one law does not hold; the message names each."""


def check_contract(check: Check) -> None:
    """Run every law on a check.

    Parameters
    ----------
    check
        With small parameters where it has expensive ones: about 50 runs are made.

    Raises
    ------
    ContractBroken
        If a law does not hold; all of them are named.
    """
    laws: tuple[Law, ...] = (
        _yields_what_it_says,
        _same_seed_same_facts,
        _inputs_unchanged,
        _order_of_rows_and_columns,
        _batches_and_company,
        _notices_a_full_copy,
        _quiet_on_fresh_samples,
        _never_falls_with_copies,
        _flips_when_swapped,
    )
    tried = _try(check)
    broken = [f"{check.card.id}: {fault}" for law in laws for fault in law(tried)]
    if broken:
        raise ContractBroken("\n".join(broken))


def planted_release(
    *, seed: int = 0, leak: float = 0.0, n: int = PEOPLE, shuffle: int | None = None
) -> Release:
    """Return a release of known truth: a fresh sample in which some people stand verbatim.

    Real, holdout and synthetic are draws of one population of numbers, dates, categories and
    gaps with dependent columns; a share of the real people replaces synthetic rows.

    Parameters
    ----------
    seed
        Of the draw.
    leak
        Share of real people that are copied; people copied at a small share are copied at every
        larger one.
    n
        People in each table.
    shuffle
        If given, rows and columns are handed over in another order; no fact may notice.
    """
    rng = np.random.default_rng([seed, 77])
    keys = rng.permutation(3 * n).reshape(3, n)
    raw = [{**_people(rng, n), "key": k.astype(float)} for k in keys]
    order = np.random.default_rng(shuffle) if shuffle is not None else None
    names = list(_KINDS) if order is None else [list(_KINDS)[i] for i in order.permutation(8)]
    schema = Schema(tuple(_column(name) for name in names))
    real, holdout, synthetic = (_table(schema, columns, order) for columns in raw)
    plan = plan_copies(n, real.people, round(leak * n), rng=np.random.default_rng([seed, 78]))
    released = synthetic.replace_rows(plan.replaced, real, plan.by).in_canonical_order()
    return Release(
        real=real,
        synthetic=replace(released, people=np.arange(n)),
        holdout=holdout,
        schema=schema,
        profiles=dict.fromkeys(names, _PROFILE),
        notes=(),
        digests=dict.fromkeys(("real", "synthetic", "holdout"), InputFacts(n, len(names), None)),
        content_digest=f"planted/{seed}/{leak}",
        name="planted",
        unit="row",
        split=SplitFacts("random", "declared"),
    )


_PROFILE = ColumnProfile(0, 0, 0.0, 0.0, is_dense_key=False, largest_share=0.0)
_KINDS = {
    "age": Kind.INTEGER,
    "cost": Kind.CONTINUOUS,
    "lab": Kind.CONTINUOUS,
    "admitted": Kind.DATETIME,
    "ward": Kind.CATEGORICAL,
    "diagnosis": Kind.CATEGORICAL,
    "smoker": Kind.BOOLEAN,
    "key": Kind.IDENTIFIER,
}


def _column(name: str) -> Column:
    known = {Role.DIRECT_IDENTIFIER} if name == "key" else {Role.QUASI_IDENTIFIER, Role.SENSITIVE}
    return Column(name, _KINDS[name], frozenset(known))


def _people(rng: np.random.Generator, n: int) -> dict[str, NDArray[np.float64]]:
    age = np.clip(rng.normal(55, 18, n), 0, 100).round()
    diagnosis = np.minimum(rng.geometric(0.25, n) + (age > 60), 9)
    cost = rng.lognormal(6 + 0.1 * diagnosis, 0.6)
    lab = np.where(rng.random(n) < 0.15, np.nan, rng.normal(age / 20, 1))
    return {
        "age": age,
        "cost": cost.round(2),
        "lab": lab.round(3),
        "admitted": rng.integers(0, 1_000, n) * 86_400e6,
        "ward": np.minimum(diagnosis // 2 + rng.integers(0, 2, n), 5).astype(float),
        "diagnosis": diagnosis.astype(float),
        "smoker": (rng.random(n) < 0.2 + 0.3 * (diagnosis > 4)).astype(float),
    }


def _table(
    schema: Schema, columns: Mapping[str, NDArray[np.float64]], order: np.random.Generator | None
) -> Table:
    n = len(columns["age"])
    rows = np.arange(n) if order is None else order.permutation(n)
    numeric = [c.name for c in schema if c.kind.is_numeric]
    coded = [c.name for c in schema if not c.kind.is_numeric]
    codes = {name: columns[name][rows].astype(np.int64) for name in coded}
    return new_table(schema, numbers={n: columns[n][rows] for n in numeric}, codes=codes)


@dataclass(frozen=True)
class _Tried:
    """A check, and one run of it that several laws look at."""

    check: Check
    release: Release
    facts: Facts
    changed_release: bool


def _try(check: Check) -> _Tried:
    release = planted_release(leak=0.1)
    before = _content(release)
    facts = _facts(check, release)
    return _Tried(check, release, facts, changed_release=_content(release) != before)


def _facts(check: Check, release: Release, *, memory: int = MEMORY) -> Facts:
    return _facts_in(check, Lab(release, seed=SEED, memory=memory))


def _facts_in(check: Check, lab: Lab) -> Facts:
    """Run a check through the gate, as the harness does."""
    result = Gate({}).result(check.card, check.params, check.run(lab.for_check(check.card.id)))
    return {(m.name, tuple(sorted(m.scope.items()))): m for m in result.measurements}


def _lab(seed: int, leak: float, draw: int) -> Lab:
    """Return where a law of many runs is tried; other checks may use what it keeps."""
    return Lab(planted_release(seed=seed, leak=leak), seed=draw, memory=MEMORY)


def _yields_what_it_says(tried: _Tried) -> Iterator[str]:
    names = {name for name, _ in tried.facts}
    for stranger in sorted(names - set(tried.check.card.measures)):
        yield f"yields {stranger}, which its card does not name"
    if not names:
        yield "measures nothing"


def _same_seed_same_facts(tried: _Tried) -> Iterator[str]:
    if _facts(tried.check, tried.release) != tried.facts:
        yield "two runs with one seed differ"


def _inputs_unchanged(tried: _Tried) -> Iterator[str]:
    if tried.changed_release:
        yield "changes its inputs"


def _content(release: Release) -> list[bytes]:
    return [
        column.tobytes()
        for table in (release.real, release.synthetic, release.holdout)
        if table is not None
        for column in (*table.numbers.values(), *table.codes.values(), table.keys, table.people)
    ]


def _order_of_rows_and_columns(tried: _Tried) -> Iterator[str]:
    if _facts(tried.check, planted_release(leak=0.1, shuffle=3)) != tried.facts:
        yield "depends on the order of rows or columns"


def _batches_and_company(tried: _Tried) -> Iterator[str]:
    if _facts(tried.check, tried.release, memory=1) != tried.facts:
        yield "depends on the size of the batches"
    shared = Lab(tried.release, seed=SEED, memory=MEMORY)
    list(tried.check.run(shared.for_check("company")))
    if _facts_in(tried.check, shared) != tried.facts:
        yield "depends on what ran before it"


def _notices_a_full_copy(tried: _Tried) -> Iterator[str]:
    if not tried.check.card.alarms_on_copy:
        return
    fact = noticed(tried.check, full_copy(_lab(0, 0.0, SEED)))
    if fact is None:
        yield "has no test by which to notice a full copy"
    elif not fact.passed:
        yield "does not notice that the release is the real data"


def _quiet_on_fresh_samples(tried: _Tried) -> Iterator[str]:
    """The null lies outside an end no more often than its level allows."""
    outside: dict[tuple[str, tuple[tuple[str, str], ...], str], int] = {}
    for seed in range(SEEDS):
        for (name, scope), m in _facts_in(tried.check, _lab(seed, 0.0, seed)).items():
            if m.null_value is None:
                continue
            for end in _ends_that_miss(m.estimate, m.null_value):
                outside[name, scope, end] = outside.get((name, scope, end), 0) + 1
    for (name, scope, end), count in outside.items():
        if count > OUTSIDE:
            yield f"{name} {dict(scope)}: the {end} end misses the null in {count} of {SEEDS}"


def _ends_that_miss(estimate: Estimate, null: float) -> Iterator[str]:
    if estimate.is_exact:
        return
    if estimate.low is not None and estimate.low > null + ROUNDING:
        yield "lower"
    if estimate.high is not None and estimate.high < null - ROUNDING:
        yield "upper"


def _never_falls_with_copies(tried: _Tried) -> Iterator[str]:
    if not tried.check.card.monotone_in_copies:
        return
    means = []
    for leak in LADDER:
        runs = [_facts_in(tried.check, _lab(s, leak, SEED)) for s in range(LADDER_SEEDS)]
        means.append({k: np.mean([r[k].estimate.value for r in runs if k in r]) for k in runs[0]})
    for name, scope in means[0]:
        whole = not scope or ("over", "worst") in scope
        if not whole or name not in ("excess", "auc", "share", "attack_rate"):
            continue
        rungs = [m[name, scope] for m in means if (name, scope) in m]
        if any(b < a - 0.02 for a, b in pairwise(rungs)):
            yield f"{name} {dict(scope)} falls as more people are copied"


def _flips_when_swapped(tried: _Tried) -> Iterator[str]:
    release = planted_release(leak=0.3)
    if release.holdout is None:
        return
    swapped = replace(release, real=release.holdout, holdout=release.real)
    there, back = (_facts(tried.check, r) for r in (release, swapped))
    several = any({"secret", "grown"} & dict(scope).keys() for _, scope in there)
    for (name, scope), m in there.items():
        is_worst = ("over", "worst") in scope or (not scope and several)
        if name != "excess" or (name, scope) not in back or is_worst:
            continue
        if abs(m.estimate.value + back[name, scope].estimate.value) > 1e-4:
            yield f"excess {dict(scope)} does not flip when real and holdout change places"
