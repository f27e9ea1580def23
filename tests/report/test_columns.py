import csv
import io

from audit.report.columns import to_columns
from audit.report.shapes import View


def rows(view: View) -> list[list[str]]:
    return list(csv.reader(io.StringIO(to_columns(view).decode())))


def test_every_column_is_there_the_most_exposed_first(views: dict[str, View], sample) -> None:
    read = rows(views["not_met"])
    assert len(read) == 1 + len(sample.COLUMNS)
    assert read[1] == [
        "diagnosis_group",
        "categorical",
        "secret, quasi-identifier",
        "declared",
        "9.1",
    ]


def test_a_negative_number_stays_a_number(views: dict[str, View]) -> None:
    numbers = [r[4] for r in rows(views["not_met"])[1:] if r[4]]
    assert [float(n) for n in numbers] == sorted((float(n) for n in numbers), reverse=True)


def test_no_cell_is_a_formula(hostile_view: View) -> None:
    for row in rows(hostile_view)[1:]:
        assert not row[0].lstrip().startswith(("=", "+", "-", "@"))
