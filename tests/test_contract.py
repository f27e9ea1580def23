"""The laws of DESIGN section 3, over the whole registry."""

import pytest

from audit.harness.registry import BUILTIN, configured
from audit.testing import check_contract

# Small enough for about fifty runs each; the laws hold at any size.
SMALL = {
    "singling-out-univariate": {"n_predicates": 300},
    "singling-out-multivariate": {"n_predicates": 300},
}


@pytest.mark.parametrize("check", configured(SMALL), ids=lambda c: c.card.id)
def test_keeps_every_law(check):
    check_contract(check)


def test_every_check_is_listed_once():
    ids = [check.card.id for check in BUILTIN]
    assert len(ids) == len(set(ids))
