"""For whom the report is made."""

from dataclasses import dataclass
from typing import Annotated, TypedDict

import typer

from audit.cli.flags import Gate, Paper
from audit.cli.parsing import parse_formats, parse_list
from audit.errors import UsageError

EDITIONS = ("internal", "external")


@dataclass(frozen=True, slots=True)
class ForWhom:
    """Which editions are made."""

    # No environment variable: what outsiders read must not be widened by what no command shows.
    edition: Annotated[
        str | None,
        typer.Option(
            "--edition",
            metavar="LIST",
            help="internal, external (for outsiders, in DIR/external) or both.",
            rich_help_panel="Output",
            show_envvar=False,
            show_default="internal",
        ),
    ] = None


class Pages(TypedDict):
    """What is made of an assessment, as the API takes it."""

    formats: tuple[str, ...] | None
    report_only: bool
    editions: tuple[str, ...] | None


def pages_from(paper: Paper, gate: Gate, whom: ForWhom) -> Pages:
    """Return what is to be made, for whom, and whether it opens no gate.

    Raises
    ------
    UsageError
        If there is no such format or edition.
    """
    formats, editions = parse_formats(paper.formats), parse_editions(whom)
    return Pages(formats=formats, report_only=gate.report_only, editions=editions)


def parse_editions(asked: ForWhom) -> tuple[str, ...] | None:
    """Return the editions that were asked for by name; None where nothing was.

    Raises
    ------
    UsageError
        If there is no such edition.
    """
    if asked.edition is None:
        return None
    named = parse_list(asked.edition)
    unknown = [name for name in named if name not in EDITIONS]
    if unknown or not named:
        raise UsageError(
            f"--edition does not know {unknown[0] if unknown else 'an empty list'}",
            "The editions are internal and external.",
        )
    return named
