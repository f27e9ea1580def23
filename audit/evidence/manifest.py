"""What the folder holds, so that a later reader can tell whether it still does."""

from collections.abc import Mapping

from audit.version import VERSION
from audit.wire.canonical import sha256_of
from audit.wire.manifest import FILE, ListedV1, manifest_to_bytes

MANIFEST = FILE
CHECKSUMS = "SHA256SUMS"


def manifest(files: Mapping[str, bytes]) -> bytes:
    """List `files` with digest and size, in the order of their names, as canonical JSON."""
    listed = tuple(
        ListedV1(name=name, sha256=sha256_of(content), bytes=len(content))
        for name, content in sorted(files.items())
    )
    return manifest_to_bytes(listed, VERSION)


def checksums(files: Mapping[str, bytes]) -> bytes:
    """Write the digests in the form that `sha256sum --check` reads."""
    lines = [f"{sha256_of(content)}  {name}\n" for name, content in sorted(files.items())]
    return "".join(lines).encode("ascii")
