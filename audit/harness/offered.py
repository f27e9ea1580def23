"""What a plug-in may offer as a check: every fault, in words that quote nothing but names."""

import inspect
import re
from collections.abc import Collection, Iterator
from typing import Any

from audit.contract.check import Check
from audit.errors import DataError
from audit.facts.measurement import Card, Family, Result, Status
from audit.facts.names import MEASURES
from audit.facts.plugins import vendor_of
from audit.facts.reasons import ReasonCode
from audit.harness.containment import CrashedError, held
from audit.harness.registry import BUILTIN
from audit.text import safe_text
from audit.wire.result import require_writable

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)+")
_LONGEST = 60
OURS = "synthgate"


def reserved_vendors() -> frozenset[str]:
    """Return the first words of our own names: under them nobody else may speak."""
    ids = (*MEASURES, *(check.card.id for check in BUILTIN))
    return frozenset({OURS, "audit", "declared", "sensitivity", *map(vendor_of, ids)})


def faults_of(offered: object, vendor: str) -> Iterator[str]:
    """Say all that is wrong with what a plug-in offers as a check."""
    if not (isinstance(offered, type) and issubclass(offered, Check)):
        yield f"offers something that is no check, but of type {_type_of(offered)}"
        return
    name = safe_text(offered.__name__, _LONGEST)
    for fault in _class_faults(offered, vendor):
        yield f"{name}: {fault}"


def _type_of(offered: object) -> str:
    kind = offered if isinstance(offered, type) else type(offered)
    return safe_text(kind.__name__, _LONGEST)


def _class_faults(check: type[Check], vendor: str) -> Iterator[str]:
    if inspect.isabstract(check):
        missing = ", ".join(sorted(check.__abstractmethods__))
        yield f"does not say how it does {safe_text(missing, _LONGEST)}"
        return
    params: Any = vars(check).get("__dataclass_params__")
    if params is None or not params.frozen:
        yield "is no frozen dataclass"
        return
    card = getattr(check, "card", None)
    if not isinstance(card, Card):
        yield "has no card"
        return
    # A card whose fields are of other types may break whatever looks at it.
    written = tuple(_unwritable(check, card))
    yield from written or _card_faults(card, vendor)


def _unwritable(check: type[Check], card: Card) -> Iterator[str]:
    """Say why the card or the parameters could not stand in a run."""
    try:
        params = held(lambda: check().params, lambda file: False)
        skipped = Result(card, Status.SKIPPED, ReasonCode.SKIPPED_ON_REQUEST, params=params)
        require_writable(skipped, "card")
    except DataError as fault:
        yield from fault.message.splitlines()
    except CrashedError as crash:
        yield f"cannot be made without arguments ({crash.message})"
    except Exception as crash:
        yield f"its card cannot be read ({safe_text(type(crash).__name__, _LONGEST)})"


def _card_faults(card: Card, vendor: str) -> Iterator[str]:
    if not _ID.fullmatch(card.id) or vendor_of(card.id) != vendor:
        yield f"the id must be {vendor}-NAME, in small letters and hyphens"
    if card.id in MEASURES or card.id in {check.card.id for check in BUILTIN}:
        yield f"{safe_text(card.id, _LONGEST)} is the id of a built-in check"
    if card.id.endswith("worst-case"):
        yield "a worst case is made by the audit alone"
    if not all(_NAME.fullmatch(name) for name in card.measures):
        yield "the names of measurements have small letters, digits and underscores only"
    if card.family is Family.DISTANCE and card.clears:
        yield "a distance never clears a release; say clears=False"


def repeated_ids(ids: Collection[str]) -> tuple[str, ...]:
    """Return every id that comes more than once, each once."""
    listed = list(ids)
    return tuple(dict.fromkeys(i for i in listed if listed.count(i) > 1))
