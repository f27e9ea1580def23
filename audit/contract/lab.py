"""What a check is handed: the release, shared work, its own random stream."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar
from zlib import crc32

import numpy as np

from audit.contract.arms import Arm, Side, everybody, some_people
from audit.data.release import Release
from audit.data.table import Table
from audit.facts.schema import Column, Schema
from audit.space.encode import (
    Encoding,
    Scale,
    ScaledColumns,
    Scaling,
    assemble,
    fit_scale,
    scaled_columns,
)
from audit.space.neighbours.answer import Neighbours, Owners
from audit.space.neighbours.search import nearest
from audit.space.points import Points

T = TypeVar("T")


def _nothing_to_check() -> None:
    """Stand in where no deadline is set."""


@dataclass(frozen=True, eq=False, repr=False)
class Lab:
    """One release under audit.

    Everything that two checks might both need is computed once and kept for the run, in memory
    only. What is kept never depends on the order in which checks ask.
    """

    release: Release
    seed: int
    memory: int = 1 << 31
    jobs: int = 1
    """Threads for work that is cut into independent pieces; no fact depends on it."""
    checkpoint: Callable[[], None] = _nothing_to_check
    """Called between batches; raises on a deadline or an interrupt."""
    target_limit: int | None = None
    """At most so many people per arm; None for everybody."""
    check_id: str = ""
    kept: dict[Hashable, Any] = field(default_factory=dict)
    of_people: dict[Hashable, Any] = field(default_factory=dict)
    """What is kept of real and holdout people alone: it serves every release of the same people."""

    @property
    def schema(self) -> Schema:
        """The columns that all tables share."""
        return self.release.schema

    @property
    def has_holdout(self) -> bool:
        """Whether anybody is known not to be in the data."""
        return self.release.holdout is not None

    def for_check(self, check_id: str) -> "Lab":
        """Return this lab with the random stream of one check; what is kept is shared."""
        return replace(self, check_id=check_id)

    def stream(self, purpose: str = "") -> np.random.Generator:
        """Return a fresh random stream that no other check or purpose shares."""
        name = f"{self.check_id}/{purpose}" if purpose else self.check_id
        return np.random.default_rng([self.seed, crc32(name.encode())])

    def keep(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return what `make` returned the first time this key was asked for."""
        if key not in self.kept:
            self.checkpoint()
            self.kept[key] = make()
        return self.kept[key]  # type: ignore[no-any-return]

    def keep_of_people(self, key: Hashable, make: Callable[[], T]) -> T:
        """Return the same for what does not depend on the synthetic data."""
        if key not in self.of_people:
            self.checkpoint()
            self.of_people[key] = make()
        return self.of_people[key]  # type: ignore[no-any-return]

    def released_as(self, synthetic: Table, *, target_limit: int | None = None) -> "Lab":
        """Return a lab of the same people in which something else is released."""
        release = replace(self.release, synthetic=synthetic)
        return replace(self, release=release, target_limit=target_limit, kept={})

    def table(self, side: Side) -> Table:
        """Return one of the three tables.

        Raises
        ------
        LookupError
            If the holdout is asked for and there is none; a card with `Need.HOLDOUT` prevents it.
        """
        tables = {
            Side.REAL: self.release.real,
            Side.HOLDOUT: self.release.holdout,
            Side.SYNTHETIC: self.release.synthetic,
        }
        found = tables[side]
        if found is None:
            raise LookupError("this release has no holdout")
        return found

    def arm(self, side: Side, at_most: int | None = None) -> Arm:
        """Return the people of one side that are attacked, at most so many of them."""
        limits = [x for x in (at_most, self.target_limit) if x is not None]
        table = self.table(side)
        if not limits:
            return everybody(side, table)
        return self.keep(
            ("arm", side, min(limits)),
            lambda: some_people(side, table, min(limits), seed=self.seed),
        )

    def people(self, side: Side) -> Arm:
        """Return all people of one side: for counts, which cost little."""
        return everybody(side, self.table(side))

    @property
    def scale(self) -> Scale:
        """The one scale of all encodings, fitted on real and holdout together."""
        sides = (Side.REAL, Side.HOLDOUT) if self.has_holdout else (Side.REAL,)
        return self.keep_of_people(
            "scale", lambda: fit_scale([self.table(s).numbers for s in sides])
        )

    def points(self, side: Side, columns: Sequence[Column], encoding: Encoding) -> Points:
        """Return a whole table as points of the given columns."""
        table = self.table(side)
        return assemble(
            self._scaled(side, encoding.scaling),
            table.codes,
            n=table.n_rows,
            # By name: sums of floats depend on their order, and facts must not depend on that of
            # the columns in a file.
            columns=sorted(c.name for c in columns),
            metric=encoding.metric,
        )

    def _scaled(self, side: Side, scaling: Scaling) -> ScaledColumns:
        table = self.table(side)

        def make() -> ScaledColumns:
            return scaled_columns(table.numbers, scale=self.scale, scaling=scaling)

        # Columns are scaled once for all searches, unless that would take the budget of the others.
        size = 9 * table.n_rows * len(table.numbers)
        return self.keep(("scaled", side, scaling), make) if size < self.memory // 8 else make()

    def search(
        self, queries: Points, among: Points, *, k: int = 1, owners: Owners | None = None
    ) -> Neighbours:
        """Return the k nearest rows, within the budget and the deadline; nothing is kept."""
        return nearest(
            queries, among, k=k, owners=owners, memory=self.memory, pause=self.checkpoint
        )

    def nearest_synthetic(
        self, arm: Arm, columns: Sequence[Column], encoding: Encoding, *, k: int = 1
    ) -> Neighbours:
        """Return the k synthetic records nearest to each row of an arm."""
        k = min(k, self.release.synthetic.n_rows)
        names = tuple(sorted(c.name for c in columns))
        if names == tuple(sorted(c.name for c in self.schema.comparable())):
            whole = self.nearest_rows(arm.side, Side.SYNTHETIC, encoding, k=k)
            return Neighbours(whole.distances[arm.rows], whole.indices[arm.rows])
        limit = arm.n_people if arm.sampled else None
        return self.keep(
            ("nearest", arm.side, limit, names, encoding, k),
            lambda: self.search(
                self.points(arm.side, columns, encoding).take(arm.rows),
                self.points(Side.SYNTHETIC, columns, encoding),
                k=k,
            ),
        )

    def nearest_rows(self, of: Side, among: Side, encoding: Encoding, *, k: int = 1) -> Neighbours:
        """Return the k rows of one table that are nearest to each row of a table.

        Over all comparable columns. Within one table only rows of other people count, so that
        nobody is their own neighbour.

        Returns
        -------
        Neighbours
            Of shape (n_rows, k).

        Raises
        ------
        ValueError
            If somebody has fewer than k rows of other people to be compared with.
        """
        # Two are always looked for: the second costs little, and searching again costs all.
        most = max(k, 2)
        if most > k and most > self._rows_of_others(of, among):
            most = k
        found = self._listed(of, among, encoding, most)
        return Neighbours(found.distances[:, :k], found.indices[:, :k])

    def _listed(self, of: Side, among: Side, encoding: Encoding, k: int) -> Neighbours:
        """Return k neighbours of each row or more; the longest list is kept."""
        key = ("rows", of, among, encoding)
        known = self.kept.get(key)
        if isinstance(known, Neighbours) and known.indices.shape[1] >= k:
            return known
        self.checkpoint()
        found = self.search(
            self.points(of, self.schema.comparable(), encoding),
            self.points(among, self.schema.comparable(), encoding),
            k=k,
            owners=self._owners(of, among),
        )
        self.kept[key] = found
        return found

    def _owners(self, of: Side, among: Side) -> Owners | None:
        people = self.table(of).people
        return Owners(people, people) if of is among else None

    def _rows_of_others(self, of: Side, among: Side) -> int:
        table = self.table(among)
        own = int(np.bincount(table.people).max()) if of is among else 0
        return table.n_rows - own
