"""The flags for long runs: what to take over from one that was interrupted, and when to move on."""

from dataclasses import dataclass
from functools import partial
from typing import Annotated

import typer

_limit = partial(typer.Option, rich_help_panel="Effort", show_envvar=False)


@dataclass(frozen=True, slots=True)
class Endurance:
    """How a long run comes to its end."""

    check_timeout: Annotated[
        float | None,
        _limit(
            envvar="SYNTHGATE_CHECK_TIMEOUT",
            metavar="SECONDS",
            min=1,
            help="For each check; one that takes longer is skipped, and the others go on.",
        ),
    ] = None
    # No environment variable: a report must not rest on an earlier run that no command shows.
    resume: Annotated[
        bool,
        _limit("--resume", help="Take over what an interrupted run into DIR had finished."),
    ] = False
