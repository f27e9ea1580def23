"""anonymeter: its evaluators on UCI Adult, beside ours with equal numbers of attacks."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from benchmarks.peers.bouts import SEED, Bout, Effort, Peer, Task, bout
from benchmarks.speed.tables import ADULT

_QUICK_SECRETS = 3


@dataclass(frozen=True)
class Attack:
    """An attack that both know."""

    said: str
    theirs: Mapping[str, object]
    check: str
    parameters: Mapping[str, object]
    secrets: int | None = None
    """How many columns are attacked, the first by name; None where that means nothing."""


def attacks(secrets: int) -> tuple[Attack, ...]:
    """Return the attacks that are compared."""
    return (
        Attack(
            "singling out by one column, 500 statements",
            {"attack": "univariate", "attacks": 500},
            "singling-out-univariate",
            {"n_predicates": 500},
        ),
        Attack(
            "singling out by four columns, 500 statements",
            {"attack": "multivariate", "attacks": 500, "columns": 4},
            "singling-out-multivariate",
            {
                "n_predicates": 500,
                "fewest_columns": 4,
                "most_columns": 4,
                "greedy": False,
                "trees": False,
            },
        ),
        Attack(
            "linkability of 7 and 8 columns, 2,000 real and 2,000 holdout people",
            {"attack": "linkability", "attacks": 2_000},
            "linkability",
            {"n_targets": 2_000, "n_splits": 1},
        ),
        Attack(
            f"inference of {secrets} secrets, 1,000 real and 1,000 holdout people each",
            {"attack": "inference", "attacks": 1_000, "secrets": secrets},
            "attribute-inference-nearest",
            {"n_targets": 1_000},
            secrets,
        ),
    )


def bouts(peer: Peer, effort: Effort, *, data: Path | None) -> Iterator[Bout]:
    """Yield its attacks beside ours; nothing if the table is not at hand."""
    folder = data / "adult" if data is not None else None
    if folder is None or not folder.is_dir():
        return
    files = {side: str(folder / name) for side, name in ADULT.items()}
    with (folder / ADULT["real"]).open(encoding="utf-8") as file:
        columns = sorted(file.readline().strip().split(","))
    for attack in attacks(_QUICK_SECRETS if effort.is_quick else len(columns)):
        yield _bout(attack, peer, files, columns, effort)


def _bout(
    attack: Attack, peer: Peer, files: Mapping[str, str], columns: list[str], effort: Effort
) -> Bout:
    ours: dict[str, object] = {"work": "check", "check": attack.check, "files": files}
    ours["parameters"] = attack.parameters
    if attack.secrets is not None:
        ours |= {"known": columns, "secrets": columns[: attack.secrets]}
    return bout(
        f"Adult, {attack.said}",
        peer,
        {**attack.theirs, "files": files, "seed": SEED},
        [Task(f"synthgate, {attack.check}", ours)],
        effort=effort,
        shown=("attack_rate", "control_rate"),
    )
