"""What an organisation expects of its policy on stored runs (`synthgate.policy-tests/v1`).

A case states its terms as `audit.yaml` would; what it leaves out it takes from `defaults`, and what
both leave out is assumed at its worst. Nothing is taken from the files beside the stored run.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import Discriminator, Field, JsonValue, Tag

from audit.errors import PolicyError
from audit.facts.judgement import Declared, FindingStatus, Tier, VerdictStatus
from audit.facts.reasons import ReasonCode
from audit.facts.trial import REFUSED, Case, Expectation, Mismatch, Trial
from audit.wire.faults import BRANCH, NO_LINES, Fault, Lines, line_of, raise_all
from audit.wire.project import SENSITIVITY, declared_of
from audit.wire.project_faults import project_faults
from audit.wire.project_model import Note, ProjectV1, ReleaseContextV1, SplitPlanV1
from audit.wire.rule import RuleId
from audit.wire.strict import Count, Digest, Named, Strict, as_model, file_bytes
from audit.wire.waivers import Day, WaiverV1, contradictions
from audit.wire.yaml_model import Written, read_yaml

SCHEMA = "synthgate.policy-tests/v1"
RESULT = "policy-test.json"


class ExpectationV1(Strict):
    """What a rule should say, and why."""

    status: FindingStatus
    reason: ReasonCode | None = None
    limit: float | None = None


def _form(value: object) -> str:
    return _WHOLE if isinstance(value, dict | ExpectationV1) else _STATUS


_WHOLE, _STATUS = f"{BRANCH}whole", f"{BRANCH}status"
ExpectedV1: TypeAlias = Annotated[
    Annotated[FindingStatus, Tag(_STATUS)] | Annotated[ExpectationV1, Tag(_WHOLE)],
    Discriminator(_form),
]


class ExpectV1(Strict):
    """What the policy should decide."""

    verdict: VerdictStatus | Literal["refused"]
    rules: dict[RuleId, ExpectedV1] = Field(default_factory=dict)


class TermsV1(Strict):
    """What people stated."""

    context: Tier | None = None
    sensitivity: Literal["low", "medium", "high"] | None = None
    split_declared: bool | None = None
    evidence: dict[str, dict[str, JsonValue]] | None = None
    not_applicable: dict[str, Note] | None = None
    earlier_releases: tuple[Named, ...] | None = None
    p_attack: Annotated[float, Field(gt=0, le=1)] | None = None
    operator: Note | None = None
    as_of: Day | None = None
    waivers: tuple[WaiverV1, ...] | None = None


class CaseV1(TermsV1):
    """One stored run under stated terms."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    run: Annotated[str, Field(min_length=1, max_length=200)]
    expect: ExpectV1


class PolicyTestsV1(Strict):
    """The file."""

    schema_: Literal["synthgate.policy-tests/v1"] = Field(alias="schema")
    defaults: TermsV1 = TermsV1()
    cases: Annotated[tuple[CaseV1, ...], Field(min_length=1)]


def cases_from_bytes(data: bytes, what: str) -> tuple[Case, ...]:
    """Return the cases that a file of policy tests holds.

    Parameters
    ----------
    what
        Name of the file, for messages.

    Raises
    ------
    PolicyError
        With every fault and its line.
    """
    written = read_yaml(data, PolicyTestsV1, what, error=PolicyError)
    raise_all(_faults(written), what, PolicyError)
    cases = enumerate(written.model.cases)
    return tuple(_case(case, i, written) for i, case in cases)


def _case(case: CaseV1, index: int, written: Written[PolicyTestsV1]) -> Case:
    at = ("cases", index)
    rules = {
        rule: _expectation(expected, line_of((*at, "expect", "rules", rule), written.lines))
        for rule, expected in case.expect.rules.items()
    }
    wanted = case.expect.verdict
    return Case(
        name=case.name,
        run=case.run,
        declared=_declared(case, written.model.defaults),
        verdict=None if wanted == REFUSED else VerdictStatus(wanted),
        rules=rules,
        line=line_of((*at, "run"), written.lines),
        verdict_line=line_of((*at, "expect", "verdict"), written.lines),
    )


def _expectation(written: FindingStatus | ExpectationV1, line: int | None) -> Expectation:
    if isinstance(written, ExpectationV1):
        return Expectation(written.status, written.reason, written.limit, line)
    return Expectation(written, line=line)


def _declared(case: CaseV1, defaults: TermsV1) -> Declared:
    terms = _over(case, defaults)
    return replace(
        declared_of(_project(terms)),
        waivers=tuple(waiver.fact() for waiver in terms.waivers or ()),
        graded_on=None if terms.as_of is None else date.fromisoformat(terms.as_of),
    )


def _over(case: TermsV1, defaults: TermsV1) -> TermsV1:
    names = TermsV1.model_fields
    own = {name: getattr(case, name) for name in names}
    return TermsV1(**{n: getattr(defaults, n) if v is None else v for n, v in own.items()})


def _project(terms: TermsV1) -> ProjectV1:
    """Return the terms as an `audit.yaml` that states nothing else."""
    tier, earlier = terms.context, terms.earlier_releases
    made = ProjectV1(
        schema="synthgate.project/v1",
        context=None if tier is None else ReleaseContextV1(tier=tier, p_attack=terms.p_attack),
        operator=terms.operator or "",
        split=SplitPlanV1(how="random") if terms.split_declared else None,
        parameters={} if terms.sensitivity is None else {SENSITIVITY: terms.sensitivity},
        evidence=terms.evidence or {},
        not_applicable=terms.not_applicable or {},
    )
    # What nobody wrote is not the same as nothing.
    return made if earlier is None else made.model_copy(update={"earlier_releases": earlier})


def _faults(written: Written[PolicyTestsV1]) -> Iterator[Fault]:
    """Say what `audit.yaml` could not say either, and cases that cannot be told apart."""
    model, lines = written.model, written.lines
    yield from _terms_faults(model.defaults, ("defaults",), lines)
    seen: set[str] = set()
    for index, case in enumerate(model.cases):
        yield from _terms_faults(case, ("cases", index), lines)
        whole = _over(case, model.defaults)
        if whole.p_attack is not None and whole.context is None:
            path = ("cases", index, "p_attack")
            yield Fault("needs a context", path, line_of(path, lines))
        path = ("cases", index, "name")
        if case.name in seen:
            yield Fault("is the name of another case", path, line_of(path, lines))
        seen.add(case.name)


def _terms_faults(terms: TermsV1, at: tuple[str | int, ...], lines: Lines) -> Iterator[Fault]:
    bare = Written(_project(terms), NO_LINES, "")
    for fault in project_faults(bare):
        path = (*at, *fault.path)
        yield replace(fault, path=path, line=line_of(path, lines))
    for found, text in contradictions(terms.waivers or ()):
        path = (*at, "waivers", *found)
        yield Fault(text, path, line_of(path, lines))


class MismatchV1(Strict):
    """One thing that is not as expected."""

    case: Named
    subject: Named
    expected: Named
    found: Named
    line: Count | None


class TrialV1(Strict):
    """The outcome of policy tests (`synthgate.policy-test/v1`)."""

    schema_: Literal["synthgate.policy-test/v1"] = Field(alias="schema")
    policy_id: Named
    policy_version: str
    policy_sha256: Digest
    cases: Count
    expectations: Count
    mismatches: tuple[MismatchV1, ...]


def trial_to_bytes(trial: Trial) -> bytes:
    """Return the canonical bytes of the outcome of policy tests.

    Raises
    ------
    DataError
        If it cannot be written.
    """
    wrong = tuple(_mismatch(each) for each in trial.mismatches)
    return file_bytes(
        lambda: as_model(trial, TrialV1, schema="synthgate.policy-test/v1", mismatches=wrong),
        TrialV1,
        RESULT,
    )


def _mismatch(mismatch: Mismatch) -> MismatchV1:
    return as_model(mismatch, MismatchV1)
