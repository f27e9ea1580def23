"""Two runs side by side in words: what the screen and a pull request say of a comparison."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from audit.facts.comparison import (
    Apart,
    ApartCode,
    Comparison,
    MeasurementPair,
    Move,
    RulePair,
    Side,
    Trend,
    own,
)
from audit.facts.estimate import Estimate
from audit.facts.judgement import Declared, Finding, FindingStatus
from audit.facts.measurement import AuditRun
from audit.report import outcome
from audit.report.digits import Look, listed, look_for, plural, write, write_ends
from audit.report.names import check_name, measurement_name, measurement_of, rule_name, scope_words
from audit.report.outside import rule_lines
from audit.report.sentences import has, say
from audit.report.wording import reason_words
from audit.text import safe_text

_COLUMNS = (ApartCode.OTHER_COLUMNS, ApartCode.OTHER_ROLES)
"""What names columns, and names none for outsiders."""
_Numbers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule under both verdicts."""

    id: str
    name: str
    move: Move
    before: str
    """Outcome in a word; empty where the rule was not there."""
    after: str
    numbers_before: str
    numbers_after: str
    why: str
    """Beyond or within the intervals, or why that is not known."""


@dataclass(frozen=True, slots=True)
class NumberRow:
    """One measurement of both runs; for the house only, since scopes name columns."""

    name: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ComparisonView:
    """What is shown of a comparison."""

    head: str
    old: str
    new: str
    obstacles: tuple[str, ...]
    notes: tuple[str, ...]
    rules: tuple[RuleRow, ...]
    """All but those that came out as before."""
    same: str
    worse: tuple[NumberRow, ...]
    better: tuple[NumberRow, ...]
    counted: str
    closing: tuple[str, ...]

    def of_move(self, *moves: Move) -> tuple[RuleRow, ...]:
        """Return the rules that went one of some ways."""
        return tuple(row for row in self.rules if row.move in moves)


def comparison_view(found: Comparison, *, is_external: bool = False) -> ComparisonView:
    """Return what is shown; for outsiders without columns, small counts and single attacks."""
    said = [_apart(a, is_external=is_external) for a in found.obstacles]
    notes = [_apart(a, is_external=is_external) for a in found.apart if a not in found.obstacles]
    sides = (found.old, found.new)
    numbers = [_outside(side) if is_external else _inside(side) for side in sides]
    return ComparisonView(
        head=_head(found),
        old=_side(found.old),
        new=_side(found.new),
        obstacles=(*said, say("comparison", "judged")) if said else (),
        notes=tuple(notes),
        rules=tuple(_rule(p, found, *numbers) for p in found.rules if p.move is not Move.SAME),
        same=_same(found),
        worse=() if is_external else _numbers(found, Trend.WORSE),
        better=() if is_external else _numbers(found, Trend.BETTER),
        counted=_counted(found),
        closing=_closing(found),
    )


def _head(found: Comparison) -> str:
    worse = len(found.of_move(Move.REGRESSED))
    unclear = sum(len(found.of_move(m)) for m in (Move.NOT_COMPARED, Move.NEW, Move.GONE))
    if found.obstacles:
        return say("comparison", "incomparable") + "."
    if worse:
        return say("comparison", "regressed", rules=plural(worse, "rule")) + "."
    if unclear:
        return say("comparison", "unclear", rules=plural(unclear, "rule")) + "."
    return say("comparison", "none")


def _side(side: Side) -> str:
    verdict = side.verdict
    word = outcome.verdict_mark(verdict).word
    policy = safe_text(f"{verdict.policy_id} {verdict.policy_version}", 100)
    tier = say("tier", verdict.context.value)
    version = safe_text(side.run.provenance.version, 40)
    return f"run {verdict.run_sha256[:12]}: {word}. {policy}, {tier}, version {version}"


def _apart(fact: Apart, *, is_external: bool) -> str:
    code = fact.code.value
    is_secret = is_external and fact.code in (*_COLUMNS, ApartCode.OTHER_UNIT)
    values: dict[str, str] = {}
    if fact.old and not (is_external and fact.code is ApartCode.OTHER_UNIT):
        values = {"old": safe_text(fact.old, 100), "new": safe_text(fact.new, 100)}
    if has("apart_noun", code):
        values["count"] = plural(len(fact.names), say("apart_noun", code))
    sentence = say("apart", code, **values)
    if not fact.names or is_secret:
        return sentence
    return f"{sentence} ({listed(tuple(safe_text(n, 60) for n in fact.names))})"


def _rule(pair: RulePair, found: Comparison, old: _Numbers, new: _Numbers) -> RuleRow:
    run = found.old.run if pair.new is None else found.new.run
    return RuleRow(
        id=safe_text(pair.rule.id, 40),
        name=rule_name(pair.rule, run),
        move=pair.move,
        before=_outcome(pair.old),
        after=_outcome(pair.new),
        numbers_before=old.get(pair.rule.id, ""),
        numbers_after=new.get(pair.rule.id, ""),
        why="; ".join(_why(pair)),
    )


def _why(pair: RulePair) -> Iterator[str]:
    opened = pair.new if pair.is_by_outcome else None
    if opened is not None and own(opened) is not FindingStatus.INCONCLUSIVE:
        opened = None
    if pair.gap is not None:
        yield say("gap", pair.gap.value)
    elif not pair.rule.is_declared and not (opened and pair.trend is Trend.NOT_COMPARED):
        yield trend_words(pair)
    if opened is not None:
        yield reason_words(opened)


def trend_words(pair: RulePair) -> str:
    """Return where the number of a rule went; of what was counted, that it is equal."""
    if pair.trend is Trend.WITHIN and pair.old is not None and pair.new is not None:
        ends = (pair.old.measurement, pair.new.measurement)
        if all(m is not None and m.estimate.is_exact for m in ends):
            return say("trend", "exact")
    return say("trend", pair.trend.value)


def _same(found: Comparison) -> str:
    same = found.of_move(Move.SAME)
    came = [own(pair.new) for pair in same if pair.new is not None]
    failed, still = came.count(FindingStatus.FAIL), came.count(FindingStatus.INCONCLUSIVE)
    rules = plural(len(same), "rule")
    if failed or still:
        return say("comparison", "same_open", rules=rules, failed=failed, open=still)
    return say("comparison", "same", rules=rules)


def _outcome(finding: Finding | None) -> str:
    if finding is None:
        return ""
    if finding.unwaived is None:
        return outcome.mark_of(finding).word
    own_word = "not met" if own(finding) is FindingStatus.FAIL else "inconclusive"
    return f"{own_word}, waived"


def _inside(side: Side) -> dict[str, str]:
    """Rule id -> the ends that decide it, with its limit."""
    said = {}
    for finding in side.verdict.findings:
        measured = finding.measurement
        if measured is not None:
            look = look_for(measurement_of(finding.rule), limit=finding.limit)
            limit = "" if finding.limit is None else f", limit {write(finding.limit, look)}"
            said[finding.rule.id] = f"{_ends(measured.estimate, look)}{limit}{look.suffix}"
    return said


def _outside(side: Side) -> dict[str, str]:
    lines = rule_lines(side.verdict, side.run, side.declared or Declared())
    # The first sentence holds the numbers; why a rule is open stands in the summary.
    numbers = {line.id: line.message.partition(": ")[2].partition(". ")[0] for line in lines}
    return {rule: said.removesuffix(".") for rule, said in numbers.items()}


def _ends(estimate: Estimate, look: Look) -> str:
    return write(estimate.value, look) if estimate.is_exact else write_ends(estimate, look)


def _numbers(found: Comparison, trend: Trend) -> tuple[NumberRow, ...]:
    return tuple(_number(pair, found.new.run) for pair in found.of_trend(trend))


def _number(pair: MeasurementPair, run: AuditRun) -> NumberRow:
    look = look_for(pair.name)
    ends = [_ends(e, look) + look.suffix if e else "none" for e in (pair.old, pair.new)]
    scope = f", {scope_words(pair.scope, run)}" if pair.scope else ""
    name = f"{check_name(pair.check, run)}: {measurement_name(pair.name)}{scope}"
    return NumberRow(name, *ends)


def _counted(found: Comparison) -> str:
    counts = {trend: len(found.of_trend(trend)) for trend in Trend}
    compared = sum(counts.values()) - counts[Trend.NOT_COMPARED]
    parts = [f"{counts[t]:,} {say('trend', t.value)}" for t in (Trend.WORSE, Trend.BETTER)]
    rest = f"{counts[Trend.WITHIN]:,} {say('trend', Trend.WITHIN.value)}"
    return f"{plural(compared, 'measurement')} compared: {', '.join(parts)}, {rest}."


def _closing(found: Comparison) -> tuple[str, ...]:
    word = outcome.verdict_mark(found.new.verdict).word
    is_quiet = found.gate_code == 0 and found.new.verdict.status.exit_code != 0
    approves = say("comparison", "not_approved" if is_quiet else "approves", verdict=word)
    return (say("comparison", "within"), say("comparison", "files"), approves)
