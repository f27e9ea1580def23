"""What is told of the machine and the command: enough to repeat the run, nothing to enter by."""

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from audit.evidence.execution import Execution, execution_to_bytes, plain_command

BERLIN = timezone(timedelta(hours=2))


def test_times_are_utc_and_seconds_are_per_check() -> None:
    execution = Execution(
        started=datetime(2026, 7, 1, 14, 0, 0, tzinfo=BERLIN),
        ended=datetime(2026, 7, 1, 12, 0, 9, 999, tzinfo=UTC),
        seconds={"linkability": 1.23456},
        jobs=2,
        command=("synthgate", "run"),
    )
    told = json.loads(execution_to_bytes(execution))
    assert told["schema"] == "synthgate.execution/v1"
    assert told["started"] == "2026-07-01T12:00:00Z"
    assert told["ended"] == "2026-07-01T12:00:09Z"
    assert told["seconds"] == {"linkability": 1.235}
    assert told["environment"]["jobs"] == 2
    assert told["environment"]["libraries"]["numpy"]


@pytest.mark.parametrize(
    ("word", "told"),
    [
        ("/home/ada/secret-project/real.parquet", "real.parquet"),
        ("C:\\Users\\ada\\real.csv", "real.csv"),
        ("--real=/data/real.csv", "--real=real.csv"),
        ("out/", "out"),
        ("postgresql://ada:hunter2@db.internal/people", "postgresql://…"),
        ("--real=postgresql://ada:hunter2@db.internal/people", "--real=postgresql://…"),
        ("sqlite:////home/ada/people.db", "sqlite://…"),
        ("host=db password=hunter2", "…"),
        ("linkability.k=3", "linkability.k=3"),
        ("--only", "--only"),
        ("\x1b[31mred", "[31mred"),
    ],
)
def test_the_command_keeps_base_names_and_no_credentials(word: str, told: str) -> None:
    assert plain_command([word]) == (told,)
