"""The tables of private releases in docs/calibration.md."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from benchmarks.calibration.cells import Cell
from benchmarks.calibration.coverage import (
    Coverage,
    Promise,
    Share,
    covered,
    kept,
    names,
    rules,
)
from benchmarks.calibration.draws import Draw
from benchmarks.calibration.markdown import named, section, table
from benchmarks.calibration.registered import untried

T = TypeVar("T")


def tables(draws: Sequence[Draw]) -> str:
    """Return the tables of private releases as Markdown."""
    null = [d for d in draws if d.cell.is_private]
    parts = [
        _together(null),
        *(_population(name, null) for name in _in_order(d.cell.population for d in null)),
        section("How often a private release passes", [_pass_table(null)]),
        section("What is not tried, and why", [_untried_table(null)]),
    ]
    return "\n\n".join(parts)


def faults(draws: Sequence[Draw]) -> list[str]:
    """Return a line for each measurement that the nominal level does not explain."""
    null = [d for d in draws if d.cell.is_private]
    groups = {"all": null, **{_cell_name(c): _of(null, c) for c in _in_order(d.cell for d in null)}}
    lines = []
    for where, group in groups.items():
        for measure, part in names(group):
            parts = covered(group, measure, part)._asdict()
            lines += [
                f"{named(measure, part)}: {end} in {share.value:.1%} of {share.n} draws, "
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


def unexplained(draws: Sequence[Draw]) -> list[str]:
    """Return a line for each registered measurement that was not drawn for no known reason."""
    missing = untried([d for d in draws if d.cell.is_private])
    return [f"`{m}`: in no draw, and no reason is given" for m, why in missing.items() if not why]


def _untried_table(null: Sequence[Draw]) -> str:
    reasons: dict[str, list[str]] = {}
    for measure, why in untried(null).items():
        reasons.setdefault(why or "**no reason is given**", []).append(f"`{measure}`")
    rows = [[why, ", ".join(measures)] for why, measures in reasons.items()]
    return table(["reason", "measurements"], rows)


def _population(name: str, null: Sequence[Draw]) -> str:
    mine = [d for d in null if d.cell.population == name]
    cells = _in_order(d.cell for d in mine)
    groups = [_of(mine, c) for c in cells]
    said = ", ".join(f"{c.sizes} ({len(g)} draws)" for c, g in zip(cells, groups, strict=True))
    heads = [f"{end} {c.sizes}" for c in cells for end in ("low", "high", "p")]
    return section(f"Population {name}", [f"{said}.", _coverage_table(mine, groups, heads)])


def _together(null: Sequence[Draw]) -> str:
    heads = ["lower end above null", "upper end below null", "p at most .05", "draws", "band"]
    return section("All populations and sizes together", [_coverage_table(null, [null], heads)])


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
            rows.append([named(measure, part), *cells])
    return table(["measurement", *heads], rows)


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
    return table(["rule", "measurement", *map(_cell_name, cells)], rows)


def _promise(promise: Promise) -> str:
    if promise.promised is None:
        return f"{promise.passed:.0%} / –"
    text = f"{promise.passed:.0%} / {promise.promised:.0%}"
    return f"**{text}**" if promise.is_broken else text


def _cell_name(cell: Cell) -> str:
    return f"{cell.population} {cell.sizes}"


def _of(draws: Sequence[Draw], cell: Cell) -> list[Draw]:
    return [d for d in draws if d.cell == cell]


def _in_order(items: Iterable[T]) -> list[T]:
    return list(dict.fromkeys(items))
