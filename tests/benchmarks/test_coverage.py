import pytest

from benchmarks.calibration.cells import Cell, Sizes
from benchmarks.calibration.coverage import covered, kept, names
from benchmarks.calibration.draws import EACH_VARIANT, Draw, Ruled, Seen, from_lines, to_line
from benchmarks.calibration.page import faults, tables
from benchmarks.calibration.populations import INVENTED, draw_release
from benchmarks.calibration.power import found
from benchmarks.calibration.settings import ALIKE, UNUSUAL, Amounts, plan, private_cells, wanted

CELL = Cell("planted", Sizes(60, 40, 50))


def seen(low, high, p, **scope):
    return Seen("linkability.excess", scope, 0.0, low, high, 0.0, p, exact=False)


def draw(number, *parts, status="pass", promised=0.9):
    ruled = Ruled("internal-sharing", "LK-1", "linkability.excess", status, None, promised)
    verdicts = {"gdpr-anonymisation-wp29": "inconclusive", "internal-sharing": "met"}
    return Draw(CELL, number, parts, (ruled,), verdicts)


def test_misses_are_counted_end_by_end():
    draws = [draw(0, seen(0.1, 0.2, 0.01)), draw(1, seen(-0.2, -0.1, 0.9)), draw(2, seen(-1, 1, 1))]
    low, high, p = covered(draws, "linkability.excess", "")
    assert (low.value, high.value, p.value) == pytest.approx((1 / 3, 1 / 3, 1 / 3))
    # Three draws of three at 5 % have probability 1.25e-4, so all three are within the band.
    assert low.limit == 1.0


def test_variants_of_one_draw_count_as_one():
    draws = [draw(0, seen(0.1, 0.2, None, split="1"), seen(-1, 1, None, split="2"))]
    assert names(draws) == [("linkability.excess", EACH_VARIANT)]
    coverage = covered(draws, "linkability.excess", EACH_VARIANT)
    assert (coverage.low.value, coverage.low.n, coverage.p) == (0.5, 1, None)


def test_a_rule_that_passes_less_often_than_promised_is_named():
    # Promised 36 of 40 with sd 1.9: 20 are beyond 3.9 sd.
    draws = [draw(i, seen(-1, 1, 1), status="pass" if i < 20 else "fail") for i in range(40)]
    assert kept(draws, "internal-sharing", "LK-1").is_broken
    assert "LK-1" in faults(draws)[0]


def test_too_many_misses_are_named():
    # P(binomial(40, .05) > 9) < 1e-4 <= P(> 8).
    sound = [draw(i, seen(0.1 if i < 9 else -1, 1, 1)) for i in range(40)]
    assert faults(sound) == []
    loud = [draw(i, seen(0.1 if i < 10 else -1, 1, 1)) for i in range(40)]
    assert "`linkability.excess`: low in 25.0% of 40 draws" in faults(loud)[0]


def test_a_draw_survives_the_store_of_its_own_code():
    kept_draw = draw(3, seen(0.1, None, 0.01, over="worst"))
    line = to_line(kept_draw, "abc")
    assert list(from_lines([line], "abc")) == [kept_draw]
    assert list(from_lines([line], "other")) == []
    # A study that was killed may leave half a line.
    assert list(from_lines([line[:-9], line], "abc")) == [kept_draw]


def test_the_page_shows_every_measurement():
    draws = [draw(i, seen(-1, 1, 0.5)) for i in range(2)]
    draws.append(Draw(CELL._replace(leak=0.1), 0, (seen(0.1, 1, 0.01),), (), draws[0].verdicts))
    text = tables(draws)
    assert "| `linkability.excess` | 0.0% | 0.0% | 0.0% | 2 |" in text
    assert found(draws[2:], "linkability.excess").significant == 1.0


@pytest.mark.parametrize("population", INVENTED)
def test_a_leak_puts_nested_copies_in_the_place_of_rows(population):
    copies = []
    for leak in (0.0, 0.1, 0.5):
        release = draw_release(Cell(population, CELL.sizes, leak), 5)
        tables = (release.real, release.holdout, release.synthetic)
        assert tuple(t.n_people for t in tables) == CELL.sizes
        real = {k.tobytes() for k in release.real.keys}
        copies.append(real & {k.tobytes() for k in release.synthetic.keys})
    assert copies[0] <= copies[1] <= copies[2]
    assert len(copies[2]) >= len(copies[0]) + 20


def test_all_populations_are_drawn_two_hundred_times_and_more():
    cells = private_cells(Amounts())
    assert set(ALIKE) == set(INVENTED)
    usual = {cell: n for cell, n in cells.items() if max(cell.sizes[:2]) <= 400}
    assert len(usual) == len(ALIKE) + len(UNUSUAL)
    assert sum(usual.values()) >= 200
    shapes = {cell.sizes for cell in usual}
    assert any(s.real == 4 * s.holdout for s in shapes)
    assert any(s.holdout == 4 * s.real for s in shapes)
    assert any(s.synthetic == 5 * s.real for s in shapes)
    assert any(max(s) <= 120 for s in shapes)


def test_the_plan_counts_each_draw_once():
    # Private releases at the foot of the ladders are those of the first part.
    amounts = Amounts(draws=3, medium=0, large=0, adult=0, rungs=2, releases=1)
    both = list(wanted(("null", "power"), amounts))
    assert len(both) == len(set(both))
    assert [k for k in both if k[0].is_private] == list(wanted(("null",), amounts))
    # Ten settings three times: 30 x 6.5 s = 3.25 minutes.
    said = "30 draws, 30 of them private, about 3 minutes"
    assert said in plan(wanted(("null",), amounts))


def test_people_of_the_clustered_population_have_records_in_one_table_only():
    release = draw_release(Cell("clustered", Sizes(50, 30, 40)), 1)
    assert release.real.n_rows > release.real.n_people == 50
    names = [set(t.codes["person"]) for t in (release.real, release.holdout, release.synthetic)]
    assert len(set.union(*names)) == sum(map(len, names)) == 120
