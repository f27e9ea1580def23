"""Odd tables: the whole audit ends in numbers, in a typed status or in a refusal, never in a crash.

Warnings are errors in these tests, so a check that divides by 0 would be seen as one that failed.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd
import pytest

import audit
from audit.errors import DataError
from audit.facts.judgement import VerdictStatus
from audit.facts.measurement import AuditRun, SplitFacts, Status
from audit.facts.project import ColumnPlan, Project
from audit.facts.schema import Kind, Role
from audit.report.html import to_html
from audit.report.view import build_view
from audit.wire.project import project_from_bytes
from fixtures.make import make, project

N = 60
FEW = {
    "singling-out-univariate": {"n_predicates": 60},
    "singling-out-multivariate": {"n_predicates": 60},
    "attribute-inference-model": {"trees": 2, "rounds": 2},
}
MEANT_FOR = Project(parameters=FEW)
SHARES = ("share", "control_share", "rows_share", "sparse_share", "attack_rate", "control_rate",
          "baseline_rate", "auc", "tail_share_1pct", "tail_share_5pct")  # fmt: skip


@dataclass(frozen=True)
class Shape:
    """Three tables, and how they are declared."""

    real: pd.DataFrame
    synthetic: pd.DataFrame
    holdout: pd.DataFrame | None
    project: Project = MEANT_FOR
    words: dict[str, Any] = field(default_factory=dict)

    def audited(self, **effort: Any) -> audit.Assessment:
        given = {"jobs": 1, "controls": "off", **self.words, **effort}
        return audit.audit(
            self.real, self.synthetic, self.holdout, project=self.project, **given
        )  # fmt: skip


def mixed(n: int, seed: int) -> pd.DataFrame:
    """Return a plain table: numbers, codes, words, truth values and dates, some missing."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "income": rng.normal(50, 10, n).round(2),
            "age": rng.integers(18, 90, n),
            "zip": rng.choice(["01067", "10115", "80331", "20095"], n),
            "smoker": rng.choice(["yes", "no"], n),
            "seen": pd.Timestamp("2024-01-01") + pd.to_timedelta(rng.integers(0, 300, n), unit="D"),
        }
    )
    return table.mask(rng.random(table.shape) < 0.03)


def sized(real: int, synthetic: int, holdout: int) -> Shape:
    return Shape(mixed(real, 1), mixed(synthetic, 2), mixed(holdout, 3))


def of_all(change: Callable[[pd.DataFrame, int], pd.DataFrame], **named: Any) -> Shape:
    """Return a shape whose three tables are changed alike; `change` gets table and seed."""
    return Shape(*(change(mixed(N, seed), seed) for seed in (1, 2, 3)), **named)


def drawn(make_columns: Callable[[np.random.Generator], dict[str, Any]], **named: Any) -> Shape:
    """Return a shape whose three tables are drawn anew from one recipe."""
    made = (pd.DataFrame(make_columns(np.random.default_rng(seed))) for seed in (1, 2, 3))
    return Shape(*made, **named)


def _categories(rng: np.random.Generator, n: int = N) -> dict[str, Any]:
    return {f"c{j}": rng.choice(["a", "b"], n) for j in range(4)}


def _with_extremes(*values: float) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    def changed(table: pd.DataFrame, seed: int) -> pd.DataFrame:
        income = table["income"].to_numpy(copy=True)
        income[: len(values)] = values
        return table.assign(income=income)

    return changed


def _scaled(by: float) -> Callable[[pd.DataFrame, int], pd.DataFrame]:
    return lambda table, seed: table.assign(income=table["income"] / 100 * by)


def _zoned(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    zones = ("UTC", "Asia/Kolkata", "America/New_York")
    return table.assign(seen=table["seen"].dt.tz_localize("UTC").dt.tz_convert(zones[seed - 1]))


def _in_types(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Whole numbers as int, float and text; the last with a point."""
    kept = table.dropna().reset_index(drop=True)
    age = kept["age"].astype(int)
    made = (age, age.astype(float), age.map("{:.1f}".format))[seed - 1]
    return kept.assign(age=made, income=kept["income"].astype([float, str, object][seed - 1]))


def _several_rows_each(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    return table.assign(person=[f"{seed}-{i // 3}" for i in range(len(table))])


def _holes(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    holes = np.random.default_rng(seed).random(table.shape) < 0.6
    return table.mask(holes)


UNICODE = {
    "income": "доход",
    "age": "年齢",
    "zip": "الرمز البريدي",
    "smoker": "🚬",
    "seen": "e\u0301te\u0301",
}


def _dates_far_away(table: pd.DataFrame, seed: int) -> pd.DataFrame:
    seen = pd.Series(["0001-01-01", "9999-12-31"] * (N // 2))
    return table.assign(seen=seen.where(np.arange(N) % 3 == seed % 3, "2024-02-29"))


def _declared(kind: Kind, *roles: Role) -> Project:
    plans = {"age": ColumnPlan(kind=kind, roles=frozenset(roles) or None)}
    return Project(parameters=FEW, columns=plans)


SHAPES: dict[str, Callable[[], Shape]] = {
    "two rows each": lambda: sized(2, 2, 2),
    "two synthetic rows": lambda: sized(N, 2, N),
    "twenty synthetic rows for one real row": lambda: sized(40, 800, 40),
    "five real rows": lambda: sized(5, N, N),
    "two held-out rows": lambda: sized(N, N, 2),
    "one usable column": lambda: of_all(lambda t, seed: t[["income"]]),
    "one category and nothing else": lambda: of_all(lambda t, seed: t[["zip"]]),
    "one column beside constants": lambda: of_all(lambda t, seed: t[["age"]].assign(a=1, b="x")),
    "nothing but constants": lambda: of_all(lambda t, seed: t[[]].assign(a=1, b="x", c=None)),
    "constant columns": lambda: of_all(lambda t, seed: t.assign(a=0, b="same", c=2.5)),
    "constant in real only": lambda: of_all(lambda t, seed: t.assign(a=0 if seed == 1 else t.age)),
    "a column that is all missing": lambda: of_all(lambda t, seed: t.assign(gone=None)),
    "missing in one table": lambda: of_all(
        lambda t, seed: t.assign(income=None) if seed == 2 else t
    ),
    "missing everywhere": lambda: of_all(_holes),
    "all categorical, massive ties": lambda: drawn(_categories),
    "all numeric": lambda: drawn(
        lambda rng: {f"x{j}": rng.normal(0, 10.0 ** (3 * j - 6), N) for j in range(5)}
    ),
    "5,000 categories": lambda: drawn(
        lambda rng: {
            "a": [f"{k:04}k" for k in rng.integers(0, 5000, 1000)],
            "b": rng.choice(["u", "v"], 1000),
            "c": rng.integers(0, 9, 1000),
        }
    ),
    "infinities": lambda: of_all(_with_extremes(np.inf, -np.inf, np.inf)),
    "only infinities": lambda: of_all(lambda t, seed: t.assign(income=np.inf)),
    "near the largest double": lambda: of_all(_with_extremes(1e308, -1e308, 1.7e308)),
    "all near the largest double": lambda: of_all(_scaled(1e308)),
    "near the smallest double": lambda: of_all(_with_extremes(1e-308, -1e-308, 5e-324)),
    "all near the smallest double": lambda: of_all(_scaled(1e-308)),
    "integers beyond 2**53": lambda: drawn(
        lambda rng: {
            "id": rng.integers(2**53, 2**63 - 1, N),
            "near": 2**53 + rng.integers(0, 9, N),
            "x": rng.normal(size=N),
            "y": rng.choice(["u", "v"], N),
        }
    ),
    "dates of three zones": lambda: of_all(_zoned),
    "dates at the ends of time": lambda: of_all(_dates_far_away),
    "number, text and object": lambda: of_all(_in_types),
    "several rows per person": lambda: of_all(_several_rows_each, words={"unit": "person"}),
    "one person": lambda: of_all(
        lambda t, seed: t.assign(person=f"p{seed}"), words={"unit": "person"}
    ),
    "names in five scripts": lambda: of_all(lambda t, seed: t.rename(columns=UNICODE)),
    "no holdout": lambda: Shape(mixed(N, 1), mixed(N, 2), None),
    "no holdout, two rows": lambda: Shape(mixed(2, 1), mixed(2, 2), None),
    "no holdout, one person": lambda: Shape(
        *(mixed(N, s).assign(person=f"p{s}") for s in (1, 2)), None, words={"unit": "person"}
    ),
    "every row the same": lambda: of_all(lambda t, seed: pd.concat([mixed(1, 9)] * N)),
    "nothing to want": lambda: of_all(
        lambda t, seed: t[["age", "zip"]],
        project=Project(
            parameters=FEW,
            columns={c: ColumnPlan(roles=frozenset({Role.ORDINARY})) for c in ("age", "zip")},
        ),
    ),
    "an ordinal": lambda: of_all(lambda t, seed: t, project=_declared(Kind.ORDINAL)),
    "a numeric identifier": lambda: of_all(
        lambda t, seed: t.assign(age=range(1000 * seed, 1000 * seed + N)),
        project=_declared(Kind.IDENTIFIER, Role.DIRECT_IDENTIFIER),
    ),
    "synthetic = real = holdout": lambda: Shape(mixed(N, 1), mixed(N, 1), mixed(N, 1)),
    "holdout within real": lambda: Shape(mixed(N, 1), mixed(N, 2), mixed(N, 1).iloc[: N // 2]),
    "other columns beside": lambda: Shape(
        mixed(N, 1), mixed(N, 2).drop(columns="zip").assign(new=1), mixed(N, 3)
    ),
}


@pytest.mark.parametrize("name", list(SHAPES))
def test_an_odd_table_ends_in_numbers_or_in_a_reason(name: str) -> None:
    assessment = SHAPES[name]().audited()
    failed = [(r.card.id, r.failure) for r in assessment.run.results if r.status is Status.FAILED]
    assert failed == []
    assert_sound(assessment.run)
    assert assessment.exit_code in (10, 11)
    view = build_view(
        assessment.run, assessment.verdict, assessment.policy, assessment.declared
    )  # fmt: skip
    page = to_html(view).decode()
    assert "nan" not in {word.strip(" ,.%<>").casefold() for word in page.split()}
    assert assessment.summary()


def assert_sound(run: AuditRun) -> None:
    """Every number is finite and possible; every check that gave none says why."""
    for result in run.results:
        assert (result.status is Status.MEASURED) == (result.reason_code is None), result.card.id
    for name, value, low, high in _estimates(run):
        ends = [x for x in (low, value, high) if x is not None]
        assert all(map(math.isfinite, ends)), name
        assert ends == sorted(ends), name
        if name in SHARES:
            assert 0 <= ends[0] <= ends[-1] <= 1, name
    numbers = [x for fact in run.preflight for x in fact.numbers.values()]
    numbers += [x for fact in run.controls for x in fact.numbers.values()]
    assert all(map(math.isfinite, numbers))
    for result in run.results:
        for m in result.measurements:
            for p in (m.p_value, m.p_safe_side):
                assert p is None or 0 <= p <= 1, m.name


def _estimates(run: AuditRun) -> Iterator[tuple[str, float, float | None, float | None]]:
    for result in run.results:
        for m in result.measurements:
            yield m.name, m.estimate.value, m.estimate.low, m.estimate.high


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("two rows each", {"too_few_people", "nothing_to_try"}),
    ],
)
def test_what_cannot_be_measured_says_so(name: str, said: set[str]) -> None:
    run = SHAPES[name]().audited().run
    assert {r.reason_code for r in run.results if r.status is Status.SKIPPED} <= said


@pytest.mark.parametrize(
    ("shape", "said"),
    [
        (sized(1, N, N), "real: has one row"),
        (sized(N, 1, N), "synthetic: has one row"),
        (sized(N, N, 1), "holdout: has one row"),
        (sized(N, 0, N), "synthetic: has column names but no rows"),
        (Shape(mixed(N, 1), mixed(N, 2)[[]], None), "synthetic: has no columns"),
        (
            Shape(mixed(N, 1), mixed(N, 2).add_prefix("x_"), None),
            "shares no column with the real table",
        ),
        (
            of_all(lambda t, seed: t.assign(person="p"), words={"unit": "person"}),
            "holdout: has fewer than two rows of people whom no other table holds",
        ),
    ],
)
def test_what_is_no_release_is_refused(shape: Shape, said: str) -> None:
    with pytest.raises(DataError) as caught:
        shape.audited()
    assert said in caught.value.message
    assert caught.value.exit_code == 3


def test_a_seed_and_every_check_alone_survive_the_smallest_release(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shape = sized(2, 2, 2)
    every = shape.audited().run.results
    # What is looked at beforehand is the same each time, and takes longer than a check.
    monkeypatch.setattr("audit.harness.measure.preflight", lambda lab: ())
    for result in every:
        alone = shape.audited(only=[result.card.id], seed=0).run.result(result.card.id)
        assert alone is not None
        assert alone.status is result.status


# --- what must never be met ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def people() -> dict[str, pd.DataFrame]:
    """Return a release that would be near to met: 1,000 people a side, nobody copied."""
    return make("fresh", 1000)


def declared(*, by_row: bool) -> Project:
    """Everything is declared and in order, as in the release that is met."""
    told = project_from_bytes(project("fresh", has_holdout=True).encode(), "audit.yaml")
    columns = dict(told.columns)
    if by_row:
        del columns["patient_id"]
    return Project(
        unit="row" if by_row else told.unit,
        split=SplitFacts("random", "declared") if by_row else told.split,
        declared=told.declared,
        columns=columns,
        parameters=FEW,
    )


def without_ids(table: pd.DataFrame) -> pd.DataFrame:
    return table.drop(columns="patient_id")


def test_three_times_the_same_table_is_never_met(people: dict[str, pd.DataFrame]) -> None:
    same = without_ids(people["real"])
    found = Shape(same, same.copy(), same.copy(), declared(by_row=True)).audited()
    assert found.verdict.status in (VerdictStatus.NOT_MET, VerdictStatus.INCONCLUSIVE)
    assert_sound(found.run)
    # Everybody returns; ties with the holdout must not look like safety.
    copies = next(r for r in found.run.results if r.card.id == "identical-match")
    shares = [m.estimate.value for m in copies.measurements if m.name == "share"]
    assert shares and min(shares) == 1.0  # noqa: PT018
    assert next(f for f in found.findings if f.rule.id == "COPY-1").status != "pass"


@pytest.mark.parametrize("kept", [1.0, 0.1])
def test_a_holdout_out_of_the_real_table_is_never_met(
    people: dict[str, pd.DataFrame], kept: float
) -> None:
    real = without_ids(people["real"])
    holdout = real.sample(frac=kept, random_state=1)
    shape = Shape(real, without_ids(people["synthetic"]), holdout, declared(by_row=True))
    found = shape.audited()
    assert found.verdict.status is VerdictStatus.INCONCLUSIVE
    blocking = [f.id for f in found.run.preflight if f.status == "blocking"]
    assert "holdout-overlap" in blocking
    assert_sound(found.run)


def test_a_holdout_of_the_same_people_is_refused(people: dict[str, pd.DataFrame]) -> None:
    with pytest.raises(DataError, match="people whom no other table holds"):
        Shape(people["real"], people["synthetic"], people["real"], declared(by_row=False)).audited()
