"""Whether a verdict that nobody changed may still be relied on: waivers, periods, versions.

Nothing here is tampering; each is told as a warning.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from audit.evidence.bundle import DECLARED, EXECUTION, POLICY, RUN, VERDICT
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.reasons import WaiverCode
from audit.facts.verification import Code, Remark, Step, Weight
from audit.facts.versions import VERSIONS
from audit.policy.validity import Ending, Validity, validity
from audit.text import safe_text
from audit.wire.execution import ExecutionV1


def relied_remarks(
    facts: Mapping[str, Any], *, on: date, current: Policy | None
) -> Iterator[Remark]:
    """Yield what has ended or been put in doubt by the day `on`.

    Parameters
    ----------
    current
        The policy that goes by the same name today; None if nobody knows one.
    """
    verdict, declared, policy = facts.get(VERDICT), facts.get(DECLARED), facts.get(POLICY)
    if verdict is None or declared is None or policy is None or RUN not in facts:
        return
    execution: ExecutionV1 | None = facts.get(EXECUTION)
    measured = None if execution is None else execution.day
    graded = declared.graded_on or measured
    yield from _waivers(verdict, declared, measured=measured, on=on)
    if graded is None:
        yield Remark(Step.VALIDITY, Weight.NOT_CHECKED, Code.UNDATED, VERDICT)
        return
    if measured is not None and graded < measured:
        yield _warning(Code.GRADED_BEFORE_MEASURED, VERDICT, f"{graded}, {measured}")
    if on < graded:
        yield _warning(Code.NOT_YET_GRADED, VERDICT, f"{graded}")
    found = validity(
        policy,
        facts[RUN],
        declared,
        used=_used(verdict),
        graded=graded,
        on=on,
        current=current,
        versions=VERSIONS,
    )
    yield from _ended(found, policy)


def _waivers(
    verdict: Verdict, declared: Declared, *, measured: date | None, on: date
) -> Iterator[Remark]:
    used = _used(verdict)
    for waiver in declared.waivers:
        if waiver.id not in used:
            continue
        name = safe_text(waiver.id)
        if measured is not None and not waiver.created <= measured <= waiver.expires:
            days = f"{waiver.created} to {waiver.expires}, run {measured}"
            yield _warning(Code.WAIVER_NOT_VALID_AT_RUN, name, days)
        if on > waiver.expires:
            yield _warning(Code.WAIVER_EXPIRED, name, f"{waiver.expires}")


def _used(verdict: Verdict) -> set[str]:
    return {note.id for note in verdict.waivers if note.code is WaiverCode.USED}


def _ended(found: Validity, policy: Policy) -> Iterator[Remark]:
    details = {
        Ending.TOO_OLD: f"{found.until}",
        Ending.EVIDENCE_EXPIRED: f"{found.until}",
        Ending.POLICY_CHANGED: policy.id,
        Ending.CHECKS_CHANGED: ", ".join(safe_text(c) for c in found.checks),
    }
    for ending in found.endings:
        # Each waiver that has expired was named above.
        if ending is not Ending.WAIVER_EXPIRED:
            yield _warning(Code(ending.value), VERDICT, details[ending])


def _warning(code: Code, file: str, detail: str = "") -> Remark:
    return Remark(Step.VALIDITY, Weight.WARNING, code, file, detail)
