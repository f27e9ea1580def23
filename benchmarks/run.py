"""Measure speed side by side, and print the tables of docs/benchmarks.md.

    python benchmarks/run.py                      everything; about 10 minutes of a calm machine
    python benchmarks/run.py --only help          one part: neighbours, audits or help
    python benchmarks/run.py --write              put the tables into docs/benchmarks.md

Real tables come from the folder named by SYNTHGATE_DATA; without it only made ones are used.
"""

import os
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # Run as a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.speed.neighbours import Checked, searched  # noqa: E402
from benchmarks.speed.page import circumstances, neighbours_table, programs_table  # noqa: E402
from benchmarks.speed.programs import audits, start_up  # noqa: E402
from benchmarks.speed.tables import adult, mixed  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
BEGIN, END = "<!-- run: begin -->", "<!-- run: end -->"
PARTS = ("neighbours", "audits", "help")


def _data() -> Path | None:
    named = os.environ.get("SYNTHGATE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def _neighbours(sizes: list[int], turns: int) -> Iterator[tuple[str, str, list[Checked]]]:
    for n in sizes:
        for metric, checked in searched(mixed(n), turns=turns):
            yield f"mixed, {n:,} against {n:,}", metric, checked
    data = _data()
    if data is not None:
        for metric, checked in searched(adult(data), turns=turns):
            yield "Adult, 48,842 against 39,040", metric, checked


def sections(asked: Namespace) -> Iterator[str]:
    """Yield the parts of the page that were asked for."""
    parts = asked.only or PARTS
    yield circumstances()
    if "neighbours" in parts:
        rows = list(_neighbours(asked.rows, asked.turns))
        yield "### Nearest neighbours of mixed rows\n\n" + neighbours_table(rows)
    data = _data()
    places = list(audits(data)) if "audits" in parts and data is not None else []
    if "help" in parts:
        places.append(start_up(turns=7))
    if places:
        yield "### Whole programs\n\n" + programs_table(places)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=PARTS)
    parser.add_argument("--rows", type=int, nargs="+", default=[10_000, 50_000])
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--write", action="store_true")
    asked = parser.parse_args()
    text = "\n\n".join(sections(asked))
    print(text)
    if asked.write:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
