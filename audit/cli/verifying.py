"""The command that tells whether a folder is what it was."""

import typer

from audit.cli.flags import Screen
from audit.cli.flags_signing import Looked, Sealed
from audit.cli.flags_verifying import Against, Depth
from audit.cli.spread import with_flags


@with_flags
def verify(folder: Sealed, keys: Looked, tables: Against, depth: Depth, screen: Screen) -> None:
    """Tell whether anything in the folder of a run was changed, and whether it still holds.

    Answers 0 if nothing differs and 5 if anything does, whatever the verdict. What has expired is
    a warning: nobody changed it.
    """
    from audit import api
    from audit.cli.inputs import key_from
    from audit.cli.screen import emit, say
    from audit.cli.verifying_words import verification_lines
    from audit.wire.verification import verification_to_bytes

    key = key_from(tables.digest_key) if tables.given.keys() - {"synthetic"} else None
    found = api.verify(
        folder.path,
        public_keys=keys.public_key or (),
        tables=tables.given,
        digest_key=key,
        as_of=None if depth.as_of is None else depth.as_of.date(),
        ledger=depth.ledger,
        rendered=depth.rendered,
    )
    if screen.as_json:
        emit(verification_to_bytes(found))
    elif not screen.quiet:
        say(verification_lines(found))
    raise typer.Exit(found.exit_code)
