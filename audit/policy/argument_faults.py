"""What a policy may not say of the probability of an attack, and what it makes easier."""

from collections.abc import Iterator, Mapping

from audit.facts.argument import ARGUABLE, ArgumentTerms
from audit.facts.judgement import Basis, Citation, Policy, Tier
from audit.policy.rule_faults import BORROWED
from audit.wire.faults import Fault

KEY = "attack_probability"


def argument_faults(policy: Policy) -> Iterator[Fault]:
    """Return every fault of what a policy lets people argue."""
    terms = policy.argument
    if terms is None:
        return
    if Tier.PUBLIC in terms.contexts:
        yield Fault("an attack on a public release is certain", (KEY, "contexts"))
    for family in terms.families:
        if family not in ARGUABLE:
            others = ", ".join(ARGUABLE)
            yield Fault(f"no argument raises a limit on {family}, only {others}", (KEY, "families"))
    if not 0 < terms.cap < 1:
        yield Fault("must lie between 0 and 1", (KEY, "cap"))
    known = {citation.key: citation for citation in policy.citations}
    for key, text in _source_faults(terms, known):
        yield Fault(text, (KEY, key))


def _source_faults(
    terms: ArgumentTerms, known: Mapping[str, Citation]
) -> Iterator[tuple[str, str]]:
    if terms.basis is Basis.LAW:
        yield "basis", "claims law for a number, and no law states one"
    if terms.basis in BORROWED and not terms.cite:
        yield "basis", f"claims {terms.basis} and cites nothing"
    for key in terms.cite:
        if key not in known:
            yield "cite", f"cites {key}, which is not among the citations"
    read = [key in known and known[key].verified for key in terms.cite]
    if terms.verified and not (read and all(read)):
        yield "verified", "is called verified and cites something that is not, or nothing"


def eased(before: ArgumentTerms | None, now: ArgumentTerms | None) -> Iterator[str]:
    """Say in which ways limits are argued up more easily than before."""
    if now is None or not (now.contexts and now.families):
        return
    if before is None or not (before.contexts and before.families):
        yield "limits can be argued up"
        return
    if set(now.contexts) - set(before.contexts):
        yield "argued in more contexts"
    if set(now.families) - set(before.families):
        yield "argued for more limits"
    if now.cap > before.cap:
        yield "a higher cap"
