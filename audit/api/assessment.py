"""A run and what follows from it, as Python hands it to people."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from audit.evidence import bundle
from audit.evidence.execution import Execution, execution_to_bytes
from audit.facts.history import History
from audit.facts.judgement import Declared, Finding, Policy, Verdict
from audit.facts.measurement import AuditRun
from audit.report.screen import decision_lines
from audit.report.view import View, build_view
from audit.wire.declared import declared_to_bytes
from audit.wire.history import history_to_bytes
from audit.wire.policy import policy_to_bytes
from audit.wire.run import run_to_bytes
from audit.wire.verdict import verdict_to_bytes

if TYPE_CHECKING:
    from audit.api.judging import Saved

Frame: TypeAlias = Any
"""A pandas data frame; this room opens no door to pandas."""


@dataclass(frozen=True, slots=True)
class Assessment:
    """A run, the policy that was applied to it, and the verdict."""

    run: AuditRun
    verdict: Verdict
    policy: Policy
    declared: Declared
    execution: Execution | None = None
    """None where the run was read from a file."""
    history: History | None = None
    """What the ledger knew when the verdict was recorded; None where no ledger was asked."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The outcome of every rule."""
        return self.verdict.findings

    @property
    def exit_code(self) -> int:
        """What the command line answers: 0 criteria met, 10 not met, 11 inconclusive."""
        return self.verdict.status.exit_code

    def summary(self) -> tuple[str, ...]:
        """Return the decision in lines: what was found, what is open, what was assumed."""
        return decision_lines(self._view())

    def to_frame(self) -> Frame:
        """Return the findings as a pandas data frame, one row per rule."""
        from audit.data.records import records_to_frame

        return records_to_frame([_record(finding) for finding in self.findings])

    def to_files(self) -> Mapping[str, bytes]:
        """Return the fact files: file name -> content."""
        files = {
            bundle.RUN: run_to_bytes(self.run),
            bundle.POLICY: policy_to_bytes(self.policy),
            bundle.DECLARED: declared_to_bytes(self.declared),
            bundle.VERDICT: verdict_to_bytes(self.verdict),
        }
        if self.execution is not None:
            files[bundle.EXECUTION] = execution_to_bytes(self.execution)
        if self.history is not None:
            files[bundle.HISTORY] = history_to_bytes(self.history)
        return files

    def save(
        self,
        folder: str | Path,
        *,
        formats: Sequence[str] | None = None,
        editions: Sequence[str] | None = None,
    ) -> "Saved":
        """Write all files of the run to `folder`, as `audit.save` does."""
        from audit.api.judging import save

        return save(self, folder, formats=formats, editions=editions)

    def _repr_html_(self) -> str:
        """Show a notebook the decision and every rule, without the name of a column."""
        from audit.report.notebook import to_notebook

        return to_notebook(self._view())

    def _repr_markdown_(self) -> str:
        """Show the same where a notebook has no HTML."""
        from audit.report.markdown import to_markdown

        return to_markdown(self._view())

    def _view(self) -> View:
        parts = (self.run, self.verdict, self.policy, self.declared)
        return build_view(*parts, history=self.history)


def _record(finding: Finding) -> dict[str, object]:
    rule, measured = finding.rule, finding.measurement
    estimate = None if measured is None else measured.estimate
    return {
        "rule": rule.id,
        "status": finding.status.value,
        "unwaived": None if finding.unwaived is None else finding.unwaived.value,
        "measure": rule.measure,
        "where": ", ".join(f"{k}={v}" for k, v in sorted(rule.where.items())),
        "value": None if estimate is None else estimate.value,
        "low": None if estimate is None else estimate.low,
        "high": None if estimate is None else estimate.high,
        "limit": finding.limit,
        "n": None if measured is None else measured.n,
        "reason": None if finding.reason_code is None else finding.reason_code.value,
        "required": rule.required,
        "severity": rule.severity.value,
    }
