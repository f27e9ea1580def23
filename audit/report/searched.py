"""What a reader must see of a verdict that was searched for: other files, seeds and terms."""

from audit.facts.history import History, Tried
from audit.facts.judgement import Declared
from audit.report.digits import listed, plural
from audit.report.sentences import say
from audit.text import safe_text


def searched(history: History | None, declared: Declared) -> tuple[str, ...]:
    """Return the flags about what was tried before; none where nothing but the same was."""
    if history is None or not history.tried.was_searched:
        return ()
    tried = history.tried
    flags = (
        say("flag", "searched", what=listed(_counted(tried))),
        _undeclared(tried.candidates + 1, declared),
    )
    return tuple(flag for flag in flags if flag)


def _counted(tried: Tried) -> tuple[str, ...]:
    """Return what was tried, each kind with its number."""
    terms = ("other choice of policy or context", "other choices of policy or context")
    counts = (
        ("searched_candidates", tried.candidates, ("other synthetic file", None)),
        ("searched_seeds", tried.seeds, ("other seed", None)),
        ("searched_policies", tried.policies, terms),
    )
    return tuple(say("flag", key, count=plural(n, *noun)) for key, n, noun in counts if n)


def _undeclared(known: int, declared: Declared) -> str:
    """Return what is said where the ledger knows of more candidates than were declared."""
    said = safe_text(declared.generator.get("candidates", ""), 12)
    if not said.isdecimal() or int(said) >= known:
        return ""
    verb = "is" if int(said) == 1 else "are"
    return say("flag", "searched_more", known=str(known), declared=f"{said} {verb}")
