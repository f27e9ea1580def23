"""The files of a plug-in, and one digest over them."""

import hashlib
import os
import sys
from collections.abc import Mapping
from importlib.metadata import Distribution
from pathlib import Path
from types import ModuleType


def files_of(distribution: Distribution, module: str) -> Mapping[str, Path]:
    """Return name -> place of every file that a plug-in brought.

    These are the files that were installed with it, without what an installer writes about them.
    Where the module that was imported is none of them, as in an editable installation, they are
    the files of its package. Names are relative and the same on every machine.

    Parameters
    ----------
    module
        Imported already.

    Raises
    ------
    OSError
        If the module has no file.
    """
    top = _with_a_file(module)
    own = _of_package(top)
    recorded = {
        path.as_posix(): _real(distribution.locate_file(path))
        for path in distribution.files or ()
        if _is_content(path.parts)
    }
    return recorded if set(own.values()) & set(recorded.values()) else own


def digest_of(files: Mapping[str, Path]) -> str:
    """Return SHA-256 over lines of SHA-256 and name, as `sha256sum` writes them, by name.

    Raises
    ------
    OSError
        If a file cannot be read.
    """
    whole = hashlib.sha256()
    for name in sorted(files):
        content = hashlib.sha256(files[name].read_bytes()).hexdigest()
        whole.update(f"{content}  {name}\n".encode())
    return whole.hexdigest()


def _of_package(module: ModuleType) -> Mapping[str, Path]:
    file = Path(module.__file__ or "")
    *above, name = module.__name__.split(".")
    if not hasattr(module, "__path__"):
        return {"/".join((*above, file.name)): _real(file)}
    found = {(*above, name, *p.relative_to(file.parent).parts): p for p in file.parent.rglob("*")}
    return {
        "/".join(parts): _real(path)
        for parts, path in found.items()
        if path.is_file() and _is_content(parts)
    }


def _with_a_file(module: str) -> ModuleType:
    """Return the outermost package of a module that is no mere namespace."""
    parts = module.split(".")
    for end in range(1, len(parts) + 1):
        found = sys.modules[".".join(parts[:end])]
        if getattr(found, "__file__", None):
            return found
    raise FileNotFoundError(module)


def _is_content(parts: tuple[str, ...]) -> bool:
    """Tell whether a file is the plug-in's own: neither compiled here nor written by an installer.

    Programs outside the packages hold the path of the interpreter.
    """
    installer = parts[0].endswith((".dist-info", ".egg-info")) or parts[0] == ".."
    return not (installer or "__pycache__" in parts or parts[-1].endswith((".pyc", ".pyo")))


def _real(path: object) -> Path:
    return Path(os.path.realpath(str(path)))
