"""The check that docs/plugins.md shows is the one that is installed, and keeps the laws."""

import re
import sys
import tomllib
from pathlib import Path

import pytest

from audit.testing import check_contract

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs" / "plugins.md").read_text(encoding="utf-8")


def shown(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


def test_the_page_shows_the_module_as_it_is_installed() -> None:
    assert shown("python")[0] == (HERE / "acme" / "acme_checks.py").read_text(encoding="utf-8")


def test_the_page_shows_its_entry_point() -> None:
    (page,), group = map(tomllib.loads, shown("toml")), "synthgate.checks"
    made = tomllib.loads((HERE / "acme" / "pyproject.toml").read_text())
    said = page["project"]["entry-points"][group]
    assert said.items() <= made["project"]["entry-points"][group].items()
    assert page["project"]["version"] == made["project"]["version"]


def test_it_keeps_the_laws(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(HERE / "acme")
    try:
        from acme_checks import AcmeNearest  # type: ignore[import-not-found]

        check_contract(AcmeNearest())
    finally:
        sys.modules.pop("acme_checks", None)
