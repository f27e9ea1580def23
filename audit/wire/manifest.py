"""`manifest.json`: every file of a run with digest and size (`synthgate.manifest/v1`)."""

from typing import Annotated, Literal, TypeAlias

from pydantic import Field, model_validator

from audit.wire.strict import Count, Digest, Named, Strict, file_bytes, repeated
from audit.wire.strict_json import read_json

SCHEMA = "synthgate.manifest/v1"
FILE = "manifest.json"
_PART = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
FileName: TypeAlias = Annotated[str, Field(pattern=rf"^({_PART}/)?{_PART}$")]
"""A name in the folder of a run, or in one folder beneath it; it leads nowhere else."""


class ListedV1(Strict):
    """One file."""

    name: FileName
    sha256: Digest
    bytes: Count


class ManifestV1(Strict):
    """The file."""

    schema_: Literal["synthgate.manifest/v1"] = Field(alias="schema")
    tool: Literal["synthgate"]
    version: Named
    files: tuple[ListedV1, ...]

    @model_validator(mode="after")
    def _lists_nothing_twice(self) -> "ManifestV1":
        if repeated(f.name for f in self.files):
            raise ValueError("lists a file twice")
        return self


def manifest_to_bytes(files: tuple[ListedV1, ...], version: str) -> bytes:
    """Return the canonical bytes of the list."""
    return file_bytes(
        lambda: ManifestV1(
            schema="synthgate.manifest/v1", tool="synthgate", version=version, files=files
        ),
        ManifestV1,
        FILE,
    )


def manifest_from_bytes(data: bytes) -> ManifestV1:
    """Return what `data` lists.

    Raises
    ------
    DataError
        With every fault of a malformed file.
    """
    return read_json(data, ManifestV1, FILE)
