"""What the project and the metadata say, and which of them goes first."""

from audit.facts.measurement import Severity
from audit.facts.project import ColumnPlan
from audit.facts.schema import Kind, Role


def test_the_project_goes_before_the_metadata(read, good: bytes) -> None:
    metadata = b"""{"columns": {
        "age": {"sdtype": "categorical"}, "city": {"sdtype": "city"}, "gone": {"sdtype": "id"}},
        "sequence_key": "city", "colour": 1}"""
    plans = {"city": ColumnPlan(Kind.CATEGORICAL)}

    release = read(good, good, columns=plans, metadata=metadata)

    assert release.schema["age"].kind is Kind.CATEGORICAL
    assert release.schema["age"].kind_declared
    assert not release.schema["age"].roles_declared
    assert release.schema["city"].kind is Kind.CATEGORICAL
    assert release.schema["city"].roles == {Role.DIRECT_IDENTIFIER}
    assert {n.code: n.status for n in release.notes} == {
        "metadata_columns_unknown": Severity.WARNING,
        "metadata_sequence_key": Severity.WARNING,
        "metadata_unknown_keys": Severity.WARNING,
    }


def test_faulty_metadata_is_told_beside_faulty_tables(refused, good: bytes) -> None:
    error = refused(b"", good, metadata=b"{ZQ7")

    assert error.message.splitlines() == [
        "real (real.csv): is empty",
        "metadata: is no JSON (line 1)",
    ]
