"""The list and the files, held against each other in both directions."""

from collections.abc import Iterator, Mapping

from audit.errors import DataError
from audit.evidence.bundle import ATTESTATION, RUN
from audit.evidence.manifest import CHECKSUMS, MANIFEST, checksums
from audit.evidence.verification.held import Held
from audit.facts.verification import Code, Remark, Step, Weight
from audit.text import safe_text
from audit.wire.canonical import sha256_of
from audit.wire.manifest import ManifestV1, manifest_from_bytes

_SEALS = (MANIFEST, CHECKSUMS, ATTESTATION)
"""No list can hold its own digest."""


def manifest_of(files: Mapping[str, bytes]) -> ManifestV1 | None:
    """Return the list of a folder; None where it is missing or malformed."""
    try:
        return manifest_from_bytes(files[MANIFEST])
    except (KeyError, DataError):
        return None


def listed_remarks(held: Held) -> Iterator[Remark]:
    """Yield what is missing, added or changed."""
    for place, code in held.strange.items():
        yield _differs(code, safe_text(place))
    manifest = manifest_of(held.files)
    names = (RUN, *_SEALS)
    present = held.files.keys() | held.strange.keys()
    listed = {} if manifest is None else {f.name: f for f in manifest.files}
    for name in sorted({*listed, *names} - present):
        yield _differs(Code.MISSING, name)
    if manifest is not None:
        for name in sorted(held.files.keys() - listed.keys() - set(_SEALS)):
            yield _differs(Code.UNLISTED if name == RUN else Code.EXTRA, safe_text(name))
        for name in sorted(listed.keys() & held.files.keys()):
            content, line = held.files[name], listed[name]
            if (sha256_of(content), len(content)) != (line.sha256, line.bytes):
                yield _differs(Code.CHANGED, name)
    yield from _sums(held.files)


def _sums(files: Mapping[str, bytes]) -> Iterator[Remark]:
    """Hold the second list, for other tools, against the files themselves."""
    covered = {name: b for name, b in files.items() if name not in (CHECKSUMS, ATTESTATION)}
    written = files.get(CHECKSUMS)
    if written is None:
        return
    try:
        own = checksums(covered)
    except UnicodeEncodeError:
        own = b""
    if written != own:
        differing = sorted(_lines(written) ^ _lines(own))
        about = sorted({safe_text(line[66:]) for line in differing if len(line) > 66})
        yield _differs(Code.CHECKSUMS_DIFFER, CHECKSUMS, ", ".join(about[:20]))


def _lines(text: bytes) -> set[str]:
    return set(text.decode("ascii", "replace").splitlines())


def _differs(code: Code, file: str, detail: str = "") -> Remark:
    return Remark(Step.FILES, Weight.MISMATCH, code, file, detail)
