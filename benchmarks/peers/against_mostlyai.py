"""mostlyai-qa: distances in seven groups of columns, three searches in each."""

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.bouts import SEED, Bout, Effort, Peer, Task, bout
from benchmarks.speed.files import write_release
from benchmarks.speed.tables import made_release
from benchmarks.speed.turns import Failed

ROWS = 10_000


def bouts(peer: Peer, effort: Effort, *, n: int = ROWS) -> Iterator[Bout]:
    """Yield its distances, in its own matrices and in ours."""
    release = made_release(n)
    columns = {"numbers": list(release.real.numbers), "codes": list(release.real.codes)}
    with TemporaryDirectory() as folder:
        files = write_release(release, Path(folder))
        theirs = {"matrices": str(Path(folder) / "matrices.npz"), "seed": SEED}
        encoded = Task(
            "synthgate, its own encoding", {"work": "encoded", "files": files, **columns}
        )
        ours = [encoded]
        try:
            peer.turn({**theirs, "files": files}, limit=effort.limit)()
            ours.insert(0, Task("synthgate, the same matrices", {**theirs, "work": "dense"}))
        except Failed:
            # The peer says so in its own turn.
            pass
        yield bout(
            f"distances: 21 searches of {n:,} rows among {n:,}, two neighbours each",
            peer,
            theirs,
            ours,
            effort=effort,
            shown=("share", "to_real", "to_holdout"),
            alike=len(ours) - 1,
        )
