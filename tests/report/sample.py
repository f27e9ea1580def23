"""Four invented audits, written by hand: not met, inconclusive, met, and one without a holdout."""

from dataclasses import dataclass, replace
from math import exp, log

from audit.facts.estimate import Estimate, exactly
from audit.facts.figures import Bar, Bars, Ecdf, Roc
from audit.facts.judgement import (
    Basis,
    Citation,
    Context,
    Decides,
    Declared,
    Finding,
    FindingStatus,
    Limit,
    Operator,
    Policy,
    Rule,
    RuleSeverity,
    Source,
    Statistic,
    Test,
    Tier,
    Verdict,
    VerdictStatus,
)
from audit.facts.measurement import (
    AuditRun,
    Card,
    Caveat,
    ColumnFacts,
    ControlFact,
    CurvePoint,
    Family,
    InputFacts,
    Measurement,
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
from audit.facts.reasons import CaveatCode, ReasonCode

N, M = 10_000, 5_000
WORST = {"over": "worst"}
VULNERABLE = {"subset": "vulnerable"}
COLUMNS = (
    ("patient_id", "identifier", ("direct_identifier",), "declared"),
    ("age", "integer", ("quasi_identifier",), "declared"),
    ("sex", "categorical", ("quasi_identifier",), "declared"),
    ("postcode_district", "categorical", ("quasi_identifier",), "declared"),
    ("admission_month", "datetime", ("quasi_identifier",), "declared"),
    ("insurance_type", "categorical", ("quasi_identifier", "sensitive"), "assumed"),
    ("diagnosis_group", "categorical", ("sensitive", "quasi_identifier"), "declared"),
    ("procedure_group", "categorical", ("sensitive", "quasi_identifier"), "declared"),
    ("cost_band", "ordinal", ("quasi_identifier", "sensitive"), "assumed"),
    ("discharge_destination", "categorical", ("sensitive",), "declared"),
    ("readmitted_30_days", "boolean", ("sensitive",), "declared"),
    ("length_of_stay", "integer", ("ordinary",), "declared"),
    ("ward", "categorical", ("ordinary",), "declared"),
    ("note_length", "integer", ("excluded",), "declared"),
)


@dataclass(frozen=True)
class Sample:
    """Everything that a report is made from."""

    run: AuditRun
    verdict: Verdict
    policy: Policy
    declared: Declared

    @property
    def parts(self) -> tuple[AuditRun, Verdict, Policy, Declared]:
        return self.run, self.verdict, self.policy, self.declared


# --------------------------------------------------------------------------------------- policy


def rules() -> tuple[Rule, ...]:
    """About twenty rules, as the strictest European profile has them."""
    high = Limit(table="sensitivity")
    borrowed = {"basis": Basis.REGULATOR_GUIDANCE, "transposed": True, "verified": True}
    ours = {"basis": Basis.PROJECT_DEFAULT, "verified": False}
    wp29 = {"cite": ("WP29-2014", "IPC-ON-2025")} | borrowed
    alarm = {
        "statistic": Statistic.LOW,
        "severity": RuleSeverity.MINOR,
        "required": False,
        "clears": False,
        "basis": Basis.INDUSTRY_CONVENTION,
        "cite": ("Platzer-2021", "Pilgram-2025"),
    }
    stated = {"limit": None, "op": Operator.PRESENT, "waivable": False}
    guidance = {"basis": Basis.REGULATOR_GUIDANCE, "severity": RuleSeverity.BLOCKER}
    borrow = "WP29 sets the criterion and no number; the tier of IPC Ontario is borrowed"
    return (
        Rule(
            "LEAK-1",
            "value-replay.sparse_share",
            Limit(number=0.0),
            rationale="a copied direct identifier is disclosure, whatever the rate",
            op=Operator.EQUALS,
            severity=RuleSeverity.BLOCKER,
            waivable=False,
            **ours,
        ),
        Rule(
            "COPY-1",
            "identical-match.excess",
            Limit(number=0.001),
            rationale="copies beyond natural collisions show memorisation",
            test=Test.COPIES,
            limit_where_control_collides=0.005,
            severity=RuleSeverity.BLOCKER,
            cite=("Platzer-2021",),
            **ours,
        ),
        Rule("SO-1", "singling-out-univariate.excess", high, rationale=borrow, **wp29),
        Rule("SO-2", "singling-out-multivariate.excess", high, rationale=borrow, **wp29),
        Rule(
            "SO-3",
            "singling-out-univariate.risk",
            high,
            rationale="the same, as a share of those whom chance misses",
            decides=Decides.FAIL_ONLY,
            **wp29,
        ),
        Rule(
            "SO-4",
            "singling-out-multivariate.risk",
            high,
            rationale="the same, as a share of those whom chance misses",
            decides=Decides.FAIL_ONLY,
            **wp29,
        ),
        Rule(
            "LK-1",
            "linkability.risk",
            high,
            rationale=borrow,
            where={"k": "1", "over": "worst"},
            **wp29,
        ),
        Rule(
            "IN-1",
            "attribute-inference-worst-case.excess",
            high,
            rationale="“significant probability” beyond what the holdout already allows",
            **wp29,
        ),
        Rule(
            "IN-2",
            "attribute-inference-worst-case.risk",
            high,
            rationale="the same, as a share of those whom chance misses",
            decides=Decides.FAIL_ONLY,
            **wp29,
        ),
        Rule(
            "MI-1",
            "membership-worst-case.log_ratio_at_fpr_1pct",
            Limit(context="membership_log_ratio_max"),
            rationale="an (ε, 0) private release bounds it by ε; 1 is taken by analogy",
            transposed=True,
            cite=("Pilgram-2025", "EDPB-28-2024"),
            **ours,
        ),
        Rule(
            "MI-2",
            "membership-worst-case.auc",
            Limit(context="auc_max"),
            rationale="no authority behind it",
            **ours,
        ),
        Rule(
            "VU-1",
            "attribute-inference-worst-case.excess",
            high,
            rationale="the CNIL asks for tests aimed at outliers",
            where=VULNERABLE,
            cite=("CNIL-2023",),
            **ours,
        ),
        Rule(
            "VU-2",
            "membership-worst-case.auc",
            Limit(context="auc_max"),
            rationale="the CNIL asks for tests aimed at outliers",
            where=VULNERABLE,
            cite=("CNIL-2023", "Meeus-2023"),
            **ours,
        ),
        Rule("DIAG-DCR", "closest-record.share", Limit(above_null=0.0), rationale="alarm", **alarm),
        Rule(
            "DIAG-NNDR", "neighbour-ratio.share", Limit(above_null=0.0), rationale="alarm", **alarm
        ),
        Rule(
            "DIAG-TAIL",
            "closest-record.tail_share_1pct",
            Limit(above_null=0.0),
            rationale="alarm",
            **alarm,
        ),
        Rule(
            "CTX-1",
            "declared.release_context",
            rationale="identifiability is relative to the recipient and the means",
            cite=("CJEU-C-413-23-P",),
            **stated,
            **guidance,
        ),
        Rule(
            "CTX-2",
            "declared.authorisation",
            rationale="attacks process personal data",
            cite=("UK-DPA-171",),
            **stated,
            **guidance,
        ),
        Rule(
            "DPIA-1",
            "declared.dpia_reference",
            rationale="Article 35 asks for one where the risk is high",
            cite=("GDPR-35",),
            basis=Basis.REGULATOR_GUIDANCE,
            **stated,
        ),
        Rule(
            "SPLIT-1",
            "declared.split",
            rationale="relabelling is exact only for a split that is known",
            basis=Basis.PROJECT_DEFAULT,
            **stated,
        ),
    )


def policy() -> Policy:
    """The policy that the samples are graded by."""
    known = {
        "WP29-2014": ("Article 29 Working Party, Opinion 05/2014, WP216", "2014-04-10", True),
        "IPC-ON-2025": ("IPC Ontario, De-identification Guidelines", "2025", True),
        "CNIL-2023": ("CNIL, letter on the evaluation of synthetic data", "2023", True),
        "Platzer-2021": ("Platzer and Reutterer, Holdout-based assessment", "2021", True),
        "Pilgram-2025": ("Pilgram et al., Consensus on privacy metrics, Patterns", "2025", True),
        "EDPB-28-2024": ("EDPB, Opinion 28/2024, paragraph 55", "2024-12-17", False),
        "Meeus-2023": ("Meeus et al., Achilles’ heels, ESORICS", "2023", True),
        "CJEU-C-413-23-P": ("Court of Justice, EDPS v SRB, C-413/23 P", "2025-09-04", False),
        "UK-DPA-171": ("Data Protection Act 2018, section 171", "2018", True),
        "GDPR-35": ("Regulation (EU) 2016/679, Article 35", "2016", True),
    }
    return Policy(
        id="gdpr-anonymisation-wp29",
        version="1.0.0",
        intent="Evidence on the three WP29 criteria for a controller's own decision.",
        rules=rules(),
        contexts=(Context(Tier.PUBLIC, {"membership_log_ratio_max": 1.0, "auc_max": 0.55}),),
        contexts_allowed=tuple(Tier),
        tables={"sensitivity": {"low": 0.09, "medium": 0.075, "high": 0.05}},
        citations=tuple(Citation(k, *v) for k, v in known.items()),
        legal_snapshot="2026-08-01",
        expires_months=12,
        sha256="8d0c" * 16,
    )


# ------------------------------------------------------------------------------------- the facts


def estimate(value: float, low: float, high: float | None, method: str = "delta") -> Estimate:
    return Estimate(value, low, high, 0.95, method)


def measured(
    name: str, value: float, low: float, high: float | None, **more: object
) -> Measurement:
    defaults: dict[str, object] = {"n": N, "null_value": 0.0, "p_value": 0.4}
    return Measurement(name, estimate(value, low, high), **(defaults | more))  # type: ignore[arg-type]


def rates(
    scope: dict[str, str], attack: float, control: float, base: float, half: float = 0.012
) -> tuple[Measurement, ...]:
    """Attack, control and baseline rate with the excess and the risk that follow from them."""
    excess, risk = attack - control, (attack - control) / (1 - control)
    return (
        measured(
            "attack_rate", attack, attack - 0.008, attack + 0.008, scope=scope, null_value=None
        ),
        measured("control_rate", control, control - 0.011, control + 0.011, scope=scope, n=M),
        measured("baseline_rate", base, base - 0.006, base + 0.006, scope=scope),
        measured(
            "excess", round(excess, 4), excess - half, excess + half, scope=scope, detectable=0.03
        ),
        measured(
            "risk",
            round(risk, 4),
            risk - half / (1 - control),
            risk + half / (1 - control),
            scope=scope,
        ),
    )


def card(id_: str, title: str, family: Family, *, wins: str = "", clears: bool = True) -> Card:
    threat = ThreatModel(
        knows="attributes of one person, at worst all but the secret; not who is in the data.",
        sees="the synthetic file and this list of columns; neither the generator nor any record.",
        wins=wins,
    )
    return Card(
        id=id_,
        version=1,
        title=title,
        family=family,
        threat=threat if wins else None,
        references=("Giomi et al., Anonymeter, PETS 2023", "Stadler et al., USENIX Security 2022"),
        measures=(),
        clears=clears,
        explanation={
            "What a low value does not mean": "That nobody can do better. The attack tried here "
            "knows a fixed set of columns and one way to use them; an adversary who knows the "
            "generator, or has seen an earlier release, may learn more.",
        },
    )


SECRETS = {
    "diagnosis_group": (0.413, 0.322, 0.184),
    "procedure_group": (0.437, 0.403, 0.271),
    "cost_band": (0.362, 0.339, 0.221),
    "discharge_destination": (0.741, 0.730, 0.702),
    "readmitted_30_days": (0.836, 0.834, 0.832),
}


def inference(strength: float = 1.0) -> tuple[Result, ...]:
    """Attribute inference; `strength` scales what the release gives away."""
    rows = {
        name: (control + strength * (attack - control), control, base)
        for name, (attack, control, base) in SECRETS.items()
    }
    scoped = tuple(
        m
        for name, (attack, control, base) in rows.items()
        for m in rates({"secret": name, "knows": "others"}, attack, control, base)
    )
    bars = Bars(
        "by-secret",
        tuple(
            Bar(
                name,
                estimate(attack, attack - 0.008, attack + 0.008),
                estimate(control, control - 0.011, control + 0.011),
                estimate(base, base - 0.006, base + 0.006),
            )
            for name, (attack, control, base) in rows.items()
        ),
    )
    wins = "by naming the secret exactly, more often than for people who were never in the data."
    top = 0.091 * strength
    safe = SafeHigh(0.018, 0.006)
    more = {"detectable": 0.026, "safe_high": safe, "p_value": 0.001 if strength > 0.5 else 0.31}
    vulnerable = {"scope": VULNERABLE, "n": 2500, "detectable": 0.052}
    worst = Result(
        card("attribute-inference-worst-case", "Attribute inference", Family.INFERENCE, wins=wins),
        Status.MEASURED,
        measurements=(
            measured("excess", top, top - 0.02, top + 0.012, **more),
            measured(
                "risk", top * 1.475, top * 1.475 - 0.029, top * 1.475 + 0.017, detectable=0.038
            ),
            measured("excess", top * 1.396, top * 1.396 - 0.041, top * 1.396 + 0.016, **vulnerable),
            *scoped,
        ),
        figures=(bars,),
        caveats=(
            Caveat(CaveatCode.ROLES_ASSUMED, {"columns": 2.0}, ("insurance_type", "cost_band")),
            Caveat(CaveatCode.SMALL_CELLS_HIDDEN, {"cells": 4.0}),
        ),
        params={"learners": ["forest", "boosted"], "draws": 5, "knows": "others"},
    )
    return (worst,)


def copying(copied: int = 0) -> tuple[Result, ...]:
    """Identical and near matches, replayed identifiers."""
    rare, rare_holdout = 9412, 4688
    share = copied / rare
    none = exactly(0.0)
    excess = none if copied == 0 else estimate(share, share - 0.0011, share + 0.0012)
    wins = "if a record of a rare person stands in the synthetic data unchanged."
    whole = {"scope": {"rows": "all"}}
    identical = Result(
        card("identical-match", "Identical match", Family.COPYING, wins=wins),
        Status.MEASURED,
        measurements=(
            Measurement("share", exactly(share), rare, null_value=0.0),
            Measurement("control_share", none, rare_holdout, null_value=0.0),
            Measurement("excess", excess, rare, null_value=0.0, p_value=1.0, detectable=0.0007),
            Measurement("share", exactly(0.0041), N, {"rows": "all"}),
            Measurement("control_share", exactly(0.0038), M, {"rows": "all"}),
            measured("excess", 0.0003, -0.0015, 0.0021, **whole),
        ),
        params={"rare_columns": 2},
    )
    near = Result(
        card("near-copy", "Near copy", Family.COPYING),
        Status.MEASURED,
        measurements=(
            Measurement("share", exactly(58 / rare), rare),
            Measurement("control_share", exactly(17 / rare_holdout), rare_holdout),
            measured("excess", 0.0025, 0.0005, 0.0046, n=rare, p_value=0.03),
        ),
    )
    replay = Result(
        card("value-replay", "Value replay", Family.COPYING),
        Status.MEASURED,
        measurements=(
            Measurement("sparse_share", none, N, null_value=0.0),
            Measurement("sparse_share", none, N, {"column": "patient_id"}, null_value=0.0),
        ),
    )
    return identical, near, replay


def ecdf(shift: float = 0.0) -> Ecdf:
    """Two curves that agree in the middle; `shift` lifts the tail of real people."""
    x = tuple(round(0.05 + 0.01 * i, 4) for i in range(116))
    holdout = tuple(round(1 / (1 + exp(-3.6 * log(v / 0.33))), 6) for v in x)
    lift = tuple(shift * 0.9 * exp(-((v - 0.05) ** 2) / 0.0035) for v in x)
    real = tuple(round(h * (1 + more), 6) for h, more in zip(holdout, lift, strict=True))
    return Ecdf("distance", x, real, holdout, N, M)


def distances(is_alarm: bool = True) -> tuple[Result, ...]:
    null = N / (N + M)
    tail = (0.78, 0.717, 0.835) if is_alarm else (0.671, 0.604, 0.735)
    closest = Result(
        card("closest-record", "Closest record", Family.DISTANCE, clears=False),
        Status.MEASURED,
        measurements=(
            measured("share", 0.668, 0.654, 0.681, null_value=null, p_value=0.44),
            measured("tail_share_1pct", *tail, null_value=null, n=150, p_value=0.002),
        ),
        figures=(ecdf(1.0 if is_alarm else 0.0),),
    )
    ratio = Result(
        card("neighbour-ratio", "Ratio of the two nearest", Family.DISTANCE, clears=False),
        Status.MEASURED,
        measurements=(measured("share", 0.671, 0.657, 0.684, null_value=null, p_value=0.31),),
        caveats=(Caveat(CaveatCode.TIES_AT_THRESHOLD, {"ties": 14.0}),),
    )
    return closest, ratio


def singling_out() -> tuple[Result, ...]:
    wins = "by a description that fits exactly one person, more often than for strangers."
    title = {
        "univariate": "Singling out, one column",
        "multivariate": "Singling out, columns joined",
    }
    numbers = {"univariate": (0.031, 0.028, 0.019), "multivariate": (0.142, 0.128, 0.071)}
    made = []
    for kind, (attack, control, base) in numbers.items():
        figure = Bars(
            "rates",
            (
                Bar(
                    kind,
                    estimate(attack, attack - 0.007, attack + 0.007),
                    estimate(control, control - 0.009, control + 0.009),
                    estimate(base, base - 0.006, base + 0.006),
                ),
            ),
        )
        made.append(
            Result(
                card(f"singling-out-{kind}", title[kind], Family.SINGLING_OUT, wins=wins),
                Status.MEASURED,
                measurements=rates({}, attack, control, base, half=0.0125),
                figures=(figure,),
                caveats=(Caveat(CaveatCode.FEWER_PREDICATES, {"predicates": 3100.0}),)
                if kind == "univariate"
                else (),
                params={"predicates": 4000, "groups": 50},
            )
        )
    return tuple(made)


def linkability() -> tuple[Result, ...]:
    rows = {"1": (0.061, 0.050, 0.021), "2": (0.055, 0.051, 0.020), "3": (0.044, 0.046, 0.019)}
    scoped = tuple(
        m
        for split, numbers in rows.items()
        for m in rates({"k": "1", "split": split}, *numbers, half=0.014)
    )
    figure = Bars(
        "by-split",
        tuple(
            Bar(
                split,
                estimate(a, a - 0.008, a + 0.008),
                estimate(c, c - 0.01, c + 0.01),
                estimate(b, b - 0.005, b + 0.005),
            )
            for split, (a, c, b) in rows.items()
        ),
    )
    worst = {"k": "1", "over": "worst"}
    return (
        Result(
            card(
                "linkability",
                "Linkability",
                Family.LINKABILITY,
                wins="by joining two parts of one person's record through the synthetic data.",
            ),
            Status.MEASURED,
            measurements=(
                measured("excess", 0.011, -0.003, 0.025, scope=worst, detectable=0.03),
                measured("risk", 0.012, -0.004, 0.027, scope=worst, detectable=0.032),
                *scoped,
            ),
            figures=(figure,),
            caveats=(Caveat(CaveatCode.SPLITS_SAMPLED, {"splits": 3.0}),),
            params={"k": [1], "splits": 3},
        ),
    )


def membership(
    auc_vulnerable: tuple[float, float, float] = (0.533, 0.508, 0.552),
) -> tuple[Result, ...]:
    wins = "by telling a person who was in the data from one who was not."
    names = {
        "membership-closest-record": (0.507, 0.012),
        "membership-calibrated-distance": (0.519, 0.017),
        "membership-neighbour-density": (0.511, 0.013),
        "membership-density-ratio": (0.516, 0.015),
        "membership-local-likelihood": (0.509, 0.012),
        "membership-discriminator": (0.503, 0.0105),
    }
    attacks = tuple(
        Result(
            card(id_, id_, Family.MEMBERSHIP, wins=wins),
            Status.MEASURED,
            measurements=(
                measured(
                    "auc", auc, auc - 0.009, auc + 0.009, null_value=0.5, scope={"encoding": "rank"}
                ),
                measured(
                    "tpr_at_fpr_1pct",
                    tpr,
                    tpr - 0.003,
                    tpr + 0.004,
                    null_value=0.01,
                    scope={"encoding": "rank"},
                ),
            ),
            params={"encoding": "rank"},
        )
        for id_, (auc, tpr) in names.items()
    )
    fpr = tuple(j / M for j in (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000))
    tpr = tuple(min(1.0, round(f**0.93 * 1.35 if f < 0.2 else f**0.86, 5)) for f in fpr)
    worst = Result(
        card("membership-worst-case", "Membership, worst case", Family.MEMBERSHIP, wins=wins),
        Status.MEASURED,
        measurements=(
            measured("auc", 0.519, 0.509, 0.528, null_value=0.5, p_value=0.03, detectable=0.014),
            measured("tpr_at_fpr_1pct", 0.0186, 0.0121, 0.0248, null_value=0.01, p_value=0.02),
            measured("log_ratio_at_fpr_1pct", 0.62, 0.19, 0.91, p_value=0.02, detectable=0.55),
            measured(
                "auc", *auc_vulnerable, null_value=0.5, scope=VULNERABLE, n=2500, detectable=0.03
            ),
            measured("epsilon_lower", 0.11, 0.11, None),
        ),
        figures=(Roc("worst", fpr, tpr, N, M),),
        caveats=(Caveat(CaveatCode.TIES_AT_THRESHOLD, {"ties": 3.0}),),
    )
    f1 = Result(
        card("membership-f1", "Membership, F1", Family.MEMBERSHIP),
        Status.SKIPPED,
        reason_code=ReasonCode.SKIPPED_ON_REQUEST,
    )
    return (*attacks, worst, f1)


def controls() -> tuple[ControlFact, ...]:
    checks = (
        "identical-match",
        "singling-out-multivariate",
        "linkability",
        "attribute-inference-worst-case",
        "membership-worst-case",
    )
    copied = {"p": 1e-4, "value": 0.93, "n": 4000.0}
    dealt = {"fired": 11.0, "draws": 200.0, "bound": 21.0, "p": 0.4}
    return (
        *(ControlFact(c, "full_copy", passed=True, numbers=copied) for c in checks),
        *(ControlFact(c, "null", passed=True, numbers=dealt) for c in checks),
        ControlFact("membership-f1", "null", passed=True, numbers={"p": 0.31}),
        *(curve(c, "verbatim", n) for c, n in zip(checks, (5, 147, 22, 68, 215), strict=True)),
        *(curve(c, "jittered", n) for c, n in zip(checks, (0, 0, 464, 316, 681), strict=True)),
    )


LADDER = (1, 2, 3, 5, 7, 10, 15, 22, 32, 46, 68, 100, 147, 215, 316, 464, 681, 1000)


def curve(check: str, plan: str, people: int) -> ControlFact:
    """Climb to 80 % exactly at `people` of the ladder; with 0 stay at the floor."""
    shares = [0.8 * (n / people) ** 2 if people else n / 20_000 for n in LADDER]
    points = tuple(
        CurvePoint(n, round(min(1.0, s), 3)) for n, s in zip(LADDER, shares, strict=True)
    )
    numbers = {"of": float(N), "draws": 40.0, "tried": 1000.0}
    reached = {"people_80": float(people)} if people else {}
    return ControlFact(check, plan, passed=bool(people), numbers=numbers | reached, curve=points)


def preflight() -> tuple[PreflightFact, ...]:
    return (
        PreflightFact(
            "mixed-types", Severity.WARNING, "mixed_types", {"real": 41.0}, ("cost_band",)
        ),
        PreflightFact("duplicate-rows", Severity.OK, "duplicate_rows", {"share": 0.0031}),
        PreflightFact("split", Severity.OK, "split_declared"),
        PreflightFact(
            "holdout-size",
            Severity.OK,
            "holdout_large_enough",
            {"real": 10_000.0, "holdout": 5_000.0, "needed": 726.0},
        ),
        PreflightFact(
            "holdout-overlap",
            Severity.OK,
            "no_overlap",
            {"pairs": 31.0, "expected": 29.4, "p": 0.41},
        ),
        PreflightFact("holdout-swapped", Severity.OK, "not_swapped", {"p": 0.62}),
        PreflightFact("column-drift", Severity.OK, "columns_alike", {"columns": 0.0, "of": 12.0}),
        PreflightFact(
            "holdout-fairness",
            Severity.OK,
            "holdout_fair",
            {"auc": 0.503, "low": 0.494, "high": 0.512, "limit": 0.55},
        ),
    )


def release(*, has_holdout: bool = True) -> ReleaseFacts:
    people = {"real": N, "holdout": M} if has_holdout else {"real": N}
    return ReleaseFacts(
        name="Hospital stays 2021–2025, release 3",
        unit="patient_id",
        split=SplitFacts("random", "declared" if has_holdout else "assumed"),
        columns=tuple(ColumnFacts(*c) for c in COLUMNS),
        people=people,
    )


def provenance(*, has_holdout: bool = True) -> Provenance:
    inputs = {
        "real": InputFacts(12_615, 14, "c41e70b2" * 8),
        "synthetic": InputFacts(
            12_615, 14, "5be093c71d0a42f688b1e7d902c64f3a7719de05bc3e8a14f0257b6cd83341af"
        ),
    }
    if has_holdout:
        inputs["holdout"] = InputFacts(6_290, 14, None)
    return Provenance(
        "synthgate", "0.1.0", 71_204_933_518_026, "derived", inputs, {"controls": "fast", "jobs": 2}
    )


# ----------------------------------------------------------------------------------- judgements

LIMITS = {"LEAK-1": 0.0, "COPY-1": 0.001, "MI-1": 1.0, "MI-2": 0.55, "VU-2": 0.55}
PROBABILITY = {"IN-1": 0.993, "VU-1": 0.9, "VU-2": 0.41, "SO-1": 0.998, "MI-1": 0.97, "LK-1": 0.99}
P, F, U, A = (
    FindingStatus.PASS,
    FindingStatus.FAIL,
    FindingStatus.INCONCLUSIVE,
    FindingStatus.ALARM,
)


def findings(
    run: AuditRun,
    statuses: dict[str, FindingStatus],
    reasons: dict[str, ReasonCode] | None = None,
    numbers: dict[str, dict[str, float]] | None = None,
) -> tuple[Finding, ...]:
    """Judge by hand: PASS unless `statuses` says otherwise."""
    made = []
    for rule in rules():
        status = statuses.get(rule.id, P)
        only_fails = rule.decides is Decides.FAIL_ONLY and status is P
        reason = (reasons or {}).get(rule.id, ReasonCode.NOT_EXCEEDED if only_fails else None)
        measured_ = None if rule.is_declared else run.measurement(rule.measure, rule.where)
        null = measured_.null_value if measured_ and not rule.clears else None
        made.append(
            Finding(
                rule,
                status,
                reason_code=reason,
                numbers=(numbers or {}).get(rule.id, {}),
                limit=None if rule.is_declared else LIMITS.get(rule.id, null or 0.05),
                measurement=measured_,
                pass_probability_if_safe=PROBABILITY.get(rule.id),
                worst_scope={"secret": "diagnosis_group", "knows": "others"}
                if rule.measure.startswith("attribute-inference")
                else {"k": "1", "split": "1"}
                if rule.id == "LK-1"
                else {},
            )
        )
    return tuple(made)


def verdict(status: VerdictStatus, found: tuple[Finding, ...]) -> Verdict:
    return Verdict(
        status,
        policy_id="gdpr-anonymisation-wp29",
        policy_version="1.0.0",
        policy_sha256="8d0c" * 16,
        context=Tier.PUBLIC,
        run_sha256="3f1c8a2077d4e915" + "0b" * 24,
        findings=found,
    )


def declared(**more: object) -> Declared:
    defaults: dict[str, object] = {
        "tier_source": Source.DECLARED,
        "recipients": "anyone",
        "policy_source": Source.DECLARED,
        "sensitivity_source": Source.ASSUMED,
        "assigned_by": "Data office",
        "split_stated_by": "Data office",
        "split_source": Source.DECLARED,
        "generator": {"name": "tabgen", "version": "2.1", "synthesis": "fully", "candidates": "1"},
        "earlier_releases": ("release 1", "release 2"),
        "evidence": {"dpia_reference": {"document": "DPIA-17"}},
    }
    return Declared(**(defaults | more))  # type: ignore[arg-type]


def run_of(results: tuple[Result, ...], *, has_holdout: bool = True) -> AuditRun:
    return AuditRun(
        provenance(has_holdout=has_holdout),
        release(has_holdout=has_holdout),
        preflight() if has_holdout else (),
        results,
        controls() if has_holdout else (),
    )


def not_met() -> Sample:
    """Attribute inference lies beyond its limit; one distance raises an alarm."""
    run = run_of(
        (*copying(), *singling_out(), *linkability(), *inference(), *membership(), *distances())
    )
    statuses = {"IN-1": F, "IN-2": F, "VU-1": F, "VU-2": U, "DIAG-TAIL": A}
    found = findings(
        run,
        statuses,
        {"VU-2": ReasonCode.INTERVAL_TOO_WIDE},
        {"VU-2": {"rows": 2500.0, "rows_needed": 3450.0}},
    )
    return Sample(run, verdict(VerdictStatus.NOT_MET, found), policy(), declared())


def inconclusive() -> Sample:
    """Nothing fails; the vulnerable people cannot be decided and two statements are missing."""
    run = run_of(
        (
            *copying(copied=3),
            *singling_out(),
            *linkability(),
            *inference(0.25),
            *membership(),
            *distances(is_alarm=False),
        )
    )
    run = replace(run, release=replace(run.release, split=SplitFacts("random", "assumed")))
    statuses = {"VU-2": U, "CTX-2": U, "DPIA-1": U, "COPY-1": U}
    reasons = {
        "VU-2": ReasonCode.INTERVAL_TOO_WIDE,
        "CTX-2": ReasonCode.EVIDENCE_MISSING,
        "DPIA-1": ReasonCode.EVIDENCE_MISSING,
        "COPY-1": ReasonCode.COPIES_TO_REVIEW,
    }
    numbers = {"VU-2": {"rows": 2500.0, "rows_needed": 3450.0}, "COPY-1": {"people": 3.0}}
    found = findings(run, statuses, reasons, numbers)
    return Sample(
        run,
        verdict(VerdictStatus.INCONCLUSIVE, found),
        policy(),
        declared(split_source=Source.ASSUMED, tier_source=Source.ASSUMED, generator={}),
    )


def met() -> Sample:
    """Every required rule holds."""
    run = run_of(
        (
            *copying(),
            *singling_out(),
            *linkability(),
            *inference(0.25),
            *membership((0.508, 0.489, 0.529)),
            *distances(is_alarm=False),
        )
    )
    return Sample(
        run,
        verdict(VerdictStatus.MET, findings(run, {})),
        policy(),
        declared(sensitivity_source=Source.DECLARED),
    )


def no_holdout() -> Sample:
    """Two files and nothing else: nothing declared, nothing to compare with."""
    wanted = (
        *copying(),
        *singling_out(),
        *linkability(),
        *inference(),
        *membership(),
        *distances(),
    )
    leave_one_out = Caveat(CaveatCode.CONTROL_BY_LEAVE_ONE_OUT)

    def without(result: Result) -> Result:
        if result.card.family is Family.COPYING:
            return replace(result, caveats=(*result.caveats, leave_one_out))
        return Result(result.card, Status.SKIPPED, reason_code=ReasonCode.NO_HOLDOUT)

    run = run_of(tuple(without(r) for r in wanted), has_holdout=False)
    columns = tuple(
        replace(c, roles=("quasi_identifier", "sensitive"), source="assumed")
        for c in run.release.columns
    )
    run = replace(run, release=replace(run.release, unit="row", columns=columns))
    missing = {r.id: U for r in rules() if r.id not in ("LEAK-1",)}
    reasons = {
        r.id: ReasonCode.EVIDENCE_MISSING if r.is_declared else ReasonCode.NO_HOLDOUT
        for r in rules()
        if r.id != "LEAK-1"
    }
    found = findings(run, missing, reasons)
    return Sample(run, verdict(VerdictStatus.INCONCLUSIVE, found), policy(), Declared())


def all_samples() -> dict[str, Sample]:
    return {
        "not_met": not_met(),
        "inconclusive": inconclusive(),
        "met": met(),
        "no_holdout": no_holdout(),
    }
