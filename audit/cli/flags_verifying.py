"""The flags of verify: which tables, which day, how deep."""

from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

# No environment variables: what was compared must stand in the command.
_table = partial(typer.Option, rich_help_panel="Tables", show_envvar=False)
_depth = partial(typer.Option, rich_help_panel="How", show_envvar=False)


@dataclass(frozen=True, slots=True)
class Against:
    """The tables that the run is held against."""

    real: Annotated[
        str | None, _table(metavar="TABLE", help="Is it the real table that was audited?")
    ] = None
    synthetic: Annotated[
        str | None, _table(metavar="TABLE", help="Is it the synthetic table that was audited?")
    ] = None
    holdout: Annotated[str | None, _table(metavar="TABLE", help="Is it the holdout?")] = None
    reference: Annotated[str | None, _table(metavar="TABLE", help="Is it the reference table?")] = (
        None
    )
    digest_key: Annotated[
        Path | None,
        _table(
            metavar="FILE",
            help="Key that the run was bound to the real tables with; SYNTHGATE_DIGEST_KEY may "
            "hold it.",
        ),
    ] = None

    @property
    def given(self) -> dict[str, str | Path]:
        """The tables that were named."""
        sides = ("real", "synthetic", "holdout", "reference")
        named = {side: getattr(self, side) for side in sides}
        return {side: path for side, path in named.items() if path is not None}


@dataclass(frozen=True, slots=True)
class Depth:
    """How deep to look, and when."""

    ledger: Annotated[
        str | None,
        _depth(
            metavar="FILE|URL",
            help="Is the verdict in this ledger, and was no entry removed or edited?",
        ),
    ] = None

    rendered: Annotated[
        bool,
        _depth("--rendered", help="Make the report again, too, and compare; takes seconds."),
    ] = False
    as_of: Annotated[
        datetime | None,
        _depth(
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="The day of relying on the verdict.",
            show_default="today, UTC",
        ),
    ] = None
