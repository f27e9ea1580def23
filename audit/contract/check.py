"""The contract of a check: a card that says what it is, and one method."""

import inspect
import re
from abc import ABC, abstractmethod
from collections.abc import Iterator
from dataclasses import fields, is_dataclass, replace
from typing import TYPE_CHECKING, ClassVar, TypeAlias

from audit.contract.explanation import read_explanation
from audit.errors import CheckError, PluginError
from audit.facts.figures import Figure
from audit.facts.measurement import Card, Caveat, Json, Measurement

if TYPE_CHECKING:
    from audit.contract.lab import Lab

Yield: TypeAlias = Measurement | Figure | Caveat
_KEBAB = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")


class NothingToTry(CheckError):  # noqa: N818 - says what is missing, not what went wrong
    """The release offers nothing that this attack could be tried with."""


class Check(ABC):
    """One adversary or one measurement.

    A check is a frozen dataclass: its fields are its parameters. It reads the release through the
    lab, changes nothing, and yields numbers. It does not loop over splits, compute intervals or
    decide whether it can run: the kinds in `adversary` and the harness do.
    """

    card: ClassVar[Card]
    learns: ClassVar[bool] = False
    """Whether models are fitted to the release: planted releases are then dear to attack."""

    def __init_subclass__(cls) -> None:
        """Refuse a check that does not say what it is."""
        super().__init_subclass__()
        if inspect.isabstract(cls) or "card" not in cls.__dict__:
            return
        card = cls.__dict__["card"]
        faults = _card_faults(card)
        try:
            cls.card = replace(card, explanation=read_explanation(cls))
        except ValueError as fault:
            faults.append(str(fault))
        if faults:
            raise PluginError(
                f"check {cls.__name__}: {'; '.join(faults)}",
                "CONTRIBUTING.md shows a complete check.",
            )

    @abstractmethod
    def run(self, lab: "Lab") -> Iterator[Yield]:
        """Measure, and yield what was measured."""

    @property
    def params(self) -> dict[str, Json]:
        """Return the parameters as they go into the run."""
        if not is_dataclass(self):
            return {}
        raw = {f.name: getattr(self, f.name) for f in fields(self)}
        return {k: list(v) if isinstance(v, tuple) else v for k, v in raw.items()}


def _card_faults(card: object) -> list[str]:
    if not isinstance(card, Card):
        return ["`card` is not a Card"]
    faults = []
    if not _KEBAB.fullmatch(card.id):
        faults.append("the id is not kebab-case")
    if card.version < 1:
        faults.append("the version starts at 1")
    if not card.title or not card.measures or not card.references:
        faults.append("title, measures and references must not be empty")
    if card.threat and not all((card.threat.knows, card.threat.sees, card.threat.wins)):
        faults.append("a threat model says what the adversary knows, sees and wins")
    return faults
