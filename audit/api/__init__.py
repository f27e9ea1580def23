"""The verbs, for the command line and for notebooks: these and nothing beneath are called.

    files --read_release--> Release --measure--> AuditRun --grade--> Assessment --render--> paper

`audit` is all of them. Only `measuring` sees a record, and imports what handles tables when it is
called; `judging` needs `run.json` alone.
"""

from audit.api.assessment import Assessment
from audit.api.auditing import Finished, audit, audit_into, measure_into
from audit.api.comparing import diff
from audit.api.judging import Saved, grade, load, render, rerender, save
from audit.api.measuring import (
    Effort,
    Measured,
    effort_for,
    measure,
    measure_timed,
    neighbour_engine,
    preflight,
    read_release,
)
from audit.api.outlook import Foreseen, foresee
from audit.api.plan import (
    Plan,
    cards_of,
    plan_of,
    policy_of,
    require_auditable,
    with_decision,
    with_plugins,
    with_roles,
    with_tables,
)
from audit.api.recording import Ledger, past_of, record
from audit.api.relying import Reliance, reliance
from audit.api.signing import Signed, sign
from audit.api.trials import try_stored
from audit.api.verifying import verify
from audit.api.waiving import with_waivers

__all__ = [
    "Assessment",
    "Effort",
    "Finished",
    "Foreseen",
    "Ledger",
    "Measured",
    "Plan",
    "Reliance",
    "Saved",
    "Signed",
    "audit",
    "audit_into",
    "cards_of",
    "diff",
    "effort_for",
    "foresee",
    "grade",
    "load",
    "measure",
    "measure_into",
    "measure_timed",
    "neighbour_engine",
    "past_of",
    "plan_of",
    "policy_of",
    "preflight",
    "read_release",
    "record",
    "reliance",
    "render",
    "require_auditable",
    "rerender",
    "save",
    "sign",
    "try_stored",
    "verify",
    "with_decision",
    "with_plugins",
    "with_roles",
    "with_tables",
    "with_waivers",
]
