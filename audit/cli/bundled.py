"""Where the demo data lies: in the package of an installed wheel, beside it in a checkout."""

from importlib.resources import files
from pathlib import Path

from audit.errors import DataError

PROJECT = "audit.yaml"


def demo_project() -> Path:
    """Return the project file of the demo.

    Raises
    ------
    DataError
        If neither an installed wheel nor a checkout holds it.
    """
    home = Path(str(files("audit")))
    for folder in (home / "_demo", home.parent / "fixtures" / "demo"):
        if (folder / PROJECT).is_file():
            return folder / PROJECT
    raise DataError(
        "the demo data were not found beside the program",
        "Install synthgate again: pip install --force-reinstall synthgate",
    )
