"""A run whose facts may leave the house; it carries that with it wherever it goes."""

from dataclasses import dataclass

from audit.facts.measurement import AuditRun


@dataclass(frozen=True, slots=True)
class ExternalRun(AuditRun):
    """Facts that were redacted: sentences made from them are for outsiders."""


def is_redacted(run: AuditRun) -> bool:
    """Tell whether a run was redacted."""
    return isinstance(run, ExternalRun)
