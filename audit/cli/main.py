"""`synthgate`: the commands put together, and the one place where errors end."""

import sys
from typing import Annotated

import typer

from audit.cli import (
    audits,
    differing,
    drafting,
    history,
    lookup,
    policies,
    signing,
    verdicts,
    verifying,
)
from audit.cli.boundary import guarded
from audit.version import VERSION

app = typer.Typer(
    name="synthgate",
    no_args_is_help=True,
    add_completion=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    pretty_exceptions_enable=False,
)
for command in (
    audits.demo,
    audits.run,
    audits.preflight,
    drafting.init,
    audits.measure,
    verdicts.grade,
    verdicts.render,
    differing.diff,
    history.history,
    verifying.verify,
    signing.sign,
    signing.keygen,
    lookup.explain,
    lookup.schema,
):
    app.command()(command)
app.add_typer(policies.app, name="policy")


def _version(wanted: bool) -> None:
    if wanted:
        from audit.api import neighbour_engine

        typer.echo(f"synthgate {VERSION} (nearest neighbours: {neighbour_engine()})")
        raise typer.Exit


@app.callback()
def _common(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Tell the version."),
    ] = False,
) -> None:
    """Decide, with evidence, whether a synthetic dataset may be released.

    A value comes from its flag, else from the environment (SYNTHGATE_POLICY for --policy), else
    from audit.yaml, else from the default.

    Exit codes: 0 criteria met, 2 wrong usage, 3 bad input, 4 not completed, 5 integrity mismatch,
    10 criteria not met, 11 inconclusive.
    """


def main() -> None:
    """Run the command line and end the process with its exit code."""
    sys.exit(guarded(lambda: app(prog_name="synthgate")))
