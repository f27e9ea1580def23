"""The laws of DESIGN section 3, over the whole registry."""

from dataclasses import replace

import pytest

from audit.harness.registry import BUILTIN, configured
from audit.harness.stacked_membership import MembershipStacked
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.testing import check_contract

# Small enough for about fifty runs each; the laws hold at any size.
SMALL = {
    "singling-out-univariate": {"n_predicates": 300},
    "singling-out-multivariate": {"n_predicates": 300},
    "membership-discriminator": {"rounds": 2},
    "membership-error-profile": {"rows": 100},
    "membership-marginal-focus": {"sets": 20},
}


# What competes keeps the laws in its own right; of competing itself three attacks tell as much.
FEW = ("membership-closest-record", "membership-local-count", "membership-marginal-focus")


def small(check):
    if isinstance(check, MembershipWorstCase):
        return replace(check, attacks=few(check), stacked=small(check.stacked))
    return replace(check, attacks=few(check)) if isinstance(check, MembershipStacked) else check


def few(check):
    return tuple(a for a in check.attacks if a.card.id in FEW)


@pytest.mark.parametrize("check", configured(SMALL), ids=lambda c: c.card.id)
def test_keeps_every_law(check):
    check_contract(small(check))


def test_every_check_is_listed_once():
    ids = [check.card.id for check in BUILTIN]
    assert len(ids) == len(set(ids))
