from audit.report.markdown import to_markdown
from audit.report.shapes import View


def test_it_opens_with_the_verdict_and_ends_with_the_legal_line(views: dict[str, View]) -> None:
    text = to_markdown(views["not_met"])
    assert text.startswith("# Criteria not met\n")
    assert "nor a determination that the data are anonymous" in text.splitlines()[-1]
    assert text.count("\n| ") == 20 + 2


def test_what_failed_stands_first(views: dict[str, View]) -> None:
    rows = [r for r in to_markdown(views["not_met"]).splitlines() if r.startswith("| ")]
    assert rows[2].endswith("| not met |")
    assert rows[5].endswith("| inconclusive |")


def test_outsiders_read_no_column_and_no_small_count(views: dict[str, View], sample) -> None:
    for name in ("not_met", "inconclusive", "no_holdout"):
        text = to_markdown(views[name])
        for column, *_ in sample.COLUMNS:
            if "_" in column:
                assert column not in text.replace("\\", "")


def test_ends_are_rounded_outward_to_half_points(views: dict[str, View]) -> None:
    row = next(r for r in to_markdown(views["not_met"]).splitlines() if r.startswith("| IN-1 "))
    # 7.1 to 10.3 becomes 7.0 to 10.5.
    assert "between 7.0 and 10.5 points; limit 5.0 points." in row


def test_hostile_names_stay_text(hostile_view: View) -> None:
    text = to_markdown(hostile_view)
    assert "<script>" not in text
    assert "\x1b" not in text
    assert "&lt;script\\>" in text
    lines = text.splitlines()
    assert not [line for line in lines if line.startswith("::")]
    assert sum(line.startswith("#") for line in lines) == 1


def test_bold_never_holds_an_edge_space(views: dict[str, View]) -> None:
    text = to_markdown(views["not_met"])
    pieces = text.split("**")
    assert len(pieces) % 2 == 1
    assert all(p == p.strip() for p in pieces[1::2])
