"""Write the parts of the documentation that the program itself knows best.

    python docs/make.py            write what is stale
    python docs/make.py --check    name what is stale, and answer 1 if there is something

The pages in `docs/checks` come from the cards of the checks. Tables in other pages stand between
the marks `<!-- begin NAME -->` and `<!-- end NAME -->`; what is between them is written here.
"""

import re
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from check_pages import check_pages, checks_table, table
from policy_pages import (
    numbers_tables,
    profiles_table,
    rules_tables,
    sources_table,
    statements_table,
)
from typer.testing import CliRunner

from audit.cli.main import app
from audit.facts.names import COMMON_FIELDS, EVIDENCE
from audit.facts.reasons import CaveatCode, ReasonCode
from audit.report.digits import THIN
from audit.report.ladder import steps_down
from audit.report.pieces import Phrase
from audit.report.sentences import remedies, say

ROOT = Path(__file__).resolve().parents[1]
WIDTH = "100"
_LAYOUT = re.compile(r"[\u2500-\u257f]|<bool>")
_BLOCK = re.compile(r"<!-- begin ([a-z]+) -->\n(.*?)<!-- end \1 -->\n", re.DOTALL)


def pages() -> dict[str, str]:
    """Return every page that is written here in whole or in part: path -> content."""
    made = check_pages()
    for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))):
        text = path.read_text(encoding="utf-8")
        if _BLOCK.search(text):
            made[path.relative_to(ROOT).as_posix()] = _BLOCK.sub(_filled, text)
    return made


def stale(wanted: Mapping[str, str]) -> list[str]:
    """Return the pages that differ from `wanted`, and the check pages whose check is gone."""
    held = {p.relative_to(ROOT).as_posix() for p in (ROOT / "docs" / "checks").glob("*.md")}
    old = {n for n, text in wanted.items() if _words(_content(ROOT / n)) != _words(text)}
    return sorted(old | (held - wanted.keys()))


def _content(path: Path) -> str:
    return path.read_text(encoding="utf-8") if path.is_file() else ""


def _words(text: str) -> list[str]:
    """Return the words of a page: how wide a box is drawn differs from one library to the next."""
    return _LAYOUT.sub(" ", text).split()


def _filled(found: re.Match[str]) -> str:
    name = found[1]
    return f"<!-- begin {name} -->\n{BLOCKS[name]()}\n<!-- end {name} -->\n"


def help_text() -> str:
    """Return what `synthgate --help` prints, as a block of code."""
    env = {"COLUMNS": WIDTH, "TERMINAL_WIDTH": WIDTH, "NO_COLOR": "1", "TERM": "dumb"}
    shown = CliRunner().invoke(app, ["--help"], prog_name="synthgate", env=env).output
    lines = "\n".join(line.rstrip() for line in shown.strip("\n ").splitlines())
    return f"```text\n{lines}\n```"


def reasons_table() -> str:
    """Return every reason code with its sentence and what would decide it."""
    rows = []
    for code in ReasonCode:
        why = _plain(say("reason", code.value))
        ways = [_plain(r.text) for r in remedies(code.value, {})]
        rows.append((f"`{code}`", f"{why[0].upper()}{why[1:]}.", " ".join(ways)))
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


def ladder_list() -> str:
    """Return what can be done without a holdout, as the report says it."""
    made = steps_down()
    steps = [f"{i}. {_bold(step)}" for i, step in enumerate(made.steps, 1)]
    return "\n\n".join([_plain(made.intro), "\n".join(steps), _bold(made.never)])


def _bold(words: Phrase) -> str:
    return _plain("".join(f"**{s.text}**" if s.strong else s.text for s in words))


def _plain(text: str) -> str:
    return text.replace(THIN, " ").replace("\u00a0", " ")


BLOCKS: Mapping[str, Callable[[], str]] = {
    "checks": checks_table,
    "help": help_text,
    "rules": rules_tables,
    "profiles": profiles_table,
    "numbers": numbers_tables,
    "statements": statements_table,
    "sources": sources_table,
    "reasons": reasons_table,
    "caveats": caveats_table,
    "evidence": evidence_table,
    "ladder": ladder_list,
}


def main() -> int:
    """Write every page that is stale, or name them; remove check pages whose check is gone."""
    is_asked = sys.argv[1:] == ["--check"]
    wanted = pages()
    found = stale(wanted)
    for name in found:
        sys.stdout.write(f"{name}\n")
        if is_asked:
            continue
        if name in wanted:
            (ROOT / name).write_text(wanted[name], encoding="utf-8")
        else:
            (ROOT / name).unlink()
    return int(is_asked and bool(found))


if __name__ == "__main__":
    sys.exit(main())
