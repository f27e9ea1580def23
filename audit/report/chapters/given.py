"""What every chapter is made from, and how its head is set."""

from dataclasses import dataclass

from audit.facts.judgement import Declared, Finding, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report.names import check_of, section_of
from audit.report.passages import Passage, PlainSection
from audit.report.pieces import Phrase
from audit.report.sentences import texts

NUMBERS = {
    "verdict": "2",
    "scope": "3",
    "artefacts": "4",
    "authorisation": "5",
    "threats": "6",
    "data": "7",
    "columns": "7.1",
    "preflight": "7.2",
    "method": "8",
    "results": "9",
    "frameworks": "10",
    "deviations": "11",
    "residual": "12",
    "monitoring": "13",
    "annex": "14",
    "sign": "15",
    "glossary": "16",
    "references": "17",
    "changes": "18",
}
"""Anchor -> number; 1 is the cover. The families, controls and rules are parts of 9."""


@dataclass(frozen=True, slots=True)
class Given:
    """The facts, the judgement on them, and what people stated."""

    run: AuditRun
    verdict: Verdict
    policy: Policy
    declared: Declared

    def findings_of(self, section: str) -> tuple[Finding, ...]:
        """Return the findings on measurements that a section of results speaks about."""
        return tuple(
            f
            for f in self.verdict.findings
            if not f.rule.is_declared and section_of(check_of(f.rule), self.run) == section
        )


def label_of(anchor: str) -> str:
    """Return the short name of a chapter."""
    return texts("chapter", anchor, "label")[0]


def chapter(
    anchor: str,
    *,
    answer: Phrase = (),
    passages: tuple[Passage, ...] = (),
    aside: str = "",
    number: str = "",
) -> PlainSection:
    """Return a chapter under its head: number, label, plain question."""
    return PlainSection(
        anchor=anchor,
        number=number or NUMBERS[anchor],
        label=label_of(anchor),
        aside=aside,
        question=texts("chapter", anchor, "question")[0],
        answer=answer,
        passages=passages,
    )
