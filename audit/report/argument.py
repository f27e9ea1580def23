"""What an argued probability of an attack does, in a sentence; where it does nothing, why."""

from audit.facts.argument import Argument, ArgumentCode
from audit.facts.judgement import Declared, Finding, Policy, Verdict
from audit.report.digits import look_for, write
from audit.report.names import measurement_of
from audit.report.sentences import say
from audit.text import safe_text

ASSESSMENT = "context_assessment"


def argument_words(
    argument: Argument | None, *, policy: Policy, declared: Declared, raised: int
) -> str:
    """Return a sentence about a stated probability of an attack; nothing where none was stated.

    Parameters
    ----------
    raised
        How many limits it raised.
    """
    if argument is None:
        return ""
    assessment = declared.evidence.get(ASSESSMENT, {})
    cap = 1.0 if policy.argument is None else policy.argument.cap
    applied = argument.code is ArgumentCode.APPLIED and raised == 0
    return say(
        "argument",
        "nothing_raised" if applied else argument.code.value,
        stated=f"{argument.stated:g}",
        cap=f"{cap:g}",
        raised=str(raised),
        document=safe_text(assessment.get("document", ""), 60),
        digest=safe_text(assessment.get("sha256", "")[:12]),
        date=safe_text(assessment.get("date", ""), 10),
        months=str(policy.expires_months),
    )


def argument_flag(verdict: Verdict, declared: Declared, *, policy: Policy) -> str:
    """Return the sentence for a verdict, with the number of limits that were raised."""
    raised = sum(f.limit_of_policy is not None for f in verdict.findings)
    return argument_words(verdict.argument, policy=policy, declared=declared, raised=raised)


def own_limit(finding: Finding) -> str:
    """Return, in brackets, the limit of the policy where an argument raised it."""
    if finding.limit_of_policy is None:
        return ""
    look = look_for(measurement_of(finding.rule), limit=finding.limit_of_policy)
    return say("argument", "own_limit", limit=write(finding.limit_of_policy, look) + look.suffix)
