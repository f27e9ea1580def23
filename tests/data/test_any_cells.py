"""Whatever stands in the cells, reading ends in a release or in one DataError."""

import numpy as np
import pandas as pd
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.data.release import Release, release_from_frames
from audit.errors import DataError
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind

TOKENS = ["", "0", "1", "-0", "01", "1.5", "1e400", "inf", "NA", "9007199254740993", "2020-01-01"]
TOKENS += [
    "2020-01-01T10:00Z",
    "2020-13-01",
    "true",
    "False",
    "x",
    " X ",
    "e\u0301",
    "\u200b",
    "1,5",
]
CELLS = st.one_of(
    st.sampled_from(TOKENS), st.text(max_size=4), st.integers(-5, 5), st.floats(), st.none()
)
COLUMNS = st.one_of(
    st.lists(st.sampled_from(TOKENS), min_size=4, max_size=4),
    st.lists(CELLS, min_size=4, max_size=4),
    st.lists(st.floats(), min_size=4, max_size=4),
)
TABLES = st.tuples(COLUMNS, COLUMNS).map(
    lambda c: pd.DataFrame({"a": c[0], "b": c[1]}, dtype=object)
)
PLANS = st.sampled_from([ColumnPlan(), *(ColumnPlan(kind) for kind in Kind)])


def read(
    real: pd.DataFrame, synthetic: pd.DataFrame, holdout: pd.DataFrame | None, plan: ColumnPlan
) -> Release | DataError:
    try:
        return release_from_frames(real, synthetic, holdout, project=Project(columns={"a": plan}))
    except DataError as refused:
        return refused


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, TABLES, st.one_of(st.none(), TABLES), PLANS)
def test_any_cells_are_read_or_refused(
    real: pd.DataFrame, synthetic: pd.DataFrame, holdout: pd.DataFrame | None, plan: ColumnPlan
) -> None:
    outcome = read(real, synthetic, holdout, plan)

    if isinstance(outcome, DataError):
        assert outcome.message
        assert outcome.__context__ is None
        return
    for column in outcome.schema:
        held = [outcome.real.numbers, outcome.real.codes]
        assert any(column.name in values for values in held)
        assert column.kind.is_numeric == (column.name in outcome.real.numbers)
    assert not any(np.isinf(v).any() for v in outcome.synthetic.numbers.values())


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(TABLES, TABLES)
def test_swapping_real_and_holdout_changes_no_kind(real: pd.DataFrame, other: pd.DataFrame) -> None:
    one = read(real, real, other, ColumnPlan())
    two = read(other, real, real, ColumnPlan())

    assert isinstance(one, Release) == isinstance(two, Release)
    if isinstance(one, Release) and isinstance(two, Release):
        assert [c.kind for c in one.schema] == [c.kind for c in two.schema]
        assert np.array_equal(one.synthetic.keys, two.synthetic.keys)
