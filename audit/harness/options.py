"""What a run may use and how it reports progress.

Only `seed`, `parameters`, and which checks run, change a number; plug-ins add numbers of their own.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from audit.facts.measurement import AuditRun
from audit.harness.controls.effort import Controls


@dataclass(frozen=True)
class Progress:
    """Where a run stands."""

    check_id: str
    index: int
    total: int


@dataclass(frozen=True)
class Options:
    """Settings of one run."""

    seed: int | None = None
    """None derives it from the synthetic data."""
    jobs: int | None = None
    """Threads; None for all cores."""
    max_memory: int = 8 << 30
    """Budget in bytes."""
    timeout: float | None = None
    """Seconds after which no further check is started and running ones stop."""
    check_timeout: float | None = None
    """Seconds after which one check stops; the others go on."""
    only: tuple[str, ...] = ()
    skip: tuple[str, ...] = ()
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    """Check id -> field -> value."""
    plugins: tuple[str, ...] = ()
    """Names of the plug-ins whose checks run too; no other is loaded."""
    controls: Controls = Controls.FAST
    """How much is done to learn whether this audit would have noticed."""
    on_progress: Callable[[Progress], None] | None = None
    people: bool = False
    """Hand out the evidence about single people, apart from the run."""


@dataclass(frozen=True)
class MeasureOutcome:
    """Facts, and apart from them what depends on the clock and what only few may see."""

    run: AuditRun
    seconds: Mapping[str, float]
    reused: tuple[str, ...] = ()
    """Ids of the checks whose results an interrupted run had left; `controls` for the controls."""
    people: bytes | None = field(default=None, repr=False)
    """The restricted file; None where it was not asked for, or there is no such evidence."""
