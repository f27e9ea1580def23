"""Write the parts of the documentation that the program itself knows best.

    python docs/make.py

The pages in `docs/checks` come from the cards of the checks. Tables in other pages stand between
the marks `<!-- begin NAME -->` and `<!-- end NAME -->`; what is between them is written here.
"""

import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from typer.testing import CliRunner

from audit.cli.main import app
from audit.contract.check import Check
from audit.facts.judgement import Limit, Policy, Rule
from audit.facts.measurement import Need
from audit.facts.names import COMMON_FIELDS, EVIDENCE
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.harness.registry import BUILTIN
from audit.policy.load import profiles, resolve
from audit.report.digits import THIN
from audit.report.sentences import basis_sentence, remedies, say

ROOT = Path(__file__).resolve().parents[1]
WIDTH = "100"
_BLOCK = re.compile(r"<!-- begin ([a-z]+) -->\n(.*?)<!-- end \1 -->\n", re.DOTALL)
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


def pages() -> dict[str, str]:
    """Return every page that is written here in whole or in part: path -> content."""
    made = {f"docs/checks/{c.card.id}.md": check_page(c) for c in BUILTIN}
    made["docs/checks/README.md"] = index_page()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        if _BLOCK.search(text):
            made[path.relative_to(ROOT).as_posix()] = _BLOCK.sub(_filled, text)
    return made


def stale() -> list[str]:
    """Return the pages that differ from what would be written, and check pages without a check."""
    wanted = pages()
    held = {p.relative_to(ROOT).as_posix(): p for p in (ROOT / "docs" / "checks").glob("*.md")}
    old = [n for n in wanted if not (ROOT / n).is_file() or (ROOT / n).read_text() != wanted[n]]
    return sorted({*old, *(held.keys() - wanted.keys())})


def _filled(found: re.Match[str]) -> str:
    name = found[1]
    return f"<!-- begin {name} -->\n{BLOCKS[name]()}\n<!-- end {name} -->\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a Markdown table."""
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(c.replace('|', chr(92) + '|') for c in r)} |" for r in lines)


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
    return f"## {heading}", text.replace("**", r"\*\*")


def _threat(check: type[Check]) -> Iterator[str]:
    threat = check.card.threat
    if threat is not None:
        rows = [("knows", threat.knows), ("sees", threat.sees), ("wins if", threat.wins)]
        yield table(("The adversary", ""), rows)


def _measures(check: type[Check]) -> str:
    names = ", ".join(f"`{name}`" for name in check.card.measures)
    words = "[What each of them means](../formats.md#measurements). Bigger is always riskier."
    alarm = (
        "" if check.card.clears else " A rule on it may raise an alarm and never clears a release."
    )
    return f"{names}.\n\n{words}{alarm}"


def _needs(check: type[Check]) -> str:
    needs = [words for need, words in _NEEDS.items() if need in check.card.needs]
    if not needs:
        return "Nothing beyond the real and the synthetic table."
    text = f"{', '.join(needs)}."
    return text[0].upper() + text[1:]


def _resting(check: type[Check]) -> str:
    rows = [
        (rule.id, f"`{policy.id}`", _asked(rule), limit_words(rule.limit, policy))
        for policy in _policies()
        for rule in policy.rules
        if rule.measure.startswith(f"{check.card.id}.")
    ]
    if not rows:
        return "None in the built-in policies."
    return table(("Rule", "Policy", "Asks", "Limit"), rows)


def _parameters(check: type[Check]) -> str:
    params = {k: v for k, v in check().params.items() if k != "attacks"}
    if not params:
        return "None."
    rows = [(f"`{name}`", f"{value}") for name, value in params.items()]
    name, value = next(iter(params.items()))
    shown = f"For example `--set {check.card.id}.{name}={value}`."
    return f"{table(('Parameter', 'Default'), rows)}\n\n{shown}"


def index_page() -> str:
    """Return the list of checks."""
    text = (
        "The checks of this version, in the order of the report. `synthgate explain ID` prints the "
        "same text."
    )
    return "\n\n".join((_ORIGIN, "# Checks", text, checks_table(""))) + "\n"


def checks_table(folder: str = "docs/checks/") -> str:
    """Return one row per check; `folder` is where its page lies."""
    strictest = {p.id: p for p in _policies()}["gdpr-anonymisation-wp29"]
    rows = []
    for check in BUILTIN:
        card = check.card
        graded = [r.id for r in strictest.rules if r.measure.startswith(f"{card.id}.")]
        link = f"[`{card.id}`]({folder}{card.id}.md)"
        rows.append((_RISKS[card.family.value], link, card.title, ", ".join(graded)))
    return table(("Risk", "Check", "What it tests", "Rules"), rows)


def help_text() -> str:
    """Return what `synthgate --help` prints, as a block of code."""
    env = {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
    shown = CliRunner().invoke(app, ["--help"], prog_name="synthgate", env=env).output
    lines = "\n".join(line.rstrip() for line in shown.strip("\n ").splitlines())
    return f"```text\n{lines}\n```"


def rules_tables() -> str:
    """Return one table of rules per built-in policy."""
    return "\n\n".join(
        f"### `{policy.id}` {policy.version}\n\n{policy.intent}\n\n"
        f"Contexts: {', '.join(f'`{t}`' for t in policy.contexts_allowed)}. "
        f"Expects a new audit after {policy.expires_months} months.\n\n"
        + table(
            ("Rule", "Asks", "Limit", "Basis of the limit"),
            [
                (
                    rule.id + ("" if rule.required else " (optional)"),
                    _asked(rule),
                    limit_words(rule.limit, policy),
                    basis_sentence(rule.basis, is_transposed=rule.transposed),
                )
                for rule in policy.rules
            ],
        )
        for policy in _policies()
    )


def _asked(rule: Rule) -> str:
    where = ", ".join(f"{k} {v}" for k, v in rule.where.items())
    scope = f" ({where})" if where else ""
    can = "" if rule.decides == "both" else "; can only fail"
    end = {"high": "upper end of ", "low": "lower end of ", "value": ""}[rule.statistic]
    return f"{'' if rule.limit is None else end}`{rule.measure}`{scope}{can}"


def limit_words(limit: Limit | None, policy: Policy) -> str:
    """Return a limit as written in the policy, with every number that it may stand for."""
    if limit is None:
        return "must be stated"
    if limit.number is not None:
        return f"{limit.number:g}"
    if limit.table is not None:
        numbers = policy.tables[limit.table]
        return ", ".join(f"{v:g} ({k})" for k, v in numbers.items())
    if limit.context is not None:
        known = [(c.tier, c.numbers[limit.context]) for c in policy.contexts]
        allowed = [(t, v) for t, v in known if t in policy.contexts_allowed]
        return ", ".join(f"{v:g} (`{t}`)" for t, v in allowed)
    return "the value without a leak"


def reasons_table() -> str:
    """Return every reason code with its sentence and what would decide it."""
    rows = []
    for code in ReasonCode:
        ways = [_plain(r.text) for r in remedies(code.value, {})]
        rows.append((f"`{code}`", _sentence(say("reason", code.value)), " ".join(ways)))
    return table(("Code", "Why it could not be decided", "What to do, cheapest first"), rows)


def caveats_table() -> str:
    """Return every caveat code with its sentence."""
    rows = [(f"`{code}`", _plain(say("caveat", code.value))) for code in CaveatCode]
    return table(("Code", "What it means"), rows)


def evidence_table() -> str:
    """Return the closed list of evidence."""
    rows = [
        (f"`{key}`", say("declared", key), ", ".join(f"`{f}`" for f in fields))
        for key, fields in EVIDENCE.items()
    ]
    common = ", ".join(f"`{name}`" for name in COMMON_FIELDS)
    shown = table(("Key", "What is stated", "Fields that make it complete"), rows)
    return f"{shown}\n\nEach may also have: {common}."


def _policies() -> tuple[Policy, ...]:
    return tuple(resolve(name) for name in profiles())


def _sentence(text: str) -> str:
    plain = _plain(text)
    return plain[0].upper() + plain[1:] + "."


def _plain(text: str) -> str:
    return text.replace(THIN, " ").replace("\u00a0", " ")


BLOCKS: Mapping[str, Callable[[], str]] = {
    "checks": checks_table,
    "help": help_text,
    "rules": rules_tables,
    "reasons": reasons_table,
    "caveats": caveats_table,
    "evidence": evidence_table,
}


def main() -> None:
    """Write every page that is stale, and remove check pages whose check is gone."""
    wanted = pages()
    for name in stale():
        if name in wanted:
            (ROOT / name).write_text(wanted[name], encoding="utf-8")
        else:
            (ROOT / name).unlink()
        sys.stdout.write(f"{name}\n")


if __name__ == "__main__":
    main()
