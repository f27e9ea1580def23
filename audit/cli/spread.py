"""Commands that share flags name groups of them; each group is written once."""

from collections.abc import Callable
from dataclasses import MISSING, Field, fields
from functools import wraps
from inspect import Parameter, Signature, signature
from typing import Any


def with_flags(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command one flag per field of the dataclasses that are its parameters.

    The command is called with the groups, filled in. Every parameter must be annotated with a
    dataclass whose fields are annotated as typer wants them.
    """
    groups: dict[str, Any] = {n: p.annotation for n, p in signature(command).parameters.items()}
    flat = [_flag(field) for group in groups.values() for field in fields(group)]

    @wraps(command)
    def spread(**given: object) -> None:
        command(
            **{
                name: group(**{field.name: given[field.name] for field in fields(group)})
                for name, group in groups.items()
            }
        )

    flags: Any = spread
    # Positional arguments first: typer keeps the order for its help.
    flags.__signature__ = Signature(flat)
    flags.__annotations__ = {flag.name: flag.annotation for flag in flat}
    return spread


def _flag(field: "Field[Any]") -> Parameter:
    default = Parameter.empty if field.default is MISSING else field.default
    return Parameter(field.name, Parameter.KEYWORD_ONLY, default=default, annotation=field.type)
