"""The native engine is optional: what happens without a compiler, without it, or when it is off."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from audit.space.neighbours import kernel
from audit.space.neighbours.answer import Owners
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points

ROOT = Path(__file__).parents[2]


def built(tmp_path, **environment):
    command = [sys.executable, "setup.py", "-q", "build_ext", "--force"]
    done = subprocess.run(
        [*command, "--build-lib", tmp_path / "lib", "--build-temp", tmp_path / "temp"],
        cwd=ROOT,
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=120,
    )
    return done, list((tmp_path / "lib").rglob("_kernel*.so"))


def test_an_install_without_a_compiler_still_works(tmp_path):
    done, libraries = built(tmp_path, CC="false", CXX="false")
    assert done.returncode == 0, done.stderr
    assert libraries == []


def test_a_package_without_the_library_answers_by_faiss():
    program = (
        "import sys; sys.modules['audit.space.neighbours._kernel'] = None\n"
        "import numpy as np\n"
        "from audit.api import neighbour_engine\n"
        "from audit.space.neighbours.search import nearest\n"
        "from audit.space.points import Metric, Points\n"
        "rows = Points(np.arange(9.)[:, None], np.zeros((9, 0), int), np.zeros(0), Metric.L1, 1.)\n"
        "found = nearest(rows, rows, k=2)\n"
        "print(neighbour_engine(), found.distances[:, 1].tolist() == [1.0] * 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout == "FAISS True\n", done.stderr


def test_the_switch(monkeypatch):
    monkeypatch.setenv("SYNTHGATE_KERNEL", "off")
    assert kernel.level() == ""
    monkeypatch.delenv("SYNTHGATE_KERNEL")
    assert kernel.level() in ("", "avx2", "avx512")


@pytest.mark.skipif(not kernel.level(), reason="the native engine was not built here")
def test_switched_off_it_is_not_called(monkeypatch):
    def refuse(*_args, **_kwargs):
        raise AssertionError

    monkeypatch.setattr("audit.space.neighbours.search.nearest_by_kernel", refuse)
    rows = Points(np.arange(4.0)[:, None], np.zeros((4, 0), int), np.zeros(0), Metric.L1, 1.0)
    asked = Points(rows.numbers + 0.25, rows.codes, rows.weights, Metric.L1, 1.0)
    with pytest.raises(AssertionError):
        nearest(asked, rows)
    monkeypatch.setenv("SYNTHGATE_KERNEL", "off")
    assert nearest(asked, rows).indices[:, 0].tolist() == [0, 1, 2, 3]


@pytest.mark.skipif(not kernel.level(), reason="the native engine was not built here")
def test_a_forked_process_can_search():
    program = (
        "import os, numpy as np\n"
        "from audit.space.neighbours.search import nearest\n"
        "from audit.space.points import Metric, Points\n"
        "rows = Points(np.random.default_rng(1).random((2000, 3)), np.zeros((2000, 0), int),\n"
        "              np.zeros(0), Metric.L1, 3.0)\n"
        "whole = nearest(rows, rows, k=2)\n"
        "if os.fork() == 0:\n"
        "    again = nearest(rows, rows, k=2)\n"
        "    os._exit(0 if (again.indices == whole.indices).all() else 1)\n"
        "print(os.waitstatus_to_exitcode(os.wait()[1]))"
    )
    command = [sys.executable, "-W", "ignore", "-c", program]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.stdout == "0\n", done.stderr


@pytest.mark.skipif(not kernel.level(), reason="the native engine was not built here")
def test_other_types_of_numbers_are_read_right():
    rng = np.random.default_rng(2)
    rows = Points(rng.random((90, 2)), np.zeros((90, 0), int), np.zeros(0), Metric.L2, 2.0)
    small = Points(rows.numbers.astype(np.float32), rows.codes, rows.weights, Metric.L2, 2.0)
    owner = np.arange(90, dtype=np.int32)
    found = nearest(small, small, k=2, owners=Owners(owner, owner))
    exact = Points(small.numbers.astype(np.float64), rows.codes, rows.weights, Metric.L2, 2.0)
    again = nearest(exact, exact, k=2, owners=Owners(owner, owner))
    np.testing.assert_array_equal(found.indices, again.indices)


@pytest.mark.skipif(not kernel.level(), reason="the native engine was not built here")
def test_arrays_of_the_wrong_size_are_refused():
    from audit.space.neighbours import _kernel

    values, none, reach = np.zeros((4, 1)), np.zeros((4, 0), dtype=np.int64), np.zeros((2, 1))
    with pytest.raises(ValueError, match="wrong size"):
        _kernel.build(values, none, np.zeros(0), reach, True, 1.0, 5, 1, 0, 1)
    index = _kernel.build(values, none, np.zeros(0), reach, True, 1.0, 4, 1, 0, 1)
    short, ids = np.empty((4, 1)), np.empty((4, 2), dtype=np.int64)
    with pytest.raises(ValueError, match="wrong size"):
        _kernel.query(index, values, none, 4, 2, None, None, short, ids, False, 1)
    with pytest.raises(ValueError, match="at least one"):
        _kernel.query(index, values, none, 4, 0, None, None, short, ids, False, 1)
