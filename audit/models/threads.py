"""How many threads a fit takes.

The threads of boosting wait for one another, in busy loops, at every node of every tree. On tables
of ten thousand rows a second one gains next to nothing, and where other programs work too it makes
a fit a hundred times slower.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, TypeVar

from threadpoolctl import threadpool_limits

T = TypeVar("T")


def at_once(fits: Sequence[Callable[[], T]], *, jobs: int) -> list[T]:
    """Run independent fits side by side, each by one thread; answers in the order asked.

    One limit holds for all of them: each setting its own would undo that of the others.

    Parameters
    ----------
    jobs
        Fits at the same time, at least 1.
    """
    with one_thread():
        if jobs < 2 or len(fits) < 2:
            return [fit() for fit in fits]
        with ThreadPoolExecutor(jobs) as workers:
            return [done.result() for done in [workers.submit(fit) for fit in fits]]


def one_thread() -> AbstractContextManager[Any]:
    """Return a context in which learners are fitted by one thread."""
    return threadpool_limits(1, user_api="openmp")  # type: ignore[no-any-return]
