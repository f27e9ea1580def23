"""The command that drafts a project file, for a person to confirm."""

from pathlib import Path
from typing import Annotated

import typer


def init(
    data: Annotated[str, typer.Argument(metavar="DATA", help="The real table.")],
    synthetic: Annotated[
        str | None, typer.Option(metavar="TABLE", help="What is to be released.")
    ] = None,
    holdout: Annotated[
        str | None,
        typer.Option(metavar="TABLE", help="Records that the generator never saw."),
    ] = None,
    out: Annotated[Path, typer.Option(metavar="FILE", help="Where the draft goes.")] = Path(
        "audit.yaml"
    ),
) -> None:
    """Draft an audit.yaml: types found, roles suggested; a person confirms them."""
    from audit.cli.draft import draft_project, write_new
    from audit.cli.screen import say

    text = draft_project(data, synthetic=synthetic, holdout=holdout, folder=out.parent)
    write_new(out, text)
    say(
        [
            f"Wrote {out}.",
            "Read every line: the roles are guesses from the names of the columns.",
            f"Then look before attacking: synthgate preflight {out.name}",
        ]
    )
