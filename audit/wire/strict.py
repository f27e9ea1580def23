"""The strict model that every file of ours is read and written through."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import fields, replace
from typing import Annotated, TypeAlias, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from audit.errors import DataError
from audit.wire.canonical import to_canonical
from audit.wire.faults import faults_of, raise_all

Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
"""A probability, a level or a share."""
Count: TypeAlias = Annotated[int, Field(ge=0, lt=2**53)]
Digest: TypeAlias = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Named: TypeAlias = Annotated[str, Field(min_length=1, max_length=1000)]
FactT = TypeVar("FactT")


class Strict(BaseModel):
    """Nothing is guessed: no unknown key, no conversion of types, no number that is not finite."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, frozen=True)


ModelT = TypeVar("ModelT", bound=Strict)


def as_model(fact: object, model: type[ModelT], **replaced: object) -> ModelT:
    """Return a dataclass as the model with the same field names.

    `replaced` gives the fields whose models differ, already converted.
    """
    names = [f.name for f in fields(fact) if f.name not in replaced]  # type: ignore[arg-type]
    plain = {name: _plain(getattr(fact, name)) for name in names}
    return model.model_validate({**plain, **replaced})


def as_fact(model: Strict, fact: type[FactT], **replaced: object) -> FactT:
    """Return a model as the dataclass with the same field names."""
    values = {name: value for name, value in model if name not in replaced}
    return fact(**values, **replaced)


def _plain(value: object) -> object:
    """Return the types that a strict model takes; facts may hold any mapping and frozen sets."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, frozenset):
        return tuple(sorted(value))
    return value


def file_bytes(make: Callable[[], ModelT], model: type[ModelT], what: str) -> bytes:
    """Return the canonical bytes of the model that `make` makes.

    Raises
    ------
    DataError
        If the facts cannot be written, for example a number that is not finite.
    """
    try:
        made = make()
    except ValidationError as invalid:
        # A part is refused before it is put in its place: the name of its model is all there is.
        part = (invalid.title,)
        faults = [replace(f, path=part + f.path) for f in faults_of(invalid, model)]
    else:
        return to_canonical(made.model_dump(mode="json", by_alias=True), what)
    raise_all(faults, what, DataError)
    raise AssertionError("a validation error without a fault")


def repeated(keys: Iterable[Hashable]) -> bool:
    """Tell whether a key comes twice."""
    listed = list(keys)
    return len(set(listed)) != len(listed)


def said(written: Mapping[str, object], *optional: str) -> dict[str, object]:
    """Return what is written without the optional keys that hold nothing."""
    return {k: v for k, v in written.items() if v or k not in optional}
