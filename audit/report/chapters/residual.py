"""Section 12: what could still happen, to whom; what can be done; what must be run again."""

from collections.abc import Mapping, Sequence

from audit.facts.judgement import Decides, Finding, FindingStatus, VerdictStatus
from audit.report import outcome
from audit.report.chapters.given import Given, chapter
from audit.report.deciding import heaviest
from audit.report.digits import (
    PERCENT,
    look_for,
    write,
    write_bare,
    write_count,
    write_ends,
    write_high,
    write_low,
)
from audit.report.names import SECTION_OF, SECTIONS, measurement_name, measurement_of
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Item, Mark, Table
from audit.report.sentences import emphasised, phrase, rows, say
from audit.report.wording import reason_words
from audit.text import safe_text

_OPEN = "open"
_BAD = (outcome.NOT_MET, outcome.INCONCLUSIVE, outcome.WAIVED, outcome.ALARM)


def residual(given: Given) -> PlainSection:
    """Return the residual risk statement with its options."""
    worst = {name: _worst(given, name) for name in SECTIONS if _is_told(given, name)}
    passages = (
        *((Passage(table=_table(worst)),) if worst else ()),
        *_consequence(given),
        Passage(
            title=say("residual", "options"),
            aside=say("residual", "options_fit" if _troubled(worst) else "options_none"),
            items=_options(worst),
            is_numbered=True,
        ),
        Passage(table=_rerun()),
    )
    return chapter("residual", answer=phrase("residual", "answer"), passages=passages)


def _consequence(given: Given) -> tuple[Passage, ...]:
    """Return what the verdict means for the release, where it is not met or not decided."""
    tier = say("tier", given.verdict.context.value)
    if given.verdict.status is VerdictStatus.INCONCLUSIVE:
        return (Passage(text=(phrase("residual", "inconclusive", tier=tier),)),)
    if given.verdict.status is not VerdictStatus.NOT_MET:
        return ()
    failed = heaviest(given.verdict)
    if failed is None or failed.measurement is None:
        return ()
    estimate = failed.measurement.estimate
    look = look_for(failed.measurement.name, limit=failed.limit)
    values = {
        "rule": safe_text(failed.rule.id, 24),
        "value": f"{write(estimate.value, look)}{look.suffix}",
        "ends": f"95 % ends {write_ends(estimate, look)}".replace(" %", PERCENT),
        "limit": write_bare(failed.limit or 0.0, look),
        "basis": say("basis_short", failed.rule.basis.value),
        "policy": f"{safe_text(given.policy.id, 60)} {safe_text(given.policy.version, 20)}",
    }
    return (Passage(text=(phrase("residual", "not_met", tier=tier, **values),)),)


def _is_told(given: Given, name: str) -> bool:
    measured = any(SECTION_OF[r.card.family] == name for r in given.run.results)
    return measured or bool(given.findings_of(name))


def _worst(given: Given, name: str) -> Finding | None:
    """Return the finding that says most of a kind of harm: its worst, at the smallest margin."""
    limits = [f for f in given.findings_of(name) if f.rule.clears]

    def order(finding: Finding) -> tuple[object, ...]:
        mark = outcome.mark_of(finding)
        kept = mark in (outcome.MET, outcome.NOT_EXCEEDED)
        rest = outcome.margin(finding) if kept else outcome.weight(finding)
        is_other = measurement_of(finding.rule) != "excess"
        return (outcome.loudness(mark), finding.measurement is None, is_other, *rest)

    return min(limits, key=order, default=None)


def _mark(finding: Finding | None) -> Mark:
    return outcome.NOT_ASSESSED if finding is None else outcome.mark_of(finding)


def _table(worst: Mapping[str, Finding | None]) -> Table:
    ordered = sorted(worst, key=lambda name: outcome.loudness(_mark(worst[name])))
    return Table(
        caption=say("residual", "table"),
        scope=say("residual", "table_scope"),
        heads=("What", "To whom", "How far, as measured", "Outcome"),
        rows=tuple(
            (
                say("residual_harm", name),
                say("residual_whom", name),
                _how_far(worst[name]),
                _mark(worst[name]).word,
            )
            for name in ordered
        ),
        is_prose=True,
        marks=tuple(_mark(worst[name]) for name in ordered),
    )


def _how_far(finding: Finding | None) -> str:
    if finding is None:
        return say("residual", "not_asked")
    measured = finding.measurement
    if measured is None:
        return say("residual", "unknown", reason=reason_words(finding))
    estimate, look = measured.estimate, look_for(measured.name, limit=finding.limit)
    if estimate.is_exact and estimate.value == 0:
        return say("residual", "exact_none", n=write_count(measured.n))
    values = {
        "value": f"{write(estimate.value, look)}{look.suffix}",
        "low": write(estimate.value, look)
        if estimate.low is None
        else write_low(estimate.low, look),
        "high": "?" if estimate.high is None else write_high(estimate.high, look) + look.suffix,
        "limit": write_bare(finding.limit or 0.0, look),
    }
    name = measurement_name(measured.name)
    return f"{name[:1].upper()}{name[1:]} {say('residual', _key(finding), **values)}"


def _key(finding: Finding) -> str:
    own = finding.unwaived or finding.status
    if own is FindingStatus.FAIL:
        return "failed"
    if own is FindingStatus.INCONCLUSIVE:
        return "open"
    return "kept_fail_only" if finding.rule.decides is Decides.FAIL_ONLY else "kept"


def _options(worst: Mapping[str, Finding | None]) -> tuple[Item, ...]:
    """Return the options: those that fit what was found first, else in their own order."""
    troubled = _troubled(worst)
    ordered = sorted(rows("option"), key=lambda option: not troubled & set(_fits(option)))
    return tuple(Item(emphasised(str(option["text"]))) for option in ordered)


def _troubled(worst: Mapping[str, Finding | None]) -> set[str]:
    """Return the kinds of harm with a finding against them, and whether anything is open."""
    troubled = {name for name, finding in worst.items() if _mark(finding) in _BAD}
    if any(_mark(finding) == outcome.INCONCLUSIVE for finding in worst.values()):
        troubled.add(_OPEN)
    return troubled


def _fits(option: Mapping[str, object]) -> Sequence[str]:
    fits = option["fits"]
    return [str(name) for name in fits] if isinstance(fits, list) else []


def _rerun() -> Table:
    return Table(
        caption=say("residual", "rerun"),
        scope="",
        heads=("When", "Run again"),
        rows=tuple((str(one["change"]), str(one["again"])) for one in rows("rerun")),
        is_prose=True,
    )
