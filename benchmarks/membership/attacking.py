"""A program for `account.py`: one membership attack, ours or a naive one, or our whole family.

Asked for: `files` of a release, by side; `who`, `synthgate`, `naive`, or `scipy` for its kernel
densities; `attack`, an id, `scores` (all attacks of the family), `worst` (with all statistics) or
`linear` (of the naive ones, those whose time is a multiple of the number of candidates); `part`,
how many candidates a naive attack is asked about, all without it; `answer`, a file for the scores.
"""

import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

import numpy as np

from audit.contract.adversary import ScoringAttack
from audit.contract.lab import Lab
from audit.contract.reference import points_of, pool
from audit.data.release import Release, read_release
from audit.data.table import Table
from audit.facts.project import Project
from audit.harness.registry import configured
from audit.harness.worst_case_membership import MembershipWorstCase
from audit.space.encode import ENCODINGS
from audit.space.neighbours.search import nearest
from audit.space.points import Metric, Points
from benchmarks.membership.naive import LINEAR, NAIVE, Given, scipy_density_ratio, sides
from benchmarks.membership.strength import frame_of

VERSION = ", ".join(f"{n} {version(n)}" for n in ("synthgate", "scikit-learn", "pandas"))
Answer = dict[str, np.ndarray]
_SEED = 0
_WARM_UP = 64


def prepared(asked: dict[str, Any]) -> Callable[[], Answer]:
    release = read_release(Project(**asked["files"]), base=Path("/"))
    _warm_up()
    if asked["who"] == "synthgate":
        return _ours(release, asked["attack"])
    return _naive(release, asked)


def told(found: Answer, asked: dict[str, Any]) -> dict[str, int]:
    if asked.get("answer"):
        arrays: dict[str, Any] = dict(found)
        np.savez(asked["answer"], **arrays)
    return {"variants": len(found) - ("rows" in found)}


def _warm_up() -> None:
    """Search once: the first search of a process starts threads and loads libraries."""
    rng = np.random.default_rng(_SEED)
    for metric in Metric:
        codes = rng.integers(3, size=(_WARM_UP, 2))
        few = Points(rng.random((_WARM_UP, 2)), codes, np.ones(2), metric, 4.0)
        nearest(few, few, k=2)


def _ours(release: Release, attack: str) -> Callable[[], Answer]:
    checks = configured(_parameters(attack))
    (worst,) = (c for c in checks if isinstance(c, MembershipWorstCase))
    chosen = [a for a in worst.attacks if attack in ("scores", a.card.id)]
    # A lab of its own: nothing is known from an earlier attack.
    if attack == "worst":
        lab = Lab(release, seed=_SEED).for_check(worst.card.id)
        return lambda: {str(i): np.zeros(0) for i, _ in enumerate(worst.run(lab))}
    return lambda: dict(_scores(chosen, Lab(release, seed=_SEED)))


def _parameters(attack: str) -> Mapping[str, Mapping[str, object]]:
    """Return what makes ours do the same work: all pairs of columns, no larger sets."""
    return {attack: {"columns": (2,)}} if attack == "membership-marginal-focus" else {}


def _scores(attacks: list[ScoringAttack], lab: Lab) -> Iterator[tuple[str, np.ndarray]]:
    for attack in attacks:
        for case in attack.outcomes(lab):
            name = " ".join(case.scope.values())
            yield name if len(attacks) == 1 else f"{attack.card.id} {name}", case.pooled


def _naive(release: Release, asked: Mapping[str, Any]) -> Callable[[], Answer]:
    lab = Lab(replace(release, reference=None), seed=_SEED)
    people = pool(lab)
    order = np.random.default_rng(_SEED).permutation(people.n_rows)
    rows = np.sort(order[: asked["part"]]) if asked.get("part") else np.arange(people.n_rows)
    reference = release.reference or _others(people, order, release.synthetic.n_rows)
    tables = [people.take(rows), release.synthetic, reference]
    encoded = {e.name: sides([points_of(t, e, lab) for t in tables]) for e in ENCODINGS}
    frames = [frame_of(table) for table in tables]
    given = Given(encoded, (frames[0], frames[1], frames[2]))
    if asked["who"] == "scipy":
        return lambda: dict(scipy_density_ratio(given))
    wanted = (
        [f"membership-{a}" for a in LINEAR] if asked["attack"] == "linear" else [asked["attack"]]
    )

    def work() -> Answer:
        found = {name: scores for a in wanted for name, scores in NAIVE[a](given)}
        return {**found, "rows": rows}

    return work


def _others(people: Table, order: np.ndarray, size: int) -> Table:
    """Return one draw of the reference: the last of the pool, who are not among the asked."""
    return people.take(np.sort(order[-size:]))
