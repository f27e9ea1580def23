"""`waivers.yaml`: which rules somebody accepts as broken or open, for how long, and on what ground.

`synthgate.waivers/v1`. Every waiver names all that it is bound to; nothing of it has a default.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from audit.errors import DataError
from audit.facts.judgement import Tier
from audit.facts.reasons import ReasonCode
from audit.facts.waiver import ACCEPTED, MOST_DAYS, WAIVABLE, Waiver, same_person
from audit.wire.faults import Fault, Path, line_of, raise_all
from audit.wire.rule import RuleId
from audit.wire.strict import Digest, Strict
from audit.wire.yaml_model import Written, read_yaml

SCHEMA = "synthgate.waivers/v1"
FILE = "waivers.yaml"
_OPEN = "inconclusive"


def _day(text: str) -> str:
    try:
        if date.fromisoformat(text).isoformat() == text:
            return text
    except ValueError:
        pass
    raise ValueError("must be a day such as 2026-11-01")


Day: TypeAlias = Annotated[str, AfterValidator(_day), Field(json_schema_extra={"format": "date"})]
Id: TypeAlias = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,39}$")]
Person: TypeAlias = Annotated[str, Field(min_length=1, max_length=200)]
Said: TypeAlias = Annotated[str, Field(min_length=1, max_length=2000)]
PolicyRef: TypeAlias = Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=200)]


class WaiverV1(Strict):
    """One waiver."""

    id: Id
    rule: RuleId
    policy: PolicyRef
    context: Tier
    synthetic_sha256: Digest
    accepts: Literal["fail", "inconclusive"]
    reason_code: ReasonCode | None = None
    value: float | None = None
    high: float | None = None
    worst_scope: dict[str, str] = Field(default_factory=dict)
    owner: Person
    approver: Person
    reason: Said
    document_sha256: Digest | None = None
    created: Day
    expires: Day

    @classmethod
    def of(cls, fact: Waiver) -> "WaiverV1":
        """Return the waiver as it is written."""
        assert fact.accepts in ACCEPTED
        return cls(
            id=fact.id,
            rule=fact.rule,
            policy=fact.policy,
            context=Tier(fact.context),
            synthetic_sha256=fact.synthetic_sha256,
            accepts="fail" if fact.accepts == "fail" else "inconclusive",
            reason_code=fact.reason_code,
            value=fact.value,
            high=fact.high,
            worst_scope=dict(fact.worst_scope),
            owner=fact.owner,
            approver=fact.approver,
            reason=fact.reason,
            document_sha256=fact.document_sha256,
            created=fact.created.isoformat(),
            expires=fact.expires.isoformat(),
        )

    def fact(self) -> Waiver:
        """Return the waiver as a fact."""
        return Waiver(
            id=self.id,
            rule=self.rule,
            policy=self.policy,
            context=self.context.value,
            synthetic_sha256=self.synthetic_sha256,
            accepts=self.accepts,
            owner=self.owner,
            approver=self.approver,
            reason=self.reason,
            created=date.fromisoformat(self.created),
            expires=date.fromisoformat(self.expires),
            reason_code=self.reason_code,
            value=self.value,
            high=self.high,
            worst_scope=self.worst_scope,
            document_sha256=self.document_sha256,
        )


class WaiversV1(Strict):
    """The file."""

    schema_: Literal["synthgate.waivers/v1"] = Field(alias="schema")
    waivers: tuple[WaiverV1, ...]


def waivers_from_bytes(data: bytes, what: str = FILE) -> tuple[Waiver, ...]:
    """Return the waivers that a file holds.

    Raises
    ------
    DataError
        With every fault and its line.
    """
    written = read_yaml(data, WaiversV1, what, error=DataError)
    raise_all(_faults(written), what, DataError)
    return tuple(waiver.fact() for waiver in written.model.waivers)


def _faults(written: Written[WaiversV1]) -> Iterator[Fault]:
    waivers = written.model.waivers
    for path, text in contradictions(waivers):
        at = ("waivers", *path)
        yield Fault(text, at, line_of(at, written.lines))


def contradictions(waivers: tuple[WaiverV1, ...]) -> Iterator[tuple[Path, str]]:
    """Return everything that well-formed waivers may still not say, and where."""
    seen: set[str] = set()
    for i, waiver in enumerate(waivers):
        if waiver.id in seen:
            yield (i, "id"), "is the id of another waiver"
        seen.add(waiver.id)
        for key, text in (*_of_people(waiver), *_of_days(waiver), *_of_outcome(waiver)):
            yield (i, key), text


def _of_people(waiver: WaiverV1) -> Iterator[tuple[str, str]]:
    for key in ("owner", "approver", "reason"):
        if not str(getattr(waiver, key)).strip():
            yield key, "must say something"
    if same_person(waiver.owner, waiver.approver):
        yield "approver", "must be another person than the owner"


def _of_days(waiver: WaiverV1) -> Iterator[tuple[str, str]]:
    days = waiver.fact().days
    if days < 0:
        yield "expires", "must not lie before the day of creation"
    if days > MOST_DAYS:
        yield "expires", f"must lie at most {MOST_DAYS} days after the day of creation"


def _of_outcome(waiver: WaiverV1) -> Iterator[tuple[str, str]]:
    code = waiver.reason_code
    if waiver.accepts != _OPEN and code is not None:
        yield "reason_code", f"belongs to accepts: {_OPEN}"
    if waiver.accepts == _OPEN and code not in WAIVABLE:
        yield "reason_code", f"must be one of {', '.join(sorted(WAIVABLE))}"
    if (code is ReasonCode.EVIDENCE_MISSING) == (waiver.value is not None):
        text = "belongs to a measured rule" if waiver.value is not None else "is missing"
        yield "value", text
    if waiver.high is not None and (waiver.value is None or waiver.high < waiver.value):
        yield "high", "must stand beside a value that is not larger"
