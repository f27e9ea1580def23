"""Records whose every cell can be told from anything else, and the search for them in any bytes.

Each text of a record holds one token, each number begins with the same digits whatever its size,
each date lies in one forgotten year: so every printed form of every cell is found by three rules.
"""

import base64
import hashlib
import io
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import unquote_to_bytes

import numpy as np
import pandas as pd
import pikepdf

TOKEN = "ZQ7XV9"
LEADING = 7.319042
"""Every canary number is this times a power of ten, to six digits."""
YEAR = 1903
_DIGITS = "731904"
_SEPARATORS = "[.,'\u00a0\u2009\u202f\u2019]?"
_ENCODED = (
    TOKEN,
    TOKEN[::-1],
    TOKEN.encode().hex(),
    "\0".join(TOKEN),
    "".join(f"\\u{ord(c):04x}" for c in TOKEN),
    "".join(f"\\x{ord(c):02x}" for c in TOKEN),
    "".join(f"&#{ord(c)};" for c in TOKEN),
    "".join(f"&#x{ord(c):x};" for c in TOKEN),
    "".join(f"%{ord(c):02X}" for c in TOKEN),
)
_DATE = re.compile(
    rf"{YEAR}[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:0[1-9]|[12]\d|3[01])(?!\d)"
    rf"|(?:0?[1-9]|[12]\d|3[01])[-/. ](?:0?[1-9]|1[0-2]|[A-Z][a-z]+)[-/. ]{YEAR}(?!\d)"
)
_NUMBER = re.compile(r"\d+(?:\.\d+)?(?:[eE][+-]?\d+)?")
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")
_SPLIT_NUMBER = re.compile(_SEPARATORS.join(_DIGITS))
_DATA_URI = re.compile(rb"data:[\w/+.;=-]*?base64,([A-Za-z0-9+/=]+)")
_FIRST, _LAST = (
    abs(pd.Timestamp(f"{day}").timestamp()) for day in (f"{YEAR}-12-31", f"{YEAR}-01-01")
)


def people(n: int, *, first: int = 0, seed: int = 0) -> pd.DataFrame:
    """Return n records of people whom no other call with another `first` returns."""
    i = first + np.arange(n)
    rng = np.random.default_rng([seed, first])
    amount = 7319042.0e3 + 0.137 + i
    amount[0] *= 1e3  # one extreme
    label = np.array([f"{TOKEN}label{k}" for k in rng.integers(0, 4, n)], dtype=object)
    label[n // 2] = f"{TOKEN}rare{first}"
    day = pd.Timestamp(f"{YEAR}-01-01") + pd.to_timedelta((7 * i + 3) % 364, unit="D")
    return pd.DataFrame(
        {
            "patient": [f"{TOKEN}{k:05d}" for k in i],
            "mail": [f"{TOKEN.lower()}{k}@example.org" for k in i],
            "note": [f"seen by {TOKEN}{k}n on the ward again, no change of plan" for k in i],
            "amount": amount,
            "account": 73190420000 + 13 * i,
            "share": (LEADING + i * 1e-9) / 10,
            "born": day,
            "label": label,
            "code": [f"0731904{k % 9}" for k in i],
            "age": rng.integers(18, 90, n),
            "sex": rng.choice(["f", "m"], n),
        }
    )


def found(content: bytes) -> list[str]:
    """Return what of a canary stands in some bytes, in any form that a program would write."""
    return sorted({f"{kind}: {hit}" for part in _parts(content) for kind, hit in _hits(part)})


def found_in_folder(folder: Path) -> dict[str, list[str]]:
    """Return what of a canary stands in the files of a folder and in their names."""
    hits = {}
    for path in sorted(folder.rglob("*")):
        name = str(path.relative_to(folder))
        content = b"" if path.is_dir() else path.read_bytes()
        hits[name] = found(content) + found(name.encode())
    return {name: hit for name, hit in hits.items() if hit}


def digests(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Return the first half of every digest of every cell: a digest of a guess gives it away."""
    cells = {str(cell) for table in tables for column in table for cell in table[column]}
    cells |= {f"{cell:%Y-%m-%d}" for table in tables for cell in table["born"]}
    ways = (hashlib.md5, hashlib.sha1, hashlib.sha256, hashlib.blake2b)
    return [way(cell.encode()).hexdigest()[:16] for cell in cells for way in ways]


def readable(content: bytes) -> str:
    """Return everything that can be read in some bytes: pictures, streams and pages unpacked."""
    return "\n".join(_parts(content))


def _hits(text: str) -> Iterator[tuple[str, str]]:
    lowered = text.casefold()
    yield from (("text", t) for t in _ENCODED if t.casefold() in lowered)
    yield from (("base64", t) for t in _in_base64() if t in text)
    yield from (("date", m.group()) for m in _DATE.finditer(text))
    yield from (("number", m.group()) for m in _SPLIT_NUMBER.finditer(text))
    # Letters and digits of a SHA-256 read as numbers now and then, and hold none.
    for match in _NUMBER.finditer(_DIGEST.sub(" ", text)):
        number = float(match.group())
        if _is_canary(number):
            yield "number", match.group()


def _is_canary(number: float) -> bool:
    if not 0 < number < 1e300:
        return False
    scale = 10.0 ** np.floor(np.log10(number))
    is_number = abs(number / scale - LEADING) < 4e-6
    is_date = any(_FIRST * unit <= number < _LAST * unit for unit in (1.0, 1e3, 1e6, 1e9))
    return bool(is_number or is_date)


def _in_base64() -> Iterator[str]:
    """Yield the token as base64 writes it behind 0, 1 and 2 other bytes, whole characters only."""
    for behind in range(3):
        written = base64.b64encode(b"\0" * behind + TOKEN.encode()).decode()
        bits = 8 * behind, 8 * (behind + len(TOKEN))
        yield written[-(-bits[0] // 6) : bits[1] // 6]


def _parts(content: bytes) -> Iterator[str]:
    yield content.decode("latin-1")
    yield content.decode("utf-8", errors="ignore")
    for encoded in _DATA_URI.findall(content):
        yield base64.b64decode(encoded + b"==").decode("latin-1")
    if b"%" in content and not content.startswith(b"%PDF"):
        yield unquote_to_bytes(content).decode("latin-1")
    if content.startswith(b"%PDF"):
        yield from _pdf_parts(content)


def _pdf_parts(content: bytes) -> Iterator[str]:
    with pikepdf.open(io.BytesIO(content)) as document:
        for thing in document.objects:
            if isinstance(thing, pikepdf.Stream):
                # What no filter of the library opens (a font, a picture) is searched as it is.
                try:
                    yield thing.read_bytes().decode("latin-1")
                except pikepdf.PdfError:
                    yield thing.read_raw_bytes().decode("latin-1")
            else:
                yield repr(thing)
        yield str(document.docinfo)
    yield from _page_texts(content)


def _page_texts(content: bytes) -> Iterator[str]:
    """Yield the text of the pages where poppler is installed; the HTML holds the same text."""
    program = shutil.which("pdftotext")
    for layout in ("-layout", "-raw"):
        if program is not None:
            made = subprocess.run([program, layout, "-", "-"], input=content, capture_output=True)
            yield made.stdout.decode()
