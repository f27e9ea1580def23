"""The digests of tables held against those of the run; the tables themselves are not seen here."""

from collections.abc import Iterator, Mapping

from audit.facts.measurement import AuditRun
from audit.facts.verification import Code, Remark, Step, Weight


def table_remarks(run: AuditRun | None, digests: Mapping[str, str]) -> Iterator[Remark]:
    """Yield the tables that are not the ones that were audited.

    Parameters
    ----------
    digests
        Table -> its digest today: plain for the synthetic one, keyed for those of real people.
    """
    if not digests:
        yield Remark(Step.TABLES, Weight.NOT_CHECKED, Code.TABLES_NOT_GIVEN)
    if run is None:
        return
    for side, digest in digests.items():
        found = run.provenance.inputs.get(side)
        if found is None:
            yield Remark(Step.TABLES, Weight.MISMATCH, Code.NOT_IN_RUN, side)
        elif found.digest is None:
            yield Remark(Step.TABLES, Weight.NOT_CHECKED, Code.NOT_BOUND, side)
        elif found.digest != digest:
            yield Remark(Step.TABLES, Weight.MISMATCH, Code.OTHER_TABLE, side)
