"""The verdict made again from what it rests on: whoever edits it alone is found without any key."""

from collections.abc import Iterator, Mapping

from audit.errors import AuditError, PolicyError
from audit.evidence.bundle import DECLARED, EXTERNAL_VERDICT, POLICY, RUN, VERDICT
from audit.evidence.renditions import external_verdict
from audit.evidence.verification.facts import Read
from audit.facts.judgement import Declared, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.reasons import ReasonCode
from audit.facts.verification import Code, Remark, Step, Weight
from audit.facts.versions import NO_VERSIONS, VERSIONS
from audit.policy.grade import grade
from audit.policy.load import resolve
from audit.policy.sources import builtin_ids
from audit.text import safe_text
from audit.version import VERSION
from audit.wire.canonical import sha256_of
from audit.wire.verdict import verdict_to_bytes


def builtin(read: Read) -> Policy | None:
    """Return the policy of ours that goes by the name of the folder's; None where there is none."""
    policy = read.facts.get(POLICY)
    if policy is None or policy.id not in builtin_ids():
        return None
    try:
        return resolve(policy.id)
    except PolicyError:
        return None


def graded_remarks(
    files: Mapping[str, bytes], read: Read, *, written_by: str, current: Policy | None
) -> Iterator[Remark]:
    """Yield why the verdict does not follow from the files beside it.

    Parameters
    ----------
    written_by
        Version of the program that sealed the folder; empty where nobody knows.
    current
        What `builtin` returned.
    """
    run, policy = read.facts.get(RUN), read.facts.get(POLICY)
    declared, verdict = read.facts.get(DECLARED), read.facts.get(VERDICT)
    if policy is not None and current is not None:
        yield from _named(policy, current, written_by)
    if verdict is None:
        if VERDICT not in files:
            yield Remark(Step.GRADING, Weight.NOT_CHECKED, Code.NO_VERDICT)
        return
    if run is None or policy is None or declared is None:
        yield _differs(Code.VERDICT_WITHOUT_FACTS)
        return
    yield from _bound(verdict, sha256_of(files[RUN]), policy, declared)
    yield from _again(files[VERDICT], verdict, run=run, policy=policy, declared=declared)
    outside = files.get(EXTERNAL_VERDICT)
    if outside is not None and external_verdict(run, verdict, policy, declared) != outside:
        code = Code.VERDICT_DIFFERS
        yield Remark(Step.GRADING, Weight.MISMATCH, code, EXTERNAL_VERDICT, EXTERNAL_VERDICT)
    if written_by not in ("", VERSION):
        yield Remark(Step.GRADING, Weight.WARNING, Code.OTHER_VERSION, "", safe_text(written_by))


def _bound(
    verdict: Verdict, run_sha256: str, policy: Policy, declared: Declared
) -> Iterator[Remark]:
    if verdict.run_sha256 != run_sha256:
        yield _differs(Code.OTHER_RUN)
    if verdict.policy_sha256 != policy.sha256:
        yield _differs(Code.OTHER_POLICY)
    if verdict.context is not declared.tier:
        yield _differs(Code.OTHER_CONTEXT)


def _again(
    stored: bytes, verdict: Verdict, *, run: AuditRun, policy: Policy, declared: Declared
) -> Iterator[Remark]:
    made: Verdict | None = None
    for versions in _versions_then(verdict, run):
        try:
            made = grade(policy, run, declared, versions=versions)
        except AuditError as error:
            yield _differs(Code.CANNOT_BE_GRADED, safe_text(error.message.partition("\n")[0]))
            return
        except Exception as error:  # Facts that no audit makes may break the grading anywhere.
            yield _differs(Code.CANNOT_BE_GRADED, safe_text(type(error).__name__))
            return
        if verdict_to_bytes(made) == stored:
            return
    assert made is not None
    yield _differs(Code.VERDICT_DIFFERS, _what_differs(made, verdict))


def _versions_then(verdict: Verdict, run: AuditRun) -> Iterator[Mapping[str, int]]:
    """Yield the versions of the checks that the grading may have counted with.

    Those of today, or those of the run where nothing had moved on by then, or else what the verdict
    itself calls old. Versions only rise: what is still in the run's version today was so at any
    earlier time, and nobody can call it old. That checks have moved on since, validity tells.
    """
    cards = {r.card.id: r.card.version for r in run.results}
    called_old = {
        f.rule.measure.partition(".")[0]
        for f in verdict.findings
        if f.reason_code is ReasonCode.OTHER_CHECK_VERSION
    }
    old = {c for c in called_old if c in cards and VERSIONS.get(c, cards[c]) > cards[c]}
    yield NO_VERSIONS
    yield {c: VERSIONS[c] for c in old}
    yield VERSIONS


def _what_differs(made: Verdict, stored: Verdict) -> str:
    """Return the rules that come out otherwise; else what of the whole does."""
    own = {f.rule.id: f for f in made.findings}
    said = {f.rule.id: f for f in stored.findings}
    rules = sorted(r for r in own.keys() | said.keys() if own.get(r) != said.get(r))
    if not rules and made.status is not stored.status:
        return f"status {stored.status.value}, graded again {made.status.value}"
    return ", ".join(rules[:20]) + (" ..." if len(rules) > 20 else "")


def _named(policy: Policy, own: Policy, written_by: str) -> Iterator[Remark]:
    """Hold a policy that goes by the name of one of ours against ours."""
    if own.version != policy.version:
        detail = f"{policy.version}, here {own.version}"
        code = Code.UNKNOWN_POLICY_VERSION
        yield Remark(Step.GRADING, Weight.WARNING, code, POLICY, safe_text(detail))
    elif own.sha256 != policy.sha256:
        same_program = written_by == VERSION
        weight = Weight.MISMATCH if same_program else Weight.WARNING
        yield Remark(Step.GRADING, weight, Code.NOT_THE_BUILTIN_POLICY, POLICY, policy.id)


def _differs(code: Code, detail: str = "") -> Remark:
    return Remark(Step.GRADING, Weight.MISMATCH, code, VERDICT, detail)
