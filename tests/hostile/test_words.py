"""However a table is damaged, what is said of it holds none of its cells."""

import tempfile
from pathlib import Path

from hypothesis import example, given, settings
from hypothesis import strategies as st

from audit.data.release import read_release
from audit.errors import DataError
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind
from tests.hostile.conftest import CANARY

HEADER = b"age,city,day,code\n"
ROWS = [
    b"%d.137,%b-town%d,19%02d-03-0%d,%b%03d"
    % (7319000 + i, CANARY.encode(), i % 7, i % 100, 1 + i % 9, CANARY.encode(), i)
    for i in range(24)
]
GOOD = HEADER + b"\n".join(ROWS) + b"\n"
TELLTALES = (CANARY, "73190", "-03-0")
DAMAGE = (b",", b'"', b"\n", b"\r", b"\0", b"\xff", b"\xfe\xff", b";", b"\t", b"1e999", b"-", b"#")
Cut = tuple[int, int, bytes]

cuts = st.lists(
    st.tuples(st.integers(len(HEADER), len(GOOD)), st.integers(0, 9), st.sampled_from(DAMAGE)),
    min_size=1,
    max_size=6,
)
kinds = st.dictionaries(
    st.sampled_from(("age", "city", "day", "code", "none")), st.sampled_from(list(Kind)), max_size=4
)


def damaged(changes: list[Cut]) -> bytes:
    content = GOOD
    for at, gone, put in changes:
        content = content[:at] + put + content[at + gone :]
    return content


@settings(max_examples=60, deadline=None)
@given(cuts, kinds, st.sampled_from(("real", "synthetic")))
@example([(40, 0, b"\n")], {"city": Kind.INTEGER, "day": Kind.CONTINUOUS}, "real")
@example([(40, 0, b'"')], {}, "synthetic")
def test_no_cell_is_repeated(changes: list[Cut], stated: dict[str, Kind], side: str) -> None:
    told = ""
    with tempfile.TemporaryDirectory() as folder:
        for name in ("real", "synthetic"):
            content = damaged(changes) if name == side else GOOD
            (Path(folder) / f"{name}.csv").write_bytes(content)
        columns = {name: ColumnPlan(kind) for name, kind in stated.items()}
        named = Project(real="real.csv", synthetic="synthetic.csv", columns=columns)
        try:
            read_release(named, base=Path(folder))
        except DataError as error:
            told = f"{error.message}\n{error.hint}"
    assert not [t for t in TELLTALES if t in told]


def test_the_columns_that_could_not_be_read_are_named() -> None:
    with tempfile.TemporaryDirectory() as folder:
        for name in ("real", "synthetic"):
            (Path(folder) / f"{name}.csv").write_bytes(GOOD)
        columns = {"city": ColumnPlan(Kind.INTEGER), "nonsense": ColumnPlan(Kind.TEXT)}
        named = Project(real="real.csv", synthetic="synthetic.csv", columns=columns)
        told = ""
        try:
            read_release(named, base=Path(folder))
        except DataError as error:
            told = error.message
    assert "`city`" in told
    assert "nonsense" in told
