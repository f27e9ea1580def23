"""`audit.yaml`: one audit as a person declares it (`synthgate.project/v1`).

Everything may be left out: what is not declared is assumed at its worst, and said so. What is
written must be understood to the letter.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path

from pydantic import JsonValue

from audit.errors import DataError
from audit.facts.judgement import Declared, Source
from audit.facts.measurement import SplitFacts
from audit.facts.project import Project
from audit.text import safe_text
from audit.wire.faults import raise_all
from audit.wire.project_faults import project_faults
from audit.wire.project_model import DatabaseV1, GeneratorV1, ProjectV1, condition_of
from audit.wire.small_file import small_file
from audit.wire.yaml_model import read_yaml

SCHEMA = "synthgate.project/v1"
FILE = "audit.yaml"
SENSITIVITY = "sensitivity"


def read_project(path: Path) -> Project:
    """Return the audit that the project file at `path` declares.

    Raises
    ------
    DataError
        If the file cannot be read; with every fault and its line if it is faulty.
    """
    return project_from_bytes(small_file(path), safe_text(path.name))


def project_from_bytes(data: bytes, what: str = FILE) -> Project:
    """Return the audit that a project file declares.

    Parameters
    ----------
    data
        Content of the file, UTF-8.
    what
        Name of the file, for messages.

    Raises
    ------
    DataError
        With every fault and its line.
    """
    written = read_yaml(data, ProjectV1, what, error=DataError)
    raise_all(project_faults(written), what, DataError)
    model = written.model
    release, split = model.release, model.split
    facts = SplitFacts("random", "assumed")
    if split is not None:
        facts = SplitFacts(split.how, "declared", split.holdout_used_for, split.strata)
    return Project(
        name=release.name or "release",
        real=_named_table(release.real),
        synthetic=_named_table(release.synthetic),
        holdout=_named_table(release.holdout),
        reference=_named_table(release.reference),
        metadata=release.metadata,
        unit=model.unit_of_privacy,
        population=model.population,
        split=facts,
        columns={name: plan.fact() for name, plan in model.columns.items()},
        groups={
            name: tuple(condition_of(column, held) for column, held in conditions.items())
            for name, conditions in model.groups.items()
        },
        declared=declared_of(model),
        parameters=_parameters(model.parameters),
        plugins=model.plugins,
        waivers=model.waivers,
    )


def declared_of(model: ProjectV1) -> Declared:
    """Return what was stated; what was not keeps its cautious default and is marked assumed."""
    nothing = Declared()
    context, split = model.context, model.split
    sensitivity = model.parameters.get(SENSITIVITY)
    return Declared(
        tier=nothing.tier if context is None else context.tier,
        tier_source=_source(context),
        recipients="" if context is None else context.recipients,
        context_note="" if context is None else context.note,
        policy=model.policy or nothing.policy,
        policy_source=_source(model.policy),
        sensitivity=nothing.sensitivity if sensitivity is None else str(sensitivity),
        sensitivity_source=_source(sensitivity),
        assigned_by=model.assigned_by,
        split_stated_by="" if split is None else split.stated_by,
        split_source=_source(split),
        generator=_generator(model.generator),
        earlier_releases=model.earlier_releases or (),
        earlier_releases_source=_source(model.earlier_releases),
        p_attack=None if context is None else context.p_attack,
        evidence={
            key: {name: _said(value) for name, value in fields.items()}
            for key, fields in model.evidence.items()
        },
        not_applicable=model.not_applicable,
        groups={name: _named(conditions, model) for name, conditions in model.groups.items()},
        operator=model.operator,
        controller=model.controller,
        purpose=model.purpose,
        contact=model.contact,
        computed_at=model.computed_at,
        retention=model.retention,
    )


def _named_table(written: str | DatabaseV1 | None) -> str | None:
    return written.address() if isinstance(written, DatabaseV1) else written


def _named(columns: Iterable[str], model: ProjectV1) -> tuple[str, ...]:
    """Return columns under the names by which they may be known."""
    plans = ((name, model.columns.get(name)) for name in columns)
    return tuple(sorted((plan and plan.alias) or name for name, plan in plans))


def _source(stated: object) -> Source:
    return Source.ASSUMED if stated is None else Source.DECLARED


def _generator(model: GeneratorV1) -> dict[str, str]:
    return {name: str(value) for name, value in model if value is not None}


def _said(value: JsonValue) -> str:
    if isinstance(value, list):
        return ", ".join(_said(item) for item in value)
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


def _parameters(written: Mapping[str, JsonValue]) -> dict[str, Mapping[str, object]]:
    return {key: dict(fields) for key, fields in written.items() if isinstance(fields, dict)}
