"""A PostgreSQL of our own for the tests: made in a temporary folder, reached by a socket alone."""

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import pytest

REQUIRED = "SYNTHGATE_REQUIRE_POSTGRES"
USER = "synthgate"
_PATIENCE = 60


def programs() -> Path | None:
    """Return the folder of PostgreSQL's programs; Debian keeps them out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parts[-2]))
    on_path = shutil.which("initdb")
    places = [*([Path(on_path).resolve().parent] if on_path else []), *found]
    whole = [p for p in places if (p / "initdb").is_file() and (p / "postgres").is_file()]
    return whole[-1] if whole else None


@dataclass(frozen=True)
class Server:
    """A running server."""

    socket: Path
    numbers: Iterator[int] = field(default_factory=count)

    def url(self, database: str, *, password: str = "") -> str:
        login = f"{USER}:{password}" if password else USER
        return f"postgresql://{login}@/{database}?host={self.socket}"

    def execute(self, database: str, *statements: str) -> None:
        import psycopg

        target = f"host={self.socket} user={USER} dbname={database}"
        with psycopg.connect(target, autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def new_database(self) -> str:
        """Make an empty database and return its name."""
        name = f"test_{next(self.numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name}")
        return name


@contextlib.contextmanager
def running() -> Iterator[Server]:
    """Make a cluster, run it, and remove it."""
    found = programs()
    if found is None:
        reason = "PostgreSQL is not installed: apt-get install postgresql"
        if os.environ.get(REQUIRED):
            pytest.fail(f"{REQUIRED} is set, and {reason}")
        pytest.skip(reason)
    folder = Path(tempfile.mkdtemp(prefix="synthgate-pg-"))
    # PostgreSQL refuses to run as root.
    account = _unprivileged()
    as_whom = {} if account is None else {"user": account, "group": _group(account)}
    as_whom |= {"extra_groups": []} if account else {}
    if account is not None:
        shutil.chown(folder, account)
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": folder}
    try:
        make = [str(found / "initdb"), "-D", "data", "-U", USER, "-A", "trust", "-E", "UTF8"]
        make += ["--locale=C", "--no-sync"]
        subprocess.run(make, check=True, timeout=_PATIENCE, **quiet, **as_whom)  # type: ignore[call-overload]
        start = [str(found / "postgres"), "-D", "data", "-k", str(folder)]
        for setting in ("listen_addresses=", "fsync=off", "full_page_writes=off"):
            start += ["-c", setting]
        server = subprocess.Popen(start, **quiet, **as_whom)  # type: ignore[call-overload]
        try:
            _wait(folder, server)
            yield Server(folder)
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(_PATIENCE)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> str | None:
    if os.geteuid() != 0:
        return None
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"


def _group(account: str) -> int:
    return pwd.getpwnam(account).pw_gid


def _wait(folder: Path, server: "subprocess.Popen[bytes]") -> None:
    import psycopg

    until = time.monotonic() + _PATIENCE
    while True:
        try:
            psycopg.connect(f"host={folder} user={USER} dbname=postgres").close()
        except psycopg.OperationalError:
            assert server.poll() is None, "PostgreSQL ended while it started"
            assert time.monotonic() < until, "PostgreSQL did not start"
            time.sleep(0.05)
        else:
            return
