"""The first page: the verdict, the sentence that decides it, and three blocks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from audit.facts.judgement import Declared, Finding, FindingStatus, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report import outcome
from audit.report.argument import argument_flag
from audit.report.assumed import assumptions
from audit.report.deciding import deciding_sentence
from audit.report.digits import listed, plural
from audit.report.fit import DENSITIES, PAGE, Density, height
from audit.report.forest import forest
from audit.report.found import alarm_items, found_items, undecided_items
from audit.report.pieces import Block, Item, Mark, Span
from audit.report.remedy import cheapest_first
from audit.report.sentences import say
from audit.report.shapes import Coverage, Decision
from audit.report.waived import waiver_items, waiver_lines
from audit.report.wording import short_digest
from audit.text import safe_text

_MOST_MORE = 14
"""Steps by which a list on the first page may grow into room that is left."""


def decision(
    run: AuditRun,
    verdict: Verdict,
    *,
    policy: Policy,
    declared: Declared,
    report_only: bool,
    more_flags: tuple[str, ...] = (),
) -> Decision:
    """Return everything that stands on the first page, as much as one page holds."""
    given = _Given(run, verdict, policy, declared, report_only, more_flags)
    release = safe_text(run.release.name, 80)
    pages = (_page(given, density) for density in DENSITIES)
    fitting = (page for page in pages if height(page, release=release) <= PAGE)
    page = next(fitting, None)
    return _page(given, DENSITIES[-1]) if page is None else _filled(page, given, release)


def _filled(page: Decision, given: "_Given", release: str) -> Decision:
    """Use the room that is left: more of what was found, of what was assumed, of the forest."""
    run, verdict = given.run, given.verdict
    found = found_items(verdict, run)
    assumed = assumptions(run, given.declared, policy=given.policy)
    ways: tuple[Callable[[Decision], Decision], ...] = (
        lambda p: replace(p, found=bounded(found, most=len(p.found.items) + 1)),
        lambda p: replace(p, assumed=bounded(assumed, most=len(p.assumed.items) + 1)),
        lambda p: replace(p, forest=forest(verdict, run, most=len(p.forest.rows) + 1)),
    )
    for way in ways:
        for _ in range(_MOST_MORE):
            fuller = way(page)
            if fuller == page or height(fuller, release=release) > PAGE:
                break
            page = fuller
    return page


@dataclass(frozen=True, slots=True)
class _Given:
    run: AuditRun
    verdict: Verdict
    policy: Policy
    declared: Declared
    report_only: bool
    more_flags: tuple[str, ...]


def _page(given: _Given, density: Density) -> Decision:
    run, verdict, policy, declared = given.run, given.verdict, given.policy, given.declared
    open_ = _open(verdict)
    # The verdict waits for required rules alone; what would decide another one stands elsewhere.
    awaited = [f for f in open_ if f.rule.required] or open_
    ways = tuple(Item((Span(w.text),)) for w in cheapest_first(awaited, run))
    few = density.items
    return Decision(
        verdict=outcome.verdict_mark(verdict),
        policy=f"{safe_text(policy.id, 60)} {safe_text(policy.version, 20)}",
        sensitivity=safe_text(declared.sensitivity, 20) if policy.tables else "",
        context=say("tier", verdict.context.value),
        context_words=say("context", verdict.context.value),
        sentence=deciding_sentence(verdict, policy=policy, run=run),
        sentence_external=deciding_sentence(verdict, policy=policy, run=run, is_external=True),
        found=bounded(found_items(verdict, run), most=few),
        undecided=bounded(undecided_items(open_, run), most=max(1, few - 1)),
        all_decided=say("waiver", "all_decided_or_waived" if verdict.waived else "all_decided"),
        remedies=bounded(ways, most=max(2, few - 1)),
        assumed=bounded(assumptions(run, declared, policy=policy), most=few + 1),
        forest=forest(verdict, run, most=density.rows),
        is_tight=density.is_tight,
        coverage=coverage(verdict),
        alarms=bounded(alarm_items(verdict, run, policy=policy), most=2),
        waivers=bounded(waiver_items(verdict, declared), most=few + 2),
        waivers_external=waiver_lines(verdict, declared),
        months=plural(policy.expires_months, "month"),
        validity=_validity(run, policy=policy),
        flags=_flags(
            run,
            declared,
            policy=policy,
            argument=argument_flag(verdict, declared, policy=policy),
            report_only=given.report_only,
        )
        + given.more_flags,
    )


def bounded(items: Sequence[Item], *, most: int) -> Block:
    """Return the first items and say how many more there are."""
    hidden = len(items) - most
    if hidden <= 0:
        return Block(tuple(items))
    return Block(tuple(items[:most]), f"And {hidden} more:")


def _open(verdict: Verdict) -> tuple[Finding, ...]:
    found = outcome.of_status(verdict, FindingStatus.INCONCLUSIVE)
    return tuple(f for f in found if f.rule.required) + tuple(
        f for f in found if not f.rule.required and f.rule.clears
    )


def coverage(verdict: Verdict) -> Coverage:
    """Return how many required rules came out how, and what the forest does not show."""
    required = [f for f in verdict.findings if f.rule.required]
    marks = sorted((outcome.mark_of(f) for f in required), key=outcome.loudness)
    count = verdict.coverage()
    words = (
        (count["failed"], "not met"),
        (count["inconclusive"], "inconclusive"),
        (sum(m == outcome.ALARM for m in marks), "with an alarm"),
        (count["passed"], "met"),
    )
    parts = [f"{n} {word}" for n, word in words if n]
    return Coverage(
        dots=tuple(m.shape for m in marks),
        total=f"{plural(len(required), 'required rule')}: ",
        counts=", ".join(parts),
        rest=_rest(required, marks, count, waived=verdict.waived),
    )


def _rest(
    required: Sequence[Finding], marks: Sequence[Mark], count: dict[str, int], *, waived: int
) -> str:
    exceeded = sum(m == outcome.NOT_EXCEEDED for m in marks)
    declared = sum(f.rule.is_declared for f in required)
    parts = []
    if exceeded:
        verb = "were" if exceeded > 1 else "was"
        parts.append(f"{exceeded} of the met can only fail and {verb} not exceeded")
    if declared:
        verb = "are statements" if declared > 1 else "is a statement"
        parts.append(f"{declared} {verb} of people, not shown above")
    aside = f"{waived} waived" if waived else "none waived"
    dropped = count["not_applicable"]
    out = f"{dropped} declared not applicable" if dropped else "none declared not applicable"
    return f". {'; '.join([*parts, aside, out]).capitalize()}."


def _validity(run: AuditRun, *, policy: Policy) -> tuple[str, str, str]:
    synthetic = run.provenance.inputs.get("synthetic")
    digest = synthetic.digest if synthetic else None
    months = plural(policy.expires_months, "month")
    ends = (
        f"in this context only; {months} from signature. Ends at once if other data on these "
        "people are released, or when the attacks or the policy change in a major version."
    )
    if digest is None:
        return ("For the synthetic file", "", ends)
    of = "the file with" if synthetic is None or synthetic.digest_of == "file" else "content with"
    return (f"For {of} SHA-256", short_digest(digest), ends)


def _flags(
    run: AuditRun, declared: Declared, *, policy: Policy, argument: str, report_only: bool
) -> tuple[str, ...]:
    candidates = safe_text(declared.generator.get("candidates", ""), 12)
    several = candidates.isdecimal() and int(candidates) > 1
    flags = (
        say("flag", "report_only") if report_only else "",
        say("flag", "seed_given") if run.provenance.seed_source == "given" else "",
        say("flag", "candidates", candidates=candidates) if several else "",
        argument,
        _loosened(policy),
    )
    return tuple(f for f in flags if f)


def _loosened(policy: Policy) -> str:
    if not policy.loosened:
        return ""
    names = tuple(safe_text(name, 40).replace("_", " ") for name in sorted(policy.loosened))
    parent = safe_text(policy.extends or "", 100)
    return say("flag", "loosened", parent=parent, where=listed(names, longest=4))
