"""What a stored draw depends on: code, and not what is said about it.

A digest of the code as the interpreter reads it: comments, docstrings and layout change nothing.
What only shows, stores or words a result has no part in a draw and is left out.
"""

import ast
from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAPER = ("cli", "report", "evidence", "api")
"""Rooms of `audit` in which no number is made."""
FIRST = Path(__file__).with_name("draws.py")
"""What makes a draw; what it imports of the study and the fixtures counts too."""


@cache
def source_digest() -> str:
    """Return a digest of the code under study: draws of other code are never reused."""
    digest = sha256()
    for path in sorted(_sources()):
        digest.update(path.relative_to(ROOT).as_posix().encode())
        digest.update(_meaning(path))
    return digest.hexdigest()[:16]


def _sources() -> Iterator[Path]:
    package = ROOT / "audit"
    for path in package.rglob("*"):
        room = path.relative_to(package).parts[0]
        if room not in PAPER and path.suffix in (".py", ".yaml", ".cpp", ".hpp"):
            yield path
    yield from imported(FIRST)


def imported(first: Path) -> set[Path]:
    """Return a file and all files of the study and the fixtures that it rests on."""
    found, waiting = {first}, [first]
    while waiting:
        for node in ast.walk(ast.parse(waiting.pop().read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and node.module:
                path = ROOT / f"{node.module.replace('.', '/')}.py"
                if path.exists() and not path.is_relative_to(ROOT / "audit") and path not in found:
                    found.add(path)
                    waiting.append(path)
    return found


def _meaning(path: Path) -> bytes:
    if path.suffix != ".py":
        return path.read_bytes()
    return meaning(path.read_text(encoding="utf-8")).encode()


def meaning(source: str) -> str:
    """Return the syntax tree of some code without docstrings, as text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef):
            # A string that stands alone is evaluated and dropped.
            node.body = [line for line in node.body if not _is_text(line)]
    return ast.dump(tree)


def _is_text(line: ast.stmt) -> bool:
    return (
        isinstance(line, ast.Expr)
        and isinstance(line.value, ast.Constant)
        and isinstance(line.value.value, str)
    )
