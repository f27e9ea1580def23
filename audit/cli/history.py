"""The command that tells what was audited before."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from audit.cli.flags_ledger import DEFAULT


class Form(StrEnum):
    """How the history is printed."""

    TEXT = "text"
    MARKDOWN = "md"


def history(
    release: Annotated[
        str | None,
        typer.Argument(metavar="RELEASE", help="Its name in audit.yaml.", show_default="all"),
    ] = None,
    ledger: Annotated[
        str | None,
        typer.Option(
            envvar="SYNTHGATE_LEDGER",
            metavar="FILE|URL",
            show_envvar=False,
            help="An SQLite file, or a PostgreSQL address.",
            show_default=DEFAULT,
        ),
    ] = None,
    check: Annotated[
        bool,
        typer.Option("--check", help="Follow the chain; 5 if entries were removed or edited."),
    ] = False,
    head: Annotated[
        str | None,
        typer.Option(metavar="SHA256", help="With --check: an entry that must still be there."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="As text, or as Markdown.")] = Form.TEXT,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """List the verdicts of a ledger, and how each measure of a release went."""
    from audit import api
    from audit.cli import history_words as words
    from audit.cli.screen import emit, say, warn
    from audit.evidence.ledger import default_place
    from audit.wire.ledger import ledger_to_bytes

    place = words.place_of(ledger, default_place())
    if check or head:
        say(words.chain_lines(place, head=head))
        return
    is_new = not ledger and not Path(place).exists()
    found = () if is_new else api.past_of(place, release)
    if found and words.is_broken(place):
        warn("entries of the ledger were removed or edited; see: synthgate history --check")
    if as_json:
        emit(ledger_to_bytes(found))
    elif form is Form.MARKDOWN:
        emit(words.markdown(found).encode())
    else:
        say(words.past_lines(found, release))
