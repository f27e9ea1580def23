"""Plug-ins as an installer leaves them: modules and metadata in a folder, nothing executed."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

DOC = '''"""A module of somebody else's.

What the adversary does
-----------------------
Nothing.

What a high value means
-----------------------
Nothing.

What a low value does not mean
------------------------------
Nothing either.

Cost
----
None.

References
----------
None.
"""
from dataclasses import dataclass, field, replace
from typing import ClassVar

from audit.contract.arms import Side
from audit.contract.check import Check
from audit.facts.estimate import exactly
from audit.facts.measurement import Card, Family, Measurement

'''
CHECK = '''
@dataclass(frozen=True)
class {name}(Check):
    """Somebody else's."""

    share: float = 0.25
    card: ClassVar[Card] = Card(
        id={id!r}, version=1, title="Somebody else's", family=Family.IDENTITY, threat=None,
        references=("nobody",), measures=("share",){said},
    )

    def run(self, lab):
        {body}
'''
QUIET = 'yield Measurement("share", exactly(self.share), 7)'


def check(check_id: str, *, name: str = "Theirs", body: str = QUIET, said: str = "") -> str:
    """Return the source of a check."""
    return CHECK.format(name=name, id=check_id, body=body, said=f", {said}" if said else "")


@dataclass(frozen=True)
class Site:
    """A folder on the path."""

    folder: Path

    def install(
        self,
        module: str,
        source: str,
        *,
        entries: dict[str, str],
        distribution: str = "acme",
        version: str = "1.0",
        recorded: bool = True,
    ) -> None:
        """Install one module as a distribution of its own."""
        (self.folder / f"{module}.py").write_text(DOC + source)
        info = self.folder / f"{distribution}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"
        )
        listed = "".join(f"{name} = {value}\n" for name, value in entries.items())
        (info / "entry_points.txt").write_text(f"[synthgate.checks]\n{listed}")
        if recorded:
            own = [f"{module}.py", *(f"{info.name}/{n}" for n in ("METADATA", "RECORD"))]
            (info / "RECORD").write_text("".join(f"{name},,\n" for name in own))


@contextmanager
def site(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Put a folder on the path; what was imported from it is forgotten afterwards."""
    folder.mkdir(exist_ok=True)
    monkeypatch.syspath_prepend(folder)
    before = set(sys.modules)
    yield Site(folder)
    for name in set(sys.modules) - before:
        if str(folder) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]
