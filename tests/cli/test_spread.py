"""A command that names groups of flags gets each flag once, and the groups filled in."""

import inspect
from dataclasses import dataclass
from typing import Annotated

import typer
from typer.testing import CliRunner

from audit.cli.spread import with_flags


@dataclass(frozen=True)
class Place:
    where: Annotated[str, typer.Argument()]


@dataclass(frozen=True)
class Colour:
    red: Annotated[int, typer.Option()] = 1
    blue: Annotated[bool, typer.Option("--blue")] = False


seen: list[tuple[Place, Colour]] = []


@with_flags
def paint(place: Place, colour: Colour) -> None:
    """Paint a place."""
    seen.append((place, colour))


def test_the_signature_is_flat() -> None:
    assert list(inspect.signature(paint).parameters) == ["where", "red", "blue"]
    assert paint.__doc__ == "Paint a place."


def test_the_groups_arrive_filled_in() -> None:
    app = typer.Typer()
    app.command()(paint)
    seen.clear()
    assert CliRunner().invoke(app, ["wall", "--red", "3"]).exit_code == 0
    assert seen == [(Place("wall"), Colour(red=3, blue=False))]
