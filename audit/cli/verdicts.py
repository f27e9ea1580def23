"""The commands that need no table: grade and render."""

from audit.cli.flags import Day, Gate, NewFolder, Paper, Screen, StoredRun, Terms
from audit.cli.flags_edition import ForWhom, parse_editions
from audit.cli.spread import with_flags


@with_flags
def grade(
    stored: StoredRun,
    terms: Terms,
    day: Day,
    gate: Gate,
    folder: NewFolder,
    paper: Paper,
    whom: ForWhom,
    screen: Screen,
) -> None:
    """Hold a measured run against a policy; no table is needed."""
    from audit import api
    from audit.cli.outcome import leave
    from audit.cli.parsing import parse_formats

    formats, editions = parse_formats(paper.formats), parse_editions(whom)
    assessment = api.load(
        stored.run,
        policy=terms.policy,
        context=terms.context,
        waivers=terms.waivers,
        as_of=None if day.as_of is None else day.as_of.date(),
        regrade=True,
    )
    saved = None
    if folder.out is not None:
        only = gate.report_only
        saved = api.save(
            assessment, folder.out, formats=formats, report_only=only, editions=editions
        )
    leave(assessment, saved, screen=screen, gate=gate)


@with_flags
def render(
    stored: StoredRun, gate: Gate, folder: NewFolder, paper: Paper, whom: ForWhom, screen: Screen
) -> None:
    """Write the report of a graded run again, beside it or elsewhere."""
    from audit import api
    from audit.cli.outcome import tell_missing, written
    from audit.cli.parsing import parse_formats
    from audit.cli.screen import say

    formats, editions = parse_formats(paper.formats), parse_editions(whom)
    only = gate.report_only
    if folder.out is None:
        saved = api.rerender(stored.run, formats=formats, report_only=only, editions=editions)
    else:
        assessment = api.load(stored.run)
        saved = api.save(
            assessment, folder.out, formats=formats, report_only=only, editions=editions
        )
    tell_missing(saved)
    if not screen.is_silent:
        say([written(saved)])
