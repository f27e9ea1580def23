"""Names of rules, measurements and scopes, in words."""

from collections.abc import Mapping

from audit.facts.judgement import Finding, Rule
from audit.facts.measurement import AuditRun, Family, Measurement, Result, Status
from audit.facts.names import FAMILIES
from audit.report.digits import PERCENT
from audit.report.sentences import has, say
from audit.text import safe_text

VULNERABLE = "vulnerable"
OTHERS = "others"
DECLARED = "declared"
"""For outsiders the name of every group that somebody declared."""
WORST = {"over": "worst"}
_BY_CHANCE = "random-"

SECTION_OF = {
    Family.COPYING: "copies",
    Family.DISTANCE: "copies",
    Family.IDENTITY: "identity",
    Family.SINGLING_OUT: "singling_out",
    Family.LINKABILITY: "linkability",
    Family.INFERENCE: "inference",
    Family.MEMBERSHIP: "membership",
}
SECTIONS = (
    "copies",
    "singling_out",
    "linkability",
    "inference",
    "membership",
    "identity",
    "other",
)
"""In the order of the report."""


def check_of(rule: Rule) -> str:
    """Return the id of the check that a rule rests on."""
    return rule.measure.partition(".")[0]


def measurement_of(rule: Rule) -> str:
    """Return the name of the measurement that a rule rests on, or the key of a statement."""
    return rule.measure.partition(".")[2]


def section_of(check_id: str, run: AuditRun) -> str:
    """Return the section that speaks about a check, measured or not."""
    result = run.result(check_id)
    if result is not None:
        return SECTION_OF[result.card.family]
    family = FAMILIES.get(check_id)
    return "other" if family is None else SECTION_OF[family]


def variants_of(result: Result, name: str, run: AuditRun) -> tuple[Measurement, ...]:
    """Return the measurements of single variants: no worst case, none that an attack repeats."""
    return tuple(
        m
        for m in result.measurements
        if m.name == name
        and m.scope
        and not {"over", "subset"} & m.scope.keys()
        and not _is_repeated(m, run)
    )


def _is_repeated(measured: Measurement, run: AuditRun) -> bool:
    attack = measured.scope.get("attack")
    own = None if attack is None else run.result(attack)
    return own is not None and own.status is Status.MEASURED


def check_name(check_id: str, run: AuditRun) -> str:
    """Return the short name of a check."""
    if has("check", check_id):
        return say("check", check_id)
    result = run.result(check_id)
    return safe_text(result.card.title if result else check_id, 60)


def question_of(check_id: str) -> str:
    """Return the plain question that a check answers; empty for one that has none."""
    return say("check_question", check_id) if has("check_question", check_id) else ""


def reading_of(check_id: str) -> str:
    """Return how the figure or table of a check is read."""
    return say("check_reading", check_id) if has("check_reading", check_id) else ""


def measurement_name(name: str) -> str:
    """Return a measurement's name in words."""
    return say("measurement", name) if has("measurement", name) else safe_text(name, 40)


def is_vulnerable(scope: Mapping[str, str]) -> bool:
    """Tell whether a scope is the stratum of the most vulnerable people."""
    return scope.get("subset") == VULNERABLE


def subset_words(scope: Mapping[str, str]) -> str:
    """Return which part of the people a scope speaks about; empty for everybody."""
    if is_vulnerable(scope):
        return "vulnerable"
    if scope.get("subset") == OTHERS:
        return "any other part"
    if scope.get("subset") == DECLARED:
        return "a declared group"
    if "subset" in scope:
        return f"group {safe_text(scope['subset'], 30)}"
    return "all rows" if scope.get("rows") == "all" else ""


def rule_name(rule: Rule, run: AuditRun) -> str:
    """Return what a rule is about, short enough for a row of the forest."""
    if rule.is_declared:
        key = measurement_of(rule)
        words = say("declared", key) if has("declared", key) else safe_text(key, 40)
        return f"Stated: {words}"
    part = subset_words(rule.where)
    name = check_name(check_of(rule), run) + (f", {part}" if part else "")
    return f"{name}: {measurement_name(measurement_of(rule))}"


def people_words(scope: Mapping[str, str]) -> str:
    """Return whom a scope speaks about, for a sentence."""
    if is_vulnerable(scope):
        return say("people", "vulnerable")
    return say("people", "group" if "subset" in scope else "all")


def scope_words(scope: Mapping[str, str], run: AuditRun | None = None) -> str:
    """Return a scope in short, for a table row: the secret first, then how it was attacked."""
    order = ("subset", "rows", "over", "secret", "column", "attack", "split", "encoding", "knows")
    keys = [k for k in order if k in scope] + sorted(scope.keys() - set(order))
    # Of values that are reused, k counts the columns of a combination, not records.
    called = {"k": "columns"} if "reuse" in scope else {}
    words = [_scope_part(called.get(k, k), scope[k], run) for k in keys if k != "split"]
    if "split" in scope and "knows" in scope:
        words.append(split_words(scope["split"], kind="draw"))
    elif "split" in scope:
        words.insert(0, split_words(scope["split"], kind="parting"))
    return ", ".join(w for w in words if w) or "everybody"


def _scope_part(key: str, value: str, run: AuditRun | None) -> str:
    text = safe_text(value, 40)
    match key:
        case "over":
            return "worst case"
        case "rows" | "within" | "reuse" | "claim" | "counted" | "join" | "table":
            return say(key, value) if has(key, value) else f"{key} {text}"
        case "subset":
            known = {VULNERABLE: "most vulnerable people", OTHERS: "any other part"}
            return known.get(value, f"group {text}")
        case "secret" | "column":
            return text
        case "attack":
            return check_name(value, run) if run else text
        case "encoding":
            return f"{text} encoding"
        case "knows":
            known = {
                "others": "",
                "quasi_identifiers": "knowing the quasi-identifiers",
                "half": "knowing half of the columns",
            }
            return known.get(value, f"knowing {text}")
        case "weights":
            return "columns by entropy" if value == "entropy" else "columns alike"
        case "cells":
            return f"mean of {text} cells"
        case "k":
            return "" if value == "1" else f"{text} nearest records"
        case "columns":
            return "1 column" if value == "1" else f"{text} columns"
        case "grown":
            return grown_words(value)
        case "agree":
            return f"in at least {text}{PERCENT} of the columns"
        case _:
            return f"{safe_text(key, 20)} {text}"


def split_words(split: str, *, kind: str) -> str:
    """Return in words which way the columns were parted: the declared one, or one by chance."""
    return "" if split == "declared" else f"{kind} {safe_text(split, 20)}"


def grown_words(grown: str) -> str:
    """Return in words how descriptions were found; `+` joins ways that found few."""
    ways = grown.split("+")
    sizes = [w.removeprefix(_BY_CHANCE) for w in ways if w.startswith(_BY_CHANCE)]
    words = [f"{_and(sizes)} columns by chance"] if sizes else []
    words += [
        say("grown", w) if has("grown", w) else safe_text(w, 40)
        for w in ways
        if not w.startswith(_BY_CHANCE)
    ]
    return safe_text(" and ".join(words), 80)


def _and(words: list[str]) -> str:
    return " and ".join(w for w in (", ".join(words[:-1]), words[-1]) if w)


def worst_scope(finding: Finding) -> dict[str, str]:
    """Return the scope with the largest value, the subset of the rule kept."""
    scope = dict(finding.worst_scope)
    measured = finding.measurement.scope if finding.measurement else {}
    if "subset" in measured:
        scope.setdefault("subset", measured["subset"])
    return scope


def sibling(
    run: AuditRun, check_id: str, name: str, scope: Mapping[str, str]
) -> Measurement | None:
    """Return the measurement `name` of a check whose scope is, or contains, `scope`."""
    result = run.result(check_id)
    if result is None:
        return None
    named = [m for m in result.measurements if m.name == name]
    same = [m for m in named if dict(m.scope) == dict(scope)]
    wider = [m for m in named if scope.items() <= dict(m.scope).items()] if scope else []
    return next(iter(same + wider), None)
