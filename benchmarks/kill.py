"""Kill audits at random moments, with a signal that nobody hears, and look at what is left.

    python -m benchmarks.kill --kills 100 [--seed 0]

Two releases take turns in one folder, so that a verdict beside the data of the other would show.
After every kill the folder, everything beside it and the folder for temporary files are searched;
then the same audit is run again with `--resume`, and must end with the bytes of an audit that
nobody disturbed. Prints one JSON object; answers 1 if anything was lost.
"""

import argparse
import hashlib
import json
import os
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

CANARY = "ZQ7"
"""Begins every city of both tables: no file that a run leaves may hold it."""
CHECKS = "identical-match,near-copy,value-replay,closest-record,uniqueness"
FORMATS = "html,json,junit,md"
SEALED = "manifest.json"
FACTS = ("run.json", "policy.json", "declared.json")


@dataclass
class Tally:
    """How the kills went."""

    kills: int = 0
    left: Counter[str] = field(default_factory=Counter)
    """State of the folder right after a kill -> times."""
    reused: int = 0
    """Results that were taken over, over all resumed runs."""
    resumed: int = 0
    lost: list[str] = field(default_factory=list)
    """What must never be: one sentence each."""


def table(name: str, seed: int, rows: int) -> str:
    """Return a small table of invented people as CSV."""
    rng = random.Random(f"{name}/{seed}")
    lines = (
        f"{rng.randint(18, 90)},{rng.choice('MF')},{CANARY}{rng.choice('abcdefgh')},"
        f"{rng.gauss(50, 10):.2f},{rng.choice('uvwxy')}"
        for _ in range(rows)
    )
    return "\n".join(("age,sex,city,income,illness", *lines)) + "\n"


def command(inputs: Path, release: str, out: Path, *more: str) -> list[str]:
    """Return the words of one audit."""
    tables = [
        word
        for side in ("real", "synthetic", "holdout")
        for word in (f"--{side}", str(inputs / f"{release}-{side}.csv"))
    ]
    limits = ["--only", CHECKS, "--controls", "fast", "--jobs", "1", "--quiet"]
    return ["run", *tables, *limits, "--format", FORMATS, "--out", str(out), *more]


def forked(words: list[str]) -> int:
    """Start the command line in a child that has loaded everything already; return its id."""
    from audit.cli.boundary import guarded
    from audit.cli.main import app

    child = os.fork()
    if child:
        return child
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.argv = ["synthgate", *words]
    code = 1
    try:
        code = guarded(lambda: app(prog_name="synthgate"))
    finally:
        os._exit(code)


def ended(child: int) -> int:
    """Wait for a child and return its exit code, negative for a signal."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def sha(path: Path) -> str:
    """Return the SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def state(out: Path) -> str:
    """Name what a folder holds; a run may set it aside meanwhile."""
    try:
        held = set(os.listdir(out))
    except FileNotFoundError:
        return "absent"
    if SEALED in held:
        return "sealed"
    if "verdict.json" in held:
        return "verdict and facts, not sealed"
    if "run.json" in held:
        return "facts"
    return "empty"


def faults(root: Path, out: Path, wanted: dict[str, bytes]) -> list[str]:
    """Return what a kill must not leave: a verdict beside other facts, a false seal, a record."""
    found = []
    if (out / "verdict.json").exists():
        absent = [name for name in FACTS if not (out / name).is_file()]
        if absent:
            found.append(f"a verdict without {absent[0]}")
        else:
            told = json.loads((out / "verdict.json").read_bytes())
            whole = (out / "run.json").read_bytes()
            if told["run_sha256"] != sha(out / "run.json") or whole not in wanted.values():
                found.append("a verdict beside another run")
    if (out / "SHA256SUMS").exists():
        listed = dict(
            line.split("  ")[::-1] for line in (out / "SHA256SUMS").read_text().splitlines()
        )
        found += [
            f"{n} is not what is sealed" for n, digest in listed.items() if sha(out / n) != digest
        ]
    for path in root.rglob("*"):
        if path.is_file() and "inputs" not in path.parts and CANARY.encode() in path.read_bytes():
            found.append(f"a record in {path.name}")
    return found


def killed(root: Path, kills: int, seed: int, rows: int) -> Tally:
    """Kill so many audits, and return what was left of them."""
    inputs, out = root / "inputs", root / "work" / "out"
    for folder in (inputs, root / "work", root / "tmp"):
        folder.mkdir()
    for release in ("one", "two"):
        for side in ("real", "synthetic", "holdout"):
            (inputs / f"{release}-{side}.csv").write_text(table(f"{release}-{side}", seed, rows))
    os.environ["TMPDIR"] = tempfile.tempdir = str(root / "tmp")
    wanted, lasting = {}, 0.0
    for release in ("one", "two"):
        started = time.monotonic()
        code = ended(forked(command(inputs, release, root / "work" / release)))
        lasting = max(lasting, time.monotonic() - started)
        if code not in (10, 11):
            raise SystemExit(f"an undisturbed audit answered {code}")
        wanted[release] = (root / "work" / release / "run.json").read_bytes()
    tally, rng = Tally(), random.Random(seed)
    while tally.kills < kills:
        release = ("one", "two")[tally.kills % 2]
        child = forked(command(inputs, release, out))
        if tally.kills % 3 == 2:
            # The time in which files are written is short: every third kill is aimed at it.
            until = time.monotonic() + 10 * lasting
            while state(out) in ("absent", "empty", "sealed") and time.monotonic() < until:
                time.sleep(0.002)
            time.sleep(rng.uniform(0, 0.4 * lasting))
        else:
            time.sleep(rng.uniform(0, 1.1 * lasting))
        os.kill(child, signal.SIGKILL)
        if ended(child) == -signal.SIGKILL:
            tally.kills += 1
            one_more(tally, root, out, wanted, release)
    return tally


def one_more(tally: Tally, root: Path, out: Path, wanted: dict[str, bytes], release: str) -> None:
    """Look at what a kill left, and run the same audit again."""
    tally.left[state(out)] += 1
    if tally.kills % 10 == 0:
        sys.stderr.write(f"{tally.kills} kills, {len(tally.lost)} losses\n")
    where = f"kill {tally.kills}"
    tally.lost += [f"{where}: {fault}" for fault in faults(root, out, wanted)]
    code = ended(forked(command(root / "inputs", release, out, "--resume")))
    if code not in (10, 11):
        tally.lost.append(f"{where}: the next run answered {code}")
        return
    if (out / "run.json").read_bytes() != wanted[release]:
        tally.lost.append(f"{where}: the resumed run has other facts")
    tally.lost += [f"{where}, resumed: {fault}" for fault in faults(root, out, wanted)]
    if state(out) != "sealed":
        tally.lost.append(f"{where}: the resumed run is {state(out)}")
    stray = {p.name for p in (root / "work").iterdir()} - {"one", "two", "out", "out.previous"}
    stray |= {p.name for p in out.iterdir() if p.name.startswith(".")}
    tally.lost += [f"{where}: {name} is left over" for name in sorted(stray)]
    reused = json.loads((out / "execution.json").read_bytes()).get("reused", [])
    tally.resumed += bool(reused)
    tally.reused += len(reused)


def main() -> int:
    """Do what the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--rows", type=int, default=150)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        from audit.cli import main as _  # noqa: F401 - loaded once, before anything is forked
        from audit.evidence import renditions as _paper  # noqa: F401
        from audit.harness import measure as _harness  # noqa: F401
        from audit.report import html, junit, markdown  # noqa: F401

        started = time.monotonic()
        tally = killed(Path(place), asked.kills, asked.seed, asked.rows)
        told = {
            "kills": tally.kills,
            "left": dict(tally.left.most_common()),
            "resumed": tally.resumed,
            "reused": tally.reused,
            "lost": tally.lost,
            "seconds": round(time.monotonic() - started),
        }
        print(json.dumps(told))
    return int(bool(tally.lost))


if __name__ == "__main__":
    sys.exit(main())
