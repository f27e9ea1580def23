"""An audit of a database: what it writes and prints holds no cell, no password and no host."""

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pandas as pd
import pytest

from audit.data.digest import content_digest
from audit.data.named import read_named
from audit.wire.project import project_from_bytes
from tests.canaries import found, found_in_folder, people
from tests.command import FEW, Answer, call
from tests.postgresql import Server

N = 60
SIDES = ("real", "synthetic", "holdout")
QUICK = (*FEW, "--controls", "off", "--only", "identical-match,value-replay", "--format")
SECRETS = (b"hunter2", b"hunter%32", b"ada_login")


@pytest.fixture(scope="module")
def tables() -> dict[str, pd.DataFrame]:
    made = {side: people(N, first=1000 * i) for i, side in enumerate(SIDES)}
    made["synthetic"].iloc[: N // 3] = made["real"].iloc[: N // 3]
    return made


@pytest.fixture(scope="module")
def sqlite(tables: dict[str, pd.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("databases") / "people.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        for side, table in tables.items():
            written = table.assign(born=table["born"].dt.strftime("%Y-%m-%d"))
            names = ", ".join(written.columns)
            marks = ", ".join("?" * len(written.columns))
            connection.execute(f"CREATE TABLE {side} ({names})")
            rows = written.astype(object).values.tolist()
            connection.executemany(f"INSERT INTO {side} VALUES ({marks})", rows)
        connection.commit()
    return file


@pytest.fixture(scope="module")
def server_url(tables: dict[str, pd.DataFrame], postgresql: Server) -> str:
    """Return the address of a database of the same tables, with a login of its own."""
    import psycopg

    name = postgresql.new_database()
    types = {"O": "text", "f": "double precision", "i": "bigint", "M": "timestamp"}
    target = f"host={postgresql.socket} user=synthgate dbname={name}"
    with psycopg.connect(target) as connection:
        connection.execute("CREATE ROLE ada_login LOGIN")
        for side, table in tables.items():
            columns = ", ".join(f"{c} {types.get(t.kind, 'text')}" for c, t in table.dtypes.items())
            connection.execute(f"CREATE TABLE {side} ({columns})")
            with connection.cursor().copy(f"COPY {side} FROM STDIN") as copy:
                for row in table.itertuples(index=False):
                    copy.write_row(row)
        connection.execute("GRANT SELECT ON ALL TABLES IN SCHEMA public TO ada_login")
    return f"postgresql://ada_login:hunter2@/{name}?host={postgresql.socket}&password=hunter2"


def clean(answer: Answer, folder: Path, *secrets: bytes) -> None:
    """Nothing was printed or written that must not be."""
    assert found(answer.printed) == []
    assert found_in_folder(folder) == {}
    files = [path for path in folder.rglob("*") if path.is_file()]
    for content in (answer.printed, *(file.read_bytes() for file in files)):
        for secret in (*SECRETS, *secrets):
            assert secret not in content


def flags(url: str, *sides: str) -> tuple[str, ...]:
    return tuple(word for side in sides for word in (f"--{side}", f"{url}#table={side}"))


def test_an_audit_of_sqlite_says_what_an_audit_of_files_says(
    sqlite: Path, tables: dict[str, pd.DataFrame], tmp_path: Path
) -> None:
    for side, table in tables.items():
        table.to_csv(tmp_path / f"{side}.csv", index=False)
    of_files = tmp_path / "of-files"
    files = tuple(w for s in SIDES for w in (f"--{s}", tmp_path / f"{s}.csv"))
    assert call("run", *files, *QUICK, "json", "--out", of_files).code == 10
    out = tmp_path / "out"
    answer = call("run", *flags(f"sqlite:///{sqlite}", *SIDES), *QUICK, "html,md", "--out", out)
    assert answer.code == 10
    clean(answer, out, str(sqlite.parent).encode())
    ours, theirs = (json.loads((f / "run.json").read_bytes()) for f in (out, of_files))
    assert ours["results"] == theirs["results"]
    assert ours["provenance"]["seed"] == theirs["provenance"]["seed"]
    held = ours["provenance"]["inputs"]["synthetic"]
    assert held["digest_of"] == "content"
    assert "SHA-256 of the content" in (out / "report.html").read_text()
    assert "digest_of" not in theirs["provenance"]["inputs"]["synthetic"]
    sheet = read_named("synthetic", f"sqlite:///{sqlite}#table=synthetic", base=tmp_path).sheet
    assert held["digest"] == content_digest(sheet)


def test_an_audit_of_postgresql_leaves_no_password_and_no_cell(
    server_url: str, postgresql: Server, tmp_path: Path
) -> None:
    out, ledger = tmp_path / "out", tmp_path / "ledger.sqlite"
    words = (*flags(server_url, *SIDES), *QUICK, "html,md,junit,sarif,json", "--out", out)
    answer = call("run", *words, "--ledger", ledger)
    assert answer.code == 10
    clean(answer, tmp_path, str(postgresql.socket).encode())
    command = json.loads((out / "execution.json").read_bytes())["command"]
    assert "postgresql://…" in command
    for form in ("--json", "--check"):
        told = call("history", "--ledger", ledger, form)
        assert told.code == 0
        clean(told, tmp_path)
    seen = call("preflight", *flags(server_url, *SIDES))
    assert seen.code in (0, 3)
    clean(seen, tmp_path)


def test_a_ledger_on_a_server_leaves_no_password(server_url: str, tmp_path: Path) -> None:
    # The login may read the tables, and make none.
    answer = call(
        "run", *flags(server_url, "real", "synthetic"), *QUICK, "json", "--out", tmp_path / "out",
        "--ledger", server_url,
    )  # fmt: skip
    assert answer.code == 4
    assert "the login may not do that" in answer.text
    clean(answer, tmp_path)


def test_a_project_names_databases_in_words(sqlite: Path, server_url: str, tmp_path: Path) -> None:
    text = f"""\
schema: synthgate.project/v1
release:
  name: from-databases
  real: {{url: "{server_url}", table: real}}
  synthetic: "sqlite:///people.sqlite#table=synthetic"
  holdout:
    url: {server_url}
    query: SELECT * FROM holdout WHERE age > 0 AND note <> '# no comment'
"""
    project = project_from_bytes(text.encode())
    assert "hunter2" not in repr(project)
    assert project.holdout == (
        f"{server_url}#query=SELECT * FROM holdout WHERE age > 0 AND note <> '# no comment'"
    )
    # What a relative address starts from is the folder of the project file.
    (sqlite.parent / "audit.yaml").write_text(text)
    out = tmp_path / "out"
    answer = call("run", sqlite.parent / "audit.yaml", *QUICK, "md,json", "--out", out)
    assert answer.code == 10
    clean(answer, out)
    held = json.loads((out / "run.json").read_bytes())
    assert held["provenance"]["inputs"]["holdout"]["rows"] == N


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('{url: "sqlite:///a.db"}', "needs a table or a query, and not both"),
        ('{url: "sqlite:///a.db", table: a, query: SELECT 1}', "needs a table or a query"),
        ('{url: "a.db", table: a}', "release.real"),
        ('{url: "sqlite:///a.db#table=b", table: a}', "release.real"),
        ('{url: "postgresql://ada_login:hunter2@h/d", tabel: a}', "table"),
    ],
)
def test_a_database_is_declared_to_the_letter(tmp_path: Path, written: str, said: str) -> None:
    (tmp_path / "audit.yaml").write_text(
        f"schema: synthgate.project/v1\nrelease: {{real: {written}, synthetic: s.csv}}\n"
    )
    answer = call("run", tmp_path / "audit.yaml", "--out", tmp_path / "out")
    assert (answer.code, said in answer.text) == (3, True), answer.text
    assert b"hunter2" not in answer.printed


def test_a_draft_holds_no_password(server_url: str, tmp_path: Path) -> None:
    draft = tmp_path / "audit.yaml"
    answer = call("init", f"{server_url}#table=real", "--out", draft)
    assert answer.code == 0, answer.text
    assert found(answer.printed) == []
    text = draft.read_text()
    assert b"hunter2" not in answer.printed + text.encode()
    assert project_from_bytes(text.encode()).real == (
        f"postgresql://ada_login@/{server_url.partition('@/')[2].partition('&')[0]}#table=real"
    )


@pytest.mark.parametrize(
    "where",
    [
        "#table=nobody",
        "#query=SELECT mail::integer FROM real",
        "#query=SELECT note FROM real WHERE note = 'ZQ7XV9' OR",
        "#query=SELECT ARRAY[note] AS n, mail FROM real",
    ],
)
def test_no_refusal_quotes_a_database(server_url: str, tmp_path: Path, where: str) -> None:
    named = f"{server_url}{where}"
    answer = call("run", "--real", named, "--synthetic", named, "--out", tmp_path / "out")
    assert answer.code == 3
    clean(answer, tmp_path)


def test_a_database_within_the_output_folder_is_not_moved_away(
    sqlite: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "run.json").write_text("{}")
    (out / "people.sqlite").write_bytes(sqlite.read_bytes())
    words = flags(f"sqlite:///{out}/people.sqlite", "real", "synthetic")
    answer = call("run", *words, *QUICK, "json", "--out", out)
    assert (answer.code, "the input people.sqlite lies in out" in answer.text) == (2, True)


def test_tables_of_a_database_are_held_against_a_run(sqlite: Path, tmp_path: Path) -> None:
    out, key = tmp_path / "out", tmp_path / "key"
    key.write_text("a key of more than sixteen bytes")
    url = f"sqlite:///{sqlite}"
    words = (*flags(url, "real", "synthetic"), *QUICK, "json", "--out", out, "--digest-key", key)
    assert call("run", *words).code == 10
    same = call("verify", out, *flags(url, "real", "synthetic"), "--digest-key", key)
    assert same.code == 0, same.text
    clean(same, out)
    other = call("verify", out, "--synthetic", f"{url}#table=holdout")
    assert other.code == 5
    assert "the synthetic table is not the one that was audited" in other.text
    assert call("verify", out, "--synthetic", f"{url}#table=nobody").code == 3
