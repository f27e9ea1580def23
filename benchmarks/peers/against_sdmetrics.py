"""sdmetrics: the distance to the closest record against training, holdout and random data.

Its attribution metrics are in `against_sdmetrics_cap.py`.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.bouts import SEED, Bout, Effort, Peer, Task, bout
from benchmarks.speed.files import write_release
from benchmarks.speed.tables import made_release
from benchmarks.speed.turns import Failed

SIZES = (1_000, 2_000)


def bouts(peer: Peer, effort: Effort) -> Iterator[Bout]:
    """Yield both metrics at all sizes; only the smallest if quick."""
    for n in SIZES[: 1 if effort.is_quick else None]:
        release = made_release(n)
        columns = {"numbers": list(release.real.numbers), "codes": list(release.real.codes)}
        with TemporaryDirectory() as folder:
            files = write_release(release, Path(folder))
            rows = f"{n:,} synthetic rows against {n:,} and {n:,}"
            asked = {"files": files, **columns, "seed": SEED}
            yield _bout("DCROverfittingProtection", rows, peer, asked, effort)
            random = _random_table(peer, asked, Path(folder), effort)
            yield _bout("DCRBaselineProtection", rows, peer, asked, effort, random=random)


def _bout(
    metric: str,
    rows: str,
    peer: Peer,
    asked: Mapping[str, object],
    effort: Effort,
    *,
    random: Mapping[str, str] | None = None,
) -> Bout:
    theirs = {**asked, "metric": metric}
    ours = {**theirs, "files": random or asked["files"], "work": "sdmetrics"}
    return bout(
        f"{metric}, {rows}",
        peer,
        theirs,
        [Task("synthgate, the same distances", ours)],
        effort=effort,
        shown=("score", "closer_to_training", "synthetic", "random"),
        alike=1,
    )


def _random_table(
    peer: Peer, asked: Mapping[str, object], folder: Path, effort: Effort
) -> Mapping[str, str]:
    """Return the files with the random table that the peer draws in the place of the holdout."""
    files, path = asked["files"], folder / "random.csv"
    assert isinstance(files, Mapping)
    try:
        peer.turn({**asked, "random": str(path)}, limit=effort.limit)()
    except Failed:
        # The peer will not finish either, and says so in its own turn.
        return files
    return {**files, "holdout": str(path)} if path.exists() else files
