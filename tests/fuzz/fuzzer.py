"""Fuzz one reader, guided by what of its code was reached (atheris, that is libFuzzer).

    python -m tests.fuzz.fuzzer TARGET --seconds 60 [--corpus DIR] [--findings DIR]

Prints one JSON object: cases, findings, files of the corpus that were found. Runs in a process of
its own, because libFuzzer never returns.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.fuzz.corpus_files import corpus_of

ROOT = Path(__file__).parents[2]
SLOWEST = 10
"""Seconds for one case; libFuzzer calls a slower one a hang."""
MEMORY_MIB = 2_048


@dataclass(frozen=True)
class Outcome:
    """What one reader was put through."""

    target: str
    cases: int
    seconds: float
    findings: tuple[str, ...]
    """Files that broke it."""


def fuzzed(target: str, seconds: float, *, findings: Path, grown: Path | None = None) -> Outcome:
    """Fuzz one reader for some seconds, from the committed corpus on."""
    with tempfile.TemporaryDirectory() as scratch:
        new = grown or Path(scratch) / "corpus"
        new.mkdir(parents=True, exist_ok=True)
        findings.mkdir(parents=True, exist_ok=True)
        stats = Path(scratch) / "stats.json"
        words = [
            *("-max_total_time=" + str(int(seconds)), f"-timeout={SLOWEST}"),
            *(f"-rss_limit_mb={MEMORY_MIB}", "-print_final_stats=0", "-verbosity=0"),
            *("-max_len=65536", f"-artifact_prefix={findings}/{target}-", "-seed=1"),
        ]
        seeds = {str(file.parent) for file in corpus_of(target)}
        started = time.monotonic()
        me = [sys.executable, "-m", "tests.fuzz.fuzzer", "--child", target, str(stats)]
        subprocess.run(
            [*me, *words, str(new), *sorted(seeds)],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": "0"},
            capture_output=True,
            check=False,
        )
        told = json.loads(stats.read_text()) if stats.exists() else {"cases": 0}
    broke = tuple(sorted(p.name for p in findings.glob(f"{target}-*")))
    return Outcome(target, told["cases"], round(time.monotonic() - started, 1), broke)


def child(target: str, stats: Path, words: list[str]) -> None:
    """Be the process that libFuzzer takes over."""
    import atheris

    with atheris.instrument_imports(include=["audit.wire", "audit.data", "audit.policy"]):
        from tests.fuzz.targets import TARGETS
    from tests.fuzz.mutate import mutated_json

    work, count = TARGETS[target], 0
    # So that a test can see that what breaks a reader is found.
    breaks_at = os.environ.get("SYNTHGATE_FUZZ_BREAKS_AT", "").encode()

    def one(data: bytes) -> None:
        nonlocal count
        count += 1
        if count & (count - 1) == 0 or count % 500 == 0:
            stats.write_text(json.dumps({"cases": count}))
        if breaks_at and breaks_at in data:
            raise RuntimeError("broken on purpose")
        work(data)

    def mutator(data: bytes, longest: int, seed: int) -> bytes:
        made = mutated_json(data, seed) if seed % 2 else None
        if made is None or len(made) > longest:
            return bytes(atheris.Mutate(data, longest))
        return made

    atheris.Setup([sys.argv[0], *words], one, custom_mutator=mutator)
    atheris.Fuzz()


def main() -> None:
    """Fuzz what the command line names, and tell how it went."""
    if sys.argv[1:2] == ["--child"]:
        child(sys.argv[2], Path(sys.argv[3]), sys.argv[4:])
        return
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="+")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--findings", type=Path, default=Path("findings"))
    parser.add_argument("--corpus", type=Path, help="where new files of the corpus are kept")
    asked = parser.parse_args()
    for target in asked.targets:
        grown = None if asked.corpus is None else asked.corpus.resolve() / target
        found = fuzzed(target, asked.seconds, findings=asked.findings.resolve(), grown=grown)
        print(json.dumps(asdict(found)), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
