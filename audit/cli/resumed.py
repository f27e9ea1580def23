"""What is told of a run that was to take over what an interrupted one had finished."""

from audit.cli.flags import Screen
from audit.cli.flags_endurance import Endurance
from audit.cli.screen import warn
from audit.evidence.execution import Execution


def tell_reused(execution: Execution | None, endurance: Endurance, *, screen: Screen) -> None:
    """Tell how much was taken over, where that was asked for."""
    if not endurance.resume or screen.is_silent or execution is None:
        return
    checks = [name for name in execution.reused if name != "controls"]
    if not execution.reused:
        warn(
            "nothing was taken over: no interrupted run into this folder had the same tables, "
            "options, libraries and version"
        )
    else:
        controls = " and the controls" if "controls" in execution.reused else ""
        warn(f"{len(checks)} checks{controls} were taken over from the interrupted run")
