"""Is a path one file, or several?"""

from pathlib import Path

_MARKS = ("*", "?", "[")


def is_several(path: Path) -> bool:
    """Tell a folder, or a pattern of files in one, from a file that has such marks in its name."""
    try:
        return path.is_dir() or (any(m in path.name for m in _MARKS) and not path.exists())
    except (OSError, ValueError):
        return False
