"""The digest of a table by its name, as a run would hold it."""

from pathlib import Path

from audit.data.file_digest import digest_of_file
from audit.data.several import is_several
from audit.database.address import is_address


def digest_of_table(name: str | Path, key: bytes | None = None) -> str:
    """Return the digest of a file, or of the content of a folder, a pattern or a database.

    Parameters
    ----------
    key
        Keys the digest, as of the tables of real people.

    Raises
    ------
    DataError
        If the table cannot be read.
    """
    if not is_address(str(name)) and not is_several(Path(name)):
        return digest_of_file(Path(name), key)
    # Only here is a table read, and are libraries for tables needed.
    from audit.data.faults import Faulty, refusal
    from audit.data.named import read_named

    side = "synthetic" if key is None else "real"
    try:
        digest = read_named(side, str(name), base=Path.cwd(), digest_key=key).facts.digest
    except Faulty as refused:
        faults = refused.faults
    else:
        assert digest is not None
        return digest
    raise refusal(faults)
