"""One good table, and a call of the command line on a table that is not."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.command import Answer, call

CANARY = "ZQ7"
CITIES = "ABCDEFG"
HEADER = "age,city,code\n"
BODY = "".join(f"{20 + i % 50},{CANARY}town{CITIES[i % 7]},{i:05d}\n" for i in range(60))
GOOD = HEADER + BODY

Refuse = Callable[..., Answer]


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """Return a folder that holds a good table."""
    (tmp_path / "good.csv").write_text(GOOD)
    return tmp_path


@pytest.fixture
def looked(good: Path) -> Refuse:
    """Look at a table, as real and as synthetic data; return the answer, the same for both."""

    def look(content: bytes, suffix: str = ".csv", *words: object) -> Answer:
        file, other = good / f"table{suffix}", good / "good.csv"
        file.write_bytes(content)
        answers = [
            call("preflight", "--real", a, "--synthetic", b, *words)
            for a, b in ((file, other), (other, file))
        ]
        assert answers[0].code == answers[1].code
        for answer in answers:
            assert CANARY not in answer.text
            assert "Traceback" not in answer.text
            assert "internal error" not in answer.text
        return answers[0]

    return look
