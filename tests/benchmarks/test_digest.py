"""What is said about code, and how it is laid out, makes no draw void; what it does makes all."""

from benchmarks.calibration.digest import FIRST, imported, meaning

CODE = '''
"""A module."""
LIMIT = 3
"""How far."""

def far(x: int) -> bool:
    """Tell whether it is far."""
    return x > LIMIT
'''


def test_comments_docstrings_and_layout_do_not_count():
    said = CODE.replace("How far.", "The farthest.").replace("LIMIT = 3", "LIMIT  =  3  # why")
    assert said != CODE
    assert meaning(said) == meaning(CODE)


def test_what_is_computed_counts():
    assert meaning(CODE.replace("LIMIT = 3", "LIMIT = 4")) != meaning(CODE)
    assert meaning(CODE.replace("x > LIMIT", "x >= LIMIT")) != meaning(CODE)


def test_a_function_that_only_speaks_is_still_code():
    assert meaning('def f():\n    """Nothing."""\n') != meaning("")


def test_what_draws_counts_and_what_prints_does_not():
    names = {path.name for path in imported(FIRST)}
    assert {"draws.py", "leaks.py", "invented.py", "histogram.py", "population.py"} <= names
    assert not names & {"page.py", "power_page.py", "private_page.py", "coverage.py", "study.py"}
