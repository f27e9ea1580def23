"""The command that needs two graded runs and no table: diff."""

import typer

from audit.cli.flags_diff import DiffFormat, DiffOutput, TwoRuns
from audit.cli.spread import with_flags

_GATE = {0: "no rule regressed", 10: "a rule regressed", 11: "they cannot be compared"}


@with_flags
def diff(runs: TwoRuns, output: DiffOutput) -> None:
    """Tell what got better or worse from one audited release to the next.

    Answers 0 whatever it finds; with --gate 10 if a rule regressed and 11 if the two audits
    cannot be compared. A gate on regressions approves nothing: that is for run and grade.
    """
    from audit import api
    from audit.cli.comparing import comparison_lines
    from audit.cli.screen import emit, say
    from audit.report.comparison import comparison_view
    from audit.report.comparison_markdown import to_comparison_markdown
    from audit.report.screen import typewritten
    from audit.wire.diff import diff_to_bytes

    found = api.diff(runs.old, runs.new)
    code = found.gate_code
    told = f"Regression gate: exit code {code} ({_GATE[code]})." if output.gate else ""
    if output.as_json:
        emit(diff_to_bytes(found))
    elif output.form is DiffFormat.MD:
        view = comparison_view(found, is_external=True)
        emit(to_comparison_markdown(view, told).encode())
    else:
        view = comparison_view(found)
        say(typewritten(line) for line in (*comparison_lines(view), *([told] if told else [])))
    if output.gate:
        raise typer.Exit(code)
