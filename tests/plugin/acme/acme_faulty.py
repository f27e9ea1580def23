"""What no plug-in should do: one check crashes and quotes a cell, one takes the name of ours.

What the adversary does
-----------------------
Nothing.

What a high value means
-----------------------
Nothing.

What a low value does not mean
------------------------------
Nothing either.

Cost
----
None.

References
----------
None.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import ClassVar

from audit.contract.arms import Side
from audit.contract.check import Check, Yield
from audit.contract.lab import Lab
from audit.facts.measurement import Card, Family


@dataclass(frozen=True)
class AcmeCrash(Check):
    """Prints a record and ends the process with the exit code of a success."""

    card: ClassVar[Card] = Card(
        id="acme-crash",
        version=1,
        title="A check that crashes",
        family=Family.IDENTITY,
        threat=None,
        references=("nobody",),
        measures=("share",),
    )

    def run(self, lab: Lab) -> Iterator[Yield]:
        """Quote every number of the first record."""
        numbers = lab.table(Side.REAL).numbers
        words = " ".join(repr(float(column[0])) for column in numbers.values())
        print(words)  # noqa: T201 - what must go nowhere
        yield from ()
        raise SystemExit(0) from ValueError(words)


@dataclass(frozen=True)
class Shadow(AcmeCrash):
    """Would answer under the name of a built-in check."""

    card: ClassVar[Card] = replace(AcmeCrash.card, id="identical-match")
