"""What it takes to decide what is open, cheapest first."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from audit.facts.judgement import Finding
from audit.facts.measurement import AuditRun, Family
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.report.digits import listed, write_count
from audit.report.names import check_of, measurement_of
from audit.report.sentences import Remedy, has, remedies, say
from audit.text import safe_text

STATE, RENEW, MEASURE = "declare_evidence", "renew_evidence", "run_check"
_LACKING = (ReasonCode.NOT_MEASURED, ReasonCode.SKIPPED_ON_REQUEST)


def remedies_of(finding: Finding, run: AuditRun) -> tuple[Remedy, ...]:
    """Return what would decide one finding, cheapest first."""
    code = finding.reason_code or ReasonCode.NOT_MEASURED
    values: dict[str, object] = dict(finding.numbers)
    values.update(_needs(finding, run))
    if finding.rule.is_declared:
        values["what"] = statement_words(finding)
    else:
        values["checks"] = safe_text(check_of(finding.rule), 60)
    found = remedies(code.value, values)
    # With a number at hand, the sentence without one says nothing more.
    numbered = any(r.key in ("attack_more", "more_holdout", "more_people_in_all") for r in found)
    return tuple(r for r in found if not (numbered and r.key == "give_holdout_more"))


def _needs(finding: Finding, run: AuditRun) -> dict[str, str]:
    """How many people would decide it: in all where the rule counts both sides, else held out."""
    needed, rows = (finding.numbers.get(k) for k in ("rows_needed", "rows"))
    if needed is None:
        return {}
    people = run.release.people
    if rows is not None and rows > 0:
        # A half-width shrinks with the root of the people, in a part of them as in all of them.
        times = max(needed / rows, 1.0)
        drawn = _drawn(finding, run)
        if drawn is not None:
            targets = _targets(drawn, people, times)
            if targets is not None:
                return {"targets": write_count(round_up(targets))}
            # All who are there would not do; that all are attacked counts towards it.
            times *= _weight(drawn) / _weight(people)
        now = sum(people.values())
        in_all = round_up(now * times)
        return {"people_needed": write_count(in_all), "people_now": write_count(now)}
    held_out = people.get("holdout", 0)
    if needed <= held_out:
        return {}
    more = round_up(needed - held_out)
    return {"rows_needed": write_count(needed), "rows_more": write_count(more)}


def _weight(people: Mapping[str, float]) -> float:
    """Return what a difference between the two sides rests on: the harmonic sum of their sizes."""
    return 1 / sum(1 / n for n in people.values())


def _targets(drawn: Mapping[str, float], people: Mapping[str, float], times: float) -> float | None:
    """Return how many people a side to attack to rest on `times` as many; None: there are not."""
    needed = times * _weight(drawn)
    if _weight(people) < needed:
        return None
    low, high = 1.0, max(people.values())
    while high - low > 1:
        middle = (low + high) / 2
        enough = _weight({side: min(n, middle) for side, n in people.items()}) >= needed
        low, high = (low, middle) if enough else (middle, high)
    return high


def _drawn(finding: Finding, run: AuditRun) -> Mapping[str, float] | None:
    """Return how many people of either side were attacked, if those are not all of them.

    The worst case of a family rests on the people whom its attacks drew.
    """
    result = run.result(check_of(finding.rule))
    if result is None or result.card.family not in (Family.INFERENCE, Family.LINKABILITY):
        return None
    alike = (r for r in run.results if r.card.family is result.card.family)
    caveats = (c for r in alike for c in r.caveats if c.code is CaveatCode.TARGETS_SAMPLED)
    drawn = [c.numbers for c in caveats if c.numbers.keys() >= {"real", "holdout"}]
    return max(drawn, key=_weight, default=None)


def round_up(number: float) -> int:
    """Return `number` rounded up to two digits: an estimate, not a promise."""
    if number <= 100:
        return int(-(-number // 10) * 10)
    step = 10 ** (len(str(int(number))) - 2)
    return int(-(-number // step) * step)


def cheapest_first(findings: Iterable[Finding], run: AuditRun) -> tuple[Remedy, ...]:
    """Return what would decide all of `findings`; of each kind the one that reaches furthest."""
    ways: dict[str, Remedy] = {}
    # The largest need comes last, and what satisfies it satisfies the others.
    ordered = sorted(findings, key=lambda f: f.numbers.get("rows_needed", 0.0))
    for finding in ordered:
        ways.update({remedy.key: remedy for remedy in remedies_of(finding, run)})
    for key, field, words in _of_all(ordered):
        if key in ways and words:
            ways[key] = Remedy(key, ways[key].cost, say("remedy", key, **{field: words}))
    return tuple(sorted(ways.values(), key=lambda r: r.cost))


def _of_all(findings: Sequence[Finding]) -> Iterator[tuple[str, str, str]]:
    """Yield the remedies that name everything at once: key, field, what is named."""
    for key, expired in ((STATE, False), (RENEW, True)):
        asked = [f for f in findings if f.rule.is_declared and _is_expired(f) is expired]
        words = tuple(dict.fromkeys(statement_words(f) for f in asked))
        yield key, "what", listed(words, longest=4) if words else ""
    lacking = [f for f in findings if f.reason_code in _LACKING]
    checks = tuple(dict.fromkeys(safe_text(check_of(f.rule), 60) for f in lacking))
    yield MEASURE, "checks", listed(checks, longest=6) if checks else ""


def _is_expired(finding: Finding) -> bool:
    return finding.reason_code is ReasonCode.EVIDENCE_EXPIRED


def statement_words(finding: Finding) -> str:
    """Return what a person is asked to state."""
    key = measurement_of(finding.rule)
    return say("declared", key) if has("declared", key) else safe_text(key, 40)
