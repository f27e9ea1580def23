"""What to do without a holdout stands where membership is not assessed, and nowhere else."""

from audit.report.ladder import steps_down
from audit.report.pieces import plain
from audit.report.shapes import View


def test_the_steps_are_in_order_and_end_in_what_must_not_be_done() -> None:
    made = steps_down()
    first_words = [step[0].text for step in made.steps]
    assert first_words == [
        "Hold out and generate again.",
        "Bring a holdout from elsewhere:",
        "Use the real table alone.",
        "Guessing alone is no control.",
    ]
    assert all(step[0].strong for step in made.steps)
    assert plain(made.never).startswith("Never make a holdout of synthetic records")


def test_it_stands_in_the_section_on_membership_alone(
    views: dict[str, View], pages: dict[str, bytes]
) -> None:
    shown = {s.anchor for s in views["no_holdout"].sections if s.ladder is not None}
    assert shown == {"membership"}
    assert b"What to do without a holdout" in pages["no_holdout"]
    assert not any(s.ladder for s in views["not_met"].sections)
    assert b"What to do without a holdout" not in pages["not_met"]
