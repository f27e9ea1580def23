"""A comparison in words: for the house with columns, for a pull request without."""

from dataclasses import replace

import pytest

from audit.facts.comparison import ApartCode, Gap, Move, Trend
from audit.policy.comparison import comparison
from audit.report.comparison import comparison_view
from audit.report.comparison_markdown import to_comparison_markdown
from audit.report.sentences import has, keys
from tests.golden.test_golden import copied
from tests.policy.sample import copies, measured, safe_run, with_measurements
from tests.policy.test_comparison import current, renewed, side
from tests.report.conftest import HOSTILE

SECRET = {"secret": "income", "knows": "all"}


def test_every_code_has_a_sentence() -> None:
    assert {c.value for c in ApartCode} == set(keys("apart"))
    assert {g.value for g in Gap} == set(keys("gap"))
    assert {m.value for m in Move} == set(keys("move"))
    assert {t.value for t in Trend} | {"exact"} == set(keys("trend"))
    assert set(keys("apart_noun")) <= set(keys("apart"))
    assert has("comparison", "not_approved")


def test_the_house_reads_which_secret_outsiders_do_not() -> None:
    leak = measured("excess", (0.3, 0.25, 0.35), SECRET)
    new = with_measurements(safe_run(), "attribute-inference-worst-case", leak)
    found = comparison(side(current(safe_run())), side(current(renewed(new))))
    (row,) = comparison_view(found).worse
    assert "income" in row.name
    assert "25.0 to 35.0" in row.after
    outside = comparison_view(found, is_external=True)
    assert (outside.worse, outside.better) == ((), ())
    assert outside.counted.endswith(
        "1 worse beyond the intervals, 0 better beyond the intervals, "
        f"{len(found.of_trend(Trend.WITHIN))} within the intervals."
    )


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_do_nothing(name: str) -> None:
    old = current(safe_run())
    new = renewed(old)
    columns = tuple(
        replace(c, name=name) if i == 0 else c for i, c in enumerate(old.release.columns)
    )
    new = replace(new, release=replace(new.release, unit=name, columns=columns))
    found = comparison(side(old), side(new))
    text = to_comparison_markdown(comparison_view(found, is_external=True), "Gate.")
    assert name not in text
    assert "zip" not in text
    assert "<script" not in text
    assert not any(line.startswith("::") for line in text.splitlines())
    inside = comparison_view(found)
    assert not any("\x1b" in line or "\u202e" in line for line in inside.obstacles)
    assert any("2 columns" in line for line in inside.obstacles)


def test_small_numbers_of_people_are_not_told() -> None:
    """6 of 10,000 people: a rate gives the count away."""
    few = with_measurements(safe_run(), "identical-match", *copies(real=6, p=1e-9, high=0.0018))
    found = comparison(side(current(safe_run())), side(current(renewed(few))))
    text = to_comparison_markdown(comparison_view(found, is_external=True))
    assert "fewer than 11 people" in text
    assert "0.06" not in text


def test_the_worst_stands_first_and_what_is_as_before_is_counted() -> None:
    better = comparison(side(current(copied())), side(current(renewed(safe_run()))))
    text = to_comparison_markdown(comparison_view(better, is_external=True))
    assert text.startswith("# No rule regressed.\n")
    assert text.count("| better | better beyond the intervals |") == 3
    assert "As before: 26 rules." in text
