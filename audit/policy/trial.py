"""A policy tried on stored runs: does it decide what its authors expect?

Every case is graded as `synthgate grade` would grade it when the run was made: a later version of a
check does not disturb the tests of a policy.
"""

from collections.abc import Collection, Iterator, Mapping

from audit.errors import PolicyError
from audit.facts.judgement import Finding, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.facts.trial import REFUSED, VERDICT, Case, Expectation, Mismatch, Trial
from audit.policy.fit import require_fit
from audit.policy.grade import grade
from audit.text import safe_text

NO_RULE = "no such rule"


def try_policy(policy: Policy, cases: Collection[Case], runs: Mapping[str, AuditRun]) -> Trial:
    """Return everything in which `policy` decides otherwise than expected.

    Parameters
    ----------
    runs
        Name -> stored run, every name that a case has.
    """
    found = [wrong for case in cases for wrong in _mismatches(policy, case, runs[case.run])]
    return Trial(
        policy_id=policy.id,
        policy_version=policy.version,
        policy_sha256=policy.sha256,
        cases=len(cases),
        expectations=sum(case.expectations for case in cases),
        mismatches=tuple(found),
    )


def _mismatches(policy: Policy, case: Case, run: AuditRun) -> Iterator[Mismatch]:
    wanted = REFUSED if case.verdict is None else case.verdict.value
    verdict = _verdict(policy, case, run)
    found = REFUSED if verdict is None else verdict.status.value
    if found != wanted:
        yield Mismatch(case.name, VERDICT, wanted, found, case.verdict_line)
    findings = {f.rule.id: f for f in verdict.findings} if verdict is not None else {}
    for rule_id, expected in case.rules.items():
        said = REFUSED if verdict is None else _wrong(expected, findings.get(rule_id))
        if said is not None:
            name = safe_text(rule_id, 40)
            yield Mismatch(case.name, name, _words(expected), said, expected.line)


def _verdict(policy: Policy, case: Case, run: AuditRun) -> Verdict | None:
    try:
        require_fit(policy, case.declared)
    except PolicyError:
        return None
    return grade(policy, run, case.declared)


def _wrong(expected: Expectation, found: Finding | None) -> str | None:
    """Return what was found, if it is not what was expected."""
    if found is None:
        return NO_RULE
    seen = Expectation(
        found.status,
        None if expected.reason is None else found.reason_code,
        None if expected.limit is None else found.limit,
    )
    same = (expected.status, expected.reason, expected.limit)
    if (seen.status, seen.reason, seen.limit) == same:
        return None
    shown = Expectation(found.status, found.reason_code, seen.limit)
    bare = " without a limit" if expected.limit is not None and found.limit is None else ""
    return f"{_words(shown)}{bare}"


def _words(expected: Expectation) -> str:
    reason = "" if expected.reason is None else f" ({expected.reason.value})"
    limit = "" if expected.limit is None else f" at the limit {expected.limit:g}"
    return f"{expected.status.value}{reason}{limit}"
