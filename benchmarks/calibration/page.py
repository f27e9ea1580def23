"""The tables of docs/calibration.md."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeVar

from benchmarks.calibration.coverage import (
    Coverage,
    Promise,
    Share,
    covered,
    kept,
    names,
    rules,
)
from benchmarks.calibration.draws import POLICIES, Draw
from benchmarks.calibration.populations import Cell
from benchmarks.calibration.power import found, headlines, verdicts

T = TypeVar("T")


def _named(measure: str, part: str) -> str:
    return f"`{measure}`, {part}" if part else f"`{measure}`"


def tables(draws: Sequence[Draw]) -> str:
    """Return all tables as Markdown."""
    null = [d for d in draws if d.cell.leak == 0]
    parts = [
        _together(null),
        *(_population(name, null) for name in _in_order(d.cell.population for d in null)),
        _section("How often a private release passes", [_pass_table(null)]),
        _section("What is found as more people are copied", list(_ladder(draws))),
    ]
    return "\n\n".join(parts)


def faults(draws: Sequence[Draw]) -> list[str]:
    """Return a line for each measurement that the nominal level does not explain."""
    null = [d for d in draws if d.cell.leak == 0]
    groups = {"all": null, **{_cell_name(c): _of(null, c) for c in _in_order(d.cell for d in null)}}
    lines = []
    for where, group in groups.items():
        for measure, part in names(group):
            parts = covered(group, measure, part)._asdict()
            lines += [
                f"{_named(measure, part)}: {end} in {share.value:.1%} of {share.n} draws, "
                f"at most {share.limit:.1%} explained ({where})"
                for end, share in parts.items()
                if share is not None and share.is_beyond
            ]
        for policy, rule, measure in rules(group):
            promise = kept(group, policy, rule)
            if promise.is_broken:
                lines.append(
                    f"{policy} {rule} ({measure}): passes {promise.passed:.0%} of {promise.n}, "
                    f"promised {promise.promised:.0%} ({where})"
                )
    return lines


def _population(name: str, null: Sequence[Draw]) -> str:
    mine = [d for d in null if d.cell.population == name]
    cells = _in_order(d.cell for d in mine)
    groups = [_of(mine, c) for c in cells]
    said = ", ".join(f"{c.sizes} ({len(g)} draws)" for c, g in zip(cells, groups, strict=True))
    heads = [f"{end} {c.sizes}" for c in cells for end in ("low", "high", "p")]
    return _section(f"Population {name}", [f"{said}.", _coverage_table(mine, groups, heads)])


def _together(null: Sequence[Draw]) -> str:
    heads = ["lower end above null", "upper end below null", "p at most .05", "draws", "band"]
    return _section("All populations and sizes together", [_coverage_table(null, [null], heads)])


def _coverage_table(
    draws: Sequence[Draw], groups: Sequence[Sequence[Draw]], heads: Sequence[str]
) -> str:
    rows = []
    for measure, part in names(draws):
        found_in = [covered(group, measure, part) for group in groups]
        cells = [_percent(share) for coverage in found_in for share in coverage]
        if len(groups) == 1:
            cells += _size(found_in[0])
        if any(share is not None for coverage in found_in for share in coverage):
            rows.append([_named(measure, part), *cells])
    return _table(["measurement", *heads], rows)


def _size(coverage: Coverage) -> list[str]:
    shares = [share for share in coverage if share is not None]
    n = max((s.n for s in shares), default=0)
    return [str(n), f"{max((s.limit for s in shares), default=0):.1%}"]


def _percent(share: Share | None) -> str:
    if share is None:
        return "–"
    return f"**{share.value:.1%}**" if share.is_beyond else f"{share.value:.1%}"


def _pass_table(null: Sequence[Draw]) -> str:
    cells = _in_order(d.cell for d in null)
    rows = [
        [
            f"{policy} {rule}",
            f"`{measure}`",
            *(_promise(kept(_of(null, c), policy, rule)) for c in cells),
        ]
        for policy, rule, measure in rules(null)
    ]
    return _table(["rule", "measurement", *map(_cell_name, cells)], rows)


def _promise(promise: Promise) -> str:
    if promise.promised is None:
        return f"{promise.passed:.0%} / –"
    text = f"{promise.passed:.0%} / {promise.promised:.0%}"
    return f"**{text}**" if promise.is_broken else text


def _ladder(draws: Sequence[Draw]) -> Iterator[str]:
    for population, sizes in _in_order(d.cell[:2] for d in draws if d.cell.leak > 0):
        mine = [d for d in draws if d.cell[:2] == (population, sizes)]
        yield f"Population {population}, {sizes} people."
        yield from _rungs(mine)


def _rungs(mine: Sequence[Draw]) -> Iterator[str]:
    rungs = sorted({d.cell.leak for d in mine})
    groups = [[d for d in mine if d.cell.leak == leak] for leak in rungs]
    heads = [f"{leak:.1%} ({len(group)} draws)" for leak, group in zip(rungs, groups, strict=True)]
    rows = []
    for measure, part in headlines(mine):
        parts = [found(group, measure, part) for group in groups]
        cells = [f"{_share(f.significant)} / {_share(f.shown)}" for f in parts]
        rows.append([_named(measure, part), *cells])
    yield _table(["measurement", *heads], rows)
    rows = [
        [policy, *(_verdicts(verdicts(group, policy)) for group in groups)] for policy in POLICIES
    ]
    yield _table(["verdict under", *heads], rows)


def _share(value: float | None) -> str:
    return "–" if value is None else f"{value:.0%}"


def _verdicts(shares: dict[str, float]) -> str:
    return ", ".join(f"{status.replace('_', ' ')} {share:.0%}" for status, share in shares.items())


def _cell_name(cell: Cell) -> str:
    return f"{cell.population} {cell.sizes}"


def _of(draws: Sequence[Draw], cell: Cell) -> list[Draw]:
    return [d for d in draws if d.cell == cell]


def _in_order(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))


def _section(title: str, parts: Sequence[str]) -> str:
    return "\n\n".join([f"### {title}", *parts])


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
