"""The names that policies, dashboards and scripts refer to: fixed for ever.

The whole table of check ids and measurement names, checks that are still to be built included, and
the closed list of evidence that a person can give.
"""

from collections.abc import Mapping

from audit.facts.measurement import Family

SCORING = (
    "auc",
    "tpr_at_fpr_10pct",
    "tpr_at_fpr_1pct",
    "tpr_at_fpr_0_1pct",
    "log_ratio_at_fpr_1pct",
    "log_ratio_at_fpr_0_1pct",
    "advantage",
    "epsilon_lower",
    "mu_lower",
)
TARGETED = ("attack_rate", "control_rate", "baseline_rate", "excess", "risk")
_COPIES = ("share", "control_share", "excess")
_ATTRIBUTION = tuple(
    f"{name}{end}" for name in ("disco", "repu", "rapid") for end in ("", "_control", "_excess")
)
_PROBABILITIES = ("cap", "cap_control", "gcap", "gcap_control", "tcap", "tcap_control")
_BEYOND = ("cap_excess", "gcap_excess", "tcap_excess")
_PUBLISHED = (
    "dorig",
    "disclosive_share",
    "key_share",
    "unique_real",
    "unique_synthetic",
    "unique_both",
)
_MEMBERSHIP = (
    "membership-closest-record",
    "membership-calibrated-distance",
    "membership-neighbour-density",
    "membership-density-ratio",
    "membership-local-likelihood",
    "membership-local-count",
    "membership-discriminator",
    "membership-error-profile",
    "membership-marginal-focus",
    "membership-stacked",
    "membership-worst-case",
)
_INFERENCE = (
    "attribute-inference-nearest",
    "attribute-inference-model",
    "attribute-inference-worst-case",
    "correct-attribution",
    "reconstruction",
)

MEASURES: Mapping[str, tuple[str, ...]] = {
    **dict.fromkeys(_MEMBERSHIP, SCORING),
    "membership-worst-case": (*SCORING, "disparity", "epsilon_lower_paired"),
    "membership-f1": ("relative_f1", "ppv"),
    "singling-out-univariate": TARGETED,
    "singling-out-multivariate": TARGETED,
    "linkability": TARGETED,
    **dict.fromkeys(_INFERENCE, TARGETED),
    "attribute-inference-model": (
        *TARGETED,
        "nonmember_rate",
        "phantom_share",
        "precision",
        "precision_control",
        "recall",
        "recall_control",
        "recall_excess",
    ),
    "attribute-inference-worst-case": (*TARGETED, "disparity_excess", "phantom_share"),
    "correct-attribution": (*TARGETED, *_PROBABILITIES, *_BEYOND),
    "disclosive-combinations": (*TARGETED, *_ATTRIBUTION, *_PUBLISHED),
    "identical-match": (*_COPIES, "rows_share"),
    "near-copy": _COPIES,
    "combination-reuse": _COPIES,
    "value-replay": ("sparse_share", *_COPIES),
    "quasi-identifier-matching": (
        "max_probability",
        "max_probability_control",
        "meaningful",
        "meaningful_control",
        "meaningful_excess",
        "apparent_match",
        "apparent_match_control",
        "apparent_match_excess",
    ),
    "uniqueness": (
        "share",
        "special_uniques",
        "k_anonymity",
        "l_diversity",
        "entropy_l_diversity",
        "t_closeness",
        "k_map",
        "unmatched",
        "delta_presence",
        "delta_presence_least",
    ),
    "closest-record": ("share", "tail_share_1pct", "tail_share_5pct", "distance"),
    "neighbour-ratio": ("share", "tail_share_1pct", "mean_ratio"),
    "adversarial-accuracy": ("privacy_loss", "accuracy"),
    "authenticity": ("excess", "unauthentic_share"),
    "identifiability": ("excess", "identifiable_share"),
    "data-copying": ("left_tail", "near_share", "mann_whitney_z"),
}
"""Check id -> names of its measurements."""

FAMILIES: Mapping[str, Family] = {
    **dict.fromkeys((*_MEMBERSHIP, "membership-f1"), Family.MEMBERSHIP),
    **dict.fromkeys(("singling-out-univariate", "singling-out-multivariate"), Family.SINGLING_OUT),
    "linkability": Family.LINKABILITY,
    **dict.fromkeys((*_INFERENCE, "disclosive-combinations"), Family.INFERENCE),
    **dict.fromkeys(
        ("identical-match", "near-copy", "combination-reuse", "value-replay"), Family.COPYING
    ),
    **dict.fromkeys(("quasi-identifier-matching", "uniqueness"), Family.IDENTITY),
    **dict.fromkeys(
        (
            "closest-record",
            "neighbour-ratio",
            "adversarial-accuracy",
            "authenticity",
            "identifiability",
            "data-copying",
        ),
        Family.DISTANCE,
    ),
}
"""Check id -> the risk it speaks about."""

NEVER_CLEAR = frozenset(c for c, f in FAMILIES.items() if f is Family.DISTANCE) | {"membership-f1"}
"""Checks that may raise an alarm and never clear a release."""
NEVER_GRADED = frozenset({"uniqueness"})
"""Descriptive checks: no rule may rest on them."""
DESCRIPTIVE = frozenset(
    {
        *_PROBABILITIES,
        *_PUBLISHED,
        "accuracy",
        "apparent_match",
        "apparent_match_control",
        "disparity_excess",
        "distance",
        "identifiable_share",
        "mann_whitney_z",
        "mean_ratio",
        "near_share",
        "nonmember_rate",
        "phantom_share",
        "precision",
        "precision_control",
        "recall",
        "recall_control",
        "unauthentic_share",
    }
)
"""Measurements that only describe: no rule may rest on them, and bigger need not be riskier."""
NO_UPPER_END = frozenset({"advantage", "epsilon_lower", "epsilon_lower_paired", "mu_lower"})
"""Measurements that are themselves a lower bound: a rule on one can only fail."""

PEOPLE_COLUMNS = ("real_row", "exposure_class", "p_value", "flagged")
"""Columns of the restricted file about single people; its first line, by which it is known."""

COMMON_FIELDS = ("document", "sha256", "by", "reviewer", "date", "expires", "note")
"""Fields that every piece of evidence may have."""
EVIDENCE: Mapping[str, tuple[str, ...]] = {
    "access_list": ("document",),
    "anonymisation_report": ("document",),
    "authorisation": ("by", "date"),
    "context_assessment": ("document", "sha256", "date"),
    "contract": ("document", "sha256"),
    "dp_declaration": ("epsilon", "delta", "unit", "mechanism", "trust_model"),
    "dpia_reference": ("document",),
    "enclave_accreditation": ("document",),
    "expert_determination": ("name", "credentials", "method", "result", "date", "expiry"),
    "labelled_as_synthetic": ("by",),
    "legal_basis": ("document",),
    "motivated_intruder": (
        "intruder_types",
        "sources_checked",
        "relationship_knowledge",
        "ai_tools_considered",
        "outcome",
        "reviewer",
        "date",
    ),
    "output_check_procedure": ("document",),
    "quasi_identifier_review": ("by", "date"),
    "rare_disease_assessment": ("document",),
    "recipient_means": ("document",),
    "residual_risk_plan": ("document",),
    "safe_harbor_column_review": ("by", "date"),
    "source_segregation": ("document",),
    "two_person_signoff": ("first", "second", "date"),
}
"""Key of the evidence -> the fields that make it complete."""
DAYS = ("date", "expires", "expiry")
"""Fields that hold a day."""
NUMBERS: Mapping[str, tuple[str, ...]] = {"dp_declaration": ("epsilon", "delta")}
"""Key of the evidence -> the fields that hold a number."""
STATED_ELSEWHERE = frozenset({"release_context", "split", "earlier_releases"})
"""`declared.*` measures that keys of their own answer, not `evidence:`."""
