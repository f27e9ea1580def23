"""How large a part of the people is in the data: what an adversary knows before any attack."""

from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.facts.measurement import PreflightFact, Severity


def fraction_fact(lab: Lab) -> PreflightFact:
    """Return the share of real people in the population if it was declared, else of those audited.

    Somebody who takes a person of the population for a member is right so often without looking at
    the release.
    """
    real, holdout = (lab.table(s).n_people for s in (Side.REAL, Side.HOLDOUT))
    population = lab.release.population
    if population is None:
        numbers = {"percent": 100 * real / (real + holdout)}
        return PreflightFact("sampling-fraction", Severity.OK, "sampling_fraction", numbers)
    numbers = {"percent": 100 * real / population, "population": float(population)}
    if population < real + holdout:
        return PreflightFact("sampling-fraction", Severity.WARNING, "population_too_small", numbers)
    return PreflightFact("sampling-fraction", Severity.OK, "sampling_fraction_declared", numbers)
