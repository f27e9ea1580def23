"""Folders are looked at hundreds of times here; the policy of ours is read from YAML once."""

from collections.abc import Iterator
from functools import cache
from unittest.mock import patch

import pytest

from audit.policy.load import resolve


@pytest.fixture(scope="session", autouse=True)
def _one_reading_of_the_policies() -> Iterator[None]:
    with patch("audit.evidence.verification.graded.resolve", cache(resolve)):
        yield
