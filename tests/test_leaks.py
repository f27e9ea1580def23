"""No value of a record in anything that is written or printed, whatever happens (DESIGN 9).

Every cell of the tables here is a canary (`tests.canaries`). Every command runs on them, in good
order, on bad input and through crashes that quote cells; every byte that comes out is searched.
"""

import base64
import csv
import html
import json
import re
import shutil
import traceback
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import tinyhtml5
from pyarrow import parquet

import audit
from audit.facts.project import ColumnPlan
from audit.harness.registry import BUILTIN
from audit.wire.strict_yaml import load_yaml
from tests.canaries import (
    LEADING,
    TOKEN,
    YEAR,
    digests,
    found,
    found_in_folder,
    people,
    readable,
)
from tests.command import FEW, LESS, Answer, call

N = 80
SIDES = ("real", "synthetic", "holdout")
QUICK = (*FEW, "--controls", "off", "--only", "identical-match,value-replay", "--format", "json")
BOTH = ("--edition", "internal,external")
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
        TOKEN.encode("utf-16-be").decode("latin-1"),
        "".join(f"%{ord(c):02x}" for c in TOKEN),
        "".join(f"\\u{ord(c):04X}" for c in TOKEN),
        "".join(f"&#{ord(c)};" for c in TOKEN),
        html.escape(f"<{TOKEN}&>"),
        json.dumps(f'"{TOKEN}\n"'),
        repr(f"'{TOKEN}'"),
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
    return call("run", tables / "audit.yaml", *FEW, *BOTH, "--out", out), out


def test_a_whole_audit_writes_and_prints_no_cell(whole: tuple[Answer, Path]) -> None:
    answer, out = whole
    assert answer.code == 10
    assert found(answer.printed) == []
    names = {path.name for path in out.iterdir()}
    assert {"run.json", "report.pdf", "report.html", "results.sarif", "next-steps.yaml"} <= names
    assert {path.name for path in (out / "external").iterdir()} == {
        "report.pdf", "report.html", "verdict.json",
    }  # fmt: skip
    assert found_in_folder(out) == {}
    run = json.loads((out / "run.json").read_bytes())
    # All that could leak did run: a check that was skipped proves nothing.
    assert {result["status"] for result in run["results"]} == {"measured"}
    assert run["controls"]


def test_no_digest_of_a_cell_is_written(whole: tuple[Answer, Path]) -> None:
    hashed = digests(trio().values())
    assert len(hashed) > 5_000
    for path in sorted(p for p in whole[1].rglob("*") if p.is_file()):
        text = readable(path.read_bytes()).casefold()
        hexadecimal = {m.group()[:16] for m in re.finditer(r"[0-9a-f]{16,}", text)}
        assert hexadecimal.isdisjoint(hashed), path.name


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
        ("diff", "{whole}", "{whole}", "--json"),
        ("diff", "{whole}", "{whole}", "--format", "md"),
        ("init", "{csv}/real.csv", "--synthetic", "{csv}/synthetic.csv", "--out", "{tmp}/new.yaml"),
        ("explain", "value-replay"),
        ("verify", "{whole}", "--rendered"),
        ("verify", "{whole}", "--synthetic", "{csv}/synthetic.csv", "--json"),
        ("keygen", "--out", "{tmp}/key"),
        ("policy", "diff", "{whole}", "internal-sharing"),
        ("policy", "validity", "{whole}", "--graded", "2026-11-01", "--on", "2026-11-02"),
    ],
    ids=lambda words: "-".join(w for w in words[:1]) if isinstance(words, tuple) else str(words),
)
def test_no_command_writes_or_prints_a_cell(
    tables: Path, whole: tuple[Answer, Path], tmp_path: Path, words: tuple[object, ...]
) -> None:
    places = {"csv": tables, "tmp": tmp_path, "whole": whole[1]}
    answer = call(*(str(word).format(**places) for word in words))
    assert answer.code in (0, 3, 10)  # 3: the preflight tells that the holdout is another's
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path) == {}


def test_the_evidence_about_single_people_holds_no_cell(tables: Path, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    answer = call(
        "run", tables / "audit.yaml", *FEW, "--controls", "off", "--only", "membership-worst-case",
        "--format", "html,md,junit,sarif", "--out", tmp_path / "out", "--people", people,
    )  # fmt: skip
    assert answer.code == 11
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path) == {}
    lines = people.read_text().splitlines()
    # Row numbers, classes, p-values and a word: nothing else fits into a line.
    assert len(lines) == N + 1
    assert all(re.fullmatch(r"\d+,\d+,(?:1|0\.\d+),(?:yes|no)", line) for line in lines[1:])
    for file in (tmp_path / "out").iterdir():
        assert lines[0].encode() not in file.read_bytes()


def test_a_reference_and_groups_give_no_cell_away(tables: Path, tmp_path: Path) -> None:
    people(N, first=9_000).to_csv(tmp_path / "reference.csv", index=False)
    # Levels and bounds may be cells; what is declared stands in this file alone.
    (tmp_path / "audit.yaml").write_text(
        PROJECT.replace(": real.csv", f": {tables}/real.csv")
        .replace(": synthetic.csv", f": {tables}/synthetic.csv")
        .replace(": holdout.csv", f": {tables}/holdout.csv")
        + f"groups: {{some: {{label: {TOKEN}label1}}, late: {{born: {{from: {YEAR}-06-01}}}}}}\n"
    )
    worst = "attribute-inference-worst-case,membership-worst-case"
    answer = call(
        "run", tmp_path / "audit.yaml", *FEW, "--controls", "off", "--only", worst,
        "--reference", tmp_path / "reference.csv", "--format", "html,md,junit,sarif",
        "--out", tmp_path / "out",
    )  # fmt: skip
    assert answer.code in (10, 11)
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    run = json.loads((tmp_path / "out" / "run.json").read_bytes())
    assert "reference" in run["provenance"]["inputs"]
    assert {"groups", "reference"} <= {fact["id"] for fact in run["preflight"]}


def test_two_bare_files_give_no_cell_away(tables: Path, tmp_path: Path) -> None:
    answer = call(
        "run", *flags(tables, "real", "synthetic"), *FEW, *BOTH, "--out", tmp_path / "out",
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
    monkeypatch.setattr("audit.harness.controls.trying.noticed", quoting)
    answer = call("run", tables / "audit.yaml", *FEW, "--out", tmp_path / "out", "--format", "md")
    assert answer.code == 10
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    # Of a check that crashed there nothing is said: neither that it notices, nor that it does not.
    controls = json.loads((tmp_path / "out" / "run.json").read_bytes())["controls"]
    assert "full_copy" not in {control["plan"] for control in controls}


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


def _words(made: dict[str, pa.Table]) -> None:
    cells = pa.array([f"{TOKEN}{i}" for i in range(N)])
    made["synthetic"] = made["synthetic"].set_column(3, "amount", cells)


BAD["lists"] = in_parquet(_lists)
BAD["bytes"] = in_parquet(_bytes)
BAD["numbers that are words"] = in_parquet(_words)


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


SPOILT_FRAMES: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "words": lambda t: t.assign(amount=t["amount"].astype(object).where(t.index > 9, f"{TOKEN}x")),
    "lists": lambda t: t.assign(note=[[TOKEN]] * len(t)),
    "mappings": lambda t: t.assign(note=[{TOKEN: LEADING}] * len(t)),
    "one row": lambda t: t.iloc[:1],
    "twice": lambda t: pd.concat([t, t], axis=1),
}


@pytest.mark.parametrize("name", list(SPOILT_FRAMES))
def test_what_python_is_told_of_a_bad_frame_quotes_no_cell(name: str) -> None:
    tables = trio()
    spoilt = {**tables, "synthetic": SPOILT_FRAMES[name](tables["synthetic"])}
    with pytest.raises(audit.AuditError) as caught:
        audit.audit(**spoilt, unit="patient", controls="off")
    assert found("".join(traceback.format_exception(caught.value)).encode()) == []


# --- hostile names -------------------------------------------------------------------------------

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg onload=alert(1)>",
    "{{7*7}}",
    "{% raw %}",
    "</style></head><b>",
    "]]>",
    "<!--",
    "javascript:alert(1)",
    "[/]",
    "\x1b]8;;http://evil.example\x07click",
    "\x1b[31mred",
    "\u202egnp.exe",
    "::set-output name=verdict::met",
    "::error::stop",
    "=cmd|'/C calc'!A0",
    "+1+cmd",
    "@SUM(A1:A9)",
    "![x](http://evil.example/x.png)",
    "[x](javascript:alert(1))",
    "../../etc/passwd",
    "C:\\con",
    "a | b\nc",
    "$(touch pwned)`id`",
    "*bold* _it_ ~~gone~~ @everyone #1",
    "&lt;already&gt;",
    "e\u0301te\u0301",
    "x" * 900,
)
"""A column name is chosen by whoever supplies a table."""


def named(names: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    """Return a release whose columns have these names, and one of which is an identifier."""
    tables = {}
    for i, side in enumerate(SIDES):
        rng = np.random.default_rng(i)
        cells = {name: rng.integers(0, 4 + j, N) for j, name in enumerate(names)}
        tables[side] = pd.DataFrame({**cells, "key": [f"k{i}-{row}" for row in range(N)]})
    tables["synthetic"].iloc[:20] = tables["real"].iloc[:20]
    return tables


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    folder, stem = tmp_path_factory.mktemp("hostile"), "::set-output name=a::<b>{{7*7}}"
    return _audited(folder, HOSTILE, stem, "html", "pdf", "md", "junit", "sarif")


@pytest.fixture(scope="module")
def harmless(tmp_path_factory: pytest.TempPathFactory) -> tuple[Answer, Path]:
    names = tuple(f"column {i:02}" for i in range(len(HOSTILE)))
    return _audited(tmp_path_factory.mktemp("harmless"), names, "real", "html")


def _audited(folder: Path, names: tuple[str, ...], stem: str, *formats: str) -> tuple[Answer, Path]:
    words: list[object] = []
    for side, table in named(names).items():
        path = folder / f"{stem}-{side}.parquet"
        parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), path)
        words += [f"--{side}", path]
    out = folder / "out"
    settings = ("--controls", "off", "--seed", "7", "--format", ",".join(formats))
    return call("run", *words, *FEW, *settings, "--out", out), out


def elements(page: bytes) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return how often each element with each set of attributes stands on a page."""
    tree = tinyhtml5.parse(page.decode(), namespace_html_elements=False)
    return Counter((str(e.tag), tuple(sorted(map(str, e.attrib)))) for e in tree.iter())


def test_hostile_names_change_no_element_of_the_page(
    hostile: tuple[Answer, Path], harmless: tuple[Answer, Path]
) -> None:
    assert (hostile[0].code, harmless[0].code) == (10, 10)
    made, plain = (elements((r[1] / "report.html").read_bytes()) for r in (hostile, harmless))
    assert set(made) == set(plain)
    assert not any(a.startswith("on") for _, names in made for a in names)
    page = (hostile[1] / "report.html").read_text()
    assert "{{7*7}}" in page
    assert "&lt;script&gt;alert(1)" in page
    assert re.findall(r'(?:href|src|action)\s*=\s*"(?!#|data:)[^"]*"', page) == []
    assert re.findall(r"url\((?!\s*[\"']?data:)", page) == []


def test_hostile_names_are_inert_wherever_they_are_written(hostile: tuple[Answer, Path]) -> None:
    answer, out = hostile
    marks = "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
    for name, content in {"screen": answer.printed, **_files(out)}.items():
        text = content.decode()
        assert not any(line.lstrip().startswith("::") for line in text.splitlines()), name
        assert not re.search("[\x00-\x08\x0b-\x1f]", text), name
        # The facts hold a name as it is, inside a JSON string; everything else is for people.
        if name not in ("run.json", "verdict.json"):
            assert not re.search(marks, text), name
            assert "<script>" not in text or name in ("next-steps.yaml", "columns.csv"), name


def test_every_file_with_hostile_names_is_still_what_it_claims_to_be(
    hostile: tuple[Answer, Path],
) -> None:
    files = _files(hostile[1])
    for name in ("run.json", "verdict.json", "execution.json", "results.sarif", "manifest.json"):
        json.loads(files[name])
    suite = ElementTree.fromstring(files["junit.xml"])
    assert suite.tag == "testsuites"
    steps = load_yaml(files["next-steps.yaml"], "next-steps.yaml").tree
    assert isinstance(steps, dict)
    assert set(steps["columns"]) <= {*HOSTILE, "key"}
    summary = files["summary.md"].decode()
    assert not re.search(r"(?<!\\)[<\[*`]", re.sub(r"^[#|>*].*?$|\*\*", "", summary, flags=re.M))


def test_no_cell_of_the_exported_table_is_a_formula(hostile: tuple[Answer, Path]) -> None:
    text = (hostile[1] / "columns.csv").read_text()
    cells = [cell for row in csv.reader(text.splitlines()) for cell in row]
    assert len(cells) > len(HOSTILE)
    numbers = re.compile(r"-?\d+(\.\d+)?(e-?\d+)?")
    commands = [c for c in cells if c.lstrip()[:1] in tuple("=+-@\t\r＝＋－＠") and c.strip()]
    assert [c for c in commands if not numbers.fullmatch(c)] == []


def test_names_are_told_from_one_another_in_the_facts(hostile: tuple[Answer, Path]) -> None:
    run = json.loads((hostile[1] / "run.json").read_bytes())
    assert {c["name"] for c in run["release"]["columns"]} == {*HOSTILE, "key"}


@pytest.mark.parametrize("command", ["preflight", "measure"])
def test_no_command_shows_a_hostile_name_as_it_is(
    tmp_path: Path, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for side, table in named(HOSTILE).items():
        parquet.write_table(pa.Table.from_pandas(table, preserve_index=False), f"::x{side}")
    out = () if command == "preflight" else ("--out", "\x1b[31m::out", *FEW, "--controls", "off")
    answer = call(command, *(w for s in SIDES for w in (f"--{s}", f"::x{s}")), *out)
    assert answer.code == 0
    text = answer.printed.decode()
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def _files(folder: Path) -> dict[str, bytes]:
    """Return the files that are text."""
    return {p.name: p.read_bytes() for p in folder.iterdir() if p.suffix != ".pdf"}


# --- aliases -------------------------------------------------------------------------------------

ALIASED = {
    "patient": "C1",
    "mail": "C2",
    "amount": "C3",
    "label": "C4",
    "note": "C5",
    "born": "C6",
    "ward": "C7",
    "extra": "C8",
}


@pytest.mark.parametrize("crash", [False, True])
def test_a_name_with_an_alias_is_nowhere_in_the_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, crash: bool
) -> None:
    """In order and through a crash; names here are long enough to be told from words."""
    secret = {name: f"Sekret{name}Name" for name in ALIASED}
    tables = {
        s: t.assign(ward="w", extra=range(N)).rename(columns=secret) for s, t in trio().items()
    }
    tables["synthetic"] = tables["synthetic"].drop(columns=secret["extra"])
    columns = "".join(f"  {secret[n]}: {{alias: {a}}}\n" for n, a in ALIASED.items())
    folder = write(tmp_path / "in", tables)
    (folder / "audit.yaml").write_text(
        re.sub("columns:\n.*", "", PROJECT, flags=re.S).replace("patient", secret["patient"])
        + "columns:\n" + columns.replace("alias: C4", "role: [sensitive], alias: C4")
    )  # fmt: skip
    if crash:
        monkeypatch.setattr("audit.contract.lab.nearest", quoting)
    out, formats = tmp_path / "out", "html,md,junit,sarif"
    answer = call("run", folder / "audit.yaml", *FEW, "--format", formats, "--out", out)
    assert answer.code == 10
    assert "Sekret" not in answer.text
    for path in out.iterdir():
        text = readable(path.read_bytes())
        assert "sekret" not in text.casefold(), path.name
        assert TOKEN not in text, path.name
    run = json.loads((out / "run.json").read_bytes())
    assert {*ALIASED.values()} - {"C8"} <= {c["name"] for c in run["release"]["columns"]}
    assert "C8" in (out / "run.json").read_text()


def test_an_alias_renames_columns_and_no_other_word(tmp_path: Path) -> None:
    """Columns may be called as a scope is: `worst`, `all`, `1`; only the column is renamed."""
    names = {"age": "worst", "sex": "all", "share": "1", "label": "k"}
    tables = {side: table.rename(columns=names) for side, table in trio().items()}
    plans = {name: ColumnPlan(alias=f"C{i}") for i, name in enumerate(names.values())}
    project = audit.Project(columns=plans, parameters=LESS)
    assessment = audit.audit(**tables, unit="patient", project=project, controls="off", jobs=1)
    scopes = [dict(m.scope) for r in assessment.run.results for m in r.measurements]
    assert {"k": "1", "over": "worst"} in scopes
    assert {"rows": "all"} in scopes
    secrets = {scope["secret"] for scope in scopes if "secret" in scope}
    assert {"C0", "C1", "C2", "C3"} <= secrets
    assert not {"worst", "all", "1", "k"} & secrets
