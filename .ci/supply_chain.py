"""What this program is built from: licences, locked versions, bill of materials, advisories.

    python .ci/supply_chain.py licences      write docs/licences.md
    python .ci/supply_chain.py lock          write .ci/constraints-3.11.txt (of this Python)
    python .ci/supply_chain.py sbom FILE     write a CycloneDX 1.6 bill of materials
    python .ci/supply_chain.py advisories    ask for known vulnerabilities

All of it is read from the distributions that are installed; only `advisories` asks the network.
"""

import hashlib
import json
import re
import subprocess
import sys
import tomllib
import uuid
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "licences.md"
LOCK = ROOT / ".ci" / f"constraints-{sys.version_info.major}.{sys.version_info.minor}.txt"
NAME = "synthgate"
DEV = "dev"
CHOSEN = {"pyphen": "MPL-1.1"}
"""Distributions under several licences at the licensee's choice, and which one we took."""
BY_HAND = {
    "cssselect2": "BSD-3-Clause",
    "cycler": "BSD-3-Clause",
    "jinja2": "BSD-3-Clause",
    "kiwisolver": "BSD-3-Clause",
    "lxml": "BSD-3-Clause",
    "matplotlib": "PSF-2.0",
    "pydyf": "BSD-3-Clause",
    "scipy": "BSD-3-Clause",
    "contourpy": "BSD-3-Clause",
    "tinycss2": "BSD-3-Clause",
    "weasyprint": "BSD-3-Clause",
    "webencodings": "BSD-3-Clause",
}
"""SPDX names where the metadata only say `BSD` or `PSF`; read in the licence files."""
SPDX = {
    "MIT License": "MIT",
    "MIT": "MIT",
    "Apache Software License": "Apache-2.0",
    "Apache-2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "ISC License (ISCL)": "ISC",
    "ISC License": "ISC",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "Python Software Foundation License": "PSF-2.0",
}
_PERMISSIVE = """
    0BSD Apache-2.0 BSD-2-Clause BSD-3-Clause CC0-1.0 HPND ISC MIT MIT-0 MIT-CMU MPL-1.1 MPL-2.0
    PSF-2.0 Python-2.0 Unlicense Zlib
"""
PERMITTED = frozenset(_PERMISSIVE.split())
"""What may be shipped beside a program of any licence; no GPL, LGPL or AGPL is among them."""
EXCEPTED = {"psycopg": "LGPL-3.0-only", "psycopg-binary": "LGPL-3.0-only"}
"""What an extra brings and nothing else does, under a licence that binds changes to it alone."""
_PAGE = """\
# Licences of what comes with it

Every distribution that `pip install synthgate` brings, with all extras but those for developers,
and what those bring in turn. None is under the GPL or the AGPL: pyphen is offered under several
licences, of which we take the one named here. psycopg, which the extra `postgres` alone brings, is
under the LGPL: it is used as it is, and binds changes to itself alone. The wheels of NumPy, SciPy
and scikit-learn carry compiled libraries of GCC, whose runtime exception binds nobody who uses
them.

Written by `make licences` from what the distributions say of themselves. A test refuses one that
is missing here, one of an unknown licence, and one whose licence would bind those who use the
program.

| distribution | licence (SPDX) | needed by |
| --- | --- | --- |
{rows}

The fonts of the report are subsets of Source Serif 4, Source Sans 3 and Source Code Pro, renamed,
under the SIL Open Font License 1.1; its text lies beside them.

`make sbom` writes the same list, with versions, as a CycloneDX bill of materials. What is defended
against whom stands in [SECURITY.md](../SECURITY.md).
"""
_WORD = re.compile(r"[A-Za-z0-9.+-]+")


@dataclass(frozen=True)
class Component:
    """One distribution that is installed because this program needs it."""

    name: str
    version: str
    licence: str
    """An SPDX expression; empty if nobody knows."""
    needed_by: tuple[str, ...]

    @property
    def is_permitted(self) -> bool:
        """Every licence that binds is one that may be shipped."""
        excepted = bool(self.licence) and EXCEPTED.get(self.name) == self.licence
        return excepted or (bool(self.licence) and permitted(self.licence))


def normal(name: str) -> str:
    """Return the name of a distribution in its one spelling."""
    return re.sub(r"[-_.]+", "-", name).lower()


def permitted(expression: str) -> bool:
    """Tell whether an SPDX expression can be satisfied with permitted licences."""
    alternatives = expression.replace("(", " ").replace(")", " ").split(" OR ")
    return any(all(w in PERMITTED for w in _names(part)) for part in alternatives)


def _names(part: str) -> list[str]:
    return [w for w in _WORD.findall(part) if w not in ("AND", "WITH")]


def declared(extras: Iterable[str]) -> list[Requirement]:
    """Return what `pyproject.toml` asks for, with the given extras."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    optional = project.get("optional-dependencies", {})
    lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]
    return [Requirement(line) for line in lines]


def shipped_extras() -> list[str]:
    """Return the extras that users may install."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    return sorted(set(project.get("optional-dependencies", {})) - {DEV})


def components(extras: Iterable[str]) -> list[Component]:
    """Return everything that is installed because of this program and the given extras, by name.

    What is asked for by an extra and not installed here is left out.
    """
    needed: dict[str, set[str]] = {}
    waiting = [(NAME, r) for r in declared(extras)]
    while waiting:
        parent, requirement = waiting.pop()
        name = normal(requirement.name)
        if name == NAME or not _applies(requirement):
            continue
        held = _installed(name)
        if held is None:
            continue
        first = name not in needed
        needed.setdefault(name, set()).add(parent)
        if first or requirement.extras:
            waiting += [(name, r) for r in _requirements(held, requirement.extras)]
    return [_component(name, by) for name, by in sorted(needed.items())]


def _applies(requirement: Requirement) -> bool:
    return requirement.marker is None or requirement.marker.evaluate({"extra": ""})


def _requirements(held: Distribution, extras: Iterable[str]) -> Iterator[Requirement]:
    for line in held.requires or ():
        requirement = Requirement(line)
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": e}) for e in ("", *extras)):
            yield Requirement(line.split(";")[0])


def _installed(name: str) -> Distribution | None:
    try:
        return distribution(name)
    except PackageNotFoundError:
        return None


def _component(name: str, by: Iterable[str]) -> Component:
    held = distribution(name)
    return Component(name, held.version, licence_of(held), tuple(sorted(by)))


def licence_of(held: Distribution) -> str:
    """Return the licence of a distribution as an SPDX expression; empty if it cannot be told."""
    name, told = normal(held.name), held.metadata
    if name in CHOSEN or name in BY_HAND:
        return CHOSEN.get(name) or BY_HAND[name]
    expression = told.get("License-Expression")
    if expression:
        return str(expression)
    kinds = [c.rpartition(" :: ")[2] for c in told.get_all("Classifier") or () if "License ::" in c]
    found = {SPDX[kind] for kind in kinds if kind in SPDX}
    if not found and str(told.get("License")) in SPDX:
        found = {SPDX[str(told.get("License"))]}
    return found.pop() if len(found) == 1 and len(kinds) <= 1 else ""


# ------------------------------------------------------------------ what is written


def page(extras: Iterable[str]) -> str:
    """Return `docs/licences.md`."""
    rows = "\n".join(
        f"| {c.name} | {c.licence} | {', '.join(c.needed_by)} |" for c in components(extras)
    )
    return _PAGE.format(rows=rows)


def lock() -> str:
    """Return the versions that are installed here, as constraints for pip."""
    every = components([*shipped_extras(), DEV])
    head = (
        f"# Versions that the tests run with, on Python {LOCK.stem.rpartition('-')[2]}: make lock\n"
    )
    return head + "".join(f"{c.name}=={c.version}\n" for c in every)


def sbom(extras: Iterable[str]) -> dict[str, object]:
    """Return a CycloneDX 1.6 bill of materials; the same components give the same bytes."""
    every = components(extras)
    version = _version()
    subject = _described(NAME, version, "application")
    digest = hashlib.sha256(repr((version, every)).encode()).digest()
    needs: dict[str, list[str]] = {c.name: [] for c in every} | {NAME: []}
    for component in every:
        for parent in component.needed_by:
            needs[parent].append(_purl(component.name, component.version))
    versions = {c.name: c.version for c in every} | {NAME: version}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{uuid.UUID(bytes=digest[:16], version=4)}",
        "version": 1,
        "metadata": {"component": subject},
        "components": [
            {**_described(c.name, c.version, "library"), "licenses": _licences(c.licence)}
            for c in every
        ],
        "dependencies": [
            {"ref": _purl(name, versions[name]), "dependsOn": sorted(on)}
            for name, on in sorted(needs.items())
        ],
    }


def _described(name: str, version: str, kind: str) -> dict[str, object]:
    purl = _purl(name, version)
    return {"type": kind, "bom-ref": purl, "name": name, "version": version, "purl": purl}


def _purl(name: str, version: str) -> str:
    return f"pkg:pypi/{name}@{version}"


def _licences(expression: str) -> list[Mapping[str, object]]:
    if not expression:
        return []
    if " " in expression:
        return [{"expression": expression}]
    return [{"license": {"id": expression}}]


def _version() -> str:
    found = re.search(r'VERSION = "([^"]+)"', (ROOT / "audit/version.py").read_text("utf-8"))
    assert found is not None
    return found[1]


# ------------------------------------------------------------------ what is asked


def advisories() -> int:
    """Ask for known vulnerabilities; 1 if there are some, 0 with a sentence if nobody answers."""
    words = [sys.executable, "-m", "pip_audit", "--local", "--skip-editable", "--format", "json"]
    done = subprocess.run(  # noqa: S603 - the words are ours
        [*words, "--progress-spinner", "off"], capture_output=True, text=True, check=False
    )
    try:
        told = json.loads(done.stdout)["dependencies"]
    except (ValueError, KeyError, TypeError):
        told = []
    lines, code = judged(told)
    sys.stdout.write("\n".join(lines) + "\n")
    return code


def judged(told: list[dict[str, object]]) -> tuple[list[str], int]:
    """Return what to say of the answer of pip-audit, and an exit code."""
    asked = [d for d in told if "skip_reason" not in d]
    if not asked:
        # pip-audit answers 0 where it could look nothing up: that is no clean bill.
        return ["advisories: NOT CHECKED, the database cannot be reached from here"], 0
    broken = [
        f"advisories: {d['name']} {d['version']}: {v['id']}, mended in {v.get('fix_versions')}"
        for d in asked
        for v in d.get("vulns", [])  # type: ignore[attr-defined]
    ]
    unknown = [str(d["name"]) for d in told if "skip_reason" in d]
    said = f"advisories: {len(asked)} distributions looked up, {len(broken)} known vulnerabilities"
    tail = [f"advisories: not looked up: {', '.join(sorted(unknown))}"] if unknown else []
    return [*broken, said, *tail], int(bool(broken))


def main(words: list[str]) -> int:
    """Do what the command line asks for."""
    if words == ["licences"]:
        PAGE.write_text(page(shipped_extras()), encoding="utf-8")
    elif words == ["lock"]:
        LOCK.write_text(lock(), encoding="utf-8")
    elif words[:1] == ["sbom"] and len(words) == 2:
        made = json.dumps(sbom(shipped_extras()), indent=1, sort_keys=True)
        Path(words[1]).write_text(made + "\n", encoding="utf-8")
    elif words == ["advisories"]:
        return advisories()
    else:
        sys.stderr.write(__doc__ or "")
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
