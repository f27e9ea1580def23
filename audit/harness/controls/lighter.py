"""Checks with less to do, where not everything is asked for."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from audit.contract.adversary import PredicateAttack
from audit.contract.check import Check
from audit.harness.controls.effort import Effort
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from audit.harness.worst_case_membership import MembershipWorstCase

WORST_CASES = (MembershipWorstCase, AttributeInferenceWorstCase)


def lighter(check: Check, effort: Effort) -> Check:
    """Return the check with less to do.

    A worst case without the attacks that learn notices no more than the whole, and fewer
    statements notice hardly less than many.
    """
    if effort.whole:
        return check
    made: Any = check
    found: Check = check
    if isinstance(check, MembershipWorstCase):
        quick = tuple(a for a in check.attacks if not a.learns)
        found = replace(made, attacks=quick, stacked=None) if quick else check
    elif isinstance(check, AttributeInferenceWorstCase):
        kept = tuple(a for a in check.attacks if not a.learns)
        found = replace(made, attacks=kept) if kept else check
    elif isinstance(check, PredicateAttack):
        found = replace(made, n_predicates=min(check.n_predicates, effort.statements))
    return found


def competing(checks: Sequence[Check]) -> frozenset[str]:
    """Return the attacks whose people are looked at by way of a worst case."""
    worst = (c for c in checks if isinstance(c, WORST_CASES))
    return frozenset(attack.card.id for check in worst for attack in check.attacks)
