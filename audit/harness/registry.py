"""The checks of this version, in the order of the report. A new check is one line here."""

from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from math import inf
from typing import Any

from audit.attacks.attribute_inference_model import AttributeInferenceModel
from audit.attacks.attribute_inference_nearest import AttributeInferenceNearest
from audit.attacks.correct_attribution import CorrectAttribution
from audit.attacks.linkability import Linkability
from audit.attacks.membership_calibrated_distance import MembershipCalibratedDistance
from audit.attacks.membership_closest_record import MembershipClosestRecord
from audit.attacks.membership_density_ratio import MembershipDensityRatio
from audit.attacks.membership_discriminator import MembershipDiscriminator
from audit.attacks.membership_error_profile import MembershipErrorProfile
from audit.attacks.membership_f1 import MembershipF1
from audit.attacks.membership_local_count import MembershipLocalCount
from audit.attacks.membership_local_likelihood import MembershipLocalLikelihood
from audit.attacks.membership_marginal_focus import MembershipMarginalFocus
from audit.attacks.membership_neighbour_density import MembershipNeighbourDensity
from audit.attacks.reconstruction import Reconstruction
from audit.attacks.singling_out_multivariate import SinglingOutMultivariate
from audit.attacks.singling_out_univariate import SinglingOutUnivariate
from audit.contract.adversary import ScoringAttack, TargetedAttack
from audit.contract.check import Check
from audit.errors import UsageError
from audit.facts.measurement import Family
from audit.harness.stacked_membership import MembershipStacked
from audit.harness.worst_case_inference import AttributeInferenceWorstCase
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.metrics.adversarial_accuracy import AdversarialAccuracy
from audit.metrics.authenticity import Authenticity
from audit.metrics.closest_record import ClosestRecord
from audit.metrics.combination_reuse import CombinationReuse
from audit.metrics.data_copying import DataCopying
from audit.metrics.disclosive_combinations import DisclosiveCombinations
from audit.metrics.identical_match import IdenticalMatch
from audit.metrics.identifiability import Identifiability
from audit.metrics.near_copy import NearCopy
from audit.metrics.neighbour_ratio import NeighbourRatio
from audit.metrics.quasi_identifier_matching import QuasiIdentifierMatching
from audit.metrics.uniqueness import Uniqueness
from audit.metrics.value_replay import ValueReplay

BUILTIN: tuple[type[Check], ...] = (
    IdenticalMatch,
    NearCopy,
    CombinationReuse,
    ValueReplay,
    SinglingOutUnivariate,
    SinglingOutMultivariate,
    Linkability,
    AttributeInferenceNearest,
    AttributeInferenceModel,
    CorrectAttribution,
    AttributeInferenceWorstCase,
    DisclosiveCombinations,
    Reconstruction,
    MembershipClosestRecord,
    MembershipCalibratedDistance,
    MembershipNeighbourDensity,
    MembershipDensityRatio,
    MembershipLocalLikelihood,
    MembershipLocalCount,
    MembershipDiscriminator,
    MembershipErrorProfile,
    MembershipMarginalFocus,
    MembershipStacked,
    MembershipWorstCase,
    MembershipF1,
    QuasiIdentifierMatching,
    Uniqueness,
    ClosestRecord,
    NeighbourRatio,
    AdversarialAccuracy,
    Authenticity,
    Identifiability,
    DataCopying,
)


_FILLED_IN = ("attacks", "stacked")
"""Fields that name other checks: filled in here, no parameters."""


def find(check_id: str, plugins: Sequence[type[Check]] = ()) -> type[Check]:
    """Return the check with this id, of ours or of the plug-ins.

    Raises
    ------
    UsageError
        If there is none.
    """
    every = (*BUILTIN, *plugins)
    for check in every:
        if check.card.id == check_id:
            return check
    known = ", ".join(c.card.id for c in every)
    raise UsageError(f"there is no check {check_id!r}", f"The checks are: {known}.")


def configured(
    parameters: Mapping[str, Mapping[str, object]], plugins: Sequence[type[Check]] = ()
) -> tuple[Check, ...]:
    """Return all checks with the given parameters in the place of their defaults.

    The worst-case checks compete over the configured attacks of their family. Those of plug-ins
    come last and never compete: what a policy grades is the same whoever else is at work.

    Raises
    ------
    UsageError
        If a check or a parameter does not exist, or a value has the wrong type.
    """
    for check_id in parameters:
        find(check_id, plugins)
    plain = [_with(check, parameters.get(check.card.id, {})) for check in BUILTIN]
    ours = (_compete(check, plain) for check in plain)
    theirs = (_with(check, parameters.get(check.card.id, {})) for check in plugins)
    return (*ours, *theirs)


def _with(check: type[Check], values: Mapping[str, object]) -> Check:
    instance: Any = check()
    known = {
        f.name: getattr(instance, f.name) for f in fields(instance) if f.name not in _FILLED_IN
    }
    for name, value in values.items():
        if name not in known:
            allowed = ", ".join(known) or "none"
            raise UsageError(
                f"{check.card.id} has no parameter {name!r}", f"Its parameters are: {allowed}."
            )
        _require_fit(f"{check.card.id}.{name}", value, known[name])
    try:
        return replace(instance, **values)  # type: ignore[no-any-return]
    except (TypeError, ValueError):
        names = ", ".join(values)
    raise UsageError(f"{check.card.id} does not take these values of {names}")


def _require_fit(name: str, value: object, default: object) -> None:
    wanted = type(default)
    if type(value) is not wanted and (type(value), wanted) != (int, float):
        raise UsageError(f"{name} must be of type {wanted.__name__}")
    if isinstance(value, int | float) and wanted in (int, float):
        least = 1 if wanted is int else 0
        if not least <= value < inf:
            raise UsageError(f"{name} must be at least {least}, and finite")


def _compete(check: Check, everybody: list[Check]) -> Check:
    if isinstance(check, MembershipStacked):
        return replace(check, attacks=_scoring(everybody))
    if isinstance(check, MembershipWorstCase):
        scoring = _scoring(everybody)
        return replace(check, attacks=scoring, stacked=MembershipStacked(scoring))
    if isinstance(check, AttributeInferenceWorstCase):
        # Reconstruction asks for whole records: that is no secret among others.
        secrets = (c for c in everybody if not isinstance(c, Reconstruction))
        targeted = (c for c in secrets if isinstance(c, TargetedAttack))
        found = [c for c in targeted if c.card.family is Family.INFERENCE]
        return replace(check, attacks=tuple(sorted(found, key=_by_id)))
    return check


def _scoring(everybody: list[Check]) -> tuple[ScoringAttack, ...]:
    scoring = (c for c in everybody if isinstance(c, ScoringAttack))
    found = [c for c in scoring if c.card.family is Family.MEMBERSHIP]
    return tuple(sorted(found, key=_by_id))


def _by_id(check: Check) -> str:
    # Whoever competes, the order of the report is none of the facts.
    return check.card.id
