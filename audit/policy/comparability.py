"""What two audits do not have in common beside the release: first of all what bars a comparison."""

from collections.abc import Iterator, Mapping

from audit.facts.comparison import Apart, ApartCode, Gap, Side
from audit.facts.judgement import Finding, Verdict
from audit.facts.measurement import AuditRun, InputFacts, Json

_TABLES = {
    "real": ApartCode.OTHER_REAL,
    "holdout": ApartCode.OTHER_HOLDOUT,
    "reference": ApartCode.OTHER_REFERENCE,
}


def apart(old: Side, new: Side) -> Iterator[Apart]:
    """Yield what differs between two audits, beside what was measured."""
    yield from _terms(old, new)
    if old.verdict.run_sha256 == new.verdict.run_sha256:
        yield Apart(ApartCode.SAME_RUN)
        return
    yield from _tables(old.run, new.run)
    yield from _columns(old.run, new.run)
    yield from _people(old.run, new.run)
    yield from _suite(old, new)
    yield from _release(old, new)


def _terms(old: Side, new: Side) -> Iterator[Apart]:
    was, now = old.verdict, new.verdict
    if was.policy_sha256 != now.policy_sha256:
        is_telling = (was.policy_id, was.policy_version) != (now.policy_id, now.policy_version)
        yield Apart(ApartCode.OTHER_POLICY, _policy(was, is_telling), _policy(now, is_telling))
    if was.context is not now.context:
        yield Apart(ApartCode.OTHER_CONTEXT, was.context.value, now.context.value)
    said = (old.declared, new.declared)
    if said[0] is not None and said[1] is not None:
        yield from _differ(ApartCode.OTHER_SENSITIVITY, said[0].sensitivity, said[1].sensitivity)
    elif _limits_moved(old, new):
        yield Apart(ApartCode.OTHER_SENSITIVITY)
    yield from _differ(ApartCode.WAIVERS, str(was.waived), str(now.waived))


def _policy(verdict: Verdict, is_telling: bool) -> str:
    """Name a policy; where another content goes by the same name, only the digest tells."""
    name = f"{verdict.policy_id} {verdict.policy_version}"
    return name if is_telling else f"{name} ({verdict.policy_sha256[:12]})"


def _limits_moved(old: Side, new: Side) -> bool:
    """Under one policy and one context, limits move with the sensitivity (or with the null)."""
    if old.verdict.policy_sha256 != new.verdict.policy_sha256:
        return False
    was = {f.rule.id: f for f in old.verdict.findings}
    return any(
        f.rule.id in was and _limit(was[f.rule.id]) != _limit(f) for f in new.verdict.findings
    )


def _limit(finding: Finding) -> float | None:
    written = finding.rule.limit
    return None if written is None or written.above_null is not None else finding.limit


def _tables(old: AuditRun, new: AuditRun) -> Iterator[Apart]:
    unbound = False
    for table, code in _TABLES.items():
        was, now = old.provenance.inputs.get(table), new.provenance.inputs.get(table)
        people = (old.release.people.get(table), new.release.people.get(table))
        if was is None and now is None:
            continue
        digests = [None if t is None else t.digest for t in (was, now)]
        bound = None not in digests
        if was is None or now is None or was.rows != now.rows:
            yield Apart(code, _rows(was), _rows(now))
        elif people[0] != people[1]:
            yield Apart(code, f"{people[0] or 0:,} people", f"{people[1] or 0:,} people")
        elif bound and digests[0] != digests[1]:
            yield Apart(code, f"digest {str(digests[0])[:12]}", f"digest {str(digests[1])[:12]}")
        else:
            unbound = unbound or not bound
    if unbound:
        yield Apart(ApartCode.UNBOUND)


def _rows(table: InputFacts | None) -> str:
    return "none" if table is None else f"{table.rows:,} rows"


def _columns(old: AuditRun, new: AuditRun) -> Iterator[Apart]:
    was = {c.name: c for c in old.release.columns}
    now = {c.name: c for c in new.release.columns}
    kinds = {n for n in was.keys() & now.keys() if was[n].kind != now[n].kind}
    others = sorted((was.keys() ^ now.keys()) | kinds)
    if others:
        counts = (f"{len(was)} columns", f"{len(now)} columns")
        yield Apart(ApartCode.OTHER_COLUMNS, *counts, names=tuple(others))
    roles = sorted(
        n for n in was.keys() & now.keys() if sorted(was[n].roles) != sorted(now[n].roles)
    )
    if roles:
        yield Apart(ApartCode.OTHER_ROLES, names=tuple(roles))


def _people(old: AuditRun, new: AuditRun) -> Iterator[Apart]:
    was, now = old.release, new.release
    yield from _differ(ApartCode.OTHER_UNIT, was.unit, now.unit)
    splits = [
        (s.how, tuple(sorted(s.holdout_used_for)), tuple(sorted(s.strata)))
        for s in (was.split, now.split)
    ]
    if splits[0] != splits[1]:
        yield Apart(ApartCode.OTHER_SPLIT, was.split.how, now.split.how)


def _suite(old: Side, new: Side) -> Iterator[Apart]:
    """Yield another attack suite: a check behind a rule has another version, or other parameters.

    Another version of the program alone is none: a check whose numbers changed says so on its card.
    """
    rules = [f.rule for side in (old, new) for f in side.verdict.findings if not f.rule.is_declared]
    checks = sorted({rule.measure.partition(".")[0] for rule in rules})
    others = [c for c in checks if gap_of_check(c, old.run, new.run) is not None]
    was, now = old.run.provenance, new.run.provenance
    if others:
        yield Apart(ApartCode.OTHER_SUITE, was.version, now.version, tuple(others))
    elif was.version != now.version:
        yield Apart(ApartCode.OTHER_VERSION, was.version, now.version)
    plugins = [{p.name: p.digest for p in side.plugins} for side in (was, now)]
    if plugins[0] != plugins[1]:
        moved = {n for p in plugins for n in p if plugins[0].get(n) != plugins[1].get(n)}
        yield Apart(ApartCode.OTHER_PLUGINS, names=tuple(sorted(moved)))
    if was.parameters != now.parameters:
        yield Apart(ApartCode.OTHER_SETTINGS, names=_moved(was.parameters, now.parameters))


def gap_of_check(check: str, old: AuditRun, new: AuditRun) -> Gap | None:
    """Return why the numbers of one check cannot be compared between two runs, if so."""
    was, now = old.result(check), new.result(check)
    if was is None and now is None:
        return None
    if was is None or now is None:
        return Gap.ONLY_NEW if was is None else Gap.ONLY_OLD
    if was.card.version != now.card.version:
        return Gap.OTHER_CHECK_VERSION
    # A check that was skipped may have been stopped before its parameters were noted.
    if was.measurements and now.measurements and dict(was.params) != dict(now.params):
        return Gap.OTHER_PARAMETERS
    return None


def _moved(old: Mapping[str, Json], new: Mapping[str, Json]) -> tuple[str, ...]:
    return tuple(sorted(k for k in old.keys() | new.keys() if old.get(k) != new.get(k)))


def _release(old: Side, new: Side) -> Iterator[Apart]:
    was, now = (side.run.provenance.inputs.get("synthetic") for side in (old, new))
    if was is not None and now is not None:
        if was.digest is not None and was.digest == now.digest:
            yield Apart(ApartCode.SAME_FILE)
        elif was.rows != now.rows:
            yield Apart(ApartCode.OTHER_SIZE, _rows(was), _rows(now))
    sources = [side.run.provenance.seed_source for side in (old, new)]
    if "given" in sources:
        yield Apart(ApartCode.SEED_GIVEN, sources[0], sources[1])


def _differ(code: ApartCode, old: str, new: str) -> Iterator[Apart]:
    if old != new:
        yield Apart(code, old, new)
