import yaml

from audit.report.next_steps import to_next_steps
from audit.report.shapes import View


def test_every_assumption_is_a_line_that_declares_it(views: dict[str, View], sample) -> None:
    text = to_next_steps(views["no_holdout"])
    read = yaml.safe_load(text)
    assert read["context"] == {"tier": "public", "recipients": ""}
    assert read["policy"] == "gdpr-anonymisation-wp29"
    assert read["parameters"] == {"sensitivity": "high"}
    assert read["unit_of_privacy"] == "row"
    assert read["release"] == {"holdout": ""}
    assert read["split"] == {"how": "random", "stated_by": ""}
    assert list(read["columns"]) == [c[0] for c in sample.COLUMNS]
    assert read["columns"]["age"] == {"role": ["quasi_identifier", "sensitive"]}
    assert read["evidence"]["authorisation"] == {"by": "", "date": ""}
    assert read["evidence"]["dpia_reference"] == {"document": ""}


def test_the_remedies_stand_above_as_comments(views: dict[str, View]) -> None:
    lines = to_next_steps(views["inconclusive"]).splitlines()
    assert any(line.startswith("#   1. State who authorised the attacks") for line in lines)


def test_what_was_declared_is_left_out(views: dict[str, View]) -> None:
    read = yaml.safe_load(to_next_steps(views["met"]))
    assert set(read) == {"columns", "assigned_by"}
    assert set(read["columns"]) == {"insurance_type", "cost_band"}


def test_hostile_names_are_quoted_or_left_out(hostile_view: View, sample) -> None:
    text = to_next_steps(hostile_view)
    read = yaml.safe_load(text)
    assert set(read) <= {"parameters", "columns", "assigned_by", "earlier_releases", "generator"}
    assert "\x1b" not in text


def test_names_come_back_as_they_were(sample) -> None:
    from audit.report.view import build_view

    made = sample.no_holdout()
    names = ("on", "null", "1", "a: b", "é", "- x", "{a}", "#c", "a\x1bb", "ok_name")
    columns = tuple(
        sample.ColumnFacts(n, "integer", ("quasi_identifier", "nonsense"), "assumed") for n in names
    )
    release = sample.replace(made.run.release, columns=columns)
    run = sample.replace(made.run, release=release)
    text = to_next_steps(build_view(run, *made.parts[1:]))
    read = yaml.safe_load(text)["columns"]
    assert list(read) == [n for n in names if "\x1b" not in n]
    assert all(v == {"role": ["quasi_identifier"]} for v in read.values())
    assert "# 1 more column" in text
