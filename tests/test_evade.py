"""A verbatim copy, written otherwise: no disguise of the synthetic file hides it.

The real table is plain CSV, as people have it; the disguise is put on the synthetic file alone. A
difference of form must not keep a copy from being found, and must not make one where there is none.
What happens to each cell is tested in `tests/data`; here a whole audit has the last word.
"""

import hashlib
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import reduce
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import audit
from audit.api.measuring import read_release
from audit.data.release import Release
from audit.facts.judgement import FindingStatus
from audit.facts.measurement import Severity, SplitFacts
from audit.facts.project import Project
from tests.command import FEW, LESS, call

PEOPLE = 300
PROJECT = Project(
    split=SplitFacts("random", "declared"),
    parameters=LESS,
)
INTERNAL = {"policy": "internal-sharing", "context": "internal"}
COPYING = ("identical-match", "near-copy", "value-replay")
WORDS = ("name", "sex", "town", "smoker")
NUMBERS = ("age", "income", "weight", "marker")
Change = Callable[[pd.DataFrame], pd.DataFrame]


def people(seed: int) -> pd.DataFrame:
    """Return people as text, as a CSV file would hold them; a few cells of some are missing."""
    rng = np.random.default_rng(seed)
    age = rng.integers(18, 95, PEOPLE)
    days = pd.to_timedelta(age * 365 + rng.integers(0, 365, PEOPLE), unit="D")
    seconds = pd.to_timedelta(rng.integers(0, 360 * 86_400, PEOPLE), unit="s")
    names = rng.choice(["Jos\u00e9", "Zo\u00eb", "\u0141ukasz", "Ida", "Bj\u00f8rn"], PEOPLE)
    families = rng.choice(["M\u00fcller", "\u00c5ngstr\u00f6m", "Stra\u00dfer", "Smith"], PEOPLE)
    table = pd.DataFrame(
        {
            "patient": [f"P{k:09d}" for k in rng.choice(10**9, PEOPLE, replace=False)],
            "name": [
                f"{a} {b} {c}"
                for a, b, c in zip(names, families, rng.integers(0, 10**6, PEOPLE), strict=True)
            ],
            "sex": rng.choice(["M", "F"], PEOPLE),
            "town": rng.choice(["K\u00f6ln", "New York", "S\u00e3o Paulo", "Malm\u00f6"], PEOPLE),
            "age": age.astype(str),
            "income": rng.integers(900, 90_000, PEOPLE).astype(str),
            "weight": [f"{w:.2f}" for w in rng.normal(75, 14, PEOPLE)],
            "marker": [repr(m) for m in rng.normal(0, 1, PEOPLE).tolist()],
            "smoker": rng.choice(["yes", "no"], PEOPLE),
            "insured": np.where(rng.random(PEOPLE) < 0.8, "True", "False"),
            "born": (pd.Timestamp("2024-06-01") - days).strftime("%Y-%m-%d"),
            "seen": (pd.Timestamp("2024-01-01") + seconds).strftime("%Y-%m-%dT%H:%M:%SZ"),
        }
    ).astype(object)
    for name in ("town", "weight", "income", "smoker", "seen"):
        table.loc[rng.random(PEOPLE) < 0.05, name] = None
    return table


# --- disguises -----------------------------------------------------------------------------------


def rewritten(columns: Sequence[str], form: Callable[[str], object]) -> Change:
    return lambda table: table.assign(
        **{c: table[c].map(form, na_action="ignore") for c in columns}
    )


def clocked(form: str) -> Callable[[str], object]:
    return lambda text: pd.Timestamp(text).strftime(form)


def new_ids(table: pd.DataFrame) -> pd.DataFrame:
    drawn = np.random.default_rng(9).choice(10**9, len(table), replace=False)
    return table.assign(patient=[f"P{k:09d}" for k in drawn])


def jittered(table: pd.DataFrame) -> pd.DataFrame:
    rng = np.random.default_rng(8)
    moved = {c: table[c].astype(float) * (1 + 1e-6 * rng.choice([-1, 1], PEOPLE)) for c in NUMBERS}
    return table.assign(**{c: v.map(repr).where(v.notna()) for c, v in moved.items()})


def chained(*changes: Change) -> Change:
    return lambda table: reduce(lambda t, change: change(t), changes, table)


DISGUISES: Mapping[str, Change] = {
    "whole numbers with a point": rewritten(("age", "income"), lambda v: f"{v}.0"),
    "ten decimals": rewritten(NUMBERS, lambda v: f"{float(v):.10f}"),
    "thousands separators": rewritten(("income",), lambda v: f"{int(v):,}"),
    "upper case": rewritten(WORDS, str.upper),
    "lower case": rewritten(WORDS, str.lower),
    "white space": rewritten((*WORDS, "age", "born"), lambda v: f"  {v}\t "),
    "decomposed letters": rewritten(WORDS, lambda v: unicodedata.normalize("NFD", v)),
    "another label": rewritten(("sex",), str.lower),
    "another date format": chained(
        rewritten(("born",), clocked("%d/%m/%Y")), rewritten(("seen",), clocked("%d.%m.%Y %X %z"))
    ),
    "another time zone": rewritten(
        ("seen",), lambda v: pd.Timestamp(v).tz_convert("Asia/Kolkata").isoformat(sep=" ")
    ),
    "other columns first": lambda table: table[table.columns[::-1]],
    "new identifiers": new_ids,
}
"""What T-EVADE asks for, but the jitter, which is no matter of form."""
ALL_AT_ONCE = chained(
    new_ids,
    rewritten(("income",), lambda v: f"{int(v):,}.00"),
    rewritten(("age", "weight", "marker"), lambda v: f" {float(v):.10f}"),
    rewritten(WORDS, lambda v: f"{unicodedata.normalize('NFD', v).upper()}\u00a0"),
    rewritten(("born",), clocked("%b %d, %Y")),
    rewritten(
        ("seen",), lambda v: pd.Timestamp(v).tz_convert("America/Lima").strftime("%m/%d/%Y %X %z")
    ),
    DISGUISES["other columns first"],
)
FORMS = {**DISGUISES, "all at once": ALL_AT_ONCE}
SAID = {
    "thousands separators": {"numbers_rewritten"},
    "upper case": {"levels_respelled"},
    "lower case": {"levels_respelled"},
    "another label": {"levels_respelled"},
    "another date format": {"dates_rewritten"},
    "white space": {"texts_normalised"},
    "decomposed letters": {"texts_normalised"},
    "ten decimals": {"resolution_coarse"},
    "all at once": {"numbers_rewritten", "levels_respelled", "dates_rewritten"},
}


def moved_and_recoded(table: pd.DataFrame) -> pd.DataFrame:
    """Pseudonymise: new keys, hashed names, dates 37 days later, numbers times 1.01, new labels."""
    later = pd.Timedelta(days=37)
    moved = {c: table[c].astype(float) * 1.01 for c in NUMBERS}
    table = new_ids(table).assign(
        name=table["name"].map(lambda v: hashlib.sha256(v.encode()).hexdigest()[:12]),
        born=table["born"].map(lambda v: (pd.Timestamp(v) + later).strftime("%Y-%m-%d")),
        seen=table["seen"].map(lambda v: (pd.Timestamp(v) + later).isoformat(), na_action="ignore"),
        **{c: v.map(repr).where(v.notna()) for c, v in moved.items()},
    )
    for name in ("sex", "town", "smoker", "insured"):
        levels = sorted(table[name].dropna().unique())
        table[name] = table[name].map({level: f"c{i}" for i, level in enumerate(levels)})
    return table


# --- audits --------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("evade")
    people(1).to_csv(made / "real.csv", index=False)
    people(2).to_csv(made / "holdout.csv", index=False)
    return made


def written(folder: Path, synthetic: pd.DataFrame, name: str) -> tuple[Path, Path, Path]:
    """Write the synthetic table and return the three paths in the order of an audit."""
    path = folder / f"{name.replace(' ', '-')}.csv"
    synthetic.to_csv(path, index=False)
    return folder / "real.csv", path, folder / "holdout.csv"


def read(real: Path, synthetic: Path, holdout: Path) -> Release:
    named = replace(PROJECT, real=str(real), synthetic=str(synthetic), holdout=str(holdout))
    return read_release(named)


def audited(*tables: Path, only: Sequence[str] = ()) -> audit.Assessment:
    return audit.audit(*tables, project=PROJECT, controls="off", jobs=1, only=only, **INTERNAL)


def failing(assessment: audit.Assessment) -> set[str]:
    return {f.rule.id for f in assessment.findings if f.status is FindingStatus.FAIL}


def share(assessment: audit.Assessment, check: str, **scope: str) -> float:
    """Return the share of people whose record returns: of rare ones, or with `rows` of all."""
    found = assessment.run.measurement(f"{check}.share", scope)
    assert found is not None
    return found.estimate.value


def not_met_anywhere(assessment: audit.Assessment) -> bool:
    strict = audit.grade(assessment.run, policy="gdpr-anonymisation-wp29")
    return (assessment.exit_code, strict.exit_code) == (10, 10)


@pytest.mark.parametrize("name", FORMS)
def test_a_copy_is_found_under(name: str, folder: Path) -> None:
    tables = written(folder, FORMS[name](people(1)), name)

    found = audited(*tables, only=COPYING)

    assert not_met_anywhere(found)
    assert {"COPY-1", "COPY-2", "LEAK-1"} <= failing(found)
    assert share(found, "identical-match") == share(found, "identical-match", rows="all") == 1.0
    noted = {n.code for n in found.run.preflight}
    assert SAID.get(name, set()) <= noted


@pytest.mark.parametrize("name", FORMS)
def test_no_copy_is_made_by(name: str, folder: Path) -> None:
    plain = read(*written(folder, people(3), "fresh"))
    disguised = read(*written(folder, FORMS[name](people(3)), f"fresh {name}"))

    known = {tuple(k) for t in (disguised.real, disguised.holdout) for k in t.keys.tolist()}
    assert not known & {tuple(k) for k in disguised.synthetic.keys.tolist()}
    if "resolution_coarse" not in {n.code for n in disguised.notes}:
        assert disguised.synthetic.keys.tolist() == plain.synthetic.keys.tolist()
    assert Severity.BLOCKING not in {n.status for n in disguised.notes}


@pytest.mark.parametrize("name", ["verbatim", "all at once"])
def test_the_whole_way_by_the_command(name: str, folder: Path, tmp_path: Path) -> None:
    change = FORMS.get(name, lambda table: table)
    real, synthetic, holdout = written(folder, change(people(1)), name)
    words = ("--policy", "internal-sharing", "--context", "internal", "--controls", "off")
    files = ("--real", real, "--synthetic", synthetic, "--holdout", holdout)

    answer = call("run", *files, *words, *FEW, "--format", "json,md", "--out", tmp_path / "out")

    assert answer.code == 10, answer.text
    assert "COPY-1 not met" in answer.text


def test_a_copy_is_found_in_another_file_format(folder: Path) -> None:
    typed = people(1).astype(dict.fromkeys(NUMBERS, float))
    typed = typed.assign(
        age=typed["age"].astype("int16"),
        sex=typed["sex"].astype("category"),
        insured=typed["insured"] == "True",
        born=pd.to_datetime(typed["born"]).dt.date,
        seen=pd.to_datetime(typed["seen"]).dt.tz_convert("Asia/Kolkata"),
    )
    typed.to_parquet(folder / "typed.parquet")

    found = audited(
        folder / "real.csv", folder / "typed.parquet", folder / "holdout.csv", only=COPYING
    )

    assert not_met_anywhere(found)
    assert share(found, "identical-match") == 1.0


def test_a_jittered_copy_is_found_though_nothing_is_identical(folder: Path) -> None:
    tables = written(folder, jittered(new_ids(people(1))), "jitter")

    found = audited(*tables)

    assert not_met_anywhere(found)
    assert share(found, "identical-match", rows="all") == 0.0
    assert {"COPY-2", "MI-2", "LK-1"} <= failing(found)


def test_a_pseudonymised_clone_is_found_without_a_known_label(folder: Path) -> None:
    tables = written(folder, moved_and_recoded(people(1)), "clone")

    found = audited(*tables)

    # No row and no label returns. What is found is found by the numbers, which kept their order.
    assert not_met_anywhere(found)
    assert share(found, "identical-match", rows="all") == 0.0
    assert "COPY-1" not in failing(found)
    assert {"MI-2", "LK-1", "IN-1"} <= failing(found)
    said = {n.code: n for n in found.run.preflight}
    assert said["levels_unknown"].status is Severity.BLOCKING
    assert said["levels_unknown"].columns == ("insured", "sex", "smoker", "town")


def test_an_honest_release_under_new_codes_is_inconclusive_and_not_blamed(folder: Path) -> None:
    tables = written(folder, moved_and_recoded(people(3)), "fresh recoded")

    found = audited(*tables)

    assert found.exit_code == 11
    assert failing(found) == set()


# --- what hides a copy ---------------------------------------------------------------------------


def categories(seed: int) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    shares = [0.5, 0.25, 0.12, 0.08, 0.05]
    return pd.DataFrame(
        {f"c{j}": rng.choice(["a", "b", "c", "d", "e"], PEOPLE, p=shares) for j in range(8)}
    )


def test_labels_exchanged_in_a_table_without_numbers_hide_a_copy_and_are_noticed() -> None:
    turned = {"a": "b", "b": "c", "c": "d", "d": "e", "e": "a"}
    real, holdout = categories(1), categories(2)
    tables = (real, real.replace(turned), holdout)

    found = audit.audit(*tables, project=PROJECT, controls="off", jobs=1, **INTERNAL)

    # A limit: without a number that keeps its order, every attack is blind to a bijection.
    assert failing(found) == set()
    # It cannot be met, though: the shares of the labels give the exchange away.
    assert found.exit_code == 11
    said = {n.code: n for n in found.run.preflight}
    assert said["levels_exchanged"].status is Severity.BLOCKING
    assert len(said["levels_exchanged"].columns) == 8


def test_spellings_that_real_tells_apart_hide_a_copy_from_equality_only(folder: Path) -> None:
    # Real knows m and M; a file in one case has lost which was which, and no reader makes it up.
    real, holdout = (
        p.assign(sex=np.where(p.index % 2, "m", p["sex"])) for p in map(people, (1, 2))
    )
    tables = (real, new_ids(real).assign(sex=real["sex"].str.upper()), holdout)

    found = audit.audit(*tables, project=PROJECT, controls="off", jobs=1, only=COPYING, **INTERNAL)

    assert share(found, "identical-match", rows="all") == np.mean(real["sex"] != "m")
    # One column aside, everybody is there.
    assert share(found, "near-copy") == 1.0
    assert found.exit_code == 10


def test_a_sparse_number_for_a_key_hides_a_copy_from_equality_only() -> None:
    # Whole numbers with gaps may be keys or weights; undeclared they are numbers and compared.
    def keyed(seed: int, table: pd.DataFrame) -> pd.DataFrame:
        keys = np.random.default_rng(seed).choice(10**9, PEOPLE, replace=False)
        return table.assign(patient=keys.astype(str))

    tables = (keyed(1, people(1)), keyed(3, people(1)), keyed(2, people(2)))

    undeclared, declared = (
        audit.audit(
            *tables, project=PROJECT, roles=roles, controls="off", jobs=1, only=COPYING, **INTERNAL
        )
        for roles in (None, {"patient": "direct_identifier"})
    )

    assert share(undeclared, "identical-match", rows="all") == 0.0
    assert share(undeclared, "near-copy") == 1.0
    assert share(declared, "identical-match") == 1.0
    assert (undeclared.exit_code, declared.exit_code) == (10, 10)
