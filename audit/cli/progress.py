"""Progress on stderr: which check, how much, how long still. Off where nobody watches."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Protocol, TypeAlias


class Step(Protocol):
    """What the harness says of itself while it measures."""

    @property
    def check_id(self) -> str:
        """The check that runs."""

    @property
    def index(self) -> int:
        """How many checks are done."""

    @property
    def total(self) -> int:
        """How many checks there are."""


OnProgress: TypeAlias = Callable[[Step], None]


@contextmanager
def progress_bar(*, silent: bool) -> Iterator[OnProgress | None]:
    """Show a bar with the time still to go; yield what is to be called at every step.

    Yields None where stderr is no terminal, or where silence was asked for.
    """
    if silent or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading", total=None)

        def show(step: Step) -> None:
            bar.update(task, description=step.check_id, completed=step.index, total=step.total)

        yield show
