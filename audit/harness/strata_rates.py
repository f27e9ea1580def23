"""Were all declared strata split at one rate?

Relabelling takes every person of the pool to be as likely real as any other. That holds of a
stratified split if each stratum gave the same share to the holdout (the errors are then a little
too large, never too small). If it did not, real and holdout people differ by design, and a release
that shows as much as it should, the make-up of the real data, would look like a leak.
"""

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.facts.measurement import PreflightFact, Severity
from audit.facts.reasons import ReasonCode
from audit.statistics.multiplicity import holm
from audit.statistics.two_sample import categories_differ, numbers_differ

LEVEL = 0.001
"""A difference beyond it is taken for a difference by design."""


def strata_fact(lab: Lab) -> PreflightFact | None:
    """Return whether the declared strata have different shares of holdout people.

    Returns
    -------
    PreflightFact or None
        None where no strata are declared, or none of them is a column that was read.
    """
    if lab.release.split.how != "stratified":
        return None
    real, holdout = (lab.table(s) for s in (Side.REAL, Side.HOLDOUT))
    p = {}
    for name in lab.release.split.strata:
        if name in real.codes:
            p[name] = categories_differ(real.codes[name], holdout.codes[name])
        elif name in real.numbers:
            p[name] = numbers_differ(real.numbers[name], holdout.numbers[name])
    if not p:
        return None
    corrected = dict(zip(p, holm(list(p.values())), strict=True))
    differ = tuple(name for name, q in corrected.items() if q <= LEVEL)
    return PreflightFact(
        "strata",
        Severity.BLOCKING if differ else Severity.OK,
        ReasonCode.STRATA_UNEQUAL if differ else "strata_equal",
        {"p": float(min(corrected.values()))},
        differ,
    )
