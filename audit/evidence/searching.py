"""Was a verdict searched for? Counted over the verdicts that a ledger holds of one release."""

from collections.abc import Sequence

from audit.facts.history import UNNAMED, Audited, Tried


def tried_before(now: Audited, earlier: Sequence[Audited]) -> Tried:
    """Return what was tried before a verdict.

    Parameters
    ----------
    earlier
        Verdicts under the same name. Of releases that nobody named only those count whose real
        table is of the same size: all others are of other data.
    """
    same = [e for e in earlier if now.release != UNNAMED or _real(e) == _real(now)]
    of_file = [e for e in same if e.file == now.file]
    given = [e for e in of_file if "given" in (e.seed_source, now.seed_source)]
    return Tried(
        audits=len(same),
        repeated=sum(e.identity == now.identity for e in of_file),
        candidates=len({e.file for e in same} - {now.file}),
        # Another version derives another seed from the same file, and nobody chose that.
        seeds=len({e.seed for e in given} - {now.seed}),
        policies=len({_terms(e) for e in of_file} - {_terms(now)}),
    )


def _real(audited: Audited) -> tuple[int, int]:
    return audited.real_rows, audited.real_columns


def _terms(audited: Audited) -> tuple[str, str]:
    return audited.policy.sha256, audited.context.value
