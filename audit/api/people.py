"""The evidence about single people: when it can be had, and where it may be written."""

from pathlib import Path

from audit.api.measuring import Measured
from audit.api.plan import Plan
from audit.errors import RenderError
from audit.evidence.restricted import require_place, write_restricted
from audit.text import safe_text


def require_people(file: Path | None, plan: Plan, *, folder: Path) -> None:
    """Refuse, before anything is measured, a file that could not be written.

    Raises
    ------
    UsageError
        If it would lie in the folder of the run, or overwrite what is no former file of its kind.
    RenderError
        If a holdout is missing, or was not split from the real people at random.
    """
    if file is None:
        return
    require_place(file, folder=folder)
    if plan.project.holdout is None:
        raise _impossible(
            file,
            "there is no holdout, so nothing is known of people who were never in the data",
            "Name one with --holdout, or leave --people out.",
        )
    if not plan.project.split.is_exchangeable:
        raise _impossible(
            file,
            "real and holdout were not split at random, or the holdout was used, so chance "
            "explains no difference between them",
            "Draw a new holdout at random, or leave --people out.",
        )


def write_people(file: Path | None, measured: Measured, *, folder: Path) -> None:
    """Write the file if it was asked for.

    Raises
    ------
    RenderError
        If the attacks on membership did not come to an end, or the file cannot be written.
    """
    if file is None:
        return
    if measured.people is None:
        raise _impossible(
            file,
            "the check membership-worst-case did not come to its end",
            f"All other files are in {safe_text(folder.name)}; they say why.",
        )
    write_restricted(file, measured.people, folder=folder)


def _impossible(file: Path, why: str, hint: str) -> RenderError:
    return RenderError(f"{safe_text(file.name)} cannot be written: {why}", hint)
