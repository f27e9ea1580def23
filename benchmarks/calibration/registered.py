"""Is every registered measurement tried? Each stands in the tables, or is named with the reason."""

from collections.abc import Iterable, Mapping

from audit.harness.registry import BUILTIN
from benchmarks.calibration.draws import Draw

RATE = "of one side alone; its difference from the other side is tried"
FACT = "describes the release; no value of it means that nothing leaked"
LARGE = "said from about 1,000 people on: tried in the larger sizes only"
REASONS: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("attack_rate", "control_rate", "baseline_rate", "nonmember_rate", "share"),
            *("control_share", "precision", "precision_control", "recall", "recall_control"),
            *("cap", "cap_control", "gcap", "gcap_control", "tcap", "tcap_control"),
            *("disco", "disco_control", "repu", "repu_control", "rapid", "rapid_control"),
            *("max_probability", "max_probability_control", "meaningful", "meaningful_control"),
            *("apparent_match", "apparent_match_control", "unauthentic_share"),
            "identifiable_share",
        ),
        RATE,
    ),
    **dict.fromkeys(
        (
            *("rows_share", "phantom_share", "dorig", "disclosive_share", "key_share"),
            *("unique_real", "unique_synthetic", "unique_both", "relative_f1", "distance"),
            *("mean_ratio", "accuracy", "near_share", "mann_whitney_z", "special_uniques"),
            *("k_anonymity", "l_diversity", "entropy_l_diversity", "t_closeness", "k_map"),
            *("unmatched", "delta_presence", "delta_presence_least"),
        ),
        FACT,
    ),
    **dict.fromkeys(
        ("tpr_at_fpr_0_1pct", "log_ratio_at_fpr_0_1pct", "disparity", "disparity_excess"), LARGE
    ),
}
"""By name of the measurement; it counts only where the study has drawn none with a null."""
OF_ONE_CHECK: Mapping[str, str] = {
    "closest-record.tail_share_1pct": LARGE,
    "neighbour-ratio.tail_share_1pct": LARGE,
    "membership-stacked.mu_lower": "named by the card, but not measured of a single ranking",
}


def measures() -> tuple[str, ...]:
    """Return every measurement that a registered check names, in the order of the report."""
    return tuple(f"{c.card.id}.{m}" for c in BUILTIN for m in c.card.measures)


def untried(draws: Iterable[Draw]) -> dict[str, str | None]:
    """Return each measurement that has a null in no draw, and why; None where nobody knows."""
    tried = {s.measure for d in draws for s in d.seen}
    missing = (m for m in measures() if m not in tried)
    return {m: OF_ONE_CHECK.get(m, REASONS.get(m.partition(".")[2])) for m in missing}
