"""From files or frames to a release: three tables under one schema, or every fault at once."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from audit.data.agreement import agreement_of
from audit.data.assembly import notes_on, persons_in, tables_of
from audit.data.columns import read_columns
from audit.data.faults import Fault, Faulty, refusal
from audit.data.groups import groups_in
from audit.data.metadata import Metadata, parse_metadata
from audit.data.named import read_named
from audit.data.profile import ColumnProfile, profile_of
from audit.data.sheet import Limits
from audit.data.sources import DEFAULT_LIMITS, Source, bytes_of, frame_source
from audit.data.statements import statements_of, unknown_names
from audit.data.table import Table
from audit.facts.measurement import InputFacts, PreflightFact, SplitFacts
from audit.facts.project import Project
from audit.facts.schema import Schema


@dataclass(frozen=True, eq=False, repr=False)
class Release:
    """Real, synthetic and holdout records under one schema."""

    real: Table
    synthetic: Table
    holdout: Table | None
    schema: Schema
    profiles: Mapping[str, ColumnProfile]
    notes: tuple[PreflightFact, ...]
    """What reading did to the data."""
    digests: Mapping[str, InputFacts]
    """Per side, the file as it was found."""
    content_digest: str
    """SHA-256 of what the synthetic table holds, whatever the order of rows and the file format."""
    name: str
    unit: str
    split: SplitFacts
    reference: Table | None = None
    """Records of the same population that are in neither real nor holdout, where given."""
    aliases: Mapping[str, str] = field(default_factory=dict)
    """Column -> the name under which it leaves the run."""
    population: int | None = None
    """People of whom the real ones are a part, as declared."""

    def __repr__(self) -> str:
        return f"Release(real={self.real}, synthetic={self.synthetic}, holdout={self.holdout})"


def read_release(
    project: Project,
    *,
    base: Path,
    digest_key: bytes | None = None,
    limits: Limits = DEFAULT_LIMITS,
) -> Release:
    """Read the files that a project names.

    Parameters
    ----------
    project
        Paths, roles, unit of privacy.
    base
        Folder that relative paths start from.
    digest_key
        Keys the digests of real and holdout; without it they are None.
    limits
        What is refused as too large.

    Raises
    ------
    DataError
        Every fault of all files at once: file, column names, line numbers, counts; never a cell.
    """
    paths = {
        "real": project.real,
        "synthetic": project.synthetic,
        "holdout": project.holdout,
        "reference": project.reference,
    }
    faults = [Fault("", f"no {s} table is given") for s in ("real", "synthetic") if not paths[s]]
    sources: list[Source] = []
    metadata: Metadata | None = None
    for side, path in paths.items():
        if path:
            try:
                left = limits.beside(s.sheet for s in sources)
                named = read_named(side, path, base=base, digest_key=digest_key, limits=left)
                sources.append(named)
            except Faulty as refused:
                faults += refused.faults
    if project.metadata:
        try:
            metadata = parse_metadata(bytes_of(base / project.metadata, limits))
        except Faulty as refused:
            faults += [Fault("metadata", f.what, f.hint) for f in refused.faults]
    if faults:
        raise refusal(faults)
    return _assembled(sources, project, metadata)


def release_from_frames(
    real: pd.DataFrame,
    synthetic: pd.DataFrame,
    holdout: pd.DataFrame | None = None,
    *,
    project: Project,
    reference: pd.DataFrame | None = None,
) -> Release:
    """Take the tables from memory; paths in the project are not looked at.

    Raises
    ------
    DataError
        Every fault of all frames at once; never a cell.
    """
    frames = {"real": real, "synthetic": synthetic, "holdout": holdout, "reference": reference}
    sources: list[Source] = []
    faults: list[Fault] = []
    for side, frame in frames.items():
        if frame is not None:
            try:
                sources.append(frame_source(side, frame))
            except Faulty as refused:
                faults += refused.faults
    if faults:
        raise refusal(faults)
    return _assembled(sources, project, None)


def _assembled(sources: Sequence[Source], project: Project, metadata: Metadata | None) -> Release:
    sheets = {s.side: s.sheet for s in sources}
    spelled = {s: sheet.names for s, sheet in sheets.items()}
    names = spelled["real"]
    agreement = agreement_of(sheets)
    stated = statements_of(project, metadata, names)
    columns = read_columns(names, sheets, stated.plans, project.unit)
    persons = persons_in(project.unit, columns)
    faults = [*agreement.faults, *stated.faults, *unknown_names(project, agreement, spelled)]
    groups = groups_in(project.groups, columns, spelled)
    faults += [*columns.faults, *persons.faults, *groups.faults]
    if faults:
        raise refusal(faults)
    schema = Schema(tuple(columns.read[n].column for n in agreement.shared))
    tables = tables_of(schema, columns, persons.people, list(sheets), groups)
    notes = [*stated.notes, *persons.people.notes, *notes_on(agreement, columns, schema, sources)]
    return Release(
        real=tables["real"],
        synthetic=tables["synthetic"],
        holdout=tables.get("holdout"),
        schema=schema,
        profiles={n: profile_of(columns.read[n].typed) for n in agreement.shared},
        notes=tuple(sorted(notes, key=lambda n: n.id)),
        digests={s.side: s.facts for s in sources},
        content_digest=next(s.content for s in sources if s.side == "synthetic"),
        name=project.name,
        unit=project.unit,
        split=project.split,
        reference=tables.get("reference"),
        population=project.population,
        aliases={n: c.alias for n, c in project.columns.items() if c.alias is not None},
    )
