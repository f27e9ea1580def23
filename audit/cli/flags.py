"""The flags, each written once: name, environment variable, help.

A value comes from the flag, else from the environment, else from `audit.yaml`, else from the
default.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from audit.facts.judgement import Tier

_input = partial(typer.Option, rich_help_panel="Inputs", show_envvar=False)
_term = partial(typer.Option, rich_help_panel="Terms", show_envvar=False)
_limit = partial(typer.Option, rich_help_panel="Effort", show_envvar=False)
_output = partial(typer.Option, rich_help_panel="Output", show_envvar=False)


class Controls(StrEnum):
    """How much is done to learn whether this audit would have noticed a leak."""

    OFF = "off"
    FAST = "fast"
    FULL = "full"


@dataclass(frozen=True, slots=True)
class Inputs:
    """What is audited."""

    project: Annotated[
        Path | None,
        typer.Argument(
            metavar="AUDIT.YAML",
            help="What is audited, and who may know what of it.",
            show_default="audit.yaml, if it is here and no table is named",
        ),
    ] = None
    real: Annotated[
        str | None,
        _input(
            envvar="SYNTHGATE_REAL",
            metavar="TABLE",
            help="Records that the generator was trained on.",
        ),
    ] = None
    synthetic: Annotated[
        str | None,
        _input(envvar="SYNTHGATE_SYNTHETIC", metavar="TABLE", help="What is to be released."),
    ] = None
    holdout: Annotated[
        str | None,
        _input(
            envvar="SYNTHGATE_HOLDOUT",
            metavar="TABLE",
            help="Records of the same population that the generator never saw.",
        ),
    ] = None
    reference: Annotated[
        str | None,
        _input(
            envvar="SYNTHGATE_REFERENCE",
            metavar="TABLE",
            help="Other records of the population, for attacks that compare; no holdout.",
        ),
    ] = None
    metadata: Annotated[
        str | None,
        _input(
            envvar="SYNTHGATE_METADATA",
            metavar="FILE",
            help="Types of the columns, as SDV writes them.",
        ),
    ] = None
    # No environment variable: nothing must be imported by what no command and no file shows.
    plugins: Annotated[
        list[str] | None,
        _input(
            "--plugin",
            metavar="NAME",
            help="Run the checks of this installed plug-in too; may be repeated.",
        ),
    ] = None
    digest_key: Annotated[
        Path | None,
        _input(
            metavar="FILE",
            help="Key that binds the run to the real tables; SYNTHGATE_DIGEST_KEY may hold it.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the numbers are held against."""

    policy: Annotated[
        str | None,
        _term(
            envvar="SYNTHGATE_POLICY",
            metavar="NAME|FILE",
            help="What is held to be safe enough; see: synthgate policy list",
        ),
    ] = None
    context: Annotated[
        Tier | None,
        _term(envvar="SYNTHGATE_CONTEXT", help="To whom the release goes."),
    ] = None
    # No environment variable: nothing must be waived by what nobody sees in the command.
    waivers: Annotated[
        Path | None,
        _term(metavar="FILE", help="Which rules somebody accepts as broken or open, until when."),
    ] = None


@dataclass(frozen=True, slots=True)
class Day:
    """When it is graded."""

    as_of: Annotated[
        datetime | None,
        _term(
            metavar="DAY",
            formats=["%Y-%m-%d"],
            help="Hold waivers against this day, to repeat an earlier grading.",
            show_default="today, UTC",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Gate:
    """Whether the verdict opens and closes anything."""

    # No environment variable: a gate must not be opened by what nobody sees in the command.
    report_only: Annotated[
        bool,
        _term("--report-only", help="Answer 0 whatever the verdict, and mark every page."),
    ] = False


@dataclass(frozen=True, slots=True)
class Effort:
    """How hard to look."""

    only: Annotated[
        list[str] | None,
        _limit(metavar="CHECK", help="Run these alone; may be repeated."),
    ] = None
    skip: Annotated[
        list[str] | None,
        _limit(metavar="CHECK", help="Leave these out; may be repeated."),
    ] = None
    settings: Annotated[
        list[str] | None,
        _limit(
            "--set",
            metavar="CHECK.FIELD=VALUE",
            help="Set a parameter of a check; may be repeated.",
        ),
    ] = None
    controls: Annotated[
        Controls,
        _limit(
            envvar="SYNTHGATE_CONTROLS",
            help="Would this audit have noticed a leak? full tries every attack, and takes long.",
        ),
    ] = Controls.FAST
    seed: Annotated[
        int | None,
        _limit(
            envvar="SYNTHGATE_SEED",
            min=0,
            max=2**53 - 1,
            help="A seed that is given is flagged in the report.",
            show_default="derived from the synthetic table",
        ),
    ] = None
    jobs: Annotated[
        int | None,
        _limit(envvar="SYNTHGATE_JOBS", min=1, help="Threads.", show_default="one per core"),
    ] = None
    max_memory: Annotated[
        str | None,
        _limit(
            envvar="SYNTHGATE_MAX_MEMORY",
            metavar="SIZE",
            help="What the whole process may use.",
            show_default="8GiB",
        ),
    ] = None
    timeout: Annotated[
        float | None,
        _limit(
            envvar="SYNTHGATE_TIMEOUT",
            metavar="SECONDS",
            min=1,
            help="For all checks together; what is not done by then is skipped, and said so.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Folder:
    """Where the files go."""

    out: Annotated[
        Path,
        _output(
            envvar="SYNTHGATE_OUT",
            metavar="DIR",
            help="Where the files go; what a former run left there becomes DIR.previous.",
        ),
    ] = Path("synthgate-report")


@dataclass(frozen=True, slots=True)
class Restricted:
    """What only few may see."""

    # No environment variable: nobody must write personal data by what no command shows.
    people: Annotated[
        Path | None,
        _output(
            "--people",
            metavar="FILE",
            help="Write the evidence about every real person here: personal data, not in DIR.",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class NewFolder:
    """Where the files go, if anywhere."""

    out: Annotated[
        Path | None,
        _output(metavar="DIR", help="Write all files of the run here as well."),
    ] = None


@dataclass(frozen=True, slots=True)
class Paper:
    """Which renditions are made."""

    formats: Annotated[
        str | None,
        _output(
            "--format",
            envvar="SYNTHGATE_FORMAT",
            metavar="LIST",
            help="Some of pdf,html,json,junit,sarif,md.",
            show_default="all",
        ),
    ] = None


@dataclass(frozen=True, slots=True)
class Screen:
    """What is shown."""

    quiet: Annotated[
        bool,
        _output("--quiet", "-q", envvar="SYNTHGATE_QUIET", help="No progress and no summary."),
    ] = False
    as_json: Annotated[
        bool,
        _output("--json", help="Print one JSON object and nothing else."),
    ] = False

    @property
    def is_silent(self) -> bool:
        """Nobody is to be told how far things are."""
        return self.quiet or self.as_json


@dataclass(frozen=True, slots=True)
class StoredRun:
    """A run that was measured before."""

    run: Annotated[
        Path,
        typer.Argument(metavar="RUN", help="A run.json, or its folder.", show_default=False),
    ]
