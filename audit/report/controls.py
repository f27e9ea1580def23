"""The section "Would this audit have noticed?": the answer, the curves, a table of every check."""

from collections.abc import Mapping, Sequence

from audit.facts.judgement import Verdict
from audit.facts.measurement import AuditRun, ControlFact
from audit.report.controls_tables import checks_table, curves_table
from audit.report.detection import detection_figure
from audit.report.digits import plural, write_count
from audit.report.family import say_label
from audit.report.names import SECTIONS, check_name, section_of
from audit.report.noticed import FULL_COPY, JITTERED, NULL, VERBATIM, enough, people_words
from audit.report.passages import PlainSection
from audit.report.pieces import Item, Phrase, Span
from audit.report.sentences import phrase, say


def controls_section(run: AuditRun, verdict: Verdict, *, number: str) -> PlainSection:
    """Return what the controls of this audit say.

    References
    ----------
    DESIGN section 4, point 12.
    """
    facts = run.controls
    tables = (checks_table(run, verdict), *curves_table(run)) if facts else ()
    checks = len({c.check for c in facts})
    return PlainSection(
        anchor="controls",
        number=number,
        label="Controls",
        aside=plural(checks, "check") if facts else "",
        question="Would this audit have noticed?",
        answer=_answer(facts),
        items=_families(run),
        tables=tables,
        figure=detection_figure(run),
    )


def _answer(facts: Sequence[ControlFact]) -> Phrase:
    if not facts:
        return phrase("control", "none")
    copied = _outcomes(facts, FULL_COPY)
    dealt = _outcomes(facts, NULL)
    unable = sum(not passed for passed in copied.values())
    loud = sum(not passed for passed in dealt.values())
    total = {"unable": write_count(unable), "total": write_count(len(copied))}
    told = phrase("control", "unable_some" if unable else "able_all", **total)
    if dealt:
        counts = {"loud": write_count(loud), "total": write_count(len(dealt))}
        told += (Span(" "), *phrase("control", "loud_some" if loud else "quiet_all", **counts))
    return told


def _outcomes(facts: Sequence[ControlFact], plan: str) -> Mapping[str, bool]:
    return {c.check: c.passed for c in facts if c.plan == plan}


def _families(run: AuditRun) -> tuple[Item, ...]:
    """Return a sentence per family: the check of it that notices the fewest people speaks."""
    made = []
    for name in SECTIONS:
        ours = [c for c in run.controls if section_of(c.check, run) == name]
        loud = {c.check for c in ours if c.plan == NULL and not c.passed}
        verbatim = _best(ours, VERBATIM, loud)
        if verbatim is not None:
            made.append(_family(say_label(name), verbatim, _best(ours, JITTERED, loud), run))
        elif any(c.plan == VERBATIM for c in ours):
            made.append(Item(phrase("control", "family_loud"), label=say_label(name)))
    return tuple(made)


def _best(facts: Sequence[ControlFact], plan: str, loud: set[str]) -> ControlFact | None:
    """Return who notices the fewest people. Who raises the alarm without any says nothing."""
    tried = [c for c in facts if c.plan == plan and c.check not in loud]

    def order(control: ControlFact) -> tuple[bool, float]:
        people = enough(control)
        # Where nobody notices, the largest number that was tried says the most.
        return (people is None, -control.numbers.get("tried", 0.0) if people is None else people)

    return min(tried, key=order, default=None)


def _family(label: str, verbatim: ControlFact, jittered: ControlFact | None, run: AuditRun) -> Item:
    people = enough(verbatim)
    of = write_count(verbatim.numbers.get("of", 0.0))
    count = people_words(verbatim)
    key = "family_tried" if people is None else "family_one" if count == "1" else "family_enough"
    told = phrase("control", key, people=count, of=of)
    name = check_name(verbatim.check, run)
    by = say("control", "by", name=name)
    if jittered is not None:
        told += _jittered(jittered, is_second=people is not None)
        other = check_name(jittered.check, run)
        by = by if other == name else say("control", "by_two", name=name, other=other)
    return Item((*told, Span(".")), label=label, quiet=by)


def _jittered(control: ControlFact, *, is_second: bool) -> Phrase:
    if enough(control) is not None:
        key = "and_noise" if is_second else "but_noise"
    else:
        key = "but_not_noise" if is_second else "nor_noise"
    return phrase("control", key, people=people_words(control))
