"""What an interrupted run had finished, and how to tell that it still holds.

A result is a function of the release, the parameters, the seed and the version, and of no other
check: the contract laws say so, and tests hold every check to them. So a finished one is as good as
a new one where all of these are equal. What a later check needs of an earlier one beyond its
result (a worst case needs the scores of every attack) is not stored, and is computed again.
"""

import hashlib
import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from typing import Protocol

import numpy as np

from audit.data.release import Release
from audit.data.table import Table
from audit.facts.measurement import ControlFact, Result, Status
from audit.facts.plugins import PluginFacts
from audit.harness.options import Options
from audit.version import VERSION
from audit.wire.checkpoint import Checkpoint

_NUMERIC = ("numpy", "scipy", "scikit-learn", "faiss-cpu", "pandas", "pyarrow")
"""Libraries whose versions may show in the last digit of a number."""


class Keeper(Protocol):
    """Where finished work is put while a run is not over; a file, as a rule."""

    def begin(self, key_of: Callable[[bytes], str]) -> Checkpoint | None:
        """Return what is known of a run with this key, if anything, and keep what follows.

        Parameters
        ----------
        key_of
            Salt -> key.
        """

    def result(self, result: Result) -> None:
        """Keep one result."""

    def controls(self, controls: Sequence[ControlFact]) -> None:
        """Keep all controls."""


class Nowhere:
    """Keeps nothing, and knows of nothing."""

    def begin(self, key_of: Callable[[bytes], str]) -> None:
        """Return that nothing is known."""

    def result(self, result: Result) -> None:
        """Forget it."""

    def controls(self, controls: Sequence[ControlFact]) -> None:
        """Forget them."""


@dataclass(frozen=True, slots=True)
class Tried:
    """Controls, and whether all of them came to an end."""

    facts: tuple[ControlFact, ...]
    whole: bool


@dataclass(frozen=True, slots=True)
class Book:
    """What is known, and what is added to it while a run goes on."""

    keeper: Keeper
    results: Mapping[str, Result] = field(default_factory=dict)
    """Check id -> what is known."""
    tried: tuple[ControlFact, ...] | None = None
    """All controls of these checks, if they are known."""
    reused: list[str] = field(default_factory=list)

    def result(self, check_id: str, make: Callable[[], Result]) -> Result:
        """Return the result that is known; else make it, and keep it if it measured.

        Why something was not measured (time, memory, a crash) is a matter of one run.
        """
        found = self.results.get(check_id)
        if found is not None:
            self.reused.append(check_id)
            return found
        made = make()
        if made.status is Status.MEASURED:
            self.keeper.result(made)
        return made

    def controls(
        self, results: Sequence[Result], make: Callable[[], Tried]
    ) -> tuple[ControlFact, ...]:
        """Return the controls that are known; else make them, and keep them if they are whole.

        Those that are known hold if they speak of the very checks that measured.
        """
        measured = {r.card.id for r in results if r.status is Status.MEASURED}
        if self.tried is not None and measured == self.results.keys():
            self.reused.append("controls")
            return self.tried
        made = make()
        if made.whole:
            self.keeper.controls(made.facts)
        return made.facts


def opened(
    keeper: Keeper,
    release: Release,
    options: Options,
    *,
    seed: int,
    plugins: Sequence[PluginFacts],
) -> Book:
    """Return the book of a run: empty, unless `keeper` knows one of the same key."""
    if isinstance(keeper, Nowhere):
        # Nobody will ask for the key.
        return Book(keeper)
    left = keeper.begin(run_key(release, options, seed=seed, plugins=plugins))
    if left is None:
        return Book(keeper)
    return Book(keeper, {r.card.id: r for r in left.results}, left.controls)


def run_key(
    release: Release, options: Options, *, seed: int, plugins: Sequence[PluginFacts]
) -> Callable[[bytes], str]:
    """Return salt -> digest of all that the results and controls of a run depend on."""
    content = _digest_of(release)
    columns = [(c.name, c.kind.value, sorted(c.roles), c.roles_declared) for c in release.schema]
    stated = {
        "version": VERSION,
        "libraries": {name: _version(name) for name in _NUMERIC},
        "seed": seed,
        "only": sorted(options.only),
        "skip": sorted(options.skip),
        "controls": str(options.controls),
        "parameters": {check: repr(sorted(p.items())) for check, p in options.parameters.items()},
        "plugins": {p.name: p.digest for p in plugins},
        "columns": columns,
        "release": repr((release.unit, release.split, release.population)),
        "aliases": sorted(release.aliases.items()),
    }
    told = json.dumps(stated, sort_keys=True).encode()

    def key_of(salt: bytes) -> str:
        return hmac.new(salt, content + told, hashlib.sha256).hexdigest()

    return key_of


def _digest_of(release: Release) -> bytes:
    """Return a digest of everything that any table of a release holds; never to be written."""
    whole = hashlib.sha256(repr(sorted(release.profiles.items())).encode())
    tables = (release.real, release.synthetic, release.holdout, release.reference)
    for table in tables:
        whole.update(b"\0none" if table is None else _digest_of_table(table))
    return whole.digest()


def _digest_of_table(table: Table) -> bytes:
    whole = hashlib.sha256(f"{table.n_rows}\0".encode())
    arrays = {
        "numbers": table.numbers,
        "codes": table.codes,
        "levels": table.level_keys,
        "groups": table.groups,
        "": {"keys": table.keys, "people": table.people},
    }
    for kind, columns in arrays.items():
        for name in sorted(columns):
            held = np.ascontiguousarray(columns[name])
            whole.update(f"{kind}\0{name}\0{held.dtype}\0{held.shape}\0".encode())
            whole.update(held.data)
    return whole.digest()


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return ""
