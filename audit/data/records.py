"""Findings as a data frame, for those who work in notebooks; no record of a table is involved."""

from collections.abc import Mapping, Sequence

import pandas as pd


def records_to_frame(records: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return one row per record, its columns in the order of the first."""
    return pd.DataFrame.from_records([dict(record) for record in records])
