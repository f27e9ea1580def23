"""What the program is built from: known licences, a lock that holds, a bill that others read."""

import importlib.util
import json
import re
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import jsonschema
import pytest
import referencing
from packaging.version import Version

ROOT = Path(__file__).parents[1]
SCRIPT = ROOT / ".ci" / "supply_chain.py"


@pytest.fixture(scope="module")
def chain() -> ModuleType:
    spec = importlib.util.spec_from_file_location("supply_chain", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["supply_chain"] = module
    spec.loader.exec_module(module)
    return module


def test_every_distribution_has_a_licence_that_may_be_shipped(chain: ModuleType) -> None:
    every = chain.components(chain.shipped_extras())
    assert len(every) > 30
    assert {c.name for c in every} >= {"numpy", "pandas", "pyphen", "typer", "weasyprint"}
    assert [f"{c.name}: {c.licence or 'unknown'}" for c in every if not c.is_permitted] == []


def test_the_page_lists_all_of_them(chain: ModuleType) -> None:
    rows = re.findall(
        r"^\| ([a-z0-9-]+) \| ([^|]+) \|", chain.PAGE.read_text("utf-8"), re.MULTILINE
    )
    listed = {name: licence for name, licence in rows if name != "distribution"}
    held = {c.name: c.licence for c in chain.components(chain.shipped_extras())}
    assert {n: li for n, li in held.items() if listed.get(n) != li} == {}, "run: make licences"


@pytest.mark.parametrize(
    ("expression", "may"),
    [
        ("MIT", True),
        ("BSD-3-Clause AND 0BSD AND MIT AND Zlib AND CC0-1.0", True),
        ("Apache-2.0 OR GPL-3.0-only", True),
        ("Apache-2.0 AND GPL-3.0-only", False),
        ("GPL-2.0-or-later OR LGPL-2.1-only", False),
        ("AGPL-3.0", False),
        ("LicenseRef-Proprietary", False),
    ],
)
def test_what_may_be_shipped(chain: ModuleType, expression: str, may: bool) -> None:
    assert chain.permitted(expression) is may


def test_the_lock_names_one_version_of_everything_that_is_needed(chain: ModuleType) -> None:
    files = sorted((ROOT / ".ci").glob("constraints-*.txt"))
    assert files
    direct = {
        chain.normal(r.name): r
        for r in chain.declared([*chain.shipped_extras(), "dev"])
        if r.marker is None or r.marker.evaluate({"extra": ""})
    }
    for file in files:
        lines = [x for x in file.read_text("utf-8").splitlines() if not x.startswith("#")]
        locked = dict(line.split("==") for line in lines)
        assert len(locked) == len(lines)
        assert sorted(locked) == list(locked)
        for name, requirement in direct.items():
            assert name in locked, f"{file.name} lacks {name}; run: make lock"
            assert requirement.specifier.contains(Version(locked[name]), prereleases=True)


def test_the_bill_of_materials_fits_the_published_schema(chain: ModuleType, tmp_path: Path) -> None:
    cyclonedx = pytest.importorskip("cyclonedx.schema", reason="the schema comes with pip-audit")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), "sbom", str(tmp_path / "bom.json")], check=False
    )
    assert done.returncode == 0
    bill = json.loads((tmp_path / "bom.json").read_text("utf-8"))
    folder = Path(cyclonedx.__file__).parent / "_res"
    files = [f"{name}.SNAPSHOT.schema.json" for name in ("bom-1.6", "spdx", "jsf-0.82")]
    schemas = {f: json.loads((folder / f).read_text("utf-8")) for f in files}
    registry = referencing.Registry().with_resources(
        (f"http://cyclonedx.org/schema/{f}", referencing.Resource.from_contents(schema))
        for f, schema in schemas.items()
    )
    checker = jsonschema.Draft7Validator(schemas[files[0]], registry=registry)
    assert [error.message for error in checker.iter_errors(bill)] == []
    refs = {c["bom-ref"] for c in bill["components"]} | {bill["metadata"]["component"]["bom-ref"]}
    assert {d["ref"] for d in bill["dependencies"]} == refs
    assert {on for d in bill["dependencies"] for on in d["dependsOn"]} <= refs
    broken = {**bill, "components": [{"type": "nonsense"}]}
    assert list(checker.iter_errors(broken))


def test_where_nobody_could_be_asked_nothing_is_called_safe(chain: ModuleType) -> None:
    skipped = {"name": "numpy", "skip_reason": "not found"}
    fine = {"name": "rich", "version": "1", "vulns": []}
    bad = {"name": "jinja2", "version": "3", "vulns": [{"id": "CVE-1", "fix_versions": ["4"]}]}
    for nobody in ([], [skipped]):
        lines, code = chain.judged(nobody)
        assert (code, len(lines)) == (0, 1)
        assert "NOT CHECKED" in lines[0]
    assert chain.judged([fine, skipped]) == (
        [
            "advisories: 1 distributions looked up, 0 known vulnerabilities",
            "advisories: not looked up: numpy",
        ],
        0,
    )
    lines, code = chain.judged([fine, bad])
    assert code == 1
    assert lines[0].startswith("advisories: jinja2 3: CVE-1")
