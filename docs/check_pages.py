"""The pages in `docs/checks`, from the cards of the checks."""

from collections.abc import Iterable, Iterator, Sequence
from functools import cache

from audit.contract.check import Check
from audit.facts.judgement import Decides, Limit, Policy, Rule, Statistic, Tier
from audit.facts.measurement import Need
from audit.facts.names import DESCRIPTIVE
from audit.harness.registry import BUILTIN, configured
from audit.policy.load import profiles, resolve
from audit.report.sentences import say

_ORIGIN = (
    "<!-- Written by docs/make.py from the card of the check. Do not edit: change the card, then "
    "run `make docs`. -->"
)
_NEEDS = {
    Need.HOLDOUT: "a holdout",
    Need.SECRET: "at least one column that may be a secret",
    Need.QUASI_IDENTIFIERS: "at least two quasi-identifiers",
    Need.TWO_COLUMNS: "at least two columns that can be compared",
}
_RISKS = {
    "copying": "Copying",
    "singling_out": "Singling out",
    "linkability": "Linkability",
    "inference": "Attribute inference",
    "membership": "Membership",
    "identity": "Identity",
    "distance": "Distance, alarms only",
}


def check_pages() -> dict[str, str]:
    """Return the list of checks and one page per check: path -> content."""
    made = {f"docs/checks/{c.card.id}.md": check_page(c) for c in BUILTIN}
    text = (
        "The checks of this version, in the order of the report. `synthgate explain ID` prints the "
        "same text. The rules are those of `gdpr-anonymisation-wp29`."
    )
    parts = (_ORIGIN, "# Checks", text, checks_table(""))
    return {**made, "docs/checks/README.md": "\n\n".join(parts) + "\n"}


@cache
def policies() -> tuple[Policy, ...]:
    """Return the built-in policies."""
    return tuple(resolve(name) for name in profiles())


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in r)} |" for r in lines)


def checks_table(folder: str = "docs/checks/") -> str:
    """Return one row per check; `folder` is where its page lies."""
    strictest = {p.id: p for p in policies()}["gdpr-anonymisation-wp29"]
    rows = []
    for check in BUILTIN:
        card = check.card
        graded = ", ".join(r.id for r in strictest.rules if r.measure.startswith(f"{card.id}."))
        link = f"[`{card.id}`]({folder}{card.id}.md)"
        rules = graded or _without_rule(check)
        rows.append((_RISKS[card.family.value], link, card.title, rules))
    return table(("Risk", "Check", "What it tests", "Rules"), rows)


def _without_rule(check: type[Check]) -> str:
    """Say why no rule of the policy in the table names a check, or which policy's rules do."""
    measured = f"{check.card.id}."
    elsewhere = {r.id for p in policies() for r in p.rules if r.measure.startswith(measured)}
    if elsewhere:
        return f"in other policies: {', '.join(sorted(elsewhere))}"
    if not (check.card.clears and check.card.grades):
        return "none: it describes"
    return "by way of the worst case" if check.card.id in competitors() else "none in this version"


@cache
def competitors() -> frozenset[str]:
    """Return the checks among which a worst case takes the strongest, as the registry has it."""
    named = (check.params.get("attacks", ()) for check in configured({}) if _is_worst_case(check))
    return frozenset(str(a) for attacks in named if isinstance(attacks, list) for a in attacks)


def _is_worst_case(check: Check) -> bool:
    return check.card.id.endswith("worst-case")


def check_page(check: type[Check]) -> str:
    """Return the page of one check."""
    card = check.card
    parts = [
        _ORIGIN,
        f"# {say('check', card.id)}",
        f"`{card.id}`, version {card.version}. {card.title}.",
        *_threat(check),
        *_section("What the adversary does", card.explanation["does"]),
        *_section("What a high value means", card.explanation["high"]),
        *_section("What a low value does not mean", card.explanation["low"]),
        *_section("What it measures", _measures(check)),
        *_section("What it needs", _needs(check)),
        *_section("Rules that rest on it", _resting(check)),
        *_section("Parameters", _parameters(check)),
        *_section("Cost", card.explanation["cost"]),
        *_section("References", card.explanation["references"]),
    ]
    return "\n\n".join(parts) + "\n"


def _section(heading: str, text: str) -> tuple[str, str]:
    return f"## {heading}", text


def _threat(check: type[Check]) -> Iterator[str]:
    threat = check.card.threat
    if threat is not None:
        rows = [("knows", threat.knows), ("sees", threat.sees), ("wins if", threat.wins)]
        yield table(("The adversary", ""), rows)


def _measures(check: type[Check]) -> str:
    names = ", ".join(f"`{name}`" for name in check.card.measures)
    words = "[What each of them means](../formats.md#measurements). Bigger is always riskier."
    described = ", ".join(f"`{n}`" for n in check.card.measures if n in DESCRIPTIVE)
    if described:
        words += f" That is not said of what only describes, and no rule rests on it: {described}."
    if not check.card.clears:
        words += " A rule on it may raise an alarm and never clears a release."
    return f"{names}.\n\n{words}"


def _needs(check: type[Check]) -> str:
    needs = [words for need, words in _NEEDS.items() if need in check.card.needs]
    if not needs:
        return "Nothing beyond the real and the synthetic table."
    text = f"{', '.join(needs)}."
    return text[0].upper() + text[1:]


def _resting(check: type[Check]) -> str:
    rows = [
        (rule.id, f"`{policy.id}`", asked(rule), limit_words(rule.limit, policy))
        for policy in policies()
        for rule in policy.rules
        if rule.measure.startswith(f"{check.card.id}.")
    ]
    if not check.card.grades:
        return "No rule may: it describes."
    if not rows and not check.card.clears:
        return "None: it describes. An organisation may set an alarm on it."
    if not rows and check.card.id in competitors():
        return "None by itself: policies grade the worst case of its family."
    if not rows:
        return "None in the policies of this version."
    return table(("Rule", "Policy", "Asks", "Limit"), rows)


def _parameters(check: type[Check]) -> str:
    params = {k: v for k, v in check().params.items() if k != "attacks"}
    if not params:
        return "None."
    rows = [(f"`{name}`", f"{value}") for name, value in params.items()]
    name, value = next(iter(params.items()))
    shown = f"For example `--set {check.card.id}.{name}={value}`."
    return f"{table(('Parameter', 'Default'), rows)}\n\n{shown}"


def asked(rule: Rule) -> str:
    """Return what a rule looks at: the end of the interval that decides, and of what."""
    where = ", ".join(f"{k} {v}" for k, v in rule.where.items())
    measure = f"`{rule.measure}` ({where})" if where else f"`{rule.measure}`"
    if rule.is_declared:
        return measure + _terms(rule)
    if rule.limit is None or rule.statistic is Statistic.VALUE:
        return measure
    if rule.decides is Decides.FAIL_ONLY:
        return f"lower end of {measure}; can only fail"
    return f"upper end of {measure}"


def _terms(rule: Rule) -> str:
    """Return when a statement is asked for, and how old it may be."""
    contexts = ", ".join(f"`{tier}`" for tier in rule.contexts)
    parts = (
        f"only in {contexts}" if contexts else "",
        "only where it was made" if rule.if_stated else "",
        f"at most {rule.max_age_months} months old" if rule.max_age_months is not None else "",
    )
    told = ", ".join(part for part in parts if part)
    return f"; {told}" if told else ""


def limit_words(limit: Limit | None, policy: Policy) -> str:
    """Return a limit as written in the policy, with every number that it may stand for."""
    if limit is None:
        return "must be stated"
    if limit.number is not None:
        return f"{limit.number:g}"
    if limit.table is not None:
        return ", ".join(f"{v:g} ({k})" for k, v in policy.tables[limit.table].items())
    if limit.context is not None:
        known = {c.tier: c.numbers[limit.context] for c in policy.contexts}
        return ", ".join(f"{known[t]:g} (`{t}`)" for t in Tier if t in policy.contexts_allowed)
    if limit.declared is not None:
        return "what is claimed"
    return "the value without a leak"
