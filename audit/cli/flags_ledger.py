"""The flag that says where verdicts are recorded, and what follows from it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from audit.cli.flags_signing import Signing

if TYPE_CHECKING:
    from audit.api import Assessment, Ledger
    from audit.evidence.signing import Signer

NONE = "none"
DEFAULT = "~/.local/share/synthgate/ledger.sqlite"


@dataclass(frozen=True, slots=True)
class Kept:
    """Where the verdict is recorded."""

    ledger: Annotated[
        str | None,
        typer.Option(
            envvar="SYNTHGATE_LEDGER",
            metavar="FILE|URL",
            rich_help_panel="Output",
            show_envvar=False,
            help="Where the verdict is recorded: an SQLite file, a PostgreSQL address, or none.",
            show_default=DEFAULT,
        ),
    ] = None


def ledger_from(kept: Kept) -> "Ledger | None":
    """Return the ledger that was asked for, the default one, or none."""
    from audit.api import Ledger
    from audit.evidence.ledger import default_place

    if kept.ledger == NONE:
        return None
    return Ledger(kept.ledger) if kept.ledger else Ledger(default_place(), is_named=False)


class Proofs(TypedDict):
    """What stands behind the files of a run."""

    ledger: "Ledger | None"
    signer: "Signer | None"


def proofs_from(kept: Kept, signing: Signing, out: Path) -> Proofs:
    """Return where the verdict is recorded, and who signs what is attested of it."""
    from audit.cli.keys import signer_from

    return Proofs(ledger=ledger_from(kept), signer=signer_from(signing, out))


def noted(assessment: "Assessment", kept: Kept) -> "Assessment":
    """Record the verdict of a grading; the default ledger is told loudly where it cannot be.

    Raises
    ------
    RenderError
        If a ledger that was named cannot be written.
    """
    from audit import api
    from audit.cli.screen import warn
    from audit.errors import RenderError
    from audit.facts.history import Kind

    ledger = ledger_from(kept)
    if ledger is None:
        return assessment
    try:
        return api.record(assessment, ledger, kind=Kind.GRADE)
    except RenderError as told:
        if ledger.is_named:
            raise
        warn(f"the verdict was NOT recorded: {told.message}")
    return assessment
