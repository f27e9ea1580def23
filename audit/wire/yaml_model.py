"""A YAML file of ours as a strict model that remembers its lines."""

import json
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from audit.errors import AuditError
from audit.wire.faults import Fault, Lines, faults_of, raise_all
from audit.wire.strict import Strict
from audit.wire.strict_yaml import load_yaml

ModelT = TypeVar("ModelT", bound=Strict)


@dataclass(frozen=True, slots=True)
class Written(Generic[ModelT]):
    """What a file says, and on which line."""

    model: ModelT
    lines: Lines
    what: str
    """Name of the file, for messages."""


def read_yaml(
    data: bytes, model: type[ModelT], what: str, *, error: type[AuditError]
) -> Written[ModelT]:
    """Return a YAML file as `model`.

    Raises
    ------
    AuditError
        Of type `error`, with every fault and its line.
    """
    document = load_yaml(data, what, error=error)
    try:
        text = json.dumps(document.tree).encode()
        return Written(model.model_validate_json(text), document.lines, what)
    except ValidationError as invalid:
        faults = faults_of(invalid, model, lines=document.lines)
    except ValueError:
        faults = [Fault("holds a character that YAML does not allow")]
    raise_all(faults, what, error)
    raise AssertionError("a validation error without a fault")
