"""Synthgate: decides, with evidence, whether a synthetic dataset may be released.

    import audit

    assessment = audit.audit("real.parquet", "synthetic.parquet", "holdout.parquet")
    assessment.verdict.status
    assessment.save("report")

Names are looked up when they are used (PEP 562): grading and rendering need no library for tables,
and import none.
"""

from importlib import import_module
from typing import TYPE_CHECKING

from audit.version import VERSION

if TYPE_CHECKING:
    from audit.api import (
        Assessment,
        Saved,
        audit,
        diff,
        grade,
        load,
        measure,
        read_release,
        render,
        save,
        verify,
    )
    from audit.data.release import Release
    from audit.errors import (
        AuditError,
        CheckError,
        DataError,
        IntegrityError,
        PluginError,
        PolicyError,
        RenderError,
        UsageError,
    )
    from audit.facts.estimate import Estimate
    from audit.facts.judgement import (
        Declared,
        Finding,
        FindingStatus,
        Policy,
        Rule,
        Tier,
        Verdict,
        VerdictStatus,
    )
    from audit.facts.measurement import AuditRun, Card, Measurement, Result, ThreatModel
    from audit.facts.project import ColumnPlan, Project
    from audit.facts.schema import Kind, Role

__version__ = VERSION
__version__ = VERSION
_HOMES = {
    "audit.api": (
        "Assessment",
        "Saved",
        "audit",
        "diff",
        "grade",
        "load",
        "measure",
        "read_release",
        "render",
        "save",
        "verify",
    ),
    "audit.data.release": ("Release",),
    "audit.errors": (
        "AuditError",
        "CheckError",
        "DataError",
        "IntegrityError",
        "PluginError",
        "PolicyError",
        "RenderError",
        "UsageError",
    ),
    "audit.facts.estimate": ("Estimate",),
    "audit.facts.judgement": (
        "Declared",
        "Finding",
        "FindingStatus",
        "Policy",
        "Rule",
        "Tier",
        "Verdict",
        "VerdictStatus",
    ),
    "audit.facts.measurement": ("AuditRun", "Card", "Measurement", "Result", "ThreatModel"),
    "audit.facts.project": ("ColumnPlan", "Project"),
    "audit.facts.schema": ("Kind", "Role"),
}
_HOME_OF = {name: home for home, names in _HOMES.items() for name in names}

__all__ = [
    "Assessment",
    "AuditError",
    "AuditRun",
    "Card",
    "CheckError",
    "ColumnPlan",
    "DataError",
    "Declared",
    "Estimate",
    "Finding",
    "FindingStatus",
    "IntegrityError",
    "Kind",
    "Measurement",
    "PluginError",
    "Policy",
    "PolicyError",
    "Project",
    "Release",
    "RenderError",
    "Result",
    "Role",
    "Rule",
    "Saved",
    "ThreatModel",
    "Tier",
    "UsageError",
    "Verdict",
    "VerdictStatus",
    "__version__",
    "audit",
    "diff",
    "grade",
    "load",
    "measure",
    "read_release",
    "render",
    "save",
    "verify",
]


def __getattr__(name: str) -> object:
    home = _HOME_OF.get(name)
    if home is None:
        raise AttributeError(f"module 'audit' has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME_OF})
