from pathlib import Path

import pytest

from audit.data.draft import draft_columns
from audit.errors import DataError
from audit.facts.schema import Kind, Role


def test_kinds_come_from_cells_and_roles_from_names(tmp_path: Path) -> None:
    rows = [f"{i},{20 + i % 9},n{i},{i % 5},{i * 0.37},{i % 3}" for i in range(60)]
    text = "row_id,AgeYears,surname,Diagnosis,percentage,ward\n" + "\n".join(rows)
    (tmp_path / "data.csv").write_text(text)

    drafted = draft_columns(tmp_path / "data.csv")

    direct = frozenset({Role.DIRECT_IDENTIFIER})
    assert {n: (p.kind, p.roles) for n, p in drafted.items()} == {
        "row_id": (Kind.IDENTIFIER, direct),
        "AgeYears": (Kind.INTEGER, frozenset({Role.QUASI_IDENTIFIER})),
        "surname": (Kind.IDENTIFIER, direct),
        "Diagnosis": (Kind.INTEGER, frozenset({Role.SENSITIVE})),
        "percentage": (Kind.CONTINUOUS, None),
        "ward": (Kind.INTEGER, None),
    }


def test_a_faulty_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data.csv").write_text("a,a\n1,ZQ7\n2,ZQ7\n")

    with pytest.raises(DataError) as caught:
        draft_columns(tmp_path / "data.csv")

    assert "names that come twice, in column 1, 2" in caught.value.message
    assert caught.value.__context__ is None
