from audit.report.screen import decision_lines
from audit.report.shapes import View


def test_verdict_sentence_and_three_blocks_in_order(views: dict[str, View]) -> None:
    lines = decision_lines(views["not_met"])
    assert lines[0] == "Criteria not met"
    assert lines[3].startswith("Someone who knows all other columns")
    titles = ("What was found", "What could not be decided", "What was assumed")
    places = [lines.index(t) for t in titles]
    assert places == sorted(places)
    assert "To decide it, cheapest first:" in lines
    assert any(line.startswith("  1. Coarsen") for line in lines)


def test_nothing_open_is_said(views: dict[str, View]) -> None:
    lines = decision_lines(views["met"])
    assert lines[lines.index("What could not be decided") + 1] == "  - Nothing."


def test_one_width_of_space(views: dict[str, View]) -> None:
    for view in views.values():
        text = "\n".join(decision_lines(view))
        assert "\u202f" not in text
        assert "\u00a0" not in text


def test_no_control_character_reaches_the_terminal(hostile_view: View) -> None:
    text = "".join(decision_lines(hostile_view))
    assert all(c.isprintable() for c in text)
    assert not [line for line in decision_lines(hostile_view) if line.startswith("::")]
