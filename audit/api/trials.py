"""A policy held against stored runs and what was expected of it; no table is needed."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from audit.api.judging import strangers
from audit.errors import PolicyError
from audit.evidence.bundle import RUN
from audit.evidence.stored import read_stored
from audit.facts.measurement import AuditRun, Card
from audit.facts.trial import Trial
from audit.policy.load import resolve
from audit.policy.trial import try_policy
from audit.text import safe_text, system_reason
from audit.wire.faults import Fault, raise_all
from audit.wire.policy_tests import cases_from_bytes
from audit.wire.strict_yaml import MOST_BYTES


def try_stored(policy: str, tests: Path, *, runs: Sequence[Path] = ()) -> Trial:
    """Try a policy on stored runs.

    Parameters
    ----------
    policy
        Its name or its file.
    tests
        File of cases: runs, terms, and what is expected.
    runs
        Where the runs are: folders that hold them, or runs themselves. By default the folder of
        `tests`.

    Raises
    ------
    PolicyError
        With every fault of the policy or of the tests.
    DataError, IntegrityError
        If a stored run is malformed or was changed.
    """
    what = safe_text(tests.name)
    cases = cases_from_bytes(_read(tests, what), what)
    places = tuple(runs) or (tests.parent,)
    found = {case.run: stored_at(case.run, places) for case in cases}
    missing = (
        Fault(f"there is no stored run {safe_text(case.run, 60)}", line=case.line)
        for case in cases
        if found[case.run] is None
    )
    raise_all(missing, what, PolicyError, "Say with --runs where the stored runs are.")
    read = {name: read_stored(path).run for name, path in found.items() if path is not None}
    return try_policy(resolve(policy, plugins=tuple(_strangers(read))), cases, read)


def stored_at(name: str, places: Sequence[Path]) -> Path | None:
    """Return the first run of that name: in a place, or a place itself."""
    for place in places:
        for path in (place / name, place / f"{name}.json", place / f"{name}.run.json"):
            if _is_run(path):
                return path
        own = place.parent if place.name == RUN else place
        if own.name == name and _is_run(place):
            return place
    return None


def _is_run(path: Path) -> bool:
    return path.is_file() or (path / RUN).is_file()


def _strangers(runs: Mapping[str, AuditRun]) -> Iterator[Card]:
    """Yield the cards of plug-ins over all runs, each id once."""
    seen: set[str] = set()
    for run in runs.values():
        for card in strangers(run):
            if card.id not in seen:
                seen.add(card.id)
                yield card


def _read(file: Path, what: str) -> bytes:
    try:
        with file.open("rb") as opened:
            return opened.read(MOST_BYTES + 1)
    except OSError as error:
        reason = system_reason(error)
    raise PolicyError(f"{what} cannot be read: {reason}")
