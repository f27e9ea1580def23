"""Of the disclosures that an attack seems to make: how many need nobody's data."""

from collections.abc import Iterable

from audit.facts.measurement import Measurement, Result
from audit.report.digits import PERCENT, Look, write, write_count, write_ends
from audit.report.sentences import has, say
from audit.text import safe_text

_SHARE = Look(100, 1)


def phantom_words(results: Iterable[Result]) -> tuple[str, ...]:
    """Return one sentence about the secret on which an attack gains most; none without one."""
    found = [
        (_excess_of(result, m), m)
        for result in results
        for m in result.measurements
        if m.name == "phantom_share" and "secret" in m.scope
    ]
    if not found:
        return ()
    _, worst = max(found, key=lambda pair: pair[0])
    return (
        say(
            "phantom",
            "worst",
            secret=safe_text(worst.scope["secret"], 40),
            knows=_knows(worst),
            n=write_count(worst.n),
            value=f"{write(worst.estimate.value, _SHARE)}{PERCENT}",
            ends=write_ends(worst.estimate, _SHARE),
        ),
    )


def _excess_of(result: Result, share: Measurement) -> float:
    same = (m for m in result.measurements if m.name == "excess")
    found = (m.estimate.value for m in same if dict(m.scope) == dict(share.scope))
    return next(found, float("-inf"))


def _knows(share: Measurement) -> str:
    known = share.scope.get("knows", "others")
    if has("phantom_knows", known):
        return say("phantom_knows", known)
    return f"knowing {safe_text(known, 40)}"
