from math import isnan

from benchmarks.speed.contest import Contestant, contest
from benchmarks.speed.turns import Failed, Timed


def contestant(name, order, seconds, scale=1.0):
    def turn():
        order.append(name)
        return Timed(seconds[order.count(name) - 1], answer=name, cpu=2 * seconds[0], peak=5)

    return Contestant(name, turn, scale)


def test_everybody_is_first_once_and_the_median_counts():
    order = []
    a, b = contest(
        [contestant("a", order, [3.0, 1.0, 2.0]), contestant("b", order, [1.0] * 3, scale=8.0)],
        turns=3,
    )
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert (a.seconds, a.spread, a.cpu, a.peak, a.turns) == (2.0, (1.0, 3.0), 6.0, 5, 3)
    assert (b.seconds, b.cpu, b.scale, b.fate) == (8.0, 16.0, 8.0, "")


def test_no_round_begins_without_patience():
    order = []
    (a,) = contest([contestant("a", order, [1.0] * 3)], turns=3, patience=-1.0)
    assert (a.turns, order) == (1, ["a"])


def test_who_is_stopped_or_fails_takes_no_further_turn():
    turns = []

    def stopped():
        turns.append("stopped")
        return Timed(60.0, None, stopped=True)

    def failing():
        turns.append("failing")
        raise Failed("could not be installed")

    places = contest([Contestant("s", stopped, 2.0), Contestant("f", failing)], turns=3)
    assert turns == ["stopped", "failing"]
    s, f = places
    # Half of the work was not done in a minute, so the whole takes more than two.
    assert (s.seconds, s.stopped, s.fate, s.answer) == (120.0, True, "stopped after 60 s", None)
    assert isnan(f.seconds)
    assert (f.fate, f.turns, f.stopped) == ("could not be installed", 0, False)
