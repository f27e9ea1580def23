"""One section per family: a plain question, the answer first, then the evidence."""

from collections.abc import Iterable, Sequence

from audit.facts.judgement import Decides, Finding, FindingStatus, Verdict
from audit.facts.measurement import AuditRun, Caveat, Family, Result, Status
from audit.facts.reasons import ReasonCode
from audit.report import outcome
from audit.report.digits import listed, look_for, write_bare, write_count
from audit.report.evidence_sections import unsaid
from audit.report.family_figures import bar_tables, panels
from audit.report.family_tables import tables_of
from audit.report.forest import graded, letters_of, rows_of
from audit.report.found import alarm_line, failed_line, ids_of, upper_words
from audit.report.ladder import ladder
from audit.report.names import SECTION_OF, SECTIONS, check_name, check_of, section_of
from audit.report.parts_table import parts_tables
from audit.report.phantoms import phantom_words
from audit.report.pieces import Coded, Fact, Item, Mark, Span, Threat
from audit.report.sentences import say, texts
from audit.report.shapes import Section
from audit.report.waived import own_outcome
from audit.report.wording import instead_of, reason_words, stopped, upper_first
from audit.text import safe_text


def sections(run: AuditRun, verdict: Verdict, *, chapter: str) -> tuple[Section, ...]:
    """Return the sections that have results or rules, numbered within their chapter."""
    made: list[Section] = []
    for name in SECTIONS:
        results = [r for r in run.results if SECTION_OF[r.card.family] == name]
        findings = _findings(verdict, run, name)
        if results or findings:
            number = f"{chapter}.{len(made) + 1}"
            made.append(_section(name, run, results=results, findings=findings, number=number))
    return tuple(made)


def _findings(verdict: Verdict, run: AuditRun, name: str) -> tuple[Finding, ...]:
    alarms = [f for f in verdict.findings if not f.rule.clears and not f.rule.is_declared]
    ours = (*graded(verdict), *sorted(alarms, key=outcome.weight))
    return tuple(f for f in ours if section_of(check_of(f.rule), run) == name)


def _section(
    name: str,
    run: AuditRun,
    *,
    results: Sequence[Result],
    findings: Sequence[Finding],
    number: str,
) -> Section:
    limits = [f for f in findings if f.rule.clears]
    alarms = [f for f in findings if not f.rule.clears]
    lead = _lead(results)
    return Section(
        anchor=name,
        number=number,
        label=say_label(name),
        rules=ids_of(sorted(findings, key=lambda f: f.rule.id), longest=8),
        question=texts("family", name, "question")[0],
        answers=_answers(limits, alarms, results=results, run=run),
        threat=_threat(results, lead),
        how_to_read=texts("family", name, "how_to_read")[0],
        intro=(*texts("family", name, "intro"), *phantom_words(results)),
        graded=rows_of(limits, run),
        alarms=rows_of(alarms, run),
        letters=letters_of([*limits, *alarms]),
        bars=bar_tables(results, run, section=name),
        parts=tuple(parts_tables(r for r in results if r.status is Status.MEASURED)),
        tables=tables_of(results, run),
        figures=panels(_worst_first(results), run),
        caveats=_caveats(results, run),
        gaps=gaps(results, run),
        low=next(iter(texts("family", name, "low")), ""),
        closing=_closing(name),
        is_brief=not any(r.status is Status.MEASURED for r in results),
        ladder=ladder(run) if name == SECTION_OF[Family.MEMBERSHIP] else None,
    )


def say_label(name: str) -> str:
    """Return the short name of a section."""
    return texts("family", name, "label")[0]


def _worst_first(results: Sequence[Result]) -> list[Result]:
    return sorted(results, key=lambda r: not r.card.id.endswith("worst-case"))


def _lead(results: Sequence[Result]) -> Result | None:
    """The check that speaks for its family: the worst case, else the first with an adversary."""
    ordered = _worst_first(results)
    return next((r for r in ordered if r.card.threat), next(iter(ordered), None))


def _threat(results: Sequence[Result], lead: Result | None) -> Threat | None:
    if lead is None or lead.card.threat is None or not any(results):
        return None
    threat = lead.card.threat
    return Threat(*(stopped(safe_text(t, 400)) for t in (threat.knows, threat.sees, threat.wins)))


def _answers(
    limits: Sequence[Finding],
    alarms: Sequence[Finding],
    *,
    results: Sequence[Result],
    run: AuditRun,
) -> tuple[Item, ...]:
    failed = [f for f in limits if f.status is FindingStatus.FAIL]
    open_ = [f for f in limits if f.status is FindingStatus.INCONCLUSIVE]
    kept = [f for f in limits if f.status is FindingStatus.PASS]
    items = [_failed(outcome.grouped(failed)[0][0], run)] if failed else []
    items += _waived([f for f in limits if f.status is FindingStatus.WAIVED])
    items += _open(open_)
    items += _kept(kept, run, is_alone=not items)
    raised = [f for f in alarms if f.status is FindingStatus.ALARM]
    items += [Item((Span(alarm_line(f, run)),), mark=_mark(outcome.ALARM)) for f in raised[:1]]
    if not items:
        items = [_ungraded(results)]
    return tuple(items)


def _mark(mark: Mark) -> Mark:
    key = mark.shape.replace("-", "_")
    return Mark(mark.shape, say("answer", key))


def _failed(finding: Finding, run: AuditRun) -> Item:
    return Item(failed_line(finding, run), mark=_mark(outcome.NOT_MET))


def _waived(findings: Sequence[Finding]) -> list[Item]:
    """Say what waivers set aside, and what it was; the number stands in the table."""
    mark, items = _mark(outcome.WAIVED), []
    for own in dict.fromkeys(own_outcome(f) for f in findings):
        ids = ids_of(sorted((f for f in findings if own_outcome(f) == own), key=_id))
        text = say("answer_text", "waived", rules=ids, outcome=own)
        items.append(Item((Span(text),), mark=mark))
    return items


def _id(finding: Finding) -> str:
    return finding.rule.id


def _open(findings: Sequence[Finding]) -> list[Item]:
    if not findings:
        return []
    reasons = dict.fromkeys(reason_words(f) for f in findings)
    ids = ids_of(sorted(findings, key=lambda f: f.rule.id))
    why = "; ".join(list(reasons)[:2])
    text = say("answer_text", "inconclusive", rules=ids, reason=why)
    return [Item((Span(text),), mark=_mark(outcome.INCONCLUSIVE))]


def _kept(findings: Sequence[Finding], run: AuditRun, *, is_alone: bool) -> list[Item]:
    if not findings:
        return []
    ids = ids_of(sorted(findings, key=lambda f: f.rule.id))
    mark = outcome.mark_of(min(findings, key=_only_fails))
    if not is_alone:
        one = len(findings) == 1
        verb = "is not beyond its limit" if one else "are not beyond their limits"
        return [Item((Span(f"{ids} {verb}."),), mark=_mark(mark))]
    return [Item((Span(_kept_words(findings, run)),), mark=_mark(mark))]


def _only_fails(finding: Finding) -> bool:
    return finding.rule.decides is Decides.FAIL_ONLY


def _kept_words(findings: Sequence[Finding], run: AuditRun) -> str:
    ordered = sorted(findings, key=_only_fails)
    closest = next((f for f in ordered if f.measurement), None)
    if closest is None or closest.measurement is None:
        return ""
    people, instead = write_count(closest.measurement.n), instead_of(closest)
    if instead:
        return upper_first(f"{instead['instead']}.")
    if closest.measurement.estimate.is_exact:
        return say("answer_text", "met_exact", n=people)
    look = look_for(closest.measurement.name, limit=closest.limit)
    return say(
        "answer_text",
        "met",
        high=upper_words(closest),
        n=people,
        limit=write_bare(closest.limit or 0.0, look),
    )


def _ungraded(results: Sequence[Result]) -> Item:
    missing = next((r for r in results if r.status is not Status.MEASURED), None)
    if missing is not None and all(r.status is not Status.MEASURED for r in results):
        reason = _reason_of(missing)
        text = f"{reason[:1].upper()}{reason[1:]}."
        return Item((Span(text),), mark=_mark(outcome.NOT_ASSESSED))
    return Item((Span(say("answer_text", "no_rule")),), mark=None)


def _reason_of(result: Result) -> str:
    code = result.reason_code or ReasonCode.NOT_MEASURED
    return say("reason", code.value, **result.reason_numbers)


def _caveats(results: Iterable[Result], run: AuditRun) -> tuple[Coded, ...]:
    """Equal caveats of several checks are said once, with the checks that they concern."""
    where: dict[str, list[str]] = {}
    first: dict[str, Caveat] = {}
    for result in results:
        for caveat in result.caveats:
            first.setdefault(caveat.code.value, caveat)
            names = where.setdefault(caveat.code.value, [])
            names.append(check_name(result.card.id, run))
    return tuple(_caveat(caveat, tuple(where[code])) for code, caveat in first.items())


def _caveat(caveat: Caveat, checks: tuple[str, ...]) -> Coded:
    sentence = say("caveat", caveat.code.value, **caveat.numbers)
    if caveat.columns:
        columns = tuple(safe_text(c, 40) for c in caveat.columns)
        sentence = f"{sentence[:-1]}: {listed(columns)}."
    where = listed(tuple(dict.fromkeys(checks)), longest=3)
    numbers = unsaid(caveat.numbers, sentence=sentence)
    detail = "; ".join(p for p in (where, numbers) if p)
    return Coded(caveat.code.value.replace("_", "-"), sentence, detail=detail)


def gaps(results: Iterable[Result], run: AuditRun) -> tuple[Coded, ...]:
    """Return the checks that could not be made, those of one reason together."""
    missing = [r for r in results if r.status is not Status.MEASURED]
    groups: dict[str, list[Result]] = {}
    for result in missing:
        groups.setdefault(_reason_of(result), []).append(result)
    return tuple(_gap(reason, group, run) for reason, group in groups.items())


def _gap(reason: str, group: Sequence[Result], run: AuditRun) -> Coded:
    names = listed(tuple(check_name(r.card.id, run) for r in group), longest=4)
    failure = next((safe_text(r.failure, 80) for r in group if r.failure), "")
    place = f" ({failure})" if failure else ""
    code = (group[0].reason_code or ReasonCode.NOT_MEASURED).value
    return Coded(code, f"{names}: not assessed, because {reason}{place}.", outcome.NOT_ASSESSED)


def _closing(name: str) -> tuple[Fact, ...]:
    label, closing = texts("family", name, "closing_label"), texts("family", name, "closing")
    return (Fact(label[0], closing[0]),) if closing else ()
