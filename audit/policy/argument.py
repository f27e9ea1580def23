"""The argument that an attack is less than certain: does it count, and which limits does it raise?

Effective limit = the smaller of limit / p and the cap, and never less than the limit itself. In
public nobody can argue: somebody will try. Elsewhere a person may, on the ground of an assessment
of the context that can be named, checked and dated.
"""

from audit.facts.argument import Argument, ArgumentCode
from audit.facts.judgement import Declared, Operator, Policy, Rule, Test, Tier
from audit.facts.names import EVIDENCE, FAMILIES
from audit.policy.asked import given
from audit.policy.statements import is_outdated

ASSESSMENT = "context_assessment"
CERTAIN = 1.0


def argued(policy: Policy, declared: Declared) -> Argument | None:
    """Return what became of the stated probability of an attack; None where nobody stated one."""
    stated = declared.p_attack
    if stated is None:
        return None
    code = _obstacle(policy, declared, stated)
    applied = CERTAIN if code else stated
    return Argument(stated, applied, code or ArgumentCode.APPLIED)


def _obstacle(policy: Policy, declared: Declared, stated: float) -> ArgumentCode | None:
    """Return the first reason for which the probability counts as 1."""
    if declared.tier is Tier.PUBLIC:
        return ArgumentCode.PUBLIC
    if policy.argument is None or declared.tier not in policy.argument.contexts:
        return ArgumentCode.NOT_ALLOWED
    if not 0 < stated < CERTAIN:
        return ArgumentCode.NOT_LESS
    assessment = declared.evidence.get(ASSESSMENT, {})
    if not set(EVIDENCE[ASSESSMENT]) <= given(assessment):
        return ArgumentCode.ASSESSMENT_MISSING
    # A verdict holds for so long; what it rests on is no older.
    if is_outdated(assessment, declared.graded_on, months=policy.expires_months):
        return ArgumentCode.ASSESSMENT_EXPIRED
    return None


def takes_argument(rule: Rule, policy: Policy) -> bool:
    """Tell whether an argument may raise the limit of `rule`.

    Never one on copies, identifiers or membership, nor one that is no probability of the policy's
    own: a claim, or a distance from what chance does.
    """
    limit, terms = rule.limit, policy.argument
    if limit is None or terms is None or rule.op is not Operator.AT_MOST:
        return False
    own = limit.above_null is None and limit.declared is None and rule.test is Test.INTERVAL
    return own and FAMILIES.get(rule.measure.partition(".")[0]) in terms.families


def raised(limit: float, rule: Rule, policy: Policy, argument: Argument | None) -> float:
    """Return the limit as it applies under an argument; without one, as it is."""
    terms = policy.argument
    if argument is None or terms is None or not takes_argument(rule, policy):
        return limit
    return max(limit, round(min(limit / argument.applied, terms.cap), 12))
