"""The tables of what is found as a leak grows."""

from collections.abc import Iterator, Sequence

from benchmarks.calibration.draws import POLICIES, Draw
from benchmarks.calibration.leaks import LEAKS
from benchmarks.calibration.markdown import named, section, table
from benchmarks.calibration.power import (
    Ladder,
    falls,
    found,
    headlines,
    ladders,
    smallest_seen,
    verdicts,
    with_p_value,
)

_REPEATED = ("risk", "advantage", "tpr_at_fpr", "log_ratio_at_fpr_0_1pct", "ppv", "disparity")
"""Say again what another measurement of the same check says, or need far more people."""


def power_tables(draws: Sequence[Draw]) -> str:
    """Return the summary over all kinds of leaks, then each ladder."""
    all_of_them = ladders(draws)
    parts = [
        *(_summary(*key, of) for key, of in _by_setting(all_of_them).items()),
        *(section(_title(ladder), list(_rungs(ladder))) for ladder in all_of_them),
    ]
    return "\n\n".join(parts)


def power_faults(draws: Sequence[Draw]) -> list[str]:
    """Return a line for each measurement that finds a larger leak less often than a smaller one."""
    lines = []
    for ladder in ladders(draws):
        said = LEAKS[ladder.kind].said
        lines += [
            f"{named(measure, part)}: found less often at {said(large)} than at {_size(ladder, a)}"
            f" ({_title(ladder)})"
            for measure, part, a, large in falls(ladder)
        ]
    return lines


def _by_setting(found_in: Sequence[Ladder]) -> dict[tuple[str, str], list[Ladder]]:
    groups: dict[tuple[str, str], list[Ladder]] = {}
    for ladder in found_in:
        groups.setdefault((ladder.population, str(ladder.sizes)), []).append(ladder)
    return groups


def _summary(population: str, sizes: str, of: Sequence[Ladder]) -> str:
    keys = dict.fromkeys(key for ladder in of for key in with_p_value(ladder) if _speaks(key[0]))
    rows = [[named(*key), *(_smallest(ladder, *key) for ladder in of)] for key in keys]
    heads = [f"{ladder.kind} ({_draws(ladder)} draws)" for ladder in of]
    title = f"The smallest leak that is seen, population {population}, {sizes} people"
    return section(title, [table(["measurement", *heads], rows)])


def _smallest(ladder: Ladder, measure: str, part: str) -> str:
    size = smallest_seen(ladder, measure, part)
    return "–" if size is None else LEAKS[ladder.kind].said(size)


def _draws(ladder: Ladder) -> int:
    return min(len(rung) for size, rung in ladder.rungs.items() if size > 0)


def _speaks(measure: str) -> bool:
    return not measure.rpartition(".")[2].startswith(_REPEATED)


def _rungs(ladder: Ladder) -> Iterator[str]:
    rungs = ladder.rungs
    heads = [f"{_size(ladder, size)} ({len(rungs[size])} draws)" for size in rungs]
    rows = []
    every = [d for rung in rungs.values() for d in rung]
    for measure, part in headlines(every):
        if _speaks(measure):
            parts = [found(rung, measure, part) for rung in rungs.values()]
            cells = [f"{_share(f.significant)} / {_share(f.shown)}" for f in parts]
            rows.append([named(measure, part), *cells])
    yield table(["measurement", *heads], rows)
    rows = [
        [policy, *(_verdicts(verdicts(rung, policy)) for rung in rungs.values())]
        for policy in POLICIES
    ]
    yield table(["verdict under", *heads], rows)


def _title(ladder: Ladder) -> str:
    leak = LEAKS[ladder.kind].title
    return f"{leak[0].upper()}{leak[1:]}: population {ladder.population}, {ladder.sizes} people"


def _size(ladder: Ladder, size: float) -> str:
    return "no leak" if size == 0 else LEAKS[ladder.kind].said(size)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _verdicts(shares: dict[str, float]) -> str:
    return ", ".join(f"{status.replace('_', ' ')} {share:.0%}" for status, share in shares.items())
