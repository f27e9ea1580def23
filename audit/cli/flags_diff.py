"""The flags of `synthgate diff`."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer


class DiffFormat(StrEnum):
    """How a comparison is printed."""

    TEXT = "text"
    MD = "md"


@dataclass(frozen=True, slots=True)
class TwoRuns:
    """What is compared."""

    old: Annotated[
        Path,
        typer.Argument(metavar="OLD", help="A graded run: its folder, or its run.json."),
    ]
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The run after it.")]


@dataclass(frozen=True, slots=True)
class DiffOutput:
    """How the comparison is told, and whether it gates."""

    form: Annotated[
        DiffFormat,
        typer.Option("--format", help="md is for a pull request: no columns, no small counts."),
    ] = DiffFormat.TEXT
    as_json: Annotated[bool, typer.Option("--json", help="Print the whole comparison as JSON.")] = (
        False
    )
    # No environment variable: a gate must not be opened or closed by what nobody sees.
    gate: Annotated[
        bool,
        typer.Option(
            "--gate",
            help="Answer 10 if a rule regressed and 11 if the two cannot be compared.",
        ),
    ] = False
