"""The membership attacks that look at no label, and ways to run them on small tables."""

import numpy as np

from audit.attacks.membership_calibrated_distance import MembershipCalibratedDistance
from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.attacks.membership_density_ratio import MembershipDensityRatio
from audit.attacks.membership_discriminator import MembershipDiscriminator
from audit.attacks.membership_error_profile import MembershipErrorProfile
from audit.attacks.membership_local_count import MembershipLocalCount
from audit.attacks.membership_local_likelihood import MembershipLocalLikelihood
from audit.attacks.membership_marginal_focus import MembershipMarginalFocus
from audit.attacks.membership_neighbour_density import MembershipNeighbourDensity
from audit.contract.arms import Side

BY_DISTANCE = (
    MembershipClosestRecord(),
    MembershipCalibratedDistance(),
    MembershipNeighbourDensity(),
    MembershipDensityRatio(),
    MembershipLocalLikelihood(),
    MembershipLocalCount(),
    MembershipMarginalFocus(sets=40),
)
BY_LEARNING = (MembershipDiscriminator(rounds=5), MembershipErrorProfile(rows=300))
FAMILY = (*BY_DISTANCE, *BY_LEARNING)


def name_of(attack):
    return attack.card.id


def scored(attack, lab, side, scope=None):
    """Return the scores of all rows of a side, in the order of x where there is an x."""
    own = lab.for_check(attack.card.id)
    found = attack.scores(own.arm(side), scope or attack.variants(own)[0], own)
    numbers = lab.table(side).numbers
    return found[np.argsort(numbers["x"])] if "x" in numbers else found


def everybody(attack, lab, scope):
    """Return the scores of real rows, then of holdout rows."""
    own = lab.for_check(attack.card.id)
    return np.concatenate(
        [attack.scores(own.arm(s), scope, own) for s in (Side.REAL, Side.HOLDOUT)]
    )
