"""Measure speed side by side, and print the tables of docs/benchmarks.md.

    python benchmarks/run.py --write              everything, into docs/benchmarks.md: 30 minutes
    python benchmarks/run.py --quick              smaller sizes and fewer turns: 10 minutes
    python benchmarks/run.py --only peers --peers sdmetrics anonymeter

Parts: neighbours, peers, membership, published, audits, help. The first run installs the peers,
each into an environment of its own under benchmarks/.peers. Real tables come from the folder named
by SYNTHGATE_DATA; without it only made ones are used.
"""

import os
import shlex
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # Run as a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.membership import race  # noqa: E402
from benchmarks.membership.strength import duels  # noqa: E402
from benchmarks.membership.strength_page import (  # noqa: E402
    lines_of,
    releases,
    strength_table,
)
from benchmarks.peers import (  # noqa: E402
    against_anonymeter,
    against_mostlyai,
    against_sdmetrics,
    against_sdmetrics_cap,
    against_syntheval,
    bouts,
)
from benchmarks.peers.environments import PEERS  # noqa: E402
from benchmarks.peers.page import peers_table, together  # noqa: E402
from benchmarks.speed import neighbours  # noqa: E402
from benchmarks.speed.growth import gemm_peak  # noqa: E402
from benchmarks.speed.neighbours_page import neighbours_table  # noqa: E402
from benchmarks.speed.page import circumstances, programs_table, put  # noqa: E402
from benchmarks.speed.programs import audits, start_up  # noqa: E402
from benchmarks.speed.tables import adult, mixed  # noqa: E402

PAGE = ROOT / "docs" / "benchmarks.md"
PARTS = ("neighbours", "peers", "membership", "published", "audits", "help")
SIZES, QUICK_SIZES = (10_000, 50_000, 200_000, 1_000_000), (10_000, 50_000, 200_000)
AUDIT_LIMIT = 400.0


class Part(NamedTuple):
    """A table and its place on the page."""

    name: str
    text: str


def data() -> Path | None:
    """Return the folder of the real tables, where there is one."""
    named = os.environ.get("SYNTHGATE_DATA")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def searches(asked: Namespace) -> str:
    """Return the table of nearest neighbours."""
    effort = neighbours.QUICK if asked.quick else neighbours.FULL
    found: list[neighbours.Searched] = []
    peak = gemm_peak()
    for n in asked.rows or (QUICK_SIZES if asked.quick else SIZES):
        progress(f"neighbours, {n:,} rows")
        found += neighbours.searched("mixed", mixed(n), effort)
    folder = data()
    if folder is not None:
        progress("neighbours, Adult")
        found += neighbours.searched("Adult", adult(folder), effort)
    # The machine may have been busier, or cooler, at the start.
    peak = max(peak, gemm_peak())
    said = f"Peak of the float32 matrix multiplication in this run: {peak / 1e9:,.0f} GFLOP/s."
    return f"{neighbours_table(found, peak=peak)}\n\n{said}"


def contests(asked: Namespace) -> str:
    """Return the table of peers."""
    effort = bouts.QUICK if asked.quick else bouts.FULL
    found, notes = [], []
    for name in asked.peers or PEERS:
        progress(f"{name}: installing, if need be")
        peer, mine = bouts.reached(name), []
        for b in against(peer, effort):
            progress(f"{name}: {b.work}")
            mine.append(b)
        found += mine
        if name == "anonymeter":
            notes.append(together(peer.title, mine))
    limit = f"Whoever needs more than {effort.limit:.0f} s for a turn is stopped."
    return "\n\n".join([peers_table(found), *filter(None, notes), limit])


def against(peer: bouts.Peer, effort: bouts.Effort) -> Iterator[bouts.Bout]:
    """Yield the contests with one peer."""
    if peer.name == "sdmetrics":
        yield from against_sdmetrics.bouts(peer, effort)
        yield from against_sdmetrics_cap.bouts(peer, effort, data=data())
    if peer.name == "mostlyai":
        yield from against_mostlyai.bouts(peer, effort)
    if peer.name == "syntheval":
        yield from against_syntheval.bouts(peer, effort)
    if peer.name == "anonymeter":
        yield from against_anonymeter.bouts(peer, effort, data=data())


def races(asked: Namespace) -> str:
    """Return the table of membership attacks beside naive ones."""
    folder = data()
    if folder is None:
        return "The real tables were not at hand."
    done = []
    for stage in race.QUICK if asked.quick else race.FULL:
        progress(f"membership: {stage.name}")
        done += race.lines(stage, folder)
    return race.race_table(done)


def published(asked: Namespace) -> str:
    """Return the table of our worst case beside the published attacks."""
    lines = []
    for release in releases(data(), is_quick=asked.quick):
        progress(f"published: {release.name}")
        fought = duels(release.frames, widths=("scott", "silverman"))
        lines += lines_of(release.name, fought)
    return strength_table(lines)


def programs(asked: Namespace) -> str:
    """Return the table of whole audits."""
    folder = data()
    if folder is None:
        return "The real tables were not at hand."
    progress("whole audits")
    return programs_table(list(audits(folder, limit=AUDIT_LIMIT, is_quick=asked.quick)))


def greeting(asked: Namespace) -> str:
    """Return the table of the time until help is on the screen."""
    progress("--help")
    return programs_table([start_up(turns=7)])


MAKERS = dict(zip(PARTS, (searches, contests, races, published, programs, greeting), strict=True))


def parts(asked: Namespace) -> Iterator[Part]:
    """Yield the parts of the page that were asked for, each with its circumstances."""
    command = shlex.join(["python", "benchmarks/run.py", *sys.argv[1:]])
    for name in PARTS:
        if name in (asked.only or PARTS):
            said = circumstances(command)
            yield Part(name, f"{MAKERS[name](asked)}\n\n{said}")


def progress(text: str) -> None:
    """Say on standard error what happens now."""
    print(text, file=sys.stderr, flush=True)


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--only", nargs="+", choices=PARTS)
    parser.add_argument("--peers", nargs="+", choices=PEERS)
    parser.add_argument("--rows", type=int, nargs="+", help="sizes of the tables searched")
    parser.add_argument("--quick", action="store_true", help="smaller sizes, fewer turns")
    parser.add_argument("--write", action="store_true", help="put the tables into the page")
    asked = parser.parse_args()
    for part in parts(asked):
        print(part.text, end="\n\n", flush=True)
        if asked.write:
            # One by one: what was measured stays, whatever happens to the rest.
            PAGE.write_text(put(PAGE.read_text("utf-8"), part.name, part.text), encoding="utf-8")


if __name__ == "__main__":
    main()
