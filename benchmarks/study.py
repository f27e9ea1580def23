"""Audit releases of known truth many times over, and write docs/calibration.md anew.

    python benchmarks/study.py --jobs 2               the whole study; --plan says how long
    python benchmarks/study.py --parts null power     two of its three parts
    python benchmarks/study.py --draws 5 --rungs 2 --large 0 --adult 0 --no-page    a look

Adult is drawn from where SYNTHGATE_DATA names its folder, and left out where it does not.
What was drawn stands in build/study.jsonl, and a study that was interrupted goes on from there.
Draws of other code are drawn anew; comments, docstrings and the code of the tables are no matter.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from multiprocessing import Pool
from pathlib import Path
from time import monotonic

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # Run as a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.calibration.cells import SEED, Cell  # noqa: E402
from benchmarks.calibration.digest import source_digest  # noqa: E402
from benchmarks.calibration.draws import Draw, audited, from_lines, to_line  # noqa: E402
from benchmarks.calibration.page import faults, tables, unexplained  # noqa: E402
from benchmarks.calibration.power_page import power_faults, power_tables  # noqa: E402
from benchmarks.calibration.private_page import private_faults, private_tables  # noqa: E402
from benchmarks.calibration.settings import PARTS, Amounts, plan, wanted  # noqa: E402
from benchmarks.calibration.worlds import Asked, ask, questions  # noqa: E402

STORE = ROOT / "build" / "study.jsonl"
PAGE = ROOT / "docs" / "calibration.md"
Key = tuple[Cell, int]


def drawn(keys: Sequence[Key], *, jobs: int, minutes: float | None) -> list[Draw]:
    """Return the draws of the study, from the store where it has them.

    Parameters
    ----------
    minutes
        After so many no further draw is waited for; what is there by then is returned.
    """
    digest = source_digest()
    STORE.parent.mkdir(exist_ok=True)
    before = STORE.read_text(encoding="utf-8") if STORE.exists() else ""
    known = {(d.cell, d.number): d for d in from_lines(before.splitlines(), digest)}
    missing = [key for key in keys if key not in known]
    began = monotonic()
    with STORE.open("a", encoding="utf-8") as store, Pool(jobs) as workers:
        if before and not before.endswith("\n"):
            print(file=store)  # an interrupt cut the last line short
        for draw in workers.imap_unordered(_audited, missing):
            print(to_line(draw, digest), file=store, flush=True)
            known[draw.cell, draw.number] = draw
            if minutes is not None and monotonic() - began > 60 * minutes:
                break
    return [known[key] for key in keys if key in known]


def _audited(key: Key) -> Draw:
    return audited(*key)


def asked_worlds(audits: int, jobs: int) -> list[Asked]:
    """Return what the bound says of each generator on two worlds; seconds of work."""
    with Pool(jobs) as workers:
        return workers.starmap(partial(_ask, audits), questions())


def _ask(audits: int, generator: str, epsilon: float) -> Asked:
    return ask(generator, epsilon, audits)


def results(asked: Namespace, draws: Sequence[Draw]) -> Iterator[tuple[str, str, list[str]]]:
    """Yield for each part that was asked for its name, its tables and its faults."""
    for part in asked.parts:
        if part == "private":
            worlds = asked_worlds(asked.audits, asked.jobs)
            yield part, private_tables(draws, worlds), private_faults(draws, worlds)
        elif part == "power":
            yield part, power_tables(draws), power_faults(draws)
        else:
            yield part, tables(draws), [*faults(draws), *unexplained(draws)]


def written(page: str, part: str, text: str, amounts: str = "") -> str:
    """Return the page with the tables of one part between its marks.

    Parameters
    ----------
    amounts
        Flags other than the defaults: with them the same draws are made again.

    Raises
    ------
    ValueError
        If the page has no such marks.
    """
    begin, end = f"<!-- study {part}: begin -->", f"<!-- study {part}: end -->"
    before, found, rest = page.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise ValueError(f"no place for part {part!r} in {PAGE.name}")
    command = f"`python benchmarks/study.py --parts {part}{amounts}`"
    return f"{before}{begin}\n\nSeed {SEED}, {command}.\n\n{text}\n\n{end}{after}"


def main() -> None:
    """Draw, count, write."""
    asked = _parser().parse_args()
    amounts = Amounts(**{name: getattr(asked, name) for name in Amounts._fields})
    keys = list(wanted(asked.parts, amounts))
    print(plan(keys), file=sys.stderr)
    if asked.plan:
        return
    draws = drawn(keys, jobs=asked.jobs, minutes=asked.minutes)
    flags = _flags(amounts)
    show: Callable[[str, str], None] = _printed if asked.no_page else partial(_saved, flags)
    for part, text, wrong in results(asked, draws):
        show(part, text)
        for line in wrong:
            print(line, file=sys.stderr)


def _printed(_: str, text: str) -> None:
    print(text)


def _saved(flags: str, part: str, text: str) -> None:
    page = written(PAGE.read_text(encoding="utf-8"), part, text, flags)
    PAGE.write_text(page, encoding="utf-8")


def _flags(amounts: Amounts) -> str:
    """Return the amounts that are not the defaults, as they are asked for."""
    pairs = zip(Amounts._fields, amounts, Amounts(), strict=True)
    return "".join(f" --{name} {asked}" for name, asked, default in pairs if asked != default)


def _parser() -> ArgumentParser:
    most = Amounts()
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    whole = partial(parser.add_argument, type=int)
    whole("--draws", default=most.draws, help="private releases per population of 400 people")
    whole("--medium", default=most.medium, help="and per population of 1,000 + 500")
    whole("--large", default=most.large, help="and of 2,000 + 1,000")
    whole("--adult", default=most.adult, help="and per size of Adult")
    whole("--rungs", default=most.rungs, help="releases per kind and size of leak")
    whole("--releases", default=most.releases, help="per generator and epsilon")
    whole("--audits", default=100, help="of two worlds, per generator and epsilon")
    whole("--jobs", default=1, help="draws at the same time")
    parser.add_argument("--minutes", type=float, help="stop drawing then, and write what is there")
    parser.add_argument("--plan", action="store_true", help="say what would be drawn, and stop")
    parser.add_argument("--no-page", action="store_true", help="print the tables only")
    return parser


if __name__ == "__main__":
    main()
