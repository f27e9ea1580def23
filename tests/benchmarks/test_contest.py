import sys

import pytest

from benchmarks.speed.contest import Contestant, Timed, contest, elsewhere, here


def test_everybody_is_first_once_and_the_median_counts():
    order, seconds = [], {"a": [3.0, 1.0, 2.0], "b": [1.0, 1.0, 1.0]}

    def contestant(name, scale=1.0):
        def turn():
            order.append(name)
            return Timed(seconds[name][order.count(name) - 1], answer=name)

        return Contestant(name, turn, scale)

    a, b = contest([contestant("a"), contestant("b", scale=8.0)], turns=3)
    assert order == ["a", "b", "b", "a", "a", "b"]
    assert (a.seconds, a.spread, a.answer) == (2.0, (1.0, 3.0), "a")
    assert (b.seconds, b.scale) == (8.0, 8.0)


def test_work_in_this_process_gives_its_answer():
    turn = here(lambda: 6 * 7)()
    assert turn.answer == 42
    assert turn.seconds >= 0


def test_a_program_of_its_own_is_timed_and_weighed(tmp_path):
    path = tmp_path / "answer"
    hold = f"x = bytearray(64 << 20); open({str(path)!r}, 'w').write('42'); raise SystemExit(10)"
    turn = elsewhere([sys.executable, "-c", hold], fine=(0, 10), read=path)()
    assert turn.answer == b"42"
    assert turn.peak > 64 << 20
    with pytest.raises(RuntimeError, match="ended with 10"):
        elsewhere([sys.executable, "-c", hold])()


def test_memory_of_the_bystander_is_not_counted():
    ballast = bytearray(256 << 20)
    turn = elsewhere([sys.executable, "-c", "pass"])()
    assert turn.peak < len(ballast)
