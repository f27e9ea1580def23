import sys
import time
from pathlib import Path

import pytest

from benchmarks.speed.account import measured
from benchmarks.speed.turns import Failed, accounted, elsewhere, here

PROGRAM = """
import os, sys
VERSION = "1.2"
def prepared(asked):
    print("noise")
    if asked["way"] == "crash":
        raise ValueError("no such way")
    def work():
        print("more noise")
        return bytearray(asked["hold"])
    return work
def told(found, asked):
    return {"held": len(found), "beside": [p for p in sys.path if p.endswith("speed")]}
"""


@pytest.fixture
def program(tmp_path):
    path = tmp_path / "program.py"
    path.write_text(PROGRAM)
    return path


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
    assert 0 < turn.cpu <= 2 * turn.seconds + 1
    with pytest.raises(Failed, match="ended with 10"):
        elsewhere([sys.executable, "-c", hold])()


def test_memory_of_the_bystander_is_not_counted():
    ballast = bytearray(256 << 20)
    turn = elsewhere([sys.executable, "-c", "pass"])()
    assert turn.peak < len(ballast)


def test_at_the_limit_everything_that_was_started_ends(tmp_path):
    pid = tmp_path / "pid"
    turn = elsewhere(["sh", "-c", f"sleep 60 & echo $! > {pid}; wait"], limit=1.5)()
    assert (turn.stopped, turn.seconds, turn.answer) == (True, 1.5, None)
    assert is_gone(int(pid.read_text()))


def is_gone(pid):
    for _ in range(50):
        stat = Path(f"/proc/{pid}/stat")
        if not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z":
            return True
        time.sleep(0.05)
    return False


def test_a_program_gives_account_of_its_work(program):
    turn = accounted(Path(sys.executable), program, {"way": "fine", "hold": 32 << 20})()
    assert turn.answer == {"held": 32 << 20, "beside": []}
    assert (turn.version, turn.stopped) == ("1.2", False)
    assert turn.peak > 32 << 20
    assert turn.cpu >= 0


def test_what_a_program_says_last_is_why_it_failed(program):
    with pytest.raises(Failed, match="ValueError: no such way"):
        accounted(Path(sys.executable), program, {"way": "crash"})()


def test_only_the_work_is_on_the_clock(monkeypatch):
    order = []

    def clock():
        order.append("clock")
        return float(len(order))

    class Program:
        VERSION = "3"

        @staticmethod
        def prepared(asked):
            order.append("prepared")
            return lambda: order.append("work")

        @staticmethod
        def told(found, asked):
            order.append("told")
            return asked["x"]

    monkeypatch.setattr(time, "perf_counter", clock)
    account = measured(Program, {"x": 5})
    assert order == ["prepared", "clock", "work", "clock", "told"]
    assert (account["seconds"], account["value"], account["version"]) == (2.0, 5, "3")
