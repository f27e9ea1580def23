"""What an audit will be able to decide, in lines."""

from collections.abc import Iterator, Sequence

from audit.facts.judgement import Declared, Policy, Test
from audit.facts.measurement import AuditRun
from audit.facts.outlook import Cost, Outlook, Prospect, Step
from audit.report.argument import argument_words
from audit.report.digits import (
    listed,
    look_for,
    write,
    write_any,
    write_bare,
    write_chance,
    write_count,
)
from audit.report.names import measurement_of, rule_name
from audit.report.screen import typewritten
from audit.report.sentences import say
from audit.report.waived import waiver_sentence
from audit.text import safe_text

_CHAPTER = "outlook"
_CHANCES = ("now", "then")
_REASON = "reason."


def outlook_text(outlook: Outlook, run: AuditRun, *, terms: Sequence[str] = ()) -> Iterator[str]:
    """Yield what each rule could decide, what would help, and what the run takes.

    Parameters
    ----------
    terms
        Sentences about what was argued and waived.
    """
    lines = [
        _say(
            "head",
            policy=f"{safe_text(outlook.policy_id, 60)} {safe_text(outlook.policy_version, 20)}",
            context=say("tier", outlook.context),
            real=float(outlook.people.get("real", 0)),
            holdout=float(outlook.people.get("holdout", 0)),
        ),
        *terms,
        _say("explain"),
        *(f"  - {_prospect(p, run)}" for p in outlook.prospects if _is_told(p)),
        _say(
            "together",
            at_least=write_chance(outlook.at_least),
            at_most=write_chance(outlook.at_most),
        ),
        "",
        *_steps(outlook),
        "",
        _cost(outlook.cost),
    ]
    yield from (typewritten(line) for line in lines)


def term_lines(outlook: Outlook, policy: Policy, declared: Declared) -> tuple[str, ...]:
    """Return what becomes of an argued probability of an attack, and of waivers."""
    raised = sum(p.limit_of_policy is not None for p in outlook.prospects)
    argued = argument_words(outlook.argument, policy=policy, declared=declared, raised=raised)
    given = len(declared.waivers)
    open_ = _say("waivers_open", open=str(outlook.waivers_open), given=str(given)) if given else ""
    return tuple(line for line in (argued, open_, *_void(outlook, declared)) if line)


def _void(outlook: Outlook, declared: Declared) -> Iterator[str]:
    known = {waiver.id: waiver for waiver in declared.waivers}
    for note in outlook.waivers:
        why = waiver_sentence(note, known.get(note.id))
        yield _say("waivers_void", id=safe_text(note.id, 40), why=why)


def _say(key: str, **values: object) -> str:
    return say(_CHAPTER, key, **values)


def _is_told(prospect: Prospect) -> bool:
    """A rule of which nothing is planned is told only where something bars it."""
    if prospect.rule.is_declared:
        return False
    known = prospect.planned is not None or prospect.chance is not None
    return known or prospect.reason is not None


def _prospect(prospect: Prospect, run: AuditRun) -> str:
    rule, parts = prospect.rule, [*_limits(prospect)]
    if prospect.planned is not None and prospect.planned.detectable is not None:
        parts.append(_detectable(prospect, prospect.planned.detectable))
    if prospect.reason is not None and not rule.is_declared:
        reason = say("reason", prospect.reason.value)
        parts.append(_say("too_few" if prospect.needed else "barred", reason=reason))
    if prospect.chance is not None:
        parts.append(_say("chance", chance=write_chance(prospect.chance)))
    elif prospect.reason is None and rule.test is not Test.COPIES:
        parts.append(_say("only_fails"))
    return f"{safe_text(rule.id, 24)} {rule_name(rule, run)}: {'; '.join(parts)}."


def _limits(prospect: Prospect) -> Iterator[str]:
    if prospect.limit is not None and prospect.rule.test is not Test.COPIES:
        look = look_for(measurement_of(prospect.rule), limit=prospect.limit)
        yield _say("limit", limit=write_bare(prospect.limit, look) + look.suffix)
        own = prospect.limit_of_policy
        if own is not None:
            yield _say("own_limit", limit=write_bare(own, look) + look.suffix)


def _detectable(prospect: Prospect, effect: float) -> str:
    if prospect.rule.test is Test.COPIES and prospect.people is not None:
        return _say("copies", people=write_count(round(effect * prospect.people)))
    look = look_for(measurement_of(prospect.rule), limit=prospect.limit)
    return _say("detectable", detectable=write(effect, look) + look.suffix)


def _steps(outlook: Outlook) -> Iterator[str]:
    if not outlook.steps:
        yield _say("nothing")
        return
    yield _say("steps")
    yield from (f"  {i}. {_step(step)}" for i, step in enumerate(outlook.steps, 1))


def _step(step: Step) -> str:
    rules = listed(tuple(safe_text(rule, 24) for rule in step.rules))
    if step.code.startswith(_REASON):
        reason = say("reason", step.code.removeprefix(_REASON))
        return f"{reason[0].upper()}{reason[1:]} ({rules})."
    values = {
        key: write_chance(number) if key in _CHANCES else write_any(number)
        for key, number in step.numbers.items()
    }
    return say("outlook_step", step.code, rules=rules, **values)


def _cost(cost: Cost) -> str:
    values = {"time": _time(cost.seconds), "memory": f"{cost.memory / (1 << 30):.1f} GiB"}
    if cost.controls_seconds == 0:
        return _say("cost_alone", **values)
    controls = _time(cost.controls_seconds)
    return _say("cost", **values, controls=controls, setting=cost.controls)


def _time(seconds: float) -> str:
    """Write a time with as much precision as it deserves."""
    if seconds < 90:
        return f"{max(1, round(seconds))} seconds"
    if seconds < 5_400:
        return f"{round(seconds / 60)} minutes"
    return f"{seconds / 3_600:.1f} hours"
