"""The commands that only look something up: explain and schema."""

from typing import Annotated

import typer


def explain(
    name: Annotated[
        str, typer.Argument(metavar="CHECK-OR-RULE", help="For example linkability, or LK-1.")
    ],
    policy: Annotated[
        str | None, typer.Option(metavar="NAME|FILE", help="The policy that has the rule.")
    ] = None,
    plugin: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="The plug-in that has the check; may be repeated."),
    ] = None,
) -> None:
    """Say what a check does and means, or what a rule asks and why."""
    from audit.cli.explaining import explained
    from audit.cli.parsing import parse_lists
    from audit.cli.screen import say

    say(explained(name, policy, plugins=parse_lists(plugin or ())))


def schema(
    name: Annotated[
        str,
        typer.Argument(
            metavar="NAME",
            help="run, verdict, diff, policy, policy-tests, policy-test, policy-diff, declared, "
            "project, waivers, preflight, execution, manifest, attestation, statement, "
            "verification, history or ledger.",
        ),
    ],
) -> None:
    """Print the JSON Schema of one of our files."""
    from audit.cli.screen import emit
    from audit.wire.schemas import schema_text

    emit(schema_text(name).encode())
