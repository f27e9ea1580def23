"""What a ledger holds, in lines for a person and as Markdown."""

import re
from collections.abc import Iterator, Sequence

from audit.errors import IntegrityError, UsageError
from audit.evidence.ledger import check
from audit.facts.estimate import Estimate
from audit.facts.history import Entry, Graded
from audit.facts.judgement import VerdictStatus
from audit.facts.trend import Change, Past, Point
from audit.report.digits import plural, unit_of, write, write_ends
from audit.report.screen import typewritten
from audit.report.sentences import say
from audit.report.wording import short_digest
from audit.text import safe_text

_SPECIAL = re.compile(r"([\\`*_{}\[\]()<>#+!|~@$&])")
_CHANGES = {
    None: "",
    Change.BETTER: "better: the intervals lie apart",
    Change.WORSE: "worse: the intervals lie apart",
    Change.WITHIN: "no difference can be told",
    Change.UNKNOWN: "an interval has no end that would tell",
}
_CHECKED = re.compile(r"[0-9a-f]{64}")


def place_of(named: str | None, default: str) -> str:
    """Return which ledger is read.

    Raises
    ------
    UsageError
        If none is kept.
    """
    if named == "none":
        raise UsageError("no ledger is kept: it is set to none", "Name one with --ledger.")
    return named or default


def chain_lines(place: str, *, head: str | None) -> Iterator[str]:
    """Return what is said of a chain that is whole.

    Raises
    ------
    IntegrityError
        With every fault of one that is not.
    UsageError
        If `head` is no digest.
    """
    if head is not None and not _CHECKED.fullmatch(head):
        raise UsageError("--head is no SHA-256", "Copy it from history.json, or from --check.")
    found = check(place, known=() if head is None else (head,))
    if found.faults:
        hint = "Entries are never changed by this program; ask who can write to the database."
        raise IntegrityError("\n".join(("the ledger was changed", *found.faults)), hint)
    count = plural(found.n, "entry", "entries")
    return iter(
        (
            f"{count}, none removed or edited between the first and the last.",
            f"Last entry: {found.head}" if found.n else "No verdict has been recorded.",
            "Whether the end was cut off tells only a digest that was noted elsewhere: --head, or "
            "the history.json of a run.",
        )
    )


def is_broken(place: str) -> bool:
    """Tell whether entries of a ledger were removed or edited."""
    return bool(check(place).faults)


def past_lines(found: Sequence[Past], release: str | None) -> Iterator[str]:
    """Yield every verdict of every release; of one that was named, how each measure went too."""
    if not found:
        yield f"No verdict on {safe_text(release)} is recorded." if release else _NOTHING
    for past in found:
        yield f"{safe_text(past.release)}: {_summary(past)}"
        yield from (f"- {_listed(entry)}" for entry in past.entries)
        if release is not None:
            yield from _trend_lines(past)
        yield ""
    if found and release is None:
        yield "How the measures of one release went: synthgate history RELEASE"


_NOTHING = "No verdict has been recorded."


def _summary(past: Past) -> str:
    parts = [
        f"{plural(len(past.entries), 'verdict')} on {plural(past.files, 'synthetic file')}",
        plural(past.policies, "choice of policy and context", "choices of policy and context"),
    ]
    if past.repeated:
        parts.append(f"{past.repeated} repeated an earlier one")
    if past.seeds_given:
        parts.append(f"{past.seeds_given} with a seed that was given")
    return ", ".join(parts)


def _listed(entry: Entry) -> str:
    held = entry.audited
    seed = f"seed {held.seed} given" if held.seed_source == "given" else "seed derived"
    return (
        f"no. {entry.sequence}, {_moment(entry)}, {held.kind}: {_verdict(held.status)}; "
        f"{_policy(entry)}; {_file(entry)}; {seed}"
    )


def _trend_lines(past: Past) -> Iterator[str]:
    for trend in past.trends:
        yield ""
        yield f"{trend.rule}, {safe_text(trend.measure)}"
        for point in trend.points:
            words = _CHANGES[point.change]
            tail = f"; {words}" if words else ""
            yield f"- no. {point.sequence}: {_number(point)}{tail}"


def markdown(found: Sequence[Past]) -> str:
    """Return two tables per release: its verdicts, and how each measure went."""
    lines = ["# Verdicts recorded", ""]
    for past in found:
        lines += [f"## {_safe(past.release)}", "", f"{_safe(_summary(past))}.", ""]
        lines += [
            "| No. | When | By | Verdict | Policy, context | Synthetic file | Seed |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(_verdict_row(entry) for entry in past.entries),
            "",
            "| Rule | Measure | No. | Value and ends | Outcome | Against the one before |",
            "| --- | --- | --- | --- | --- | --- |",
            *(
                _row(
                    trend.rule,
                    trend.measure,
                    str(point.sequence),
                    _number(point),
                    point.graded.status.value.replace("_", " "),
                    _CHANGES[point.change],
                )
                for trend in past.trends
                for point in trend.points
            ),
            "",
        ]
    return "\n".join(lines if found else [*lines, _NOTHING, ""])


def _verdict_row(entry: Entry) -> str:
    held = entry.audited
    seed = f"{held.seed}, given" if held.seed_source == "given" else "derived"
    cells = (held.kind.value, _verdict(held.status), _policy(entry), _file(entry), seed)
    return _row(str(entry.sequence), _moment(entry), *cells)


def _row(*cells: str) -> str:
    return "| " + " | ".join(_safe(cell) for cell in cells) + " |"


def _safe(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", safe_text(text))


def _verdict(status: VerdictStatus) -> str:
    if status is VerdictStatus.MET_WITH_WAIVERS:
        return "Criteria met with waivers"
    return say("verdict", status.value)


def _policy(entry: Entry) -> str:
    held = entry.audited
    tier = say("tier", held.context.value)
    return f"{safe_text(held.policy.id)} {safe_text(held.policy.version)}, {tier}"


def _file(entry: Entry) -> str:
    digest = entry.audited.synthetic
    return "from memory" if digest is None else f"file {short_digest(digest)}"


def _moment(entry: Entry) -> str:
    return safe_text(entry.recorded, 40).replace("T", " ").replace("Z", " UTC")


def _number(point: Point) -> str:
    held: Graded = point.graded
    look = unit_of(held.measure.partition(".")[2]).value
    ends = write_ends(Estimate(held.value, held.low, held.high, 1.0, ""), look)
    return typewritten(f"{write(held.value, look)}{look.suffix} ({ends})")
