"""Audit releases of known truth many times over, and write docs/calibration.md anew.

    python benchmarks/study.py --jobs 2            the whole study; about 90 minutes of one core
    python benchmarks/study.py --draws 5 --leaks 2 --no-page    a look

Adult is drawn from where SYNTHGATE_DATA names its folder, and left out where it does not.
What was drawn stands in build/study.jsonl, and a study that was interrupted goes on from there.
Draws of other code are drawn anew.
"""

import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # Run as a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.calibration.draws import (  # noqa: E402
    Draw,
    audited,
    from_lines,
    source_digest,
    to_line,
)
from benchmarks.calibration.page import faults, tables  # noqa: E402
from benchmarks.calibration.populations import INVENTED, Cell, Sizes, has_adult  # noqa: E402

DRAWS = 30
LEAK_DRAWS = 8
LARGE_DRAWS = 10
ADULT_DRAWS = 14
SIZES = (Sizes(400, 400, 400), Sizes(1_000, 500, 1_000))
LARGE = Sizes(2_000, 1_000, 2_000)
"""The smallest at which the tail at 1 % is graded."""
ADULT = (Sizes(2_000, 2_000, 2_000), Sizes(10_000, 5_000, 10_000))
"""At the larger one a private release can be met; the smaller one is too small to tell."""
LEAKS = (0.005, 0.01, 0.02, 0.05, 0.2)
STORE = ROOT / "build" / "study.jsonl"
PAGE = ROOT / "docs" / "calibration.md"
BEGIN, END = "<!-- study: begin -->", "<!-- study: end -->"


def wanted(asked: Namespace) -> Iterator[tuple[Cell, int]]:
    """Yield every cell and number of the study, so that an early stop leaves all cells alike."""
    cells = {Cell(population, sizes): asked.draws for sizes in SIZES for population in INVENTED}
    cells |= {Cell("planted", SIZES[1], leak): asked.leaks for leak in LEAKS}
    cells |= {Cell("planted", LARGE): asked.large}
    if has_adult():
        cells |= {Cell("adult", sizes): asked.adult for sizes in ADULT}
        cells |= {Cell("adult", ADULT[0], leak): asked.leaks for leak in LEAKS}
    for number in range(max(cells.values())):
        yield from ((cell, number) for cell, most in cells.items() if number < most)


def drawn(asked: Namespace) -> list[Draw]:
    """Return the draws of the study, from the store where it has them."""
    digest = source_digest()
    STORE.parent.mkdir(exist_ok=True)
    lines = STORE.read_text(encoding="utf-8").splitlines() if STORE.exists() else []
    known = {(d.cell, d.number): d for d in from_lines(lines, digest)}
    keys = list(wanted(asked))
    missing = [key for key in keys if key not in known]
    with STORE.open("a", encoding="utf-8") as store, Pool(asked.jobs) as workers:
        for draw in workers.imap_unordered(_audited, missing):
            print(to_line(draw, digest), file=store, flush=True)
            known[draw.cell, draw.number] = draw
    return [known[key] for key in keys]


def _audited(key: tuple[Cell, int]) -> Draw:
    return audited(*key)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--draws", type=int, default=DRAWS, help="per population and size")
    parser.add_argument("--leaks", type=int, default=LEAK_DRAWS, help="per size of leak")
    parser.add_argument("--large", type=int, default=LARGE_DRAWS, help="of the large size")
    parser.add_argument("--adult", type=int, default=ADULT_DRAWS, help="per size of Adult")
    parser.add_argument("--jobs", type=int, default=1, help="draws at the same time")
    parser.add_argument("--no-page", action="store_true", help="print the tables only")
    asked = parser.parse_args()
    draws = drawn(asked)
    text = tables(draws)
    if asked.no_page:
        print(text)
    else:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    for fault in faults(draws):
        print(fault, file=sys.stderr)


if __name__ == "__main__":
    main()
