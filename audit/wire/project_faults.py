"""What a well-formed project file may still not say."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from math import inf

from pydantic import JsonValue

from audit.facts.names import COMMON_FIELDS, DAYS, EVIDENCE, MEASURES, NUMBERS
from audit.facts.plugins import vendor_of
from audit.facts.schema import Kind, Role
from audit.facts.waiver import same_person
from audit.wire.faults import Fault, Path, did_you_mean, line_of
from audit.wire.project_model import BoundsV1, ColumnPlanV1, ProjectV1
from audit.wire.yaml_model import Written

SENSITIVITIES = ("low", "medium", "high")
_ALONE = (Role.DIRECT_IDENTIFIER, Role.EXCLUDED, Role.ORDINARY)
_GROUP = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,29}")
_RESERVED = re.compile(r"vulnerable|others|worst|rare-category|incomplete|decile-.*|not-.*")
_DIGEST = re.compile(r"[0-9a-f]{64}")


def project_faults(written: Written[ProjectV1]) -> Iterator[Fault]:
    """Return every fault of meaning, with its line."""
    model = written.model
    for path, text in (
        *_whole(model),
        *_columns(model.columns),
        *_groups(model),
        *_parameters(model),
        *_evidence(model.evidence),
    ):
        yield Fault(text, path, line_of(path, written.lines))


def _whole(model: ProjectV1) -> Iterator[tuple[Path, str]]:
    split, unit = model.split, model.unit_of_privacy
    if split is not None and split.unit is not None and split.unit != unit:
        text = "must be the unit_of_privacy; a split by anything else is how: other"
        yield ("split", "unit"), text
    if split is not None and split.strata and split.how != "stratified":
        yield ("split", "strata"), "belong to a stratified split only"
    if model.earlier_releases is None and "earlier_releases" in model.model_fields_set:
        yield ("earlier_releases",), "must be a list; [] says that there are none"
    for rule, reason in model.not_applicable.items():
        if not reason.strip():
            yield ("not_applicable", rule), "needs a reason"


def _columns(columns: Mapping[str, ColumnPlanV1]) -> Iterator[tuple[Path, str]]:
    aliases = Counter(plan.alias for plan in columns.values() if plan.alias is not None)
    for name, plan in columns.items():
        path = ("columns", name)
        if plan.alias is not None and (aliases[plan.alias] > 1 or plan.alias in columns):
            yield (*path, "alias"), "is the name or alias of another column"
        yield from _column(path, plan)


def _column(path: Path, plan: ColumnPlanV1) -> Iterator[tuple[Path, str]]:
    roles = plan.roles()
    if len(set(roles)) != len(roles):
        yield (*path, "role"), "comes twice"
    if len(roles) > 1 and any(role in _ALONE for role in roles):
        yield (*path, "role"), f"{', '.join(_ALONE)} stand alone"
    if plan.order is not None and plan.kind is not Kind.ORDINAL:
        yield (*path, "order"), "belongs to kind: ordinal"
    if plan.order is not None and len(set(plan.order)) != len(plan.order):
        yield (*path, "order"), "holds a level twice"
    if plan.datetime_format is not None and plan.kind not in (None, Kind.DATETIME):
        yield (*path, "datetime_format"), "belongs to kind: datetime"


def _groups(model: ProjectV1) -> Iterator[tuple[Path, str]]:
    hidden = {name for name, plan in model.columns.items() if plan.alias is not None}
    for name, conditions in model.groups.items():
        path = ("groups", name)
        if not _GROUP.fullmatch(name):
            yield path, "must be called by letters, digits and hyphens, 30 at most"
        elif _RESERVED.fullmatch(name.lower()):
            yield path, "is the name of a part that every audit has; choose another"
        elif name in hidden:
            yield path, "is the true name of a column with an alias; choose another"
        for column, held in conditions.items():
            if isinstance(held, BoundsV1) and held.from_ is None and held.to is None:
                yield (*path, column), "needs from, to or both"


def _parameters(model: ProjectV1) -> Iterator[tuple[Path, str]]:
    known = {"sensitivity", *MEASURES}
    vendors = {vendor_of(name) for name in model.plugins}
    for key, value in model.parameters.items():
        path = ("parameters", key)
        if key == "sensitivity":
            if value not in SENSITIVITIES:
                yield path, f"must be one of {', '.join(SENSITIVITIES)}"
        elif key not in known and vendor_of(key) not in vendors:
            yield path, f"is no check{did_you_mean(key, known)}"
        elif not isinstance(value, dict):
            yield path, "must be a mapping of the fields of the check"


def _evidence(evidence: Mapping[str, Mapping[str, JsonValue]]) -> Iterator[tuple[Path, str]]:
    for key, fields in evidence.items():
        if key not in EVIDENCE:
            hint = did_you_mean(key, EVIDENCE)
            yield ("evidence", key), f"is no known evidence{hint}"
            continue
        known = (*EVIDENCE[key], *COMMON_FIELDS)
        for name, value in fields.items():
            path = ("evidence", key, name)
            if name not in known:
                yield path, f"is not known here{did_you_mean(name, known)}"
            elif isinstance(value, dict) or value is None or not str(value).strip():
                yield path, "must say something"
            elif name in DAYS and _day(value) is None:
                yield path, "must be a day such as 2026-11-01"
            elif name == "sha256" and not _DIGEST.fullmatch(str(value)):
                yield path, "must be 64 hexadecimal digits in lower case"
            elif name in NUMBERS.get(key, ()) and not _is_budget(value):
                yield path, "must be a number of at least 0"
        yield from _together(key, fields)


def _together(key: str, fields: Mapping[str, JsonValue]) -> Iterator[tuple[Path, str]]:
    """Say what two fields may not say beside each other."""
    given = _day(fields.get("date"))
    for name in DAYS[1:]:
        last = _day(fields.get(name))
        if given is not None and last is not None and last < given:
            yield ("evidence", key, name), "must not lie before the date"
    first, second = str(fields.get("first") or ""), str(fields.get("second") or "")
    if first.strip() and same_person(first, second):
        yield ("evidence", key, "second"), "must be another person than the first"


def _day(value: JsonValue) -> date | None:
    try:
        day = date.fromisoformat(str(value))
    except ValueError:
        return None
    return day if day.isoformat() == value else None


def _is_budget(value: JsonValue) -> bool:
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return False
    try:
        return 0 <= float(value) < inf
    except ValueError:
        return False
