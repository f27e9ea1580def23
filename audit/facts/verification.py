"""What looking at a finished folder brought to light."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Step(StrEnum):
    """What was looked at, in this order."""

    FILES = "files"
    """Every file is the one that was listed, none is missing, none was added."""
    FORMATS = "formats"
    """Every JSON file is well formed and in its one canonical form."""
    GRADING = "grading"
    """The verdict follows from the measurements, the policy and the statements."""
    PAPER = "paper"
    """The files attached to the PDF are those beside it."""
    RENDITIONS = "renditions"
    """The report says what it would say if it were rendered again."""
    ATTESTATION = "attestation"
    """The statement is about these files and says of them what they say."""
    SIGNATURES = "signatures"
    """Who vouches for the statement."""
    PDF_SIGNATURES = "pdf_signatures"
    """Signatures of people in the PDF."""
    TABLES = "tables"
    """The tables are those that were audited."""
    LEDGER = "ledger"
    """The ledger is whole, and holds the verdict."""
    VALIDITY = "validity"
    """Waivers and verdict still hold."""


class Weight(StrEnum):
    """What a remark means for the whole."""

    MISMATCH = "mismatch"
    """Something was changed, lost or added, or belongs to something else."""
    WARNING = "warning"
    """Nothing was changed, and something must be known before anybody relies on it."""
    NOT_CHECKED = "not_checked"
    """It could not be looked at, or nobody asked."""


class State(StrEnum):
    """How a step ended."""

    OK = "ok"
    MISMATCH = "mismatch"
    WARNING = "warning"
    NOT_CHECKED = "not_checked"


class Code(StrEnum):
    """The closed list of remarks."""

    # files
    MISSING = "missing"
    EXTRA = "extra"
    CHANGED = "changed"
    NOT_A_FILE = "not_a_file"
    UNREADABLE = "unreadable"
    UNLISTED = "unlisted"
    CHECKSUMS_DIFFER = "checksums_differ"
    # formats
    MALFORMED = "malformed"
    NOT_CANONICAL = "not_canonical"
    # grading
    OTHER_RUN = "other_run"
    OTHER_POLICY = "other_policy"
    OTHER_CONTEXT = "other_context"
    VERDICT_DIFFERS = "verdict_differs"
    VERDICT_WITHOUT_FACTS = "verdict_without_facts"
    CANNOT_BE_GRADED = "cannot_be_graded"
    NO_VERDICT = "no_verdict"
    OTHER_HISTORY = "other_history"
    NOT_THE_BUILTIN_POLICY = "not_the_builtin_policy"
    UNKNOWN_POLICY_VERSION = "unknown_policy_version"
    OTHER_VERSION = "other_version"
    # paper
    ATTACHMENT_DIFFERS = "attachment_differs"
    ATTACHMENT_MISSING = "attachment_missing"
    ATTACHMENT_UNKNOWN = "attachment_unknown"
    PDF_UNREADABLE = "pdf_unreadable"
    # renditions
    RENDITION_DIFFERS = "rendition_differs"
    PDF_DIFFERS = "pdf_differs"
    OTHER_LIBRARIES = "other_libraries"
    CANNOT_BE_RENDERED = "cannot_be_rendered"
    # attestation
    OTHER_SUBJECTS = "other_subjects"
    OTHER_PREDICATE = "other_predicate"
    NOT_COMPARED = "not_compared"
    # signatures
    UNSIGNED = "unsigned"
    SIGNATURE_INVALID = "signature_invalid"
    KEY_ID_DIFFERS = "key_id_differs"
    NOT_SIGNED_BY = "not_signed_by"
    KEY_NOT_GIVEN = "key_not_given"
    KEY_UNKNOWN = "key_unknown"
    LIBRARY_MISSING = "library_missing"
    # signatures of the PDF
    PDF_SIGNATURE_BROKEN = "pdf_signature_broken"
    PDF_CHANGED_SINCE = "pdf_changed_since"
    PDF_SIGNED = "pdf_signed"
    # tables
    OTHER_TABLE = "other_table"
    NOT_BOUND = "not_bound"
    NOT_IN_RUN = "not_in_run"
    TABLES_NOT_GIVEN = "tables_not_given"
    # ledger
    LEDGER_CHANGED = "ledger_changed"
    NOT_RECORDED = "not_recorded"
    # validity
    UNDATED = "undated"
    NOT_YET_GRADED = "not_yet_graded"
    GRADED_BEFORE_MEASURED = "graded_before_measured"
    WAIVER_NOT_VALID_AT_RUN = "waiver_not_valid_at_run"
    WAIVER_EXPIRED = "waiver_expired"
    TOO_OLD = "too_old"
    EVIDENCE_EXPIRED = "evidence_expired"
    POLICY_CHANGED = "policy_changed"
    CHECKS_CHANGED = "checks_changed"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing that was noticed."""

    step: Step
    weight: Weight
    code: Code
    file: str = ""
    """Which file, table, waiver or key it is about."""
    detail: str = ""
    """Names and numbers of ours: rules, versions, days; never a value of a record."""


@dataclass(frozen=True, slots=True)
class Verification:
    """A folder, and everything that was noticed about it."""

    folder: str
    as_of: date
    written_by: str
    """Version of the program that sealed it; empty where no file says."""
    verdict: str
    """Status of the verdict as the file says; empty where there is none."""
    signed_by: tuple[str, ...]
    """Ids of the keys whose signatures hold, whether or not anybody said whose they are."""
    vouched: tuple[str, ...]
    """Those of them that were given as the keys that must have signed."""
    steps: tuple[Step, ...]
    """What was looked at."""
    remarks: tuple[Remark, ...]

    @property
    def intact(self) -> bool:
        """Tell whether nothing differs; it says nothing about who wrote the files."""
        return not any(self.of(Weight.MISMATCH))

    @property
    def exit_code(self) -> int:
        """0, or 5 where anything differs."""
        return 0 if self.intact else 5

    def of(self, weight: Weight) -> tuple[Remark, ...]:
        """Return the remarks of one weight."""
        return tuple(r for r in self.remarks if r.weight is weight)

    def state(self, step: Step) -> State:
        """Return how a step ended: the gravest of its remarks."""
        return _gravest(r.weight for r in self.remarks if r.step is step)


def _gravest(weights: Iterable[Weight]) -> State:
    found = set(weights)
    for weight in Weight:
        if weight in found:
            return State(weight.value)
    return State.OK
