"""Freeze what the peers say of small releases, as reference values for the tests.

    python -m benchmarks.peers.freeze                   every peer, every release
    python -m benchmarks.peers.freeze --only sdmetrics  one peer
    python -m benchmarks.peers.freeze --release gaps    one release anew, the others as they are

Each peer runs in an environment of its own (`environments.py`), made at the first call. Written is
one file for each peer, `tests/reference/PEER.json`: its version, this command, the digests of the
releases, and its answers. Tests compare with these files and need no peer.
"""

import json
from argparse import ArgumentParser
from collections.abc import Iterable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from benchmarks.peers.environments import interpreter
from benchmarks.peers.reference_tables import REFERENCES, SIDES, Reference, as_csv, dense, reference
from benchmarks.speed.turns import accounted

SCHEMA = "synthgate.reference/v1"
PEERS = ("anonymeter", "sdmetrics", "mostlyai")
SEEDS = 20
FOLDER = Path(__file__).resolve().parents[2] / "tests" / "reference"
DIGITS = 12
"""Significant digits that are kept."""
_PROGRAMS = Path(__file__).parent / "programs"
_LIMIT = 600.0
"""Seconds for one release."""


def keys_of(made: Reference) -> list[str]:
    """Return the categories that are known when the first secret is attributed."""
    gaps = {c for t in made.tables.values() for c in made.codes if bool(t[c].isna().any())}
    known = [c for c in made.codes if c != made.secrets[0]]
    return [] if gaps else known


def asked_of(peer: str, made: Reference, folder: Path) -> dict[str, object]:
    """Write a release for a peer and return what its program is asked for."""
    if peer == "mostlyai":
        path = folder / "matrices.npz"
        np.savez(path, allow_pickle=False, **dense(made))
        return {"matrices": str(path), "seeds": SEEDS}
    files = {side: folder / f"{side}.csv" for side in SIDES}
    for side, path in files.items():
        path.write_text(as_csv(made.tables[side]), encoding="utf-8")
    asked: dict[str, object] = {"files": {side: str(path) for side, path in files.items()}}
    if peer == "anonymeter":
        halves, secrets = [list(h) for h in made.halves], list(made.secrets)
        # Among records that are equally near its rates go by the order of the rows; and few
        # people at a time are looked up to show how it counts neighbours.
        coarse = not made.numbers
        more = {"seeds": 0 if coarse else SEEDS, "pairs": coarse}
        return {**asked, "halves": halves, "secrets": secrets, **more}
    columns = {"numbers": list(made.numbers), "codes": list(made.codes)}
    return {**asked, **columns, "keys": keys_of(made), "secret": made.secrets[0]}


def frozen(peer: str, names: Iterable[str]) -> dict[str, Any]:
    """Return a peer's answers about some releases.

    Raises
    ------
    Failed
        If the peer cannot be installed, or its program ends with an error.
    """
    python, program = interpreter(peer), _PROGRAMS / f"freeze_{peer}.py"
    version, releases = "", {}
    for name in names:
        made = reference(name)
        with TemporaryDirectory() as folder:
            asked = asked_of(peer, made, Path(folder))
            turn = accounted(python, program, asked, limit=_LIMIT)()
        version = turn.version
        releases[name] = {"digest": made.digest, "says": _rounded(turn.answer)}
    command = f"python -m benchmarks.peers.freeze --only {peer}"
    said = {"schema": SCHEMA, "peer": peer, "version": version, "command": command}
    return {**said, "seeds": SEEDS, "releases": releases}


def _rounded(value: object) -> object:
    """Keep as many digits as another machine would find again."""
    if isinstance(value, Mapping):
        return {name: _rounded(v) for name, v in value.items()}
    if isinstance(value, list):
        return [_rounded(v) for v in value]
    return float(f"{value:.{DIGITS}g}") if isinstance(value, float) else value


def written(peer: str, said: Mapping[str, Any], folder: Path) -> None:
    """Write a peer's answers; releases that were not asked about keep the answers they have.

    Answers of another version are not kept.
    """
    path = folder / f"{peer}.json"
    before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    kept = before.get("releases", {}) if before.get("version") == said["version"] else {}
    both = {**kept, **said["releases"]}
    ordered = {name: both[name] for name in REFERENCES if name in both}
    text = json.dumps({**said, "releases": ordered}, indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def main() -> None:
    """Write the files that were asked for."""
    parser = ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--only", action="append", choices=PEERS, metavar="PEER")
    parser.add_argument("--release", action="append", choices=tuple(REFERENCES), metavar="NAME")
    asked = parser.parse_args()
    for peer in asked.only or PEERS:
        written(peer, frozen(peer, asked.release or REFERENCES), FOLDER)


if __name__ == "__main__":
    main()
