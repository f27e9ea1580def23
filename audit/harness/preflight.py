"""What is looked at before any attack: is this a release that can be audited at all?

Nothing here looks at what an attack finds, and only `holdout-swapped` looks at the synthetic data.
The sentences for the codes live in the report templates.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from audit.contract.arms import Arm, Side, dealt
from audit.contract.lab import Lab
from audit.contract.rows import as_words
from audit.contract.strata import FEWEST
from audit.data.table import Table
from audit.facts.measurement import PreflightFact, Severity
from audit.facts.reasons import ReasonCode
from audit.facts.schema import Kind
from audit.harness.near_overlap import near_overlap_fact
from audit.harness.reference_overlap import reference_fact
from audit.harness.sampling_fraction import fraction_fact
from audit.harness.strata_rates import strata_fact
from audit.models.blind import FOLDS, blind_scores
from audit.statistics.multiplicity import holm
from audit.statistics.overlap import cross_pairs_test
from audit.statistics.rates import exact_tails
from audit.statistics.roc import fit_auc
from audit.statistics.two_sample import categories_differ, numbers_differ

FAIR_AUC = 0.55
SIGNIFICANT = 0.05
BLOCKING_LEVEL = 0.001
SMALL_HOLDOUT = 726
"""People per side before an AUC limit of .55 can be applied (research/statistics.md, F11)."""
_BLIND_PEOPLE = 20_000


def preflight(lab: Lab) -> tuple[PreflightFact, ...]:
    """Return everything that was found, problems and their absence alike."""
    facts = [*lab.release.notes, *_columns(lab), _duplicates(lab), _split(lab)]
    reference = reference_fact(lab)
    if reference is not None:
        facts.append(reference)
    if not lab.has_holdout:
        facts.append(PreflightFact("holdout-present", Severity.WARNING, ReasonCode.NO_HOLDOUT))
        return tuple(facts)
    strata = strata_fact(lab)
    facts += [] if strata is None else [strata]
    facts += [_size(lab), fraction_fact(lab)]
    facts.append(_overlap(lab))
    near = near_overlap_fact(lab)
    facts += [] if near is None else [near]
    facts.append(_swapped(lab))
    facts += _groups(lab)
    if lab.schema.comparable():
        facts.append(_drift(lab))
        facts.append(_fairness(lab))
    return tuple(facts)


def _columns(lab: Lab) -> Iterator[PreflightFact]:
    groups = {
        "identifiers-found": [
            c.name for c in lab.schema if c.kind is Kind.IDENTIFIER and not c.roles_declared
        ],
        "constant-columns": [c.name for c in lab.schema if c.kind is Kind.CONSTANT],
        "text-columns": [c.name for c in lab.schema if c.kind is Kind.TEXT],
    }
    for fact_id, names in groups.items():
        if names:
            yield PreflightFact(
                fact_id,
                Severity.WARNING,
                fact_id.replace("-", "_"),
                {"columns": len(names)},
                tuple(names),
            )


def _duplicates(lab: Lab) -> PreflightFact:
    keys = lab.table(Side.REAL).keys
    n_distinct = np.unique(as_words(keys)).size
    share = 1 - n_distinct / keys.shape[0]
    code = "duplicate_rows" if share else "rows_distinct"
    return PreflightFact("duplicate-rows", Severity.OK, code, {"share": share})


def _split(lab: Lab) -> PreflightFact:
    split = lab.release.split
    if split.holdout_used_for:
        return PreflightFact("split", Severity.WARNING, ReasonCode.HOLDOUT_USED)
    if not split.is_exchangeable:
        return PreflightFact("split", Severity.WARNING, ReasonCode.SPLIT_NOT_RANDOM)
    if split.source == "assumed":
        return PreflightFact("split", Severity.WARNING, ReasonCode.SPLIT_UNDECLARED)
    return PreflightFact("split", Severity.OK, "split_declared")


def _size(lab: Lab) -> PreflightFact:
    people = {s.value: lab.table(s).n_people for s in (Side.REAL, Side.HOLDOUT)}
    enough = min(people.values()) >= SMALL_HOLDOUT
    return PreflightFact(
        "holdout-size",
        Severity.OK if enough else Severity.WARNING,
        "holdout_large_enough" if enough else ReasonCode.HOLDOUT_TOO_SMALL,
        {**people, "needed": SMALL_HOLDOUT},
    )


def _overlap(lab: Lab) -> PreflightFact:
    """Tell whether more rows stand on both sides than a random split explains."""
    real, holdout = (_without_repeats(lab.table(s)) for s in (Side.REAL, Side.HOLDOUT))
    _, groups = np.unique(as_words(np.concatenate([real, holdout])), return_inverse=True)
    is_real = np.arange(groups.size) < len(real)
    found = cross_pairs_test(groups, is_real, rng=lab.stream("overlap"))
    bad = found.p_value <= BLOCKING_LEVEL
    return PreflightFact(
        "holdout-overlap",
        Severity.BLOCKING if bad else Severity.OK,
        ReasonCode.HOLDOUT_OVERLAPS_REAL if bad else "no_overlap",
        {"pairs": found.pairs, "expected": found.expected, "p": found.p_value},
    )


def _without_repeats(table: Table) -> NDArray[np.uint64]:
    """Return the keys of a table without the rows that repeat another of the same person.

    Such rows always stand on one side, which no relabelling of single rows expects.
    """
    rows = np.column_stack([table.keys, table.people.astype(np.uint64)])
    return np.unique(rows, axis=0)[:, :2]


def _one_row_each(table: Table) -> Table:
    return table.take(np.unique(table.people, return_index=True)[1])


def _swapped(lab: Lab) -> PreflightFact:
    """Tell whether holdout people return in the release more often than real people."""
    released = as_words(lab.table(Side.SYNTHETIC).keys)
    counts = []
    for side in (Side.REAL, Side.HOLDOUT):
        table = lab.table(side)
        found = lab.people(side).any_of(np.isin(as_words(table.keys), released))
        counts += [int(found.sum()), found.size]
    p = exact_tails(*counts).safe
    bad = p <= BLOCKING_LEVEL
    return PreflightFact(
        "holdout-swapped",
        Severity.BLOCKING if bad else Severity.OK,
        ReasonCode.HOLDOUT_SWAPPED if bad else "not_swapped",
        {"p": p},
    )


def _groups(lab: Lab) -> Iterator[PreflightFact]:
    """Tell which declared groups hold too few people to be shown, before anything is attacked."""
    if not lab.release.real.groups:
        return
    people = {
        name: min(
            int(lab.people(s).any_of(lab.table(s).groups[name]).sum())
            for s in (Side.REAL, Side.HOLDOUT)
        )
        for name in sorted(lab.release.real.groups)
    }
    small = tuple(name for name, count in people.items() if count < FEWEST)
    yield PreflightFact(
        "groups",
        Severity.WARNING if small else Severity.OK,
        "groups_too_small" if small else "groups_large_enough",
        {"needed": float(FEWEST)},
        small or tuple(people),
    )


def _drift(lab: Lab) -> PreflightFact:
    """Compare real and holdout column by column, corrected for the number of columns."""
    real, holdout = (_one_row_each(lab.table(s)) for s in (Side.REAL, Side.HOLDOUT))
    columns = lab.schema.comparable()
    p = [
        numbers_differ(real.numbers[c.name], holdout.numbers[c.name])
        if c.name in real.numbers
        else categories_differ(real.codes[c.name], holdout.codes[c.name])
        for c in columns
    ]
    differ = [c.name for c, q in zip(columns, holm(p), strict=True) if q <= SIGNIFICANT]
    return PreflightFact(
        "column-drift",
        Severity.WARNING if differ else Severity.OK,
        "columns_differ" if differ else "columns_alike",
        {"columns": len(differ), "of": len(columns)},
        tuple(differ),
    )


def _fairness(lab: Lab) -> PreflightFact:
    """Tell whether a model that never sees the release can tell real from holdout people.

    Decided by equivalence (DESIGN section 4, point 11): fair if even the upper end of its AUC is
    small, not fair if even the lower end is not, otherwise undecided.
    """
    arms = [lab.arm(s, _BLIND_PEOPLE) for s in (Side.REAL, Side.HOLDOUT)]
    fit = fit_auc(*_blind(lab, arms))
    low, high = fit.ends()
    if low > FAIR_AUC:
        status, code = Severity.BLOCKING, ReasonCode.HOLDOUT_NOT_FAIR.value
    elif high <= FAIR_AUC:
        status, code = Severity.OK, "holdout_fair"
    else:
        status, code = Severity.WARNING, "holdout_fairness_undecided"
    numbers = {"auc": fit.value, "low": low, "high": high, "limit": FAIR_AUC}
    return PreflightFact("holdout-fairness", status, code, numbers)


def _blind(lab: Lab, arms: Sequence[Arm]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    columns = lab.schema.comparable()
    tables = [lab.table(a.side).take(a.rows) for a in arms]
    numeric = [c.name for c in columns if c.name in tables[0].numbers]
    nominal = [c.name for c in columns if c.name not in tables[0].numbers]

    def stacked(part: str, names: list[str]) -> NDArray[Any]:
        sides = [
            np.column_stack([getattr(t, part)[n] for n in names])
            if names
            else np.zeros((t.n_rows, 0))
            for t in tables
        ]
        return np.concatenate(sides)

    is_real = np.arange(sum(t.n_rows for t in tables)) < tables[0].n_rows
    folds = [dealt(t, FOLDS, seed=lab.seed)[t.people] for t in tables]
    scores = blind_scores(
        stacked("numbers", numeric),
        stacked("codes", nominal).astype(np.int64),
        is_real,
        fold=np.concatenate(folds),
        seed=lab.seed,
    )
    return arms[0].best_of(scores[is_real]), arms[1].best_of(scores[~is_real])
