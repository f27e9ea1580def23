"""Audit every generator of the zoo and write what was found into docs/calibration.md.

    python benchmarks/zoo.py                     the whole zoo; about 10 minutes of one core
    python benchmarks/zoo.py --only smote        one generator, printed and not written

What needs a neural network is represented by data of others, where SYNTHGATE_DATA names the folder.
What was audited stands in build/zoo.jsonl, and a run that was interrupted goes on from there;
audits by other code are made anew.
"""

import json
import sys
from argparse import ArgumentParser, Namespace, RawDescriptionHelpFormatter
from functools import partial
from hashlib import sha256
from multiprocessing import Pool
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
if not __package__:
    # Run as a script it sees its own folder only.
    sys.path.insert(0, str(ROOT))

from benchmarks.calibration.digest import source_digest  # noqa: E402
from benchmarks.zoo_audit import Seen, audited, faults, from_json  # noqa: E402
from benchmarks.zoo_external import EXTERNAL, has_external  # noqa: E402
from benchmarks.zoo_page import tables  # noqa: E402
from fixtures.generators.zoo.registry import BY_NAME, SEED, SIZES  # noqa: E402

STORE = ROOT / "build" / "zoo.jsonl"
PAGE = ROOT / "docs" / "calibration.md"
DECLARED = ("leaking.py", "registry.py", "truth.py")
"""What says nothing of how a release is made, but for the parameters."""
BEGIN, END = "<!-- zoo: begin -->", "<!-- zoo: end -->"


def code_digest(name: str) -> str:
    """Return a digest of the code that audits a generator: audits by other code are not reused.

    Of what is declared only the parameters count, so that a truth can be put into better words.
    """
    digest = sha256(f"{source_digest()} {SIZES}".encode())
    files = (ROOT / "fixtures" / "generators").rglob("*.py")
    here = (ROOT / "benchmarks" / f"zoo_{part}.py" for part in ("audit", "external"))
    for path in sorted(p for p in (*files, *here) if p.name not in DECLARED):
        digest.update(path.read_bytes())
    if name in BY_NAME:
        digest.update(BY_NAME[name].settings.encode())
    return digest.hexdigest()[:16]


def audits(names: list[str], seed: int, jobs: int) -> list[Seen]:
    """Return what was seen of each generator, from the store where it stands there."""
    digest = {name: code_digest(name) for name in names}
    STORE.parent.mkdir(exist_ok=True)
    lines = STORE.read_text(encoding="utf-8").splitlines() if STORE.exists() else []
    rows = [row for row in map(json.loads, lines) if row["seed"] == seed]
    seen_before = {(row["seen"]["name"], row["code"]): from_json(row["seen"]) for row in rows}
    known = {n: seen_before[n, digest[n]] for n in names if (n, digest[n]) in seen_before}
    missing = [name for name in names if name not in known]
    with STORE.open("a", encoding="utf-8") as store, Pool(jobs) as workers:
        for seen in workers.imap_unordered(partial(audited, seed=seed), missing):
            row = {"code": digest[seen.name], "seed": seed, "seen": seen.as_json()}
            print(json.dumps(row), file=store, flush=True)
            known[seen.name] = seen
    return [known[name] for name in names]


def _arguments() -> Namespace:
    every = [*BY_NAME, *(EXTERNAL if has_external() else ())]
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", choices=every, metavar="NAME")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--jobs", type=int, default=1, help="audits at the same time")
    parser.add_argument("--no-page", action="store_true", help="print the tables only")
    asked = parser.parse_args()
    asked.names = asked.only or every
    return asked


def main() -> None:
    asked = _arguments()
    seen = audits(asked.names, asked.seed, asked.jobs)
    text = tables(seen)
    if asked.only or asked.no_page:
        print(text)
    else:
        before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        PAGE.write_text(f"{before}{BEGIN}\n\n{text}\n\n{END}{after}", encoding="utf-8")
    for each in seen:
        for fault in faults(each):
            print(fault, file=sys.stderr)


if __name__ == "__main__":
    main()
