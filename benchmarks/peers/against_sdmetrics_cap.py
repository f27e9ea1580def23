"""sdmetrics: correct attribution of a secret of UCI Adult, known some of the other categories."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.peers.bouts import Bout, Effort, Peer, Task, bout
from benchmarks.speed.files import write_parts
from benchmarks.speed.tables import ADULT

SIZES = (2_000, 4_000, 10_000)
KNOWN = ("education", "marital", "occupation", "race", "relationship", "sex")
SECRET = "income"


@dataclass(frozen=True)
class Metric:
    """A metric of sdmetrics, and the number of our check that is its complement."""

    name: str
    ours: str | None
    """None where our check has no such number."""
    largest: int = SIZES[-1]
    """Size up to which it is run."""


METRICS = (
    Metric("CategoricalCAP", "cap"),
    Metric("CategoricalZeroCAP", None, SIZES[1]),
    Metric("CategoricalGeneralizedCAP", "gcap"),
    Metric("DisclosureProtection", None, SIZES[1]),
)


def bouts(peer: Peer, effort: Effort, *, data: Path | None) -> Iterator[Bout]:
    """Yield each metric at all sizes, only the smallest if quick; nothing without the table."""
    folder = data / "adult" if data is not None else None
    if folder is None or not folder.is_dir():
        return
    whole = {side: folder / name for side, name in ADULT.items()}
    for n in SIZES[: 1 if effort.is_quick else None]:
        with TemporaryDirectory() as made:
            rows = dict.fromkeys(whole, n)
            files = write_parts(whole, Path(made), rows=rows, columns=[*KNOWN, SECRET])
            for metric in METRICS:
                if n <= metric.largest:
                    yield _bout(metric, n, peer, files, effort)


def _bout(metric: Metric, n: int, peer: Peer, files: Mapping[str, str], effort: Effort) -> Bout:
    asked = {"files": files, "known": KNOWN, "secrets": [SECRET], "metric": metric.name}
    ours = [Task("synthgate, the same counts", {**asked, "work": "attribution"})]
    if metric.ours is not None:
        # All sets of known columns are tried: the nearest are found however far they are.
        check = {"check": "correct-attribution", "parameters": {"subsets": 2 ** len(KNOWN)}}
        ours.append(Task("synthgate, correct-attribution", {**asked, "work": "check", **check}))
    return bout(
        f"{metric.name}, Adult, {SECRET} from {len(KNOWN)} columns, {n:,} people and {n:,} records",
        peer,
        asked,
        ours,
        effort=effort,
        shown=("cap", "zero_cap", "gcap", "score", f"{metric.ours}_control"),
        alike=len(ours),
    )
