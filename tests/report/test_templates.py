from pathlib import Path

import pytest

from audit.errors import RenderError
from audit.report.templates import LANDMARK, template_bytes, template_folder


def planted(folder: Path) -> Path:
    folder.mkdir(parents=True)
    (folder / LANDMARK).write_text("x")
    return folder


def test_an_installed_wheel_carries_its_own(tmp_path: Path) -> None:
    package = tmp_path / "site-packages" / "audit"
    inside = planted(package / "_templates")
    planted(tmp_path / "site-packages" / "report_templates")
    assert template_folder(package) == inside


def test_a_checkout_has_them_beside_the_package(tmp_path: Path) -> None:
    package = tmp_path / "audit"
    package.mkdir()
    beside = planted(tmp_path / "report_templates")
    assert template_folder(package) == beside


def test_without_templates_it_says_so(tmp_path: Path) -> None:
    with pytest.raises(RenderError, match="templates were not found"):
        template_folder(tmp_path / "audit")


def test_the_real_ones_are_found_with_fonts_and_licence() -> None:
    assert template_bytes("fonts", "LICENSE.txt")
    assert template_bytes("fonts", "sans-400.woff2")[:4] == b"wOF2"
