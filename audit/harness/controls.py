"""Would this audit have noticed? The smallest planted control: the real data as the release.

Each attack is run once against a release that consists of the real records themselves. An attack
that sees nothing even there says nothing when it sees nothing here; a rule that rests on it cannot
pass (DESIGN section 4, point 12).
"""

from collections.abc import Iterator
from dataclasses import replace

from audit.contract.check import Check
from audit.contract.lab import Lab
from audit.facts.measurement import ControlFact, Measurement

PEOPLE = 2_000
"""People attacked per side: enough to see a full copy, few enough to cost little."""
SIGNIFICANT = 0.05
_HEADLINES = ("excess", "auc", "share", "sparse_share", "privacy_loss", "left_tail", "relative_f1")


def full_copy(lab: Lab) -> Lab:
    """Return a lab in which the real table stands in the place of the synthetic one."""
    release = replace(lab.release, synthetic=lab.release.real)
    return replace(lab, release=release, target_limit=PEOPLE, kept={})


def noticed(check: Check, copied: Lab) -> ControlFact | None:
    """Tell whether a check notices the full copy; None if it has no test to tell by.

    Parameters
    ----------
    copied
        From `full_copy`, shared by all checks so that nothing is searched twice.
    """
    found = [m for m in check.run(copied.for_check(check.card.id)) if isinstance(m, Measurement)]
    tested = list(_headline(found))
    if not tested:
        return None
    best = min(tested, key=lambda m: m.p_value if m.p_value is not None else 1.0)
    p = best.p_value
    assert p is not None
    numbers = {"p": p, "value": best.estimate.value, "n": float(best.n)}
    return ControlFact(check.card.id, "full_copy", p <= SIGNIFICANT, numbers)


def _headline(found: list[Measurement]) -> Iterator[Measurement]:
    """Yield the tested measurements that speak for the check as a whole."""
    for m in found:
        whole = not m.scope or m.scope.get("over") == "worst"
        if whole and m.p_value is not None and m.name in _HEADLINES:
            yield m
