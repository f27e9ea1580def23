"""The commands that need no table: grade and render."""

from audit.cli.flags import Day, Gate, NewFolder, Paper, Screen, StoredRun, Terms
from audit.cli.flags_edition import ForWhom, pages_from
from audit.cli.flags_ledger import Kept, noted
from audit.cli.flags_signing import Signing
from audit.cli.spread import with_flags


@with_flags
def grade(
    stored: StoredRun,
    terms: Terms,
    day: Day,
    gate: Gate,
    folder: NewFolder,
    kept: Kept,
    signing: Signing,
    paper: Paper,
    whom: ForWhom,
    screen: Screen,
) -> None:
    """Hold a measured run against a policy; no table is needed."""
    from audit import api
    from audit.cli.keys import signer_from
    from audit.cli.outcome import leave

    pages, signer = pages_from(paper, gate, whom), signer_from(signing, folder.out)
    loaded = api.load(
        stored.run,
        policy=terms.policy,
        context=terms.context,
        waivers=terms.waivers,
        as_of=None if day.as_of is None else day.as_of.date(),
        regrade=True,
    )
    assessment, saved = noted(loaded, kept), None
    if folder.out is not None:
        saved = api.save(assessment, folder.out, signer=signer, **pages)
    leave(assessment, saved, screen=screen, gate=gate)


@with_flags
def render(
    stored: StoredRun,
    gate: Gate,
    folder: NewFolder,
    signing: Signing,
    paper: Paper,
    whom: ForWhom,
    screen: Screen,
) -> None:
    """Write the report of a graded run again, beside it or elsewhere."""
    from audit import api
    from audit.cli.keys import signer_from
    from audit.cli.outcome import tell_missing, written
    from audit.cli.screen import say

    pages = pages_from(paper, gate, whom)
    signer = signer_from(signing, folder.out or stored.run)
    if folder.out is None:
        saved = api.rerender(stored.run, signer=signer, **pages)
    else:
        saved = api.save(api.load(stored.run), folder.out, signer=signer, **pages)
    tell_missing(saved)
    if not screen.is_silent:
        say([written(saved)])
