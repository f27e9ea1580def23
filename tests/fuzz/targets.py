"""Every reader of foreign bytes, each as a function of bytes that must end in order.

In order means: it returns, or raises an `AuditError` whose message is a few lines that are safe to
print. Anything else is a finding. That messages hold no cell is tested where cells are known.
"""

import tempfile
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from audit.api.judging import grade
from audit.data.faults import Faulty
from audit.data.metadata import choose_table, parse_metadata
from audit.data.release import Release, read_release
from audit.data.sheet import Limits
from audit.errors import AuditError
from audit.facts.project import Project
from audit.policy.load import resolve
from audit.report.markdown import to_markdown
from audit.report.view import build_view
from audit.wire.checkpoint import checkpoint_from_bytes
from audit.wire.declared import declared_from_bytes
from audit.wire.policy import policy_from_bytes
from audit.wire.policy_tests import cases_from_bytes
from audit.wire.project import project_from_bytes
from audit.wire.run import run_from_bytes, run_to_bytes
from audit.wire.verdict import verdict_from_bytes, verdict_to_bytes
from audit.wire.waivers import waivers_from_bytes

LIMITS = Limits(file_bytes=1 << 20, table_bytes=32 << 20, columns=200)
LONGEST_MESSAGE = 60_000
GOOD = b"a,b\n" + b"".join(b"%d,%s\n" % (i % 7, b"xyz"[i % 3 : i % 3 + 1]) for i in range(12))


class FindingError(Exception):
    """A reader refused something in a way that no user should meet."""


@contextmanager
def in_order() -> Iterator[None]:
    """Let an error of ours pass, if it may be printed."""
    refused: AuditError | None = None
    try:
        yield
    except AuditError as error:
        refused = error
    if refused is not None:
        _require_fit_to_print(refused)


def _require_fit_to_print(error: AuditError) -> None:
    told = f"{error.message}\n{error.hint}"
    if error.exit_code not in (2, 3, 4, 5):
        raise FindingError(f"exit code {error.exit_code}")
    if not 0 < len(error.message) < LONGEST_MESSAGE:
        raise FindingError("an empty or endless message")
    if any(unicodedata.category(c) in ("Cc", "Cf", "Cs") for c in told if c != "\n"):
        raise FindingError("a message with control characters")


def _files(**tables: tuple[bytes, str]) -> Callable[[Path], Release]:
    def read(folder: Path) -> Release:
        named = {}
        for side, (content, suffix) in tables.items():
            file = folder / f"{side}{suffix}"
            file.write_bytes(content)
            named[side] = file.name
        return read_release(Project(**named), base=folder, limits=LIMITS)

    return read


def _read(**tables: tuple[bytes, str]) -> None:
    with tempfile.TemporaryDirectory(dir=_quick_place()) as folder, in_order():
        _files(**tables)(Path(folder))


def _quick_place() -> str | None:
    return "/dev/shm" if Path("/dev/shm").is_dir() else None


def csv(data: bytes) -> None:
    """A table as CSV: alone on one side, so that the other has a say, then on both."""
    _read(real=(data, ".csv"), synthetic=(data, ".csv"))


def csv_pair(data: bytes) -> None:
    """Two tables that were written by different hands; the first NUL parts them."""
    first, _, second = data.partition(b"\0")
    _read(real=(first, ".csv"), synthetic=(second, ".csv"), holdout=(first, ".csv"))


def parquet(data: bytes) -> None:
    """A table as Parquet."""
    _read(real=(data, ".parquet"), synthetic=(data, ".parquet"))


def metadata(data: bytes) -> None:
    """Metadata of SDV."""
    with tempfile.TemporaryDirectory(dir=_quick_place()) as folder:
        base = Path(folder)
        (base / "t.csv").write_bytes(GOOD)
        (base / "m.json").write_bytes(data)
        with in_order():
            stated = Project(real="t.csv", synthetic="t.csv", metadata="m.json", name="t")
            read_release(stated, base=base, limits=LIMITS)


def metadata_alone(data: bytes) -> None:
    """The same without tables, which is much quicker."""
    with suppress(Faulty):
        choose_table(parse_metadata(data), "t", ["a", "b"])


def project(data: bytes) -> None:
    """An `audit.yaml`."""
    with in_order():
        project_from_bytes(data, "audit.yaml")


def policy(data: bytes) -> None:
    """A policy that somebody wrote, with its parents."""
    with tempfile.TemporaryDirectory(dir=_quick_place()) as folder:
        (Path(folder) / "p.yaml").write_bytes(data)
        with in_order():
            resolve("p.yaml", base=Path(folder))


def policy_json(data: bytes) -> None:
    """A policy that was resolved."""
    with in_order():
        policy_from_bytes(data)


def policy_tests(data: bytes) -> None:
    """Cases of a policy."""
    with in_order():
        cases_from_bytes(data, "cases.yaml")


def waivers(data: bytes) -> None:
    """Waivers."""
    with in_order():
        waivers_from_bytes(data)


def declared(data: bytes) -> None:
    """What was declared."""
    with in_order():
        declared_from_bytes(data)


def run(data: bytes) -> None:
    """A `run.json`: read, written again, graded, and put on a page."""
    with in_order():
        read = run_from_bytes(data)
        assert run_from_bytes(run_to_bytes(read)) == read
        judged = grade(read)
        assert judged.verdict.status != "met" or judged.verdict.findings
        to_markdown(build_view(read, judged.verdict, judged.policy, judged.declared))


def verdict(data: bytes) -> None:
    """A `verdict.json`: read and written again."""
    with in_order():
        read = verdict_from_bytes(data)
        assert verdict_from_bytes(verdict_to_bytes(read)) == read


def checkpoint(data: bytes) -> None:
    """What an interrupted run left."""
    with in_order():
        checkpoint_from_bytes(data)


TARGETS: dict[str, Callable[[bytes], None]] = {
    "csv": csv,
    "csv-pair": csv_pair,
    "parquet": parquet,
    "metadata": metadata,
    "metadata-alone": metadata_alone,
    "project": project,
    "policy": policy,
    "policy-json": policy_json,
    "policy-tests": policy_tests,
    "waivers": waivers,
    "declared": declared,
    "run": run,
    "verdict": verdict,
    "checkpoint": checkpoint,
}
