"""The files attached to a PDF of ours, read without a PDF library.

This is no reader for any PDF: it understands the objects that our own writer makes, one after the
other from the first byte to the last, and what a signature appends to them. A later object replaces
an earlier one of the same number. Whatever it does not understand, it refuses.

References
----------
ISO 32000-1:2008, 7.3.8 (streams), 7.5.6 (incremental updates), 7.5.7 (object streams), 7.11.4
(embedded files).
"""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MOST_BYTES = 256 * 2**20
_OBJECT = re.compile(rb"\s*(\d+) 0 obj\s*")
_HEAD_END = re.compile(rb"\s*(stream\r?\n|endobj)")
_TAIL = re.compile(rb"\r?\n?endstream\s+endobj")
_BETWEEN = re.compile(rb"\s*(?:xref\b.*?trailer\b.*?)?startxref\s+\d+\s+%%EOF", re.DOTALL)
_END = re.compile(rb"\s*\Z")
_HEADER = re.compile(rb"%PDF-1\.\d\s*(?:%[^\n]*\n)?")
_LENGTH = re.compile(rb"/Length (\d+)\b(?! \d+ R)")
_FIRST = re.compile(rb"/First (\d+)")
_NAME = re.compile(rb"/UF \(([^()\\]{1,200})\)")
_FILE = re.compile(rb"/EF <<[^>]*/F (\d+) 0 R")


class UnreadableError(Exception):
    """The bytes are no PDF that our writer makes."""


@dataclass(frozen=True, slots=True)
class _Thing:
    """One object: what it says, and its stream as it stands."""

    head: bytes
    stream: bytes | None


def attachments_of(pdf: bytes) -> Mapping[str, bytes]:
    """Return the attached files, name -> content.

    Raises
    ------
    UnreadableError
        If the file is not built as ours are.
    """
    things = dict(_things(pdf))
    found: dict[str, bytes] = {}
    for thing in things.values():
        if b"/Type /Filespec" not in thing.head:
            continue
        name, number = _NAME.search(thing.head), _FILE.search(thing.head)
        held = things.get(int(number.group(1))) if number else None
        if name is None or held is None or held.stream is None:
            raise UnreadableError
        said, content = name.group(1).decode("latin-1"), _plain(held)
        if found.setdefault(said, content) != content:
            raise UnreadableError
    return found


def _things(pdf: bytes) -> Iterator[tuple[int, _Thing]]:
    """Yield every object in the order of the file, those inside object streams too."""
    header = _HEADER.match(pdf)
    if header is None:
        raise UnreadableError
    place = header.end()
    while _END.match(pdf, place) is None:
        between = _BETWEEN.match(pdf, place)
        if between is not None:
            place = between.end()
            continue
        start = _OBJECT.match(pdf, place)
        if start is None:
            raise UnreadableError
        thing, place = _thing(pdf, start.end())
        yield int(start.group(1)), thing
        if b"/Type /ObjStm" in thing.head:
            yield from _inside(thing)


def _thing(pdf: bytes, start: int) -> tuple[_Thing, int]:
    end = _HEAD_END.search(pdf, start)
    if end is None:
        raise UnreadableError
    head = pdf[start : end.start()]
    if end.group(1) == b"endobj":
        return _Thing(head, None), end.end()
    length = _LENGTH.search(head)
    if length is None:
        raise UnreadableError
    close = end.end() + int(length.group(1))
    tail = _TAIL.match(pdf, close)
    if tail is None:
        raise UnreadableError
    return _Thing(head, pdf[end.end() : close]), tail.end()


def _inside(stream: _Thing) -> Iterator[tuple[int, _Thing]]:
    first = _FIRST.search(stream.head)
    content = _plain(stream)
    if first is None:
        raise UnreadableError
    start = int(first.group(1))
    try:
        numbers = [int(word) for word in content[:start].split()]
    except ValueError:
        raise UnreadableError from None
    offsets = [start + offset for offset in numbers[1::2]]
    for number, begin, end in zip(numbers[::2], offsets, [*offsets[1:], len(content)], strict=True):
        yield number, _Thing(content[begin:end], None)


def _plain(thing: _Thing) -> bytes:
    """Return a stream unpacked, and never more of it than a run could have written."""
    if thing.stream is None:
        raise UnreadableError
    if b"/Filter" not in thing.head:
        return thing.stream
    if b"/Filter /FlateDecode" not in thing.head or b"/DecodeParms" in thing.head:
        raise UnreadableError
    unpack = zlib.decompressobj()
    try:
        content = unpack.decompress(thing.stream, MOST_BYTES)
    except zlib.error:
        raise UnreadableError from None
    if not unpack.eof:
        raise UnreadableError
    return content
