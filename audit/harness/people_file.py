"""The restricted file: the evidence about every real person, by row number, for few eyes.

It is personal data, and the one thing that leaves the audit and is about single people. So it is
made only when asked for, holds no value of a record, and never becomes part of a run, a report or
the list of files.
"""

from collections.abc import Sequence

import numpy as np

from audit.contract.arms import IntArray
from audit.contract.check import Check
from audit.contract.lab import Lab
from audit.contract.people import PersonEvidence
from audit.data.table import Table
from audit.facts.measurement import Result, Status
from audit.facts.names import PEOPLE_COLUMNS
from audit.harness.worst_case_membership import MembershipWorstCase


def people_file(checks: Sequence[Check], results: Sequence[Result], lab: Lab) -> bytes | None:
    """Return the restricted file as CSV; None where the worst case of membership found nothing out.

    Parameters
    ----------
    checks, results
        Of a run that is over, one result per check.
    """
    for check, result in zip(checks, results, strict=True):
        if isinstance(check, MembershipWorstCase) and result.status is Status.MEASURED:
            # It is kept by now: an audit that ran out of time stops at nothing here.
            found = check.people(lab.for_check(check.card.id))
            return None if found is None else as_csv(found, lab.release.real)
    return None


def as_csv(evidence: PersonEvidence, real: Table) -> bytes:
    """Return one line per real person, in the order of their first rows in the input."""
    rows = first_rows(real)
    lines = [",".join(PEOPLE_COLUMNS)]
    for i in np.argsort(rows, kind="stable"):
        flagged = "yes" if evidence.flagged[i] else "no"
        lines.append(f"{rows[i]},{evidence.level[i]},{evidence.p[i]:.6g},{flagged}")
    return ("\n".join(lines) + "\n").encode("ascii")


def first_rows(table: Table) -> IntArray:
    """Return the number of the first row of each person in the input, 1 for its first record.

    Raises
    ------
    ValueError
        If the table was put together and has no input.
    """
    if table.origin is None:
        raise ValueError("a table that was put together has no row numbers")
    first = np.full(table.n_people, table.n_rows, dtype=np.int64)
    np.minimum.at(first, table.people, table.origin)
    return first + 1
