"""What holds for every test: nothing outside its own folders is written."""

import os
from collections.abc import Iterator

import pytest

from tests.postgresql import Server, running


@pytest.fixture(scope="session", autouse=True)
def _no_ledger_in_the_home_of_the_user() -> None:
    """Verdicts of tests are recorded nowhere, unless a test names a ledger of its own."""
    os.environ["SYNTHGATE_LEDGER"] = "none"


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Server]:
    """Return a server of our own; skipped where it is not installed, unless it is required."""
    with running() as server:
        yield server
