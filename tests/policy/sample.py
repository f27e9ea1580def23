"""Constructed runs: what the built-in profiles grade, safe unless told otherwise."""

from collections.abc import Mapping
from dataclasses import replace

from audit.facts.estimate import Estimate, exactly
from audit.facts.judgement import Declared, Source, Tier
from audit.facts.measurement import (
    AuditRun,
    Card,
    ColumnFacts,
    ControlFact,
    Family,
    InputFacts,
    Measurement,
    Need,
    PreflightFact,
    Provenance,
    ReleaseFacts,
    Result,
    SafeHigh,
    Severity,
    SplitFacts,
    Status,
    ThreatModel,
)
from audit.facts.names import FAMILIES, MEASURES, NEVER_CLEAR
from audit.facts.reasons import ReasonCode

WORST = {"k": "1", "over": "worst"}
VULNERABLE = {"subset": "vulnerable"}
OTHERS = {"subset": "others"}
SAFE = (0.0, -0.02, 0.02)
SAFE_AUC = (0.5, 0.49, 0.51)
SAFE_RATIO = (0.1, -0.4, 0.5)
THREAT = ThreatModel("The quasi-identifiers.", "The synthetic records.", "The target is found.")


def card(check: str) -> Card:
    family = FAMILIES[check]
    free = family in (Family.COPYING, Family.DISTANCE)
    return Card(
        id=check,
        version=1,
        title=f"Check {check}",
        family=family,
        threat=None if free else THREAT,
        references=("Giomi et al. 2023",),
        measures=MEASURES[check],
        needs=frozenset() if free else frozenset({Need.HOLDOUT}),
        clears=check not in NEVER_CLEAR,
    )


def measured(
    name: str,
    ends: tuple[float, float | None, float | None],
    scope: Mapping[str, str] | None = None,
    *,
    n: int = 15_000,
    null: float | None = 0.0,
    p: float | None = 0.5,
    p_safe: float | None = 0.5,
    safe_high: SafeHigh | None = None,
) -> Measurement:
    value, low, high = ends
    return Measurement(
        name=name,
        estimate=Estimate(value, low, high, 0.95, "constructed"),
        n=n,
        scope=scope or {},
        null_value=null,
        p_value=p,
        p_safe_side=p_safe,
        detectable=0.02,
        safe_high=safe_high,
    )


def copies(*, real: int = 0, holdout: int = 0, p: float | None = None, high: float | None = None):
    """Rare rows and all rows alike: `real` of 10,000 and `holdout` of 5,000 people reproduced."""
    share, control = real / 10_000, holdout / 5_000
    excess = share - control
    end = excess if high is None else high
    for scope in ({}, {"rows": "all"}):
        yield Measurement("share", exactly(share), 10_000, scope)
        yield Measurement("control_share", exactly(control), 5_000, scope)
        yield Measurement(
            "excess", Estimate(excess, excess, end, 0.95, "census"), 15_000, scope, 0.0, p
        )


def _targeted(scopes: list[dict[str, str]]) -> list[Measurement]:
    return [measured(name, SAFE, scope) for scope in scopes for name in ("excess", "risk")]


def safe_results() -> tuple[Result, ...]:
    secrets = [{"secret": "income", "knows": "all"}, {"secret": "age", "knows": "all"}]
    found: dict[str, list[Measurement]] = {
        "identical-match": list(copies()),
        "near-copy": list(copies()),
        "combination-reuse": [measured("excess", SAFE, {"reuse": "binned", "over": "worst"})],
        "value-replay": [Measurement("sparse_share", exactly(0.0), 10_000)],
        "singling-out-univariate": _targeted([{}]),
        "singling-out-multivariate": _targeted([{}]),
        "linkability": _targeted([WORST, {"k": "1", "split": "1"}, {"k": "1", "split": "2"}]),
        "attribute-inference-worst-case": _targeted([{}, VULNERABLE, OTHERS, *secrets]),
        "membership-worst-case": [
            measured("auc", SAFE_AUC, null=0.5, safe_high=SafeHigh(0.51, 0.006)),
            measured("auc", SAFE_AUC, {"attack": "membership-closest-record"}, null=0.5),
            measured("auc", SAFE_AUC, VULNERABLE, null=0.5, n=3_700),
            measured("auc", SAFE_AUC, OTHERS, null=0.5, n=1_500),
            measured("log_ratio_at_fpr_1pct", SAFE_RATIO, safe_high=SafeHigh(0.58, 0.09)),
        ],
        "closest-record": [
            measured("share", (0.66, 0.65, 0.67), null=0.667),
            measured("tail_share_1pct", (0.66, 0.6, 0.7), null=0.667),
        ],
        "neighbour-ratio": [measured("share", (0.66, 0.6, 0.7), null=0.667)],
        "adversarial-accuracy": [measured("privacy_loss", (0.0, -0.01, 0.01))],
        "data-copying": [measured("left_tail", (0.03, 0.02, 0.04), null=0.033)],
    }
    return tuple(Result(card(c), Status.MEASURED, measurements=tuple(m)) for c, m in found.items())


def safe_run() -> AuditRun:
    """A release of 10,000 + 5,000 people without a leak, everything measured and declared."""
    inputs = {
        "real": InputFacts(10_000, 4, None),
        "synthetic": InputFacts(10_000, 4, "a" * 64),
        "holdout": InputFacts(5_000, 4, None),
    }
    columns = tuple(
        ColumnFacts(name, "integer", ("quasi_identifier",), "declared")
        for name in ("age", "income", "zip", "sex")
    )
    people = {"real": 10_000, "holdout": 5_000}
    fair = {"auc": 0.5, "low": 0.49, "high": 0.52}
    return AuditRun(
        provenance=Provenance("synthgate", "0", 7, "derived", inputs),
        release=ReleaseFacts("sample", "row", SplitFacts("random", "declared"), columns, people),
        preflight=(PreflightFact("holdout-fairness", Severity.OK, "holdout_fair", fair),),
        results=safe_results(),
        controls=(ControlFact("membership-worst-case", "full_copy", passed=True),),
    )


def declared(tier: Tier = Tier.PUBLIC, sensitivity: str = "high") -> Declared:
    return Declared(
        tier=tier,
        tier_source=Source.DECLARED,
        sensitivity=sensitivity,
        split_source=Source.DECLARED,
        evidence={
            "authorisation": {"by": "A. Person", "date": "2026-11-01"},
            "dpia_reference": {"document": "DPIA-17"},
            "labelled_as_synthetic": {"by": "A. Person"},
            "contract": {"document": "C-77", "sha256": "c" * 64},
            "recipient_means": {"document": "R-1"},
            "access_list": {"document": "L-1"},
            "source_segregation": {"document": "S-1"},
            "enclave_accreditation": {"document": "E-1"},
            "output_check_procedure": {"document": "O-1"},
        },
        earlier_releases_source=Source.DECLARED,
    )


def with_result(run: AuditRun, result: Result) -> AuditRun:
    kept = tuple(result if r.card.id == result.card.id else r for r in run.results)
    return replace(run, results=kept)


def with_measurements(run: AuditRun, check: str, *new: Measurement) -> AuditRun:
    """Replace the measurements of the same name and scope."""
    result = run.result(check)
    assert result is not None
    keys = {(m.name, frozenset(m.scope.items())) for m in new}
    kept = [m for m in result.measurements if (m.name, frozenset(m.scope.items())) not in keys]
    return with_result(run, replace(result, measurements=(*kept, *new)))


def without(run: AuditRun, measure: str, where: Mapping[str, str]) -> AuditRun:
    check, _, name = measure.partition(".")
    result = run.result(check)
    assert result is not None
    kept = tuple(
        m for m in result.measurements if not (m.name == name and dict(m.scope) == dict(where))
    )
    return with_result(run, replace(result, measurements=kept))


def skipped(run: AuditRun, check: str, reason: ReasonCode) -> AuditRun:
    return with_result(run, Result(card(check), Status.SKIPPED, reason))
