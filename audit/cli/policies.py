"""The commands about policies: list, show, validate, test, diff, validity."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="What a release is held against.", no_args_is_help=True)
Named = Annotated[
    str, typer.Argument(metavar="NAME|FILE", help="A built-in policy, or a YAML file.")
]
Either = Annotated[
    str, typer.Argument(metavar="NAME|FILE|DIR", help="A policy, its file, or a graded run.")
]
Plugin = Annotated[
    list[str] | None,
    typer.Option(metavar="NAME", help="A plug-in whose checks it grades; may be repeated."),
]


@app.command("list")
def list_policies() -> None:
    """List the built-in policies."""
    from audit.cli.screen import say
    from audit.policy.load import profiles, resolve

    for name in profiles():
        policy = resolve(name)
        say([f"{name} {policy.version}", f"  {policy.intent}"])


@app.command("show")
def show_policy(
    name: Named,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the resolved policy as JSON.")
    ] = False,
    plugin: Plugin = None,
) -> None:
    """Show every rule of a policy, with its limits and where they come from."""
    from audit import api
    from audit.cli.parsing import parse_lists
    from audit.cli.screen import emit, say
    from audit.cli.terms import policy_lines
    from audit.policy.load import resolve
    from audit.wire.policy import policy_to_bytes

    policy = resolve(name, plugins=api.cards_of(parse_lists(plugin or ())))
    if as_json:
        emit(policy_to_bytes(policy))
    else:
        say(policy_lines(policy))


@app.command("validate")
def validate_policy(name: Named, plugin: Plugin = None) -> None:
    """Tell whether a policy is whole, and whether every measure it names exists."""
    from audit import api
    from audit.cli.parsing import parse_lists
    from audit.cli.screen import say
    from audit.policy.load import resolve

    policy = resolve(name, plugins=api.cards_of(parse_lists(plugin or ())))
    say([f"{policy.id} {policy.version} is valid: {len(policy.rules)} rules"])


@app.command("test")
def try_policy(
    name: Named,
    tests: Annotated[
        Path, typer.Argument(metavar="TESTS", help="YAML file of cases and expected findings.")
    ],
    runs: Annotated[
        list[Path] | None,
        typer.Option(
            metavar="DIR|FILE",
            help="Where the stored runs are; may be repeated. The folder of TESTS if not given.",
        ),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the outcome as JSON.")] = False,
) -> None:
    """Hold a policy against stored runs and what you expect of it; no data is needed.

    Answers 0 if every expectation holds and 3 if one does not: the policy or its tests are wrong,
    and no release was judged.
    """
    from audit import api
    from audit.cli.policy_words import trial_lines
    from audit.cli.screen import emit, say
    from audit.errors import PolicyError
    from audit.wire.policy_tests import trial_to_bytes

    trial = api.try_stored(name, tests, runs=runs or ())
    if as_json:
        emit(trial_to_bytes(trial))
    else:
        say(trial_lines(trial, tests.name))
    if trial.mismatches:
        raise typer.Exit(PolicyError.exit_code)


@app.command("diff")
def diff_policies(
    before: Either,
    after: Either,
    as_json: Annotated[bool, typer.Option("--json", help="Print the difference as JSON.")] = False,
    plugin: Plugin = None,
) -> None:
    """Tell what one policy asks more or less than another; the folder of an old run will do."""
    from audit import api
    from audit.cli.parsing import parse_lists
    from audit.cli.policy_words import difference_lines
    from audit.cli.screen import emit, say
    from audit.policy.diff import difference
    from audit.policy.stored import policy_named
    from audit.wire.policy_diff import policy_diff_to_bytes

    cards = api.cards_of(parse_lists(plugin or ()))
    found = difference(policy_named(before, plugins=cards), policy_named(after, plugins=cards))
    if as_json:
        emit(policy_diff_to_bytes(found))
    else:
        say(difference_lines(found))


@app.command("validity")
def tell_validity(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="The folder of a graded run.")],
    graded: Annotated[
        datetime | None,
        typer.Option(
            formats=["%Y-%m-%d"],
            help="The day of the verdict, as signed; a verdict with waivers notes its own.",
        ),
    ] = None,
    on: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="The day of relying on it; today by default."),
    ] = None,
) -> None:
    """Tell whether a verdict of an earlier day still holds; nothing is graded anew.

    Answers with the code of the verdict, and with 11 where it was met and no longer holds.
    """
    from audit import api
    from audit.cli.policy_words import validity_lines
    from audit.cli.screen import say

    day = (on or datetime.now(UTC)).date()
    found = api.reliance(run, on=day, graded=None if graded is None else graded.date())
    say(validity_lines(found))
    raise typer.Exit(found.exit_code)
