"""No value of a record in anything that is written or printed, whatever happens (DESIGN 9).

Every cell of the tables here is a canary (`tests.canaries`). Every command runs on them, in good
order, on bad input and through crashes that quote cells; every byte that comes out is searched.
"""

import base64
import json
import re
import shutil
import traceback
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

import audit
from audit.harness.registry import BUILTIN
from tests.canaries import (
    LEADING,
    TOKEN,
    YEAR,
    found,
    found_in_folder,
    people,
    readable,
)
from tests.command import FEW, Answer, call

N = 80
SIDES = ("real", "synthetic", "holdout")
QUICK = (*FEW, "--controls", "off", "--only", "identical-match,value-replay", "--format", "json")
TEXT = f"{TOKEN}00042"
"""A cell as a crash would quote it."""

PROJECT = """\
schema: synthgate.project/v1
release: {name: canaries, real: real.csv, synthetic: synthetic.csv, holdout: holdout.csv}
unit_of_privacy: patient
split: {how: random, unit: patient, stated_by: "a steward"}
columns:
  mail: {role: direct_identifier}
  account: {role: direct_identifier}
  label: {role: [quasi_identifier, sensitive]}
  amount: {role: sensitive}
"""


def trio() -> dict[str, pd.DataFrame]:
    """Return three tables of canaries; the release holds a third of the real people."""
    tables = {side: people(N, first=1000 * i) for i, side in enumerate(SIDES)}
    tables["synthetic"].iloc[: N // 3] = tables["real"].iloc[: N // 3]
    return tables


def write(folder: Path, tables: dict[str, pd.DataFrame]) -> Path:
    """Write tables as CSV, and the project that names them."""
    folder.mkdir(parents=True, exist_ok=True)
    for side, table in tables.items():
        table.to_csv(folder / f"{side}.csv", index=False)
    (folder / "audit.yaml").write_text(PROJECT)
    return folder


def flags(folder: Path, *sides: str) -> tuple[object, ...]:
    return tuple(w for s in sides for w in (f"--{s}", folder / f"{s}.csv"))


# --- the search itself ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "form",
    [
        TOKEN,
        TOKEN.lower(),
        TOKEN[::-1],
        TOKEN.encode().hex(),
        TOKEN.encode("utf-16-le").decode("latin-1"),
        *(base64.b64encode(b"." * k + TOKEN.encode() + b"..").decode() for k in range(3)),
        repr(LEADING * 1e9 + 0.137),
        *(f"{LEADING * 1e9 + 0.137:.{digits}g}" for digits in range(6, 18)),
        f"{LEADING * 1e9:,.2f}",
        f"{LEADING:.4%}",
        f"{LEADING * 1e9:,.0f}".replace(",", "\u202f"),
        f"{YEAR}-05-07",
        f"7 May {YEAR}",
        f"{YEAR}0507",
        f"{int(pd.Timestamp(f'{YEAR}-05-07').timestamp() * 1e6)}",
        "data:image/svg+xml;base64," + base64.b64encode(f"<text>{TOKEN}</text>".encode()).decode(),
    ],
)
def test_the_search_knows_every_form_of_a_cell(form: str) -> None:
    assert found(f"x {form} y".encode())


def test_the_search_finds_every_cell_of_every_record() -> None:
    for _, row in people(3).drop(columns=["age", "sex"]).iterrows():
        for cell in row:
            assert found(str(cell).encode()), cell


def test_the_search_finds_nothing_where_nothing_is() -> None:
    assert found(b'{"value": 0.731, "seed": 731905, "year": "1903.5", "n": 1903}') == []


# --- in good order -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("canaries"), trio())


@pytest.fixture(scope="module")
def whole(tables: Path) -> tuple[Answer, Path]:
    """Return the answer and the folder of an audit with everything, paper included."""
    out = tables / "whole"
    return call("run", tables / "audit.yaml", *FEW, "--out", out), out


def test_a_whole_audit_writes_and_prints_no_cell(whole: tuple[Answer, Path]) -> None:
    answer, out = whole
    assert answer.code == 10
    assert found(answer.printed) == []
    names = {path.name for path in out.iterdir()}
    assert {"run.json", "report.pdf", "report.html", "results.sarif", "next-steps.yaml"} <= names
    assert found_in_folder(out) == {}
    run = json.loads((out / "run.json").read_bytes())
    # All that could leak did run: a check that was skipped proves nothing.
    assert {result["status"] for result in run["results"]} == {"measured"}
    assert run["controls"]


def test_the_pdf_was_searched_and_not_only_opened(whole: tuple[Answer, Path]) -> None:
    text = readable((whole[1] / "report.pdf").read_bytes())
    assert '"schema":"synthgate.run/v1"' in text  # the attached run
    assert "Criteria not met" in text or shutil.which("pdftotext") is None


@pytest.mark.parametrize(
    "words",
    [
        ("run", "{csv}/audit.yaml", *QUICK, "--out", "{tmp}/out", "--json"),
        ("measure", "{csv}/audit.yaml", *QUICK[:-2], "--out", "{tmp}/out", "--json"),
        ("preflight", "{csv}/audit.yaml"),
        ("preflight", "{csv}/audit.yaml", "--json"),
        ("grade", "{whole}", "--policy", "internal-sharing", "--context", "internal", "--json"),
        ("grade", "{whole}", "--out", "{tmp}/out", "--format", "md,junit,sarif,json"),
        ("render", "{whole}", "--out", "{tmp}/out", "--format", "html,md"),
        ("init", "{csv}/real.csv", "--synthetic", "{csv}/synthetic.csv", "--out", "{tmp}/new.yaml"),
        ("explain", "value-replay"),
    ],
    ids=lambda words: "-".join(w for w in words[:1]) if isinstance(words, tuple) else str(words),
)
def test_no_command_writes_or_prints_a_cell(
    tables: Path, whole: tuple[Answer, Path], tmp_path: Path, words: tuple[object, ...]
) -> None:
    places = {"csv": tables, "tmp": tmp_path, "whole": whole[1]}
    answer = call(*(str(word).format(**places) for word in words))
    assert answer.code in (0, 10)
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path) == {}


def test_two_bare_files_give_no_cell_away(tables: Path, tmp_path: Path) -> None:
    answer = call(
        "run", *flags(tables, "real", "synthetic"), *FEW, "--out", tmp_path / "out",
        "--format", "html,md,junit,sarif",
    )  # fmt: skip
    assert answer.code == 10
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}


def test_what_is_held_in_memory_shows_no_cell() -> None:
    from audit.contract.lab import Lab
    from audit.data.release import release_from_frames

    tables = trio()
    release = release_from_frames(**tables, project=audit.Project(unit="patient"))
    lab = Lab(release, seed=1)
    lab.keep("numbers", lambda: tables["real"]["amount"].to_numpy())
    for thing in (release, release.real, release.profiles, lab, lab.scale):
        assert found(repr(thing).encode()) == [], type(thing)


# --- crashes -------------------------------------------------------------------------------------


def quoting(*_: object, **__: object) -> object:
    """Crash as a library would, quoting cells."""
    raise ValueError(f"could not convert {TEXT!r} to float: {people(3).to_string()}")


def test_a_check_that_crashes_tells_type_and_place_only(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for check in BUILTIN:
        monkeypatch.setattr(check, "run", quoting)
    answer = call(
        "run", tables / "audit.yaml", *FEW, "--out", tmp_path / "out",
        "--format", "html,md,junit,sarif",
    )  # fmt: skip
    assert answer.code == 11
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    results = json.loads((tmp_path / "out" / "run.json").read_bytes())["results"]
    assert len(results) == len(BUILTIN)
    for result in results:
        assert result["status"] == "failed"
        assert result["reason_code"] == "check_failed"
        assert result["measurements"] == []
        assert re.fullmatch(r"ValueError at [a-z_]+\.py:\d+", result["failure"])


def test_a_crash_deep_in_shared_work_fails_the_checks_that_need_it(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.contract.lab.nearest", quoting)
    monkeypatch.setattr("audit.contract.targeted.fit_excess", quoting)
    answer = call("run", tables / "audit.yaml", *FEW, "--out", tmp_path / "out", "--format", "md")
    assert answer.code == 10  # copies need no neighbours
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    results = json.loads((tmp_path / "out" / "run.json").read_bytes())["results"]
    status = {result["check"]["id"]: result["status"] for result in results}
    assert status["linkability"] == "failed"
    assert status["identical-match"] == "measured"


def test_a_crash_in_a_planted_control_ends_no_audit(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("audit.harness.controls.full_copy", lambda lab: lab)
    monkeypatch.setattr("audit.harness.measure.noticed", quoting)
    answer = call("run", tables / "audit.yaml", *FEW, "--out", tmp_path / "out", "--format", "md")
    assert answer.code == 10
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    # What could not be shown to notice a leak is not taken to notice one.
    controls = json.loads((tmp_path / "out" / "run.json").read_bytes())["controls"]
    assert controls
    assert not any(control["able"] for control in controls)


@pytest.mark.parametrize(
    "where",
    [
        "audit.data.release.read_columns",
        "audit.data.reading.code_jointly",
        "audit.data.csv_file.sheet_of",
        "audit.harness.preflight.blind_scores",
        "audit.harness.measure.derived_seed",
        "audit.policy.grade.trust_of",
        "audit.report.html.to_html",
    ],
)
def test_a_crash_anywhere_else_ends_the_run_without_a_word_of_the_data(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    monkeypatch.setattr(where, quoting)
    answer = call("run", tables / "audit.yaml", *QUICK[:-1], "html", "--out", tmp_path / "out")
    assert answer.code == 1
    assert b"internal error: ValueError at audit/" in answer.err
    assert b"Traceback" not in answer.printed
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    assert not (tmp_path / "out" / "verdict.json").exists()


# --- bad input -----------------------------------------------------------------------------------

Spoil = Callable[[Path, dict[str, pd.DataFrame]], tuple[object, ...] | None]
"""Spoils a folder of tables; returns the words of the command, or None for `run audit.yaml`."""
BAD: dict[str, Spoil] = {}


def bad(spoil: Spoil) -> Spoil:
    BAD[spoil.__name__] = spoil
    return spoil


def in_bytes(folder: Path, side: str, change: Callable[[bytes], bytes]) -> None:
    path = folder / f"{side}.csv"
    path.write_bytes(change(path.read_bytes()))


def in_line(number: int, change: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    def changed(data: bytes) -> bytes:
        lines = data.split(b"\n")
        lines[number] = change(lines[number])
        return b"\n".join(lines)

    return changed


def rewrite(folder: Path, side: str, table: pd.DataFrame) -> None:
    table.to_csv(folder / f"{side}.csv", index=False)


def declare(folder: Path, line: str) -> None:
    with (folder / "audit.yaml").open("a") as project:
        project.write(f"  {line}\n")


@bad
def a_record_is_too_long(folder, tables):
    in_bytes(folder, "real", in_line(7, lambda line: line + b"," + TOKEN.encode()))


@bad
def a_record_is_too_short(folder, tables):
    in_bytes(folder, "synthetic", in_line(7, lambda line: line.rpartition(b",")[0]))


@bad
def a_quote_is_left_open(folder, tables):
    in_bytes(folder, "real", in_line(9, lambda line: b'"' + line))


@bad
def text_after_a_quote(folder, tables):
    in_bytes(folder, "real", in_line(9, lambda line: b'"' + line[:6] + b'"' + line[6:]))


@bad
def a_nul_in_a_cell(folder, tables):
    in_bytes(folder, "holdout", in_line(5, lambda line: b"\0" + line))


@bad
def latin_1(folder, tables):
    in_bytes(folder, "real", in_line(5, lambda line: line.replace(b"ward", b"w\xe4rd")))


@bad
def utf_16(folder, tables):
    in_bytes(folder, "real", lambda data: data.decode().encode("utf-16"))


@bad
def semicolons(folder, tables):
    in_bytes(folder, "real", lambda data: data.replace(b",", b";"))


@bad
def one_row(folder, tables):
    in_bytes(folder, "real", lambda data: b"\n".join(data.split(b"\n")[:2]) + b"\n")


@bad
def the_real_table_lacks_its_header(folder, tables):
    in_bytes(folder, "real", lambda data: data.partition(b"\n")[2])


@bad
def no_table_has_its_header(folder, tables):
    for side in SIDES:
        in_bytes(folder, side, lambda data: data.partition(b"\n")[2])
    return ("run", *flags(folder, *SIDES), *QUICK)


@bad
def tables_of_labels_lack_their_header(folder, tables):
    rng = np.random.default_rng(5)
    for side in SIDES:
        labels = {f"c{j}": [f"{TOKEN}{k}" for k in rng.integers(0, 3, N)] for j in range(6)}
        pd.DataFrame(labels).to_csv(folder / f"{side}.csv", index=False, header=False)
    return ("run", *flags(folder, *SIDES), *QUICK)


@bad
def a_huge_cell(folder, tables):
    tables["real"].loc[3, "note"] = TOKEN * 40_000
    rewrite(folder, "real", tables["real"])


@bad
def words_among_numbers(folder, tables):
    amount = tables["synthetic"]["amount"].astype(object)
    amount[:9] = f"{TOKEN}x"
    rewrite(folder, "synthetic", tables["synthetic"].assign(amount=amount))


@bad
def words_among_dates(folder, tables):
    born = tables["synthetic"]["born"].dt.strftime("%Y-%m-%d").where(np.arange(N) > 9, f"{TOKEN}x")
    rewrite(folder, "synthetic", tables["synthetic"].assign(born=born))


@bad
def decimal_commas(folder, tables):
    for side in SIDES:
        amount = tables[side]["amount"].map("{:.3f}".format).str.replace(".", ",")
        rewrite(folder, side, tables[side].assign(amount=amount))


@bad
def mixed_time_zones(folder, tables):
    for side in SIDES:
        born = tables[side]["born"].dt.strftime("%Y-%m-%dT%H:%M:%S")
        born = born.where(np.arange(N) > 9, born + "+02:00")
        rewrite(folder, side, tables[side].assign(born=born))


@bad
def nobody_is_named(folder, tables):
    rewrite(folder, "real", tables["real"].assign(patient=None))


@bad
def a_person_is_not_named(folder, tables):
    tables["real"].loc[4, "patient"] = None
    rewrite(folder, "real", tables["real"])


@bad
def the_holdout_is_the_real_table(folder, tables):
    rewrite(folder, "holdout", tables["real"])


@bad
def a_column_is_missing(folder, tables):
    rewrite(folder, "holdout", tables["holdout"].drop(columns="label"))


@bad
def a_wrong_kind(folder, tables):
    for line in (
        "note: {kind: integer}",
        "born: {kind: continuous}",
        "code: {kind: boolean}",
        "share: {kind: integer}",
        "patient: {kind: constant}",
    ):
        declare(folder, line)


@bad
def a_wrong_order(folder, tables):
    text = (folder / "audit.yaml").read_text()
    order = f"label: {{order: [{TOKEN}label0, {TOKEN}label1]}}"
    (folder / "audit.yaml").write_text(re.sub("label: {.*}", order, text))


@bad
def an_order_that_is_no_order(folder, tables):
    text = (folder / "audit.yaml").read_text()
    order = f"label: {{kind: categorical, order: [{TOKEN}label0, {TOKEN}label0]}}"
    (folder / "audit.yaml").write_text(re.sub("label: {.*}", order, text))


@bad
def a_wrong_date_format(folder, tables):
    declare(folder, f'born: {{datetime_format: "%d{TOKEN}%Y"}}')


@bad
def words_of_the_project_file(folder, tables):
    declare(folder, f"age: {{kind: {TOKEN}, role: {TOKEN}, alias: [{TOKEN}]}}")
    declare(folder, f"sex: {TOKEN}")


@bad
def a_project_file_that_is_no_yaml(folder, tables):
    declare(folder, f"age: {{kind: [{TOKEN}")


@bad
def a_project_file_with_an_alias_and_a_tag(folder, tables):
    declare(folder, f"age: !!python/{TOKEN} *{TOKEN}")


@bad
def metadata_that_is_no_json(folder, tables):
    (folder / "metadata.json").write_text(f'{{"columns": {{"{TOKEN}": ')
    return ("run", folder / "audit.yaml", "--metadata", folder / "metadata.json", *QUICK)


@bad
def metadata_of_another_shape(folder, tables):
    columns = {"age": {"sdtype": TOKEN, "regex_format": TOKEN}, "sex": TOKEN}
    (folder / "metadata.json").write_text(json.dumps({"columns": columns, "primary_key": [TOKEN]}))
    return ("run", folder / "audit.yaml", "--metadata", folder / "metadata.json", *QUICK)


@bad
def an_address_with_a_password(folder, tables):
    address = f"postgresql://auditor:{TOKEN}@db.example.org/real"
    return ("run", "--real", address, *flags(folder, "synthetic"), *QUICK)


@bad
def a_policy_of_nonsense(folder, tables):
    (folder / "policy.yaml").write_text(
        f"schema: synthgate.policy/v1\nid: {TOKEN}\nversion: {TOKEN}\nrules: [{{id: {TOKEN}}}]\n"
    )
    return ("run", folder / "audit.yaml", "--policy", folder / "policy.yaml", *QUICK)


@bad
def a_key_that_is_too_short(folder, tables):
    (folder / "key").write_text(TOKEN)
    return ("run", folder / "audit.yaml", "--digest-key", folder / "key", *QUICK)


@bad
def a_run_of_nonsense(folder, tables):
    out = folder / "stored"
    out.mkdir()
    (out / "run.json").write_text(
        json.dumps({"schema": "synthgate.run/v1", "results": TOKEN, "release": {"name": [TOKEN]}})
    )
    return ("grade", out)


def in_parquet(change: Callable[[dict[str, pa.Table]], None]) -> Spoil:
    def spoil(folder, tables):
        made = {side: pa.Table.from_pandas(tables[side], preserve_index=False) for side in SIDES}
        change(made)
        for side, table in made.items():
            parquet.write_table(table, folder / f"{side}.csv")

    return spoil


def _lists(made: dict[str, pa.Table]) -> None:
    cells = pa.array([[f"{TOKEN}{i}"] for i in range(N)])
    made["real"] = made["real"].set_column(0, "patient", cells)


def _bytes(made: dict[str, pa.Table]) -> None:
    cells = pa.array([f"{TOKEN}{i}".encode() + b"\xff" for i in range(N)], pa.binary())
    made["synthetic"] = made["synthetic"].set_column(2, "note", cells)


def _decimals(made: dict[str, pa.Table]) -> None:
    cells = pa.array([f"{TOKEN}{i}" for i in range(N)])
    made["holdout"] = made["holdout"].set_column(3, "amount", cells)


BAD["lists"] = in_parquet(_lists)
BAD["bytes"] = in_parquet(_bytes)
BAD["numbers that are words"] = in_parquet(_decimals)


@bad
def a_parquet_file_cut_short(folder, tables):
    parquet.write_table(pa.Table.from_pandas(tables["real"]), folder / "real.csv")
    in_bytes(folder, "real", lambda data: data[: len(data) // 2])


@bad
def a_parquet_file_with_a_broken_page(folder, tables):
    table = pa.Table.from_pandas(tables["real"])
    parquet.write_table(table, folder / "real.csv", compression="none", use_dictionary=False)
    in_bytes(folder, "real", lambda data: data.replace(b"ZQ7XV9000", b"\xff\xfe\xff\xfe\xff0000"))


@bad
def a_workbook(folder, tables):
    (folder / "real.csv").write_bytes(b"PK\x03\x04" + TOKEN.encode())


@pytest.mark.parametrize("name", list(BAD))
def test_no_refusal_quotes_a_cell(tmp_path: Path, name: str) -> None:
    tables = trio()
    folder = write(tmp_path / "in", tables)
    words = BAD[name](folder, tables) or ("run", folder / "audit.yaml", *QUICK)
    out = () if words[0] == "grade" else ("--out", tmp_path / "out")
    answer = call(*words, *out)
    assert answer.code in (2, 3), answer.text
    assert len(answer.err.strip()) > len("synthgate: ")
    assert found(answer.printed) == []
    if (tmp_path / "out").exists():
        assert found_in_folder(tmp_path / "out") == {}
        assert not (tmp_path / "out" / "verdict.json").exists()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t.assign(amount=t["amount"].astype(object).where(t.index > 9, f"{TOKEN}x")),
        lambda t: t.assign(note=[[TOKEN]] * len(t)),
        lambda t: t.assign(note=[{TOKEN: 7319042.137}] * len(t)),
        lambda t: t.assign(patient=None),
        lambda t: t.iloc[:1],
        lambda t: pd.concat([t, t], axis=1),
    ],
    ids=["words", "lists", "mappings", "unnamed", "one row", "twice"],
)
def test_what_python_is_told_of_a_bad_frame_quotes_no_cell(
    spoil: Callable[[pd.DataFrame], pd.DataFrame],
) -> None:
    tables = trio()
    tables["synthetic"] = spoil(tables["synthetic"])
    tables["real"] = spoil(tables["real"]) if "label" not in tables["synthetic"] else tables["real"]
    with pytest.raises(audit.AuditError) as caught:
        audit.audit(**{**tables, "real": spoil(tables["real"])}, unit="patient", controls=False)
    told = "".join(traceback.format_exception(caught.value))
    assert found(told.encode()) == []
