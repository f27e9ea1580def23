"""anonymeter: its evaluators on UCI Adult, beside ours with equal numbers of attacks.

Linkability and inference attack the same people on both sides: their tables of real and holdout
people hold nobody else. The cut of the columns is that which our check draws.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from audit.attacks.linkability import Linkability
from audit.contract.lab import Lab
from audit.data.release import read_release
from benchmarks.peers.bouts import SEED, Bout, Effort, Peer, Task, bout
from benchmarks.speed.files import project_of_files, write_parts
from benchmarks.speed.ours import LAB_SEED
from benchmarks.speed.tables import ADULT

_QUICK_SECRETS = 3
_MOST_NEIGHBOURS = 10
_CHANCE = {"fewest_columns": 4, "most_columns": 4, "greedy": False, "trees": False}
_EVERYTHING = ", all it does in an audit"


@dataclass(frozen=True)
class Attack:
    """An attack that both know."""

    said: str
    theirs: Mapping[str, object]
    check: str
    parameters: Mapping[str, object]
    secrets: int | None = None
    """How many columns are attacked, the first by name; None where that means nothing."""
    people: int | None = None
    """How many people of each side there are; None for all."""
    told: Mapping[str, Mapping[str, str | None]] = field(default_factory=lambda: {"": {}})
    """Which of our numbers answer the same question; see `benchmarks.speed.ours`."""
    more: Mapping[str, object] | None = None
    """Parameters of the check as an audit runs it; None where that is the same work."""


def attacks(secrets: int) -> tuple[Attack, ...]:
    """Return the attacks that are compared."""
    every_weight = {"": {"counted": "all"}}
    one_cut = {"split": "1", "join": None}
    return (
        Attack(
            "singling out by one column, 500 statements",
            {"attack": "univariate", "attacks": 500},
            "singling-out-univariate",
            {"n_predicates": 500},
            told=every_weight,
        ),
        Attack(
            "singling out by four columns, 500 statements",
            {"attack": "multivariate", "attacks": 500, "columns": 4},
            "singling-out-multivariate",
            {"n_predicates": 500, **_CHANCE},
            told=every_weight,
            more={"n_predicates": 500},
        ),
        Attack(
            "linkability of 7 and 8 columns, 2,000 real and 2,000 holdout people",
            {"attack": "linkability", "attacks": 2_000, "neighbours": _MOST_NEIGHBOURS},
            "linkability",
            {"n_targets": 2_000, "n_splits": 1},
            people=2_000,
            told={"": {"k": "1", **one_cut}, "_10": {"k": "10", **one_cut}},
            more={"n_targets": 2_000},
        ),
        Attack(
            f"inference of {secrets} secrets, 1,000 real and 1,000 holdout people each",
            {"attack": "inference", "attacks": 1_000, "secrets": secrets},
            "attribute-inference-nearest",
            {"n_targets": 1_000, "absolute": 0.0},
            secrets,
            people=1_000,
        ),
    )


def bouts(peer: Peer, effort: Effort, *, data: Path | None) -> Iterator[Bout]:
    """Yield its attacks beside ours; nothing if the table is not at hand."""
    folder = data / "adult" if data is not None else None
    if folder is None or not folder.is_dir():
        return
    whole = {side: folder / name for side, name in ADULT.items()}
    with whole["real"].open(encoding="utf-8") as file:
        columns = sorted(file.readline().strip().split(","))
    for attack in attacks(_QUICK_SECRETS if effort.is_quick else len(columns)):
        with TemporaryDirectory() as made:
            rows = (
                {} if attack.people is None else dict.fromkeys(("real", "holdout"), attack.people)
            )
            files = write_parts(whole, Path(made), rows=rows)
            yield _bout(attack, peer, files, columns, effort)


def cut_of(files: Mapping[str, str]) -> list[list[str]]:
    """Return the halves of the columns that our check links, when it tries one cut."""
    release = read_release(project_of_files(files), base=Path("/"))
    lab = Lab(release, seed=LAB_SEED).for_check(Linkability.card.id)
    (halves,) = Linkability(n_splits=1).splits(lab)
    return [[column.name for column in half] for half in halves]


def _bout(
    attack: Attack,
    peer: Peer,
    files: Mapping[str, str],
    columns: Sequence[str],
    effort: Effort,
) -> Bout:
    name = f"synthgate, {attack.check}"
    ours: dict[str, object] = {"work": "check", "check": attack.check, "files": files}
    theirs = {**attack.theirs, "files": files, "seed": SEED}
    if attack.secrets is not None:
        ours |= {"known": columns, "secrets": columns[: attack.secrets]}
    if attack.check == Linkability.card.id:
        theirs["cut"] = cut_of(files)
    alone = {**ours, "parameters": attack.parameters, "told": attack.told, "parts": False}
    tasks = [Task(name, alone)]
    if attack.more is not None:
        tasks.append(Task(name + _EVERYTHING, {**ours, "parameters": attack.more}))
    return bout(
        f"Adult, {attack.said}",
        peer,
        theirs,
        tasks,
        effort=effort,
        shown=("attack_rate", "control_rate", "attack_rate_10", "control_rate_10"),
    )
