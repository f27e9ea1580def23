"""The one byte form of a fact file: RFC 8785, and the digest of it.

Equal facts give equal bytes, whatever wrote them; two files can be compared by their SHA-256.
"""

import hashlib
from collections.abc import Mapping
from typing import Any, cast

import rfc8785

from audit.errors import DataError


def to_canonical(tree: Mapping[str, object], what: str = "file") -> bytes:
    """Return `tree` as canonical JSON, without a closing line feed.

    Parameters
    ----------
    tree
        Dicts, lists, strings, finite numbers, booleans, None.
    what
        Name of the file, for the message.

    Raises
    ------
    DataError
        If a number is not finite, an integer is beyond 2**53, or a string is no Unicode text.

    References
    ----------
    RFC 8785, JSON Canonicalization Scheme, sections 3.2.2 and 3.2.3.
    """
    try:
        return bytes(rfc8785.dumps(cast(Any, tree)))
    except (ValueError, TypeError, RecursionError) as error:
        # The message of the library quotes the number or the text; only its type may be said.
        kind = type(error).__name__
    raise DataError(f"{what}: cannot be written as canonical JSON ({kind})")


def sha256_of(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()
