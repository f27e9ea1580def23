"""Where the templates, the style sheet and the fonts live."""

from importlib.resources import files
from pathlib import Path

from audit.errors import RenderError

INSTALLED = "_templates"
"""Folder inside the package of an installed wheel."""
CHECKOUT = "report_templates"
"""Folder beside the package in a checkout."""
LANDMARK = "report.html.j2"


def template_folder(package: Path | None = None) -> Path:
    """Return the folder of the report templates.

    Parameters
    ----------
    package
        Folder of the import package; found by itself.

    Raises
    ------
    RenderError
        If neither an installed wheel nor a checkout holds them.
    """
    home = Path(str(files("audit"))) if package is None else package
    for folder in (home / INSTALLED, home.parent / CHECKOUT):
        if (folder / LANDMARK).is_file():
            return folder
    raise RenderError(
        "the report templates were not found beside the program",
        "Install synthgate again: pip install --force-reinstall synthgate",
    )


def template_bytes(*parts: str) -> bytes:
    """Return one file of the template folder."""
    return template_folder().joinpath(*parts).read_bytes()
