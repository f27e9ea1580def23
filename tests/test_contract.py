"""The laws of DESIGN section 3, over the whole registry."""

from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import replace
from functools import cache
from unittest.mock import patch

import pytest
from threadpoolctl import threadpool_limits

from audit.contract.adversary import ScoringAttack
from audit.contract.check import Check
from audit.harness.registry import BUILTIN, configured
from audit.harness.stacked_membership import MembershipStacked
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.testing import _lab, check_contract, planted_release

# Small enough for about fifty runs each; the laws hold at any size.
SMALL = {
    "singling-out-univariate": {"n_predicates": 300},
    "singling-out-multivariate": {"n_predicates": 120},
    "linkability": {"n_splits": 2},
    "reconstruction": {"n_halves": 1},
    "attribute-inference-model": {"rows": 60, "trees": 2, "learners": ("trees",)},
    "membership-neighbour-density": {"neighbours": (10,)},
    "membership-density-ratio": {"widths": (0.25,), "neighbours": (5,)},
    "membership-local-likelihood": {"neighbours": (5,)},
    "membership-discriminator": {"rounds": 2},
    "membership-error-profile": {"rows": 100},
    "membership-marginal-focus": {"sets": 20},
}


# What competes keeps the laws in its own right; of competing itself three attacks tell as much.
FEW = (
    "attribute-inference-nearest",
    "membership-closest-record",
    "membership-local-count",
    "membership-marginal-focus",
)


def small(check: Check) -> Check:
    if isinstance(check, MembershipWorstCase):
        return replace(check, attacks=few(check), stacked=small(check.stacked))
    if isinstance(check, AttributeInferenceWorstCase):
        return replace(check, attacks=tuple(a for a in check.attacks if a.card.id in FEW))
    return replace(check, attacks=few(check)) if isinstance(check, MembershipStacked) else check


def few(check: MembershipWorstCase | MembershipStacked) -> tuple[ScoringAttack, ...]:
    return tuple(a for a in check.attacks if a.card.id in FEW)


@pytest.fixture(scope="module", autouse=True)
def one_thread_and_one_set_of_releases() -> Iterator[None]:
    """Run as `--jobs 1` does: at this size threads only wait for one another.

    Releases are made once for all checks, and so are the labs of the laws that take many runs: as
    in an audit, what one check had searched another need not search again. That no check changes
    them, and that none finds anything else for it, are laws themselves.
    """
    with (
        threadpool_limits(1),
        # One thread is one thread; to look for the libraries anew takes longer than a small fit.
        patch("audit.models.threads.threadpool_limits", lambda *_, **__: nullcontext()),
        patch("audit.testing.planted_release", cache(planted_release)),
        patch("audit.testing._lab", cache(_lab)),
    ):
        yield


@pytest.mark.parametrize("check", configured(SMALL), ids=lambda c: c.card.id)
def test_keeps_every_law(check: Check) -> None:
    check_contract(small(check))


def test_every_check_is_listed_once() -> None:
    ids = [check.card.id for check in BUILTIN]
    assert len(ids) == len(set(ids))
