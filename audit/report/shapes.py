"""What the pages show, as plain frozen data: every sentence, number and figure is ready."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from audit.report.passages import Entry, PlainSection
from audit.report.pieces import (
    Block,
    Coded,
    Fact,
    Figure,
    Item,
    Letter,
    Mark,
    Phrase,
    Reference,
    Strip,
    Table,
    Threat,
)
from audit.report.row_figures import BarTable, PartTable


@dataclass(frozen=True, slots=True)
class GradedRow:
    """One rule with its number; in the forest and in the table of its family."""

    rule: str
    name: str
    value: str
    ends: str
    limit: str
    letter: str
    """Of the basis of the limit; explained on the same page."""
    mark: Mark
    strip: Strip
    detectable: str = ""
    pass_probability: str = ""
    p_value: str = ""
    null: str = ""
    copies: str = ""
    """Of a rule that is met: how many copied people its check would have noticed."""
    is_cut: bool = False
    """A stronger rule stands above this row: another outcome begins."""


@dataclass(frozen=True, slots=True)
class Forest:
    """Every graded measurement against its limit."""

    rows: tuple[GradedRow, ...]
    letters: tuple[Letter, ...]
    more: str
    notes: str
    """Units and words that the rows use."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many required rules came out how."""

    dots: tuple[str, ...]
    """One shape per required rule."""
    total: str
    counts: str
    rest: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The first page."""

    verdict: Mark
    policy: str
    sensitivity: str
    context: str
    context_words: str
    sentence: Phrase
    sentence_external: Phrase
    found: Block
    undecided: Block
    all_decided: str
    """What is said where nothing is open."""
    remedies: Block
    assumed: Block
    forest: Forest
    is_tight: bool
    """A long forest is drawn with lower rows."""
    coverage: Coverage
    alarms: Block
    waivers: Block
    waivers_external: tuple[str, ...]
    """The same for outsiders: no person and no ground."""
    months: str
    validity: tuple[str, str, str]
    """Words, digest of the synthetic file, words."""
    flags: tuple[str, ...]
    """What a reader must see at once: a given seed, several candidates, report only."""


@dataclass(frozen=True, slots=True)
class Ladder:
    """What can be done where something is missing, the best step first."""

    label: str
    intro: str
    steps: tuple[Phrase, ...]
    never: Phrase
    """What must not be done in its place."""


@dataclass(frozen=True, slots=True)
class Section:
    """All that one family of checks found."""

    anchor: str
    number: str
    label: str
    rules: str
    question: str
    answers: tuple[Item, ...]
    threat: Threat | None
    how_to_read: str
    intro: tuple[str, ...]
    low: str
    """What a low value does not mean."""
    graded: tuple[GradedRow, ...]
    alarms: tuple[GradedRow, ...]
    letters: tuple[Letter, ...]
    bars: tuple[BarTable, ...]
    parts: tuple[PartTable, ...]
    tables: tuple[Table, ...]
    figures: tuple[Figure, ...]
    caveats: tuple[Coded, ...]
    gaps: tuple[Coded, ...]
    """What could not be assessed; stands before what was."""
    closing: tuple[Fact, ...]
    is_brief: bool
    """Nothing was measured: the section does not start a page."""
    ladder: Ladder | None = None
    """What can be done without a holdout."""


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule of the policy, with its grounds."""

    id: str
    asks: str
    conditions: str
    limit: str
    basis: str
    grounds: str
    cite: str
    mark: Mark
    noticed: str = ""
    """Of a rule that is met: how many copied people its check would have noticed."""


@dataclass(frozen=True, slots=True)
class Annex:
    """What a second expert needs."""

    rules: tuple[RuleRow, ...]
    citations: tuple[Reference, ...]
    papers: tuple[Reference, ...]
    parameters: Table
    waivers: Table | None


@dataclass(frozen=True, slots=True)
class RuleLine:
    """One rule in words for outsiders: no column, no small count."""

    id: str
    name: str
    status: str
    """As in verdict.json."""
    reason: str
    mark: Mark
    message: str
    limit: str
    severity: str
    required: bool
    grounds: str
    waiver: str = ""
    """What set the rule aside."""
    own: str = ""
    """Of a waived rule: what it came out as on its own."""


@dataclass(frozen=True, slots=True)
class AssumedColumn:
    """A column that nobody declared."""

    name: str
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Steps:
    """What the project file does not say yet."""

    tier: str
    """What was assumed; empty where it was declared. So are the others."""
    policy: str
    sensitivity: str
    unit: str
    split: str
    holdout: bool
    candidates: bool
    earlier_releases: bool
    columns: tuple[AssumedColumn, ...]
    unnameable: int
    """Assumed columns whose names cannot be written safely."""
    evidence: tuple[str, ...]
    remedies: tuple[str, ...]
    waivers: tuple[str, ...] = ()
    """Lines of a file of waivers, for what may be accepted."""


@dataclass(frozen=True, slots=True)
class View:
    """The whole report."""

    title: str
    document: str
    """Short name of the document: digest of the run, grouped."""
    release: str
    people: str
    report_only: bool
    tool: str
    decision: Decision
    sections: tuple[Section, ...]
    plain: Mapping[str, PlainSection]
    """Anchor -> section: those that are no family of checks."""
    annex: Annex
    outside: tuple[RuleLine, ...]
    steps: Steps
    columns: tuple[tuple[str, ...], ...]
    """Every column, in the order of `column_risks.HEADS`."""
    form: str
    """Version of the report's own form."""
    contents: tuple[Entry, ...] = ()
    """The sections in their order."""
    places: Mapping[str, str] = field(default_factory=dict)
    """Anchor of a section -> its number."""
    policy_places: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """Rule -> where it stands in the one line of `policy.json`: first column, the one after."""
    is_external: bool = False
    """The edition for outsiders."""
