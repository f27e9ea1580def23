"""Constructed runs that have everything the profiles of this tool ask for, and what people stated.

The runs of `tests.policy.sample` and `test_golden`, with the checks that those leave out: matching
on quasi-identifiers, relative F1, and the parts of the people that single profiles look at.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from math import log

from audit.facts.estimate import exactly
from audit.facts.judgement import Declared, Source, Tier
from audit.facts.measurement import AuditRun, Measurement, PreflightFact, Result, Severity, Status
from audit.facts.names import DAYS, EVIDENCE
from audit.facts.reasons import ReasonCode
from tests.golden.test_golden import copied as some_copied
from tests.golden.test_golden import small as small_run
from tests.golden.test_golden import two_files as two_files_run
from tests.policy.sample import (
    SAFE,
    SAFE_RATIO,
    VULNERABLE,
    card,
    copies,
    measured,
    safe_run,
    skipped,
    with_measurements,
    with_result,
    without,
)

DAY = date(2026, 11, 1)
EXPOSED = {"counted": "people", **VULNERABLE}
NAMES = Mapping[str, tuple[float, float, float]]
COPY: NAMES = {
    "auc": (1.0, 0.99, 1.0),
    "log_ratio_at_fpr_1pct": (log(100), 3.9, log(100)),
    "log_ratio_at_fpr_0_1pct": (log(1000), 5.0, log(1000)),
    "relative_f1": (1.0, 0.97, 1.0),
    "epsilon_lower_paired": (8.5, 8.5, 8.5),
    # 30 % of strangers are hit by chance: 1 - .3, and (1 - .3) / (1 - .3).
    "excess": (0.7, 0.68, 0.72),
    "risk": (1.0, 0.98, 1.0),
    "share": (1.0, 0.99, 1.0),
    "tail_share_1pct": (1.0, 0.95, 1.0),
    "privacy_loss": (0.5, 0.48, 0.52),
    "left_tail": (1.0, 0.98, 1.0),
}
"""What a file that is the real table makes of every measurement with an interval."""


def matching(*, largest: float = 0.04, holdout: float = 0.06) -> Result:
    """People share their quasi-identifiers with at least 24 others: 1 / 25 = .04."""
    found = (
        Measurement("max_probability", exactly(largest), 10_000),
        Measurement("max_probability_control", exactly(holdout), 5_000),
        Measurement("meaningful", exactly(0.01), 10_000),
        measured("meaningful_control", (0.01, 0.008, 0.013), n=5_000, null=None),
    )
    return Result(card("quasi-identifier-matching"), Status.MEASURED, measurements=found)


def whole(run: AuditRun) -> AuditRun:
    """Return a run with what single profiles ask for beyond the others, without a leak."""
    f1 = measured("relative_f1", (0.0, -0.04, 0.05), null=None)
    more = (matching(), Result(card("membership-f1"), Status.MEASURED, measurements=(f1,)))
    run = replace(run, results=(*run.results, *more))
    tail = measured("log_ratio_at_fpr_1pct", SAFE_RATIO, VULNERABLE, n=3_700)
    far = measured("log_ratio_at_fpr_0_1pct", (0.3, -1.0, 1.4))
    bound = measured("epsilon_lower_paired", (0.2, 0.2, None), null=None, p=None, p_safe=None)
    run = with_measurements(run, "membership-worst-case", tail, far, bound)
    return with_measurements(run, "singling-out-multivariate", measured("excess", SAFE, EXPOSED))


def safe() -> AuditRun:
    return whole(safe_run())


def copied() -> AuditRun:
    """90 of 10,000 people verbatim."""
    return whole(some_copied())


def full_copy() -> AuditRun:
    """The real table under another name."""
    run = safe()
    for result in run.results:
        new = tuple(
            measured(m.name, COPY[m.name], m.scope, n=m.n, null=m.null_value, p=1e-9)
            for m in result.measurements
            if m.name in COPY
        )
        run = with_measurements(run, result.card.id, *new)
    for check in ("identical-match", "near-copy"):
        run = with_measurements(run, check, *copies(real=10_000, p=1e-9))
    keys = Measurement("sparse_share", exactly(1.0), 10_000)
    run = with_measurements(run, "value-replay", keys)
    alone = matching(largest=1.0, holdout=0.5).measurements
    taught = Measurement("meaningful", exactly(0.4), 10_000)
    return with_measurements(run, "quasi-identifier-matching", *alone[:2], taught)


def small() -> AuditRun:
    """2,000 + 900 people: no vulnerable stratum, no resolution at 1 %."""
    run = whole(small_run())
    run = without(run, "membership-worst-case.log_ratio_at_fpr_1pct", VULNERABLE)
    return without(run, "singling-out-multivariate.excess", EXPOSED)


def two_files() -> AuditRun:
    """No holdout; matching counts real people and needs none."""
    run = whole(two_files_run())
    run = with_result(run, replace(matching(), measurements=matching().measurements[::2]))
    for check in ("singling-out-multivariate", "membership-worst-case", "membership-f1"):
        run = skipped(run, check, ReasonCode.NO_HOLDOUT)
    return run


def contaminated() -> AuditRun:
    """People of the real table stand in the holdout too."""
    both = PreflightFact("holdout-overlap", Severity.BLOCKING, "holdout_overlaps_real", {"k": 400})
    return replace(safe(), preflight=(*safe().preflight, both))


def unusual() -> AuditRun:
    """No leak, but a record hits a class of one: real people and holdout people alike."""
    return with_result(safe(), matching(largest=1.0, holdout=1.0))


RELEASES: Mapping[str, Callable[[], AuditRun]] = {
    "safe": safe,
    "copied": copied,
    "full-copy": full_copy,
    "small": small,
    "two-files": two_files,
    "contaminated": contaminated,
    "unusual": unusual,
}


def stated(tier: Tier, sensitivity: str = "high") -> Declared:
    """Return everything that anybody can be asked for, stated."""
    evidence = {key: dict(_filled(fields)) for key, fields in EVIDENCE.items()}
    return Declared(
        tier=tier,
        tier_source=Source.DECLARED,
        sensitivity=sensitivity,
        split_source=Source.DECLARED,
        evidence=evidence,
        earlier_releases_source=Source.DECLARED,
        graded_on=DAY,
    )


def _filled(fields: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    special = {**dict.fromkeys(DAYS, DAY.isoformat()), "sha256": "d" * 64, "epsilon": "8"}
    return ((name, special.get(name, "stated")) for name in fields)
