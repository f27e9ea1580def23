"""The family on `census2k`: published settings, and what the default reference makes of them.

Values of others: research/attacks.md, section 13.2. The settings of Synth-MIA stand in
`benchmarks.synth_mia`.
"""

import numpy as np
import pandas as pd
import pytest
from threadpoolctl import threadpool_limits

from audit.attacks.membership_calibrated_distance import MembershipCalibratedDistance
from audit.attacks.membership_local_likelihood import MembershipLocalLikelihood
from audit.attacks.membership_marginal_focus import MembershipMarginalFocus
from audit.contract.arms import Side
from audit.contract.lab import Lab
from audit.data.release import release_from_frames
from audit.facts.project import Project
from audit.statistics.roc import fit_auc, fit_tail
from benchmarks.membership.strength import duels
from tests.contract.shared_tables import FOLDER, needs_tables, shared_lab

pytestmark = needs_tables


def fits(attack, lab, scope):
    own = lab.for_check(attack.card.id)
    scores = [attack.scores(own.arm(s), scope, own) for s in (Side.REAL, Side.HOLDOUT)]
    return fit_auc(*scores).value, fit_tail(*scores, alpha=0.01).tpr


def frames(synthetic):
    names = {"real": "real", "holdout": "holdout", "synthetic": f"synthetic_{synthetic}"}
    return {s: pd.read_csv(FOLDER / "census2k" / f"{n}.csv") for s, n in names.items()}


@pytest.mark.parametrize(("synthetic", "auc"), [("flip30", 0.6403), ("mostly", 0.5239)])
def test_half_of_the_holdout_as_reference(synthetic, auc):
    """Published with ranks over both halves; here the reference has no part in the scale."""
    tables = frames(synthetic)
    order = np.random.default_rng(0).permutation(2_000)
    reference, judged = (tables["holdout"].iloc[np.sort(p)] for p in np.split(order, 2))
    release = release_from_frames(
        tables["real"], tables["synthetic"], judged, project=Project(), reference=reference
    )
    scope = {"encoding": "rank", "form": "ratio"}
    found, tpr = fits(MembershipCalibratedDistance(), Lab(release, seed=0), scope)
    assert found == pytest.approx(auc, abs=0.0015)
    if synthetic == "flip30":
        assert tpr == pytest.approx(0.1015, abs=0.003)


@pytest.mark.parametrize(
    ("attack", "scope", "auc", "tpr"),
    [
        (MembershipCalibratedDistance(), {"encoding": "rank", "form": "difference"}, 0.657, 0.141),
        (MembershipLocalLikelihood(), {"encoding": "rank", "k": "5"}, 0.721, 0.166),
        (MembershipMarginalFocus(), {"numbers": "exact", "columns": "2"}, 0.968, 0.78),
    ],
)
def test_the_reference_without_the_candidate_finds_more(attack, scope, auc, tpr):
    found = fits(attack, shared_lab("census2k", "flip30"), scope)
    assert found == pytest.approx((auc, tpr), abs=0.002)


@pytest.mark.parametrize("synthetic", ["flip30", "mostly"])
def test_no_weaker_than_the_published_settings(synthetic):
    """Of the first 600 rows of each table; all of them, and the fixtures: docs/benchmarks.md."""
    # So few rows leave threads nothing but to wait for one another.
    with threadpool_limits(1):
        fought = list(duels({side: frame[:600] for side, frame in frames(synthetic).items()}))
    assert {duel.measure for duel in fought} == {"AUC", "TPR at 10 %"}
    assert all(duel.holds for duel in fought)
    if synthetic == "flip30":
        assert fought[0].ours.value > fought[0].best.value > 0.6
