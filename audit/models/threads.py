"""How many threads a fit takes.

The threads of boosting wait for one another, in busy loops, at every node of every tree. On tables
of ten thousand rows a second one gains next to nothing, and where other programs work too it makes
a fit a hundred times slower.
"""

from contextlib import AbstractContextManager
from typing import Any

from threadpoolctl import threadpool_limits


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which learners are fitted by one thread."""
    return threadpool_limits(1, user_api="openmp")  # type: ignore[no-any-return]
