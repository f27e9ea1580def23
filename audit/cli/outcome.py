"""How a command ends: what is shown, and which exit code."""

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NoReturn

import typer

from audit.api import Assessment, Saved
from audit.cli.flags import Gate, Screen
from audit.cli.screen import emit, say, warn
from audit.evidence.bundle import VERDICT
from audit.facts.measurement import AuditRun
from audit.wire.run import run_to_bytes

_MEANING = {0: "criteria met", 10: "criteria not met", 11: "inconclusive"}


def show(assessment: Assessment, saved: Saved | None, *, screen: Screen, tail: str = "") -> None:
    """Show a decision as lines or as JSON, and tell loudly what could not be made."""
    if saved is not None:
        tell_missing(saved)
    if screen.as_json:
        emit(assessment.to_files()[VERDICT])
    elif not screen.quiet:
        say([*assessment.summary(), "", *_places(saved), *_recorded(assessment), tail])


def leave(assessment: Assessment, saved: Saved | None, *, screen: Screen, gate: Gate) -> NoReturn:
    """Show a decision and end with the code of its verdict."""
    code = assessment.exit_code
    ended = 0 if gate.report_only else code
    instead = "; --report-only answers 0" if ended != code else ""
    show(assessment, saved, screen=screen, tail=f"Exit code {told(code)}{instead}.")
    raise typer.Exit(ended)


def show_measured(run: AuditRun, folder: Path, *, screen: Screen) -> None:
    """Show that a run was measured, or the run as JSON."""
    if screen.as_json:
        emit(run_to_bytes(run))
    elif not screen.quiet:
        say([f"Measured. Grade it with: synthgate grade {folder.name}"])


def tell_missing(saved: Saved) -> None:
    """Tell loudly what nobody asked for by name and could not be made."""
    for name, reason in saved.missing.items():
        warn(f"{name} was NOT made: {reason}")


def tell_people(file: Path | None) -> None:
    """Tell loudly of a file that holds personal data."""
    if file is not None:
        warn(
            f"{file.name} holds PERSONAL DATA: evidence about every real person, by row number. "
            "It is no part of the report; keep it with the real records, or delete it"
        )


def told(code: int) -> str:
    """Return the exit code of a verdict with its meaning."""
    return f"{code} ({_MEANING[code]})"


def command_line() -> tuple[str, ...]:
    """Return the command as it was given."""
    return ("synthgate", *sys.argv[1:])


def written(saved: Saved) -> str:
    """Return where the files are."""
    return f"Written to {saved.folder}: {', '.join(sorted(saved.files))}"


def _recorded(assessment: Assessment) -> Iterator[str]:
    if assessment.history is not None:
        yield f"Recorded in the ledger as no. {assessment.history.sequence}; see: synthgate history"


def _places(saved: Saved | None) -> Iterator[str]:
    if saved is not None:
        yield written(saved)
