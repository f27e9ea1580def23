"""The largest planted leak: the real records in the place of the synthetic ones.

An attack that sees nothing even there says nothing when it sees nothing here; a rule that rests on
it cannot pass (DESIGN section 4, point 12).
"""

from collections.abc import Iterator

from audit.contract.check import Check
from audit.contract.lab import Lab
from audit.facts.measurement import ControlFact, Measurement

FULL_COPY = "full_copy"
PEOPLE = 2_000
"""People attacked per side: enough to see a full copy, few enough to cost little."""
SIGNIFICANT = 0.05
_HEADLINES = ("excess", "auc", "share", "sparse_share", "privacy_loss", "left_tail", "relative_f1")


def full_copy(lab: Lab) -> Lab:
    """Return a lab in which the real table stands in the place of the synthetic one."""
    return lab.released_as(lab.release.real, target_limit=PEOPLE)


def noticed(check: Check, copied: Lab) -> ControlFact | None:
    """Tell whether a check notices the full copy; None if it has no test to tell by.

    Parameters
    ----------
    copied
        From `full_copy`, shared by all checks so that nothing is searched twice.
    """
    best = headline(check, copied)
    if best is None or best.p_value is None:
        return None
    numbers = {"p": best.p_value, "value": best.estimate.value, "n": float(best.n)}
    return ControlFact(check.card.id, FULL_COPY, best.p_value <= SIGNIFICANT, numbers)


def headline(check: Check, lab: Lab) -> Measurement | None:
    """Run a check and return the most significant measurement that speaks for it as a whole."""
    found = [m for m in check.run(lab.for_check(check.card.id)) if isinstance(m, Measurement)]
    return min(_tested(found), key=_p, default=None)


def _p(measurement: Measurement) -> float:
    return 1.0 if measurement.p_value is None else measurement.p_value


def _tested(found: list[Measurement]) -> Iterator[Measurement]:
    for m in found:
        whole = not m.scope or m.scope.get("over") == "worst"
        if whole and m.p_value is not None and m.name in _HEADLINES:
            yield m
