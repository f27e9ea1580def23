"""What holds for every test: nothing outside its own folders is written."""

import os

import pytest


@pytest.fixture(scope="session", autouse=True)
def _no_ledger_in_the_home_of_the_user() -> None:
    """Verdicts of tests are recorded nowhere, unless a test names a ledger of its own."""
    os.environ["SYNTHGATE_LEDGER"] = "none"
