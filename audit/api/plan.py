"""What is to be audited and how it was declared: the project file, and what was said over it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from audit.errors import DataError, UsageError
from audit.facts.judgement import Policy, Source, Tier
from audit.facts.measurement import Card
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Role
from audit.policy.fit import require_fit
from audit.policy.load import resolve
from audit.text import safe_text, system_reason
from audit.wire.project import project_from_bytes

Roles: TypeAlias = Mapping[str, str | Collection[str]]
"""Column -> role, or roles."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A project and the folder that its relative paths start from."""

    project: Project
    base: Path
    file: Path | None = None
    """Where the project was read from."""

    @property
    def input_files(self) -> tuple[Path, ...]:
        """Every file that the audit may open; none of them may be moved away."""
        p = self.project
        named = (
            p.real,
            p.synthetic,
            p.holdout,
            p.reference,
            p.metadata,
            p.declared.policy,
            p.waivers,
        )
        paths = [self.base / name for name in named if name is not None]
        return tuple(path for path in (self.file, *paths) if path is not None)


def plan_of(project: Project | str | Path | None, *, base: Path | None = None) -> Plan:
    """Return the plan that a file, a value or nothing stands for.

    Raises
    ------
    DataError
        With every fault of the file, each with its line.
    """
    if project is None:
        return Plan(Project(), base or Path.cwd())
    if isinstance(project, Project):
        return Plan(project, base or Path.cwd())
    path = Path(project)
    try:
        data = path.read_bytes()
    except OSError as error:
        reason = system_reason(error)
    else:
        return Plan(project_from_bytes(data, safe_text(path.name)), base or path.parent, path)
    raise DataError(f"{safe_text(path.name)}: cannot be read ({reason})")


def with_tables(
    plan: Plan,
    *,
    real: str | None = None,
    synthetic: str | None = None,
    holdout: str | None = None,
    reference: str | None = None,
    metadata: str | None = None,
) -> Plan:
    """Name files over those of the project; relative ones start from the current folder."""
    known = plan.project
    project = replace(
        known,
        real=known.real if real is None else _from_here(real),
        synthetic=known.synthetic if synthetic is None else _from_here(synthetic),
        holdout=known.holdout if holdout is None else _from_here(holdout),
        reference=known.reference if reference is None else _from_here(reference),
        metadata=known.metadata if metadata is None else _from_here(metadata),
    )
    return replace(plan, project=project)


def with_decision(
    plan: Plan, *, context: str | None = None, policy: str | Path | None = None
) -> Plan:
    """Declare context and policy over those of the project.

    Raises
    ------
    UsageError
        If the context does not exist.
    """
    declared = plan.project.declared
    if context is not None:
        declared = replace(declared, tier=_tier(context), tier_source=Source.DECLARED)
    if policy is not None:
        named = _from_here(str(policy)) if Path(policy).is_file() else str(policy)
        declared = replace(declared, policy=named, policy_source=Source.DECLARED)
    return replace(plan, project=replace(plan.project, declared=declared))


def with_roles(plan: Plan, *, roles: Roles | None = None, unit: str | None = None) -> Plan:
    """Declare roles and the unit of privacy over those of the project.

    Raises
    ------
    UsageError
        If a role does not exist.
    """
    columns = dict(plan.project.columns)
    for name, given in (roles or {}).items():
        words = (given,) if isinstance(given, str) else tuple(given)
        played = frozenset(_role(word, name) for word in words)
        columns[name] = replace(columns.get(name, ColumnPlan()), roles=played, stated_by="project")
    project = replace(plan.project, columns=columns, unit=unit or plan.project.unit)
    return replace(plan, project=project)


def with_plugins(plan: Plan, names: Sequence[str]) -> Plan:
    """Name plug-ins beside those of the project; one that both name is named once."""
    known = plan.project.plugins
    more = tuple(name for name in names if name not in known)
    return replace(plan, project=replace(plan.project, plugins=(*known, *more)))


def cards_of(plugins: Sequence[str]) -> tuple[Card, ...]:
    """Return the cards of the checks of plug-ins; without one nothing is imported.

    Raises
    ------
    PluginError
        With every fault of every plug-in.
    """
    if not plugins:
        return ()
    from audit.harness.plugins import load

    return load(plugins).cards


def policy_of(plan: Plan) -> Policy:
    """Return the declared policy, resolved, if it may be used in the declared context.

    Raises
    ------
    PolicyError
        If it does not exist, is faulty, or does not allow what was declared.
    PluginError
        If a plug-in that the plan names cannot be loaded.
    """
    cards = cards_of(plan.project.plugins)
    policy = resolve(plan.project.declared.policy, base=plan.base, plugins=cards)
    require_fit(policy, plan.project.declared)
    return policy


def require_auditable(plan: Plan) -> None:
    """Refuse, before a table is read, a plan that names none, or plug-ins that cannot be loaded.

    Raises
    ------
    UsageError
        If the real or the synthetic table is missing.
    PluginError
        If a plug-in cannot be loaded.
    """
    named = {"real": plan.project.real, "synthetic": plan.project.synthetic}
    missing = [side for side, path in named.items() if path is None]
    if missing:
        raise UsageError(
            f"no {' and no '.join(missing)} table is named",
            "Give --real and --synthetic, or an audit.yaml; synthgate init TABLE drafts one.",
        )
    cards_of(plan.project.plugins)


def _from_here(name: str) -> str:
    """Return an absolute path; an address stays as it is."""
    return name if "://" in name else str(Path.cwd() / name)


def _tier(word: str) -> Tier:
    try:
        return Tier(word)
    except ValueError:
        pass
    raise UsageError(
        f"there is no context {safe_text(word, 40)}", f"Choose one of {', '.join(Tier)}."
    )


def _role(word: str, column: str) -> Role:
    try:
        return Role(word)
    except ValueError:
        pass
    raise UsageError(
        f"column {safe_text(column, 60)}: there is no role {safe_text(word, 40)}",
        f"Choose from {', '.join(Role)}.",
    )
