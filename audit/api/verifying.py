"""Looking at a finished folder, and signing it; no library for tables is imported."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

from audit.errors import UsageError
from audit.evidence.signing import PublicKey, read_public
from audit.evidence.verification.whole import Asked, verify_folder
from audit.facts.verification import Verification

SYNTHETIC = "synthetic"
Tables = Mapping[str, str | Path]
"""Which table (real, synthetic, holdout, reference) -> its file, folder or address."""


def verify(
    path: str | Path,
    *,
    public_keys: Sequence[str | Path] = (),
    tables: Tables | None = None,
    digest_key: bytes | None = None,
    as_of: date | None = None,
    ledger: str | None = None,
    rendered: bool = False,
) -> Verification:
    """Tell whether anything in the folder of a run was changed since it was sealed.

    Parameters
    ----------
    public_keys
        Files of public keys; each must have signed.
    tables
        Tables that are held against the digests in the run.
    digest_key
        The key that the run was bound to the real tables with.
    as_of
        The day on which somebody relies on it; today in UTC by default.
    ledger
        Path or address of the ledger in which the verdict should be.
    rendered
        Make the renditions again and compare them, too.

    Raises
    ------
    DataError
        If there is no run, or a table or the ledger cannot be read.
    UsageError
        If a key cannot be used, or a table of real people is given without the key.
    RenderError
        If a key is given and the library for signatures is not installed.
    """
    keys: list[PublicKey] = [read_public(Path(key)) for key in public_keys]
    asked = Asked(
        as_of=as_of or datetime.now(UTC).date(),
        keys=keys,
        digests=_digests(tables or {}, digest_key),
        ledger=ledger,
        rendered=rendered,
    )
    return verify_folder(Path(path), asked)


def _digests(tables: Tables, key: bytes | None) -> dict[str, str]:
    from audit.data.table_digest import digest_of_table

    real = [side for side in tables if side != SYNTHETIC]
    if real and key is None:
        raise UsageError(
            f"the {real[0]} table can be compared with the key of the run only",
            "Give --digest-key FILE, or leave the table out.",
        )
    return {
        side: digest_of_table(file, None if side == SYNTHETIC else key)
        for side, file in tables.items()
    }
