"""Hostile files, and what a refusal of them may say."""

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from audit.data.release import Release, read_release
from audit.errors import DataError
from audit.facts.project import ColumnPlan, Project

CANARY = "ZQ7"
GOOD = b"age,city\n" + b"".join(b"%d,ZQ7town%d\n" % (20 + i % 7, i % 3) for i in range(12))

ReadBytes = Callable[..., Release]
Refuse = Callable[..., DataError]


@pytest.fixture
def good() -> bytes:
    return GOOD


@pytest.fixture
def read(tmp_path: Path) -> ReadBytes:
    """Write the tables given as bytes into files and read them as a release."""

    def reading(
        real: bytes = GOOD,
        synthetic: bytes = GOOD,
        holdout: bytes | None = None,
        *,
        columns: Mapping[str, ColumnPlan] | None = None,
        metadata: bytes | None = None,
        suffix: str = ".csv",
        digest_key: bytes | None = None,
        **project: object,
    ) -> Release:
        named: dict[str, str] = {}
        tables = {"real": real, "synthetic": synthetic, "holdout": holdout}
        for side, content in tables.items():
            if content is not None:
                name = f"{side}{suffix if not content.startswith(b'PAR1') else '.parquet'}"
                (tmp_path / name).write_bytes(content)
                named[side] = name
        if metadata is not None:
            (tmp_path / "metadata.json").write_bytes(metadata)
            named["metadata"] = "metadata.json"
        plan = Project(columns=columns or {}, **named, **project)  # type: ignore[arg-type]
        return read_release(plan, base=tmp_path, digest_key=digest_key)

    return reading


@pytest.fixture
def refused(read: ReadBytes) -> Refuse:
    """Read tables that must be refused, without a cell in the refusal or in what led to it."""

    def refusing(*tables: bytes, **options: object) -> DataError:
        with pytest.raises(DataError) as caught:
            read(*tables, **options)
        error = caught.value
        assert CANARY not in error.message + error.hint
        assert error.exit_code == 3
        link: BaseException | None = error
        while link is not None:
            assert CANARY not in str(link)
            link = link.__cause__ or link.__context__
        return error

    return refusing
