"""Every part of the people stands in one table, who carries the pass first."""

from dataclasses import replace
from types import ModuleType

import pytest

from audit.facts.estimate import Estimate
from audit.facts.measurement import Measurement, Result
from audit.report.parts_table import part_words, parts_tables
from audit.report.strips import INK, MID, WIDTH, part_strip


def part(name: str, subset: str, value: float, **more: str) -> Measurement:
    estimate = Estimate(value, round(value - 0.04, 6), round(value + 0.04, 6), 0.95, "by hand")
    return Measurement(name, estimate, 1_200, {"subset": subset, **more}, p_value=0.2)


def inference(sample: ModuleType, *measurements: Measurement) -> Result:
    result = sample.not_met().run.result("attribute-inference-worst-case")
    return replace(result, measurements=measurements)


def test_who_carries_the_pass_comes_first_then_who_was_declared(sample: ModuleType) -> None:
    found = inference(
        sample,
        part("excess", "decile-9", 0.02),
        part("excess", "decile-10", 0.03),
        part("excess", "incomplete", 0.01),
        part("excess", "women", 0.05),
        part("excess", "others", 0.05),
        part("excess", "vulnerable", 0.08),
        part("excess", "vulnerable", 0.08, secret="age"),
        part("disparity_excess", "vulnerable", 0.06),
    )
    (table,) = parts_tables([found])
    assert [row.name for row in table.rows] == [
        "most vulnerable people",
        "women, declared",
        "people with gaps",
        "tenth 10 by exposure, who stand most alone",
        "tenth 9 by exposure",
    ]
    row = table.rows[1]
    assert (row.people, row.value, row.ends, row.p_value) == ("1,200", "5.0", "1.0 to 9.0", "0.20")
    assert table.more == (
        "Excess among the vulnerable less that among the rest: 6.0 points (2.0 to 10.0)"
    )
    assert "but for that of the most vulnerable" in table.scope


def test_of_a_single_attack_the_worst_parts_are_shown(sample: ModuleType) -> None:
    tenths = [part("excess", f"decile-{i}", i / 1_000, over="worst") for i in range(1, 11)]
    rest = [part("excess", name, 0.0, over="worst") for name in ("women", "vulnerable")]
    whole = sample.not_met().run.result("linkability")
    (table,) = parts_tables([replace(whole, measurements=(*tenths, *rest))])
    assert [row.name for row in table.rows] == [
        "most vulnerable people",
        "women, declared",
        "tenth 10 by exposure, who stand most alone",
        "tenth 9 by exposure",
        "tenth 8 by exposure",
        "tenth 7 by exposure",
    ]
    assert table.more == "and 6 more, in run.json"


def test_people_are_told_from_statements_and_variants_left_out(sample: ModuleType) -> None:
    found = inference(
        sample,
        part("excess", "vulnerable", 0.08, k="1", over="worst"),
        part("excess", "vulnerable", 0.07, k="1", split="2"),
        part("excess", "decile-1", 0.0, k="1", over="worst"),
    )
    (table,) = parts_tables([found])
    assert [row.value for row in table.rows] == ["8.0", "0"]
    assert table.caption == "Parts of the people: Attribute inference"
    counted = inference(sample, part("excess", "vulnerable", 0.08, counted="people"))
    (table,) = parts_tables([counted])
    assert table.scope.startswith("people, not statements; each by itself")
    matched = inference(sample, part("meaningful_excess", "vulnerable", 0.02))
    (table,) = parts_tables([matched])
    assert table.rows[0].value == "2.0"


def test_no_part_no_table(sample: ModuleType) -> None:
    assert not list(parts_tables([inference(sample)]))


def test_names_in_words() -> None:
    assert part_words("decile-3") == "tenth 3 by exposure"
    assert part_words("decile-x") == "decile-x, declared"
    assert part_words("rare-category") == "people of rare categories"


def test_parts_are_drawn_between_no_effect_and_a_round_number(sample: ModuleType) -> None:
    whole = Measurement("excess", Estimate(0.02, 0.0, 0.04, 0.95, "by hand"), 9_000)
    found = inference(sample, whole, part("excess", "women", 0.08), part("excess", "men", -0.01))
    (table,) = parts_tables([found])
    # The farthest end is 12 points: the axis ends at 20, and its middle is 10.
    assert table.axis == ("0", "10", "20")
    assert table.has_whole
    women = table.rows[1].strip
    assert (women.value, women.low, women.high) == pytest.approx((0.4, 0.2, 0.6))
    assert women.whole == pytest.approx(0.1)
    assert women.alt == "women, declared: 8.0, 4.0 to 12.0."
    drawn = part_strip(women)
    # No effect stands a fifth from the left: 8 of 20 points lie at .2 + .4 * .8 of the width.
    assert f'cx="{0.52 * (WIDTH - 1) + 0.5:.2f}"' in drawn
    assert INK in drawn
    assert MID in drawn
    assert drawn.count("<circle") == 1


def test_without_a_measurement_of_everybody_no_line_of_theirs_is_drawn(sample: ModuleType) -> None:
    (table,) = parts_tables([inference(sample, part("auc", "vulnerable", 0.56))])
    assert not table.has_whole
    assert table.rows[0].strip.whole is None
    assert table.axis[0] == "0.5"
    assert MID not in part_strip(table.rows[0].strip)
