"""Whatever a page may ask for, nothing but its own data is fetched: no address and no file."""

import base64
import io
import socket
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from urllib.request import pathname2url

import pikepdf
import pytest

from audit.errors import RenderError
from audit.report.pdf import to_pdf

SECRET = "content-of-a-local-file"
SVG = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">{}</svg>'

CONSTRUCTS = {
    "img": '<img src="{url}" alt="x">',
    "link to a style": '<link rel="stylesheet" href="{url}">',
    "@import": "<style>@import url({url});</style>",
    "background": '<p style="background:url({url})">x</p>',
    "@font-face": "<style>@font-face{{font-family:f;src:url({url})}} p{{font-family:f}}</style>x",
    "content": "<style>p::before{{content:url({url})}}</style><p>x</p>",
    "list-style": '<ul style="list-style-image:url({url})"><li>x</li></ul>',
    "object": '<object data="{url}"></object>',
    "embed": '<embed src="{url}">',
    "link to an attachment": '<link rel="attachment" href="{url}">',
    "attachment": '<a rel="attachment" href="{url}">x</a>',
    "svg image": SVG.format('<image xlink:href="{url}" width="9" height="9"/>'),
    "svg in a data address": "data",
    "border": '<p style="border-image-source:url({url})">x</p>',
    "mask": '<p style="mask-image:url({url})">x</p>',
    "base": '<base href="{url}"><img src="x.png" alt="x">',
    "script": '<script src="{url}"></script>',
    "iframe": '<iframe src="{url}"></iframe>',
    "refresh": '<meta http-equiv="refresh" content="0;url={url}">',
    "svg use": SVG.format('<use xlink:href="{url}#a"/>'),
}
UNASKED = {"script", "iframe", "refresh", "svg use", "border", "mask"}
"""What WeasyPrint does not look at; were it to, the others show that it would be refused."""


def page(construct: str, url: str) -> bytes:
    body = CONSTRUCTS[construct]
    if body == "data":
        inner = SVG.format(f'<image xlink:href="{url}" width="9" height="9"/>').encode()
        body = f'<img alt="x" src="data:image/svg+xml;base64,{base64.b64encode(inner).decode()}">'
    else:
        body = body.format(url=url)
    return f'<!doctype html><html lang="en"><title>t</title><body>{body}</body></html>'.encode()


@pytest.fixture
def unreachable(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what was asked of the network; every request for it fails."""
    asked: list[str] = []

    def refuse(*words: object, **_: object) -> object:
        asked.append(repr(words[-1]))
        raise OSError("no network")

    for name in ("connect", "connect_ex", "sendto"):
        monkeypatch.setattr(socket.socket, name, refuse)
    for name in ("create_connection", "getaddrinfo", "gethostbyname"):
        monkeypatch.setattr(socket, name, refuse)
    return asked


@pytest.fixture
def opened() -> Iterator[list[str]]:
    """Return every file that was opened, by whatever means Python has."""
    seen: list[str] = []
    watching = True

    def watch(event: str, words: tuple[object, ...]) -> None:
        if watching and event == "open":
            seen.append(str(words[0]))

    sys.addaudithook(watch)
    yield seen
    watching = False


def attempted(html: bytes) -> tuple[bytes, str]:
    """Return the PDF and an empty refusal, or no PDF and why."""
    try:
        return to_pdf(html, attachments={}), ""
    except RenderError as refused:
        return b"", refused.message


def unpacked(pdf: bytes) -> bytes:
    if not pdf:
        return b""
    parts = [pdf]
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                try:
                    parts.append(thing.read_bytes())
                except (pikepdf.PdfError, zlib.error):
                    parts.append(thing.read_raw_bytes())
    return b"\n".join(parts)


@pytest.mark.parametrize("construct", list(CONSTRUCTS))
def test_no_address_and_no_file_is_touched(
    tmp_path: Path, construct: str, unreachable: list[str], opened: list[str]
) -> None:
    secret = tmp_path / "secret.png"
    secret.write_text(SECRET)
    del opened[:]
    for url in ("http://127.0.0.1:9/x.png", f"file://{pathname2url(str(secret))}"):
        made, refusal = attempted(page(construct, url))
        assert "outside address" in refusal or construct in UNASKED
        assert str(tmp_path) not in refusal
        assert SECRET.encode() not in unpacked(made)
    assert unreachable == []
    assert str(secret) not in opened


def test_the_watch_would_see_a_file(tmp_path: Path, opened: list[str]) -> None:
    (tmp_path / "x").write_text("x")
    assert str(tmp_path / "x") in opened
