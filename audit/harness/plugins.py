"""Checks of others: found among what is installed, loaded only if named, refused with all faults.

A plug-in is an entry point in the group `synthgate.checks`; its name is what a project names. It
stands for one check, or for a tuple of them. What is not named is never imported.
"""

import importlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, EntryPoint, entry_points
from pathlib import Path

from audit.contract.check import Check
from audit.errors import PluginError
from audit.facts.measurement import Card
from audit.facts.plugins import PluginFacts, vendor_of
from audit.harness.containment import CrashedError, contained, held
from audit.harness.offered import faults_of, repeated_ids, reserved_vendors
from audit.harness.plugin_files import digest_of, files_of
from audit.text import safe_text

GROUP = "synthgate.checks"
_LONGEST = 100


@dataclass(frozen=True, slots=True)
class Plugins:
    """What was loaded, in the order of the names; the order in which they were named is no fact."""

    facts: tuple[PluginFacts, ...] = ()
    checks: tuple[type[Check], ...] = ()

    @property
    def cards(self) -> tuple[Card, ...]:
        """The cards of all checks."""
        return tuple(check.card for check in self.checks)


@dataclass(frozen=True, slots=True)
class _Loaded:
    """One plug-in: what it is, or what is wrong with it."""

    name: str
    facts: PluginFacts | None = None
    checks: tuple[type[Check], ...] = ()
    faults: tuple[str, ...] = ()


def load(names: Sequence[str]) -> Plugins:
    """Load the plug-ins of these names, and no others.

    Raises
    ------
    PluginError
        With every fault of every plug-in: not installed, named twice, offered by two
        distributions, not importable, or with a check that may not be. No message quotes what a
        plug-in said.
    """
    if not names:
        return Plugins()
    installed = _installed()
    loaded = [_load(name, installed.get(name, ())) for name in sorted(set(names))]
    faults = [f"{safe_text(name, _LONGEST)}: is named twice" for name in repeated_ids(names)]
    faults += [f"{safe_text(x.name, _LONGEST)}: {fault}" for x in loaded for fault in x.faults]
    checks = tuple(check for x in loaded for check in x.checks)
    for check_id in repeated_ids([check.card.id for check in checks]):
        faults.append(f"{safe_text(check_id, _LONGEST)}: is the id of two checks")
    if faults:
        raise PluginError("\n".join(f"plugin {fault}" for fault in faults), _hint(installed))
    return Plugins(tuple(x.facts for x in loaded if x.facts is not None), checks)


def _installed() -> Mapping[str, tuple[EntryPoint, ...]]:
    """Return name -> entry points; only metadata is read."""
    found: dict[str, tuple[EntryPoint, ...]] = {}
    for entry in entry_points(group=GROUP):
        found[entry.name] = (*found.get(entry.name, ()), entry)
    return found


def _hint(installed: Mapping[str, Sequence[EntryPoint]]) -> str:
    if not installed:
        return "No plug-in is installed here; docs/plugins.md says what one is."
    listed = ", ".join(safe_text(name, _LONGEST) for name in sorted(installed))
    return f"Installed here: {listed}."


def _load(name: str, entries: Sequence[EntryPoint]) -> _Loaded:
    if not entries:
        return _Loaded(name, faults=("is not installed",))
    if len(entries) > 1:
        return _Loaded(name, faults=("is offered by more than one distribution",))
    if vendor_of(name) in reserved_vendors():
        return _Loaded(name, faults=(f"{safe_text(vendor_of(name), 40)} is a name of our own",))
    (entry,) = entries
    assert entry.dist is not None
    try:
        offered = held(entry.load, _is_imported)
        files = files_of(entry.dist, entry.module)
        digest = digest_of(files)
    except PluginError as fault:
        # What the contract says of a check that cannot be defined names a class and its faults.
        return _Loaded(name, faults=(fault.message,))
    except CrashedError as crash:
        return _Loaded(name, faults=(f"cannot be imported ({crash.message})",))
    except OSError as error:
        return _Loaded(name, faults=(f"its files cannot be read ({type(error).__name__})",))
    classes = tuple(offered) if isinstance(offered, tuple | list) else (offered,)
    faults = tuple(_faults(classes, vendor_of(name)))
    if faults:
        return _Loaded(name, faults=faults)
    facts = _facts(name, entry.dist, digest=digest, checks=classes)
    own = frozenset(files.values())
    return _Loaded(name, facts, tuple(contained(check, own.__contains__) for check in classes))


def _is_imported(file: Path) -> bool:
    """Tell whether a line of this file was reached because a plug-in is imported."""
    known = (Path(importlib.__file__).parent, Path(__file__).parent.parent)
    return file.is_absolute() and not any(file.is_relative_to(folder) for folder in known)


def _faults(offered: Sequence[object], vendor: str) -> Iterator[str]:
    if not offered:
        yield "offers no check"
    for each in offered:
        yield from faults_of(each, vendor)


def _facts(
    name: str, distribution: Distribution, *, digest: str, checks: Sequence[type[Check]]
) -> PluginFacts:
    return PluginFacts(
        name=name,
        distribution=safe_text(distribution.name, _LONGEST),
        version=safe_text(distribution.version, _LONGEST),
        digest=digest,
        checks=tuple(check.card.id for check in checks),
    )
