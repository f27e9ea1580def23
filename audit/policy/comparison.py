"""Two graded runs side by side: which rules and which numbers got better or worse.

When is a number worse? Two audits of two releases of the same people are not independent: the
same real and holdout people stand in both, so what the luck of the split does to one number it
does to the other. How strongly, no file says, and no test of the difference can be had from two
`run.json` alone. So the criterion is one that holds whatever the dependence: *worse* is a number
whose new lower end lies above its old upper end, *better* the reverse, everything else is *within
the intervals*. Each end is a one-sided 95 % bound. If the true effect did not rise, then the new
lower end can lie above the old upper end only if one of the two bounds failed, which by
Bonferroni happens at most 10 % of the time, without any assumption. For normal errors of equal
size it is far rarer: the difference must reach 3.29 standard errors of one estimate, which happens
in 1 % of unrelated pairs, less for the positively related ones that two releases of the same
people give, and 5 % at the very worst. Judging by overlap is known to be conservative (Schenker and
Gentleman 2001, *On judging the significance of differences by examining the overlap between
confidence intervals*, The American Statistician 55, 182-186); here that is wanted, because many
numbers are compared at once and a gate that cries wolf is switched off. The price is that small
deteriorations stay within the intervals, which is not "unchanged".

A count over everybody (a census: its two ends and its value are one) is known, and compares
exactly. A change of outcome is another thing than a change of the number, and is told apart.
"""

from collections.abc import Iterator, Mapping

from audit.facts.comparison import (
    Comparison,
    Gap,
    MeasurementPair,
    Move,
    RulePair,
    Side,
    Trend,
    own,
)
from audit.facts.judgement import Finding, FindingStatus, Rule
from audit.facts.measurement import AuditRun, Measurement
from audit.facts.names import DESCRIPTIVE
from audit.policy.comparability import apart, gap_of_check

_ONE_ARM = frozenset(
    {
        "attack_rate",
        "baseline_rate",
        "control_rate",
        "control_share",
        "disco",
        "rapid",
        "repu",
        "rows_share",
    }
)
"""Rates among real people or among holdout people alone: only their difference is a risk."""
_RANK = {
    FindingStatus.PASS: 0,
    FindingStatus.INCONCLUSIVE: 1,
    FindingStatus.ALARM: 2,
    FindingStatus.FAIL: 2,
}
"""How bad an outcome is; not applicable is none."""
_ORDER = (Trend.WORSE, Trend.BETTER, Trend.NOT_COMPARED, Trend.WITHIN)
_Key = tuple[str, str, tuple[tuple[str, str], ...]]


def comparison(old: Side, new: Side) -> Comparison:
    """Return what got better or worse from `old` to `new`; neither is graded anew."""
    return Comparison(
        old=old,
        new=new,
        apart=tuple(sorted(apart(old, new), key=lambda a: not a.code.is_obstacle)),
        rules=tuple(_rules(old, new)),
        measurements=tuple(sorted(_measurements(old, new), key=lambda p: _ORDER.index(p.trend))),
    )


def trend(old: Measurement, new: Measurement) -> tuple[Trend, Gap | None]:
    """Return where a number went, beyond the intervals."""
    if old.null_value != new.null_value:
        return Trend.NOT_COMPARED, Gap.OTHER_NULL
    was, now = old.estimate, new.estimate
    if now.low is not None and was.high is not None and now.low > was.high:
        return Trend.WORSE, None
    if now.high is not None and was.low is not None and now.high < was.low:
        if new.null_value is not None and now.high < new.null_value:
            return Trend.NOT_COMPARED, Gap.BELOW_NULL
        return Trend.BETTER, None
    if now.low is None or was.high is None:
        return Trend.NOT_COMPARED, Gap.END_MISSING
    return Trend.WITHIN, None


def _rules(old: Side, new: Side) -> Iterator[RulePair]:
    """Yield the rules of the new verdict in its order, then those that it lacks."""
    was = {f.rule.id: f for f in old.verdict.findings}
    now = {f.rule.id: f for f in new.verdict.findings}
    none = Trend.NOT_COMPARED
    for finding in new.verdict.findings:
        before = was.get(finding.rule.id)
        if before is None:
            yield RulePair(finding.rule, None, finding, Move.NEW, none, Gap.ONLY_NEW)
        else:
            yield _rule(before, finding, gap=_gap_of_rule(before, finding, old.run, new.run))
    for finding in old.verdict.findings:
        if finding.rule.id not in now:
            yield RulePair(finding.rule, finding, None, Move.GONE, none, Gap.ONLY_OLD)


def _rule(old: Finding, new: Finding, *, gap: Gap | None) -> RulePair:
    if gap is not None and gap.bars:
        return RulePair(new.rule, old, new, Move.NOT_COMPARED, Trend.NOT_COMPARED, gap)
    went = Trend.NOT_COMPARED
    if old.measurement is not None and new.measurement is not None:
        went, gap = trend(old.measurement, new.measurement)
    before, after = _RANK.get(own(old), 0), _RANK.get(own(new), 0)
    move = Move.SAME
    if after > before or went is Trend.WORSE:
        move = Move.REGRESSED
    elif after < before or went is Trend.BETTER:
        move = Move.IMPROVED
    return RulePair(new.rule, old, new, move, went, gap)


def _gap_of_rule(old: Finding, new: Finding, was: AuditRun, now: AuditRun) -> Gap | None:
    aside = FindingStatus.NOT_APPLICABLE
    if (own(old) is aside) != (own(new) is aside):
        return Gap.NOT_APPLICABLE
    return None if new.rule.is_declared else gap_of_check(_check_of(new.rule), was, now)


def _check_of(rule: Rule) -> str:
    return rule.measure.partition(".")[0]


def _measurements(old: Side, new: Side) -> Iterator[MeasurementPair]:
    was, now = _by_key(old.run), _by_key(new.run)
    seeds_differ = old.run.provenance.seed != new.run.provenance.seed
    for key in dict.fromkeys((*now, *was)):
        check, name, scope = key
        before, after = was.get(key), now.get(key)
        went: Trend = Trend.NOT_COMPARED
        gap = gap_of_check(check, old.run, new.run)
        if gap is None and _describes(check, name, new.run):
            gap = Gap.DESCRIBES
        if gap is None:
            gap = _gap_of_number(dict(scope), before, after, seeds_differ=seeds_differ)
        if gap is None and before is not None and after is not None:
            went, gap = trend(before, after)
        yield MeasurementPair(
            check,
            name,
            dict(scope),
            None if before is None else before.estimate,
            None if after is None else after.estimate,
            went,
            gap,
        )


def _describes(check: str, name: str, run: AuditRun) -> bool:
    result = run.result(check)
    graded = result is None or result.card.grades
    return not graded or name in DESCRIPTIVE or name in _ONE_ARM or name.endswith("_control")


def _gap_of_number(
    scope: Mapping[str, str],
    old: Measurement | None,
    new: Measurement | None,
    *,
    seeds_differ: bool,
) -> Gap | None:
    if old is None or new is None:
        return Gap.ONLY_NEW if old is None else Gap.ONLY_OLD
    if seeds_differ and scope.get("split", "declared") != "declared":
        return Gap.DRAWN_ANEW
    return None


def _by_key(run: AuditRun) -> dict[_Key, Measurement]:
    return {
        (result.card.id, m.name, tuple(sorted(m.scope.items()))): m
        for result in run.results
        for m in result.measurements
    }
