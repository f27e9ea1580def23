"""JSON as a fact file may hold it: UTF-8, no key twice, no NaN, not deep, not huge."""

import json
from math import isfinite
from typing import Any, NoReturn, TypeVar

from pydantic import BaseModel, ValidationError

from audit.errors import AuditError, DataError
from audit.wire.faults import Fault, faults_of, raise_all

MOST_BYTES = 64 * 2**20
ModelT = TypeVar("ModelT", bound=BaseModel)


class _RefusedError(Exception):
    """A fault met while parsing; carries a sentence of ours, never the text."""


def read_json(data: bytes, model: type[ModelT], what: str) -> ModelT:
    """Return `data` as `model`.

    Raises
    ------
    DataError
        With every fault, each with its JSON path.
    """
    refuse_unsound(data, what)
    return validated(data, model, what)


def validated(
    data: bytes | str, model: type[ModelT], what: str, error: type[AuditError] = DataError
) -> ModelT:
    """Return sound JSON text as `model`, or raise with every fault."""
    try:
        return model.model_validate_json(data)
    except ValidationError as invalid:
        faults = faults_of(invalid, model)
    raise_all(faults, what, error)
    raise AssertionError("a validation error without a fault")


def refuse_unsound(data: bytes, what: str) -> None:
    """Refuse what two readers of JSON could understand differently."""
    if len(data) > MOST_BYTES:
        raise DataError(f"{what}: is larger than {MOST_BYTES >> 20} MiB")
    fault = _fault_of(data)
    if fault is not None:
        raise_all([fault], what, DataError)


def _fault_of(data: bytes) -> Fault | None:
    try:
        json.loads(
            data.decode("utf-8"),
            object_pairs_hook=_distinct,
            parse_constant=_no_constant,
            parse_float=_finite,
        )
    except UnicodeDecodeError:
        return Fault("is not UTF-8 text")
    except json.JSONDecodeError as error:
        return Fault("is not JSON", line=error.lineno)
    except _RefusedError as refused:
        return Fault(str(refused))
    except (ValueError, RecursionError):
        return Fault("is not JSON that this tool reads")
    return None


def _distinct(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _RefusedError("holds a key twice")
    return found


def _no_constant(_: str) -> NoReturn:
    raise _RefusedError("holds a number that is not finite")


def _finite(text: str) -> float:
    number = float(text)
    if not isfinite(number):
        raise _RefusedError("holds a number that is not finite")
    return number
