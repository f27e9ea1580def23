"""syntheval: its metrics of neighbours, and the check of ours that asks the same question."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.harness.registry import BUILTIN
from benchmarks.peers.bouts import Bout, Effort, Peer, Task, bout
from benchmarks.speed.files import write_release
from benchmarks.speed.tables import Three, made_release, without_gaps

SIZES = (2_000, 4_000)
CHECKS: Mapping[str, str] = {
    "dcr": "closest-record",
    "nndr": "neighbour-ratio",
    "nnaa": "adversarial-accuracy",
    "hit_rate": "near-copy",
}


def bouts(peer: Peer, effort: Effort) -> Iterator[Bout]:
    """Yield each metric beside our check; only the smaller size if quick."""
    known = {check.card.id: check.card.measures for check in BUILTIN}
    for n in SIZES[: 1 if effort.is_quick else None]:
        release = Three(*(without_gaps(table) for table in made_release(n)))
        columns = {"numbers": list(release.real.numbers), "codes": list(release.real.codes)}
        with TemporaryDirectory() as folder:
            files = write_release(release, Path(folder))
            for metric, check in CHECKS.items():
                if check not in known:
                    continue
                ours = {"work": "check", "check": check, "parameters": {}, "files": files}
                yield bout(
                    f"{metric}, {n:,} rows on each side",
                    peer,
                    {"metric": metric, "files": files, **columns},
                    [Task(f"synthgate, {check}", {**ours, **columns})],
                    effort=effort,
                    shown=("mDCR", "avg", "priv_loss", "hit rate", *known[check]),
                )
