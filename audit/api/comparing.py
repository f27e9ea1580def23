"""Two releases of the same people side by side; no table is needed."""

from pathlib import Path

from audit.api.assessment import Assessment
from audit.api.judging import load
from audit.evidence.stored import read_stored
from audit.facts.comparison import Comparison, Side
from audit.policy.comparison import comparison


def diff(old: str | Path | Assessment, new: str | Path | Assessment) -> Comparison:
    """Return what got better or worse from one audited release to the next, beyond the intervals.

    A verdict that was given stands: nothing is graded anew. A run without one is graded under what
    was declared beside it.

    Parameters
    ----------
    old, new
        An assessment, the folder of a run, or a `run.json` with its `verdict.json` beside it.

    Returns
    -------
    Comparison
        `obstacles` says first why the two cannot be compared; `rules` and `measurements` say what
        went where; `gate_code` is what a gate on regressions answers.

    Raises
    ------
    DataError, IntegrityError
        If the files are malformed, or do not belong together.
    PolicyError
        If a run without a verdict cannot be graded.
    """
    return comparison(_side(old), _side(new))


def _side(given: str | Path | Assessment) -> Side:
    if isinstance(given, Assessment):
        return Side(given.run, given.verdict, given.declared)
    stored = read_stored(Path(given))
    if stored.verdict is not None:
        return Side(stored.run, stored.verdict, stored.declared)
    return _side(load(given))
