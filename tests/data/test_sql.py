"""Tables and queries of SQLite and PostgreSQL: read as a file would be, and nothing but read."""

import datetime as dt
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from audit.data.named import read_named
from audit.data.release import Release, read_release
from audit.data.sheet import Limits
from audit.database.address import absolute, selection_of, without_password
from audit.errors import DataError
from audit.facts.project import Project
from audit.facts.schema import Kind
from tests.canaries import found
from tests.postgresql import Server

CANARY = "ZQ7XV9"
PASSWORD = "hunter2ZQ7XV9"
CSV = "n,x,flag,word,born\n" + "".join(
    f"{i % 9},{i % 7 / 4},{'true' if i % 2 else 'false'},{'abc'[i % 3] if i % 5 else ''},"
    f"2001-02-{1 + i % 28:02d}\n"
    for i in range(60)
)


@dataclass(frozen=True)
class Database:
    """A database, and a way to write to it."""

    kind: str
    url: str
    execute: Callable[..., None]

    def table(self, name: str) -> str:
        return f"{self.url}#table={name}"

    def query(self, text: str) -> str:
        return f"{self.url}#query={text}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    if request.param == "sqlite":
        file = tmp_path / "people.sqlite"

        def in_file(*statements: str) -> None:
            with closing(sqlite3.connect(file)) as connection:
                for statement in statements:
                    connection.execute(statement)
                connection.commit()

        in_file("CREATE TABLE made (a)")
        return Database("sqlite", f"sqlite:///{file}", in_file)
    server: Server = request.getfixturevalue("postgresql")
    name = server.new_database()
    return Database(
        "postgresql",
        server.url(name, password=PASSWORD),
        lambda *statements: server.execute(name, *statements),
    )


def fill(database: Database, table: str = "people") -> None:
    columns = "n integer, x double precision, flag boolean, word text, born date"
    rows = []
    for line in CSV.splitlines()[1:]:
        n, x, flag, word, born = line.split(",")
        text = f"'{word}'" if word else "NULL"
        truth = flag if database.kind == "postgresql" else f"'{flag}'"
        rows.append(f"({n}, {x}, {truth}, {text}, '{born}')")
    database.execute(
        f"CREATE TABLE {table} ({columns})", f"INSERT INTO {table} VALUES {', '.join(rows)}"
    )


def release(name: str, *, base: Path = Path(), key: bytes | None = None) -> Release:
    return read_release(Project(real=name, synthetic=name), base=base, digest_key=key)


def rows(read: Release) -> int:
    return read.digests["real"].rows


def refused(name: str, *, limits: Limits | None = None) -> DataError:
    """Return how a table is refused, with nothing in it or behind it that must stay there."""
    with pytest.raises(DataError) as caught:
        read_release(Project(real=name, synthetic=name), base=Path(), limits=limits or Limits())
    link: BaseException | None = caught.value
    while link is not None:
        told = f"{link} {link.args} {getattr(link, 'hint', '')}"
        assert PASSWORD not in told
        assert found(told.encode()) == []
        link = link.__cause__ or link.__context__
    return caught.value


def test_a_table_and_its_csv_agree(database: Database, tmp_path: Path) -> None:
    fill(database)
    (tmp_path / "people.csv").write_text(CSV)

    of_table, of_csv = release(database.table("people")), release("people.csv", base=tmp_path)

    assert of_table.content_digest == of_csv.content_digest
    assert of_table.schema == of_csv.schema
    assert of_table.real.keys.tolist() == of_csv.real.keys.tolist()


def test_a_query_is_read_to_the_letter(database: Database) -> None:
    fill(database)

    read = release(
        database.query("SELECT n, word FROM people WHERE word <> ':n' AND '5%s' <> word")
    )

    assert [c.name for c in read.schema] == ["n", "word"]
    assert rows(read) == CSV.count(",a,") + CSV.count(",b,") + CSV.count(",c,")


def test_the_digest_is_of_the_content_and_says_so(database: Database) -> None:
    fill(database)
    database.execute("CREATE TABLE other AS SELECT * FROM people ORDER BY x DESC, n")
    key = b"k" * 32

    facts = release(database.table("people"), key=key).digests
    moved = release(database.table("other"), key=key).digests

    assert facts["synthetic"].digest_of == facts["real"].digest_of == "content"
    assert facts["synthetic"].digest == release(database.table("people")).content_digest
    assert facts == moved
    assert facts["real"].digest != facts["synthetic"].digest
    assert release(database.table("people")).digests["real"].digest is None


def test_no_query_writes(database: Database) -> None:
    fill(database)
    writing = [
        "WITH gone AS (DELETE FROM people RETURNING n) SELECT n FROM gone",
        "SELECT n FROM people; DROP TABLE people",
        "SELECT n INTO copied FROM people",
        "DELETE FROM people",
        "DROP TABLE people",
        "PRAGMA writable_schema = on",
    ]

    for query in writing:
        refused(database.query(query))

    assert rows(release(database.table("people"))) == 60


def test_reading_is_all_that_the_connection_can_do(database: Database) -> None:
    from audit.database.connect import reading
    from audit.database.trouble import DatabaseTrouble, in_our_words

    fill(database)

    def write() -> None:
        with reading(selection_of(database.table("people")).address) as connection:
            connection.exec_driver_sql("DELETE FROM people")

    with pytest.raises(DatabaseTrouble, match="nothing may be written there"):
        in_our_words(write)


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("#table=missing", "there is no such table"),
        ("#query=SELECT nope FROM people", "there is no such"),
        (f"#query=SELECT '{CANARY}' FROM", "the statement is not understood"),
        ("#query=SELECT n, n FROM people", "come twice"),
        ("#query=SELECT n FROM people WHERE n < 0", "no rows"),
        ("#table=", "does not say which table"),
        ("#table=a.b.c", "does not say which table"),
        ("#rows=people", "does not say which table"),
        ("", "does not say which table"),
        ("#query=", "does not say which table"),
        (f"#query=INSERT INTO people VALUES ('{CANARY}')", "does not begin with SELECT"),
    ],
)
def test_what_cannot_be_read_is_said_without_a_word_of_the_database(
    database: Database, name: str, said: str
) -> None:
    fill(database)

    assert said in refused(f"{database.url}{name}").message


def test_names_of_any_letters_and_schemas(database: Database) -> None:
    database.execute('CREATE TABLE "my ""odd.table" (a integer)')
    database.execute('INSERT INTO "my ""odd.table" VALUES (1), (2), (3)')

    assert rows(release(database.table('"my ""odd.table"'))) == 3
    if database.kind == "postgresql":
        database.execute("CREATE SCHEMA ward", "CREATE TABLE ward.beds AS SELECT 1 AS n, 'x' AS w")
        database.execute("INSERT INTO ward.beds VALUES (2, 'y')")
        assert rows(release(database.table("ward.beds"))) == 2


def test_the_budget_is_held_while_rows_come(database: Database) -> None:
    fill(database)
    cross = "SELECT a.n, b.x, a.word FROM people a, people b, people c"

    error = refused(database.query(cross), limits=Limits(table_bytes=1 << 20))

    assert "holds more than 1 MiB" in error.message


def test_types_of_postgresql(postgresql: Server) -> None:
    name = postgresql.new_database()
    postgresql.execute(
        name,
        "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')",
        "CREATE TABLE t AS SELECT i AS big, i::smallint AS small, (i / 7.0)::numeric(9, 3) AS dec, "
        "i::real / 3 AS single, (i % 2 = 0) AS truth, "
        "(ARRAY['sad', 'ok', 'happy'])[1 + i % 3]::mood AS mood, 'c' || (i % 5) AS word, "
        "DATE '2001-01-01' + i AS day, TIMESTAMP '2001-01-01 10:00' + i * INTERVAL '1 hour' AS at, "
        "TIMESTAMPTZ '2001-01-01 10:00+02' + i * INTERVAL '1 day' AS zoned, "
        "gen_random_uuid() AS id, NULLIF(i % 4, 0) AS holey, TIME '08:00' + i * INTERVAL '1 min' "
        "AS clock, i * INTERVAL '1 s' AS span, NULL::text AS nothing "
        "FROM generate_series(1, 100) AS i",
    )

    read = release(f"{postgresql.url(name)}#table=t")

    kinds = {c.name: c.kind for c in read.schema}
    assert kinds["dec"] is kinds["single"] is Kind.CONTINUOUS
    assert kinds["truth"] is Kind.BOOLEAN
    assert kinds["mood"] is kinds["word"] is Kind.CATEGORICAL
    assert kinds["day"] is kinds["at"] is kinds["zoned"] is Kind.DATETIME
    assert kinds["id"] is Kind.IDENTIFIER
    assert kinds["nothing"] is Kind.CONSTANT
    assert kinds["holey"] is kinds["clock"].__class__.INTEGER


@pytest.mark.parametrize(
    ("expression", "said"),
    [
        ("ARRAY[i]", "holds values of a foreign type"),
        (f"'{CANARY}'::bytea", "holds values of a foreign type"),
        (f"""'{{"a": "{CANARY}"}}'::jsonb""", "holds values of a foreign type"),
        ("'infinity'::timestamp", "the driver cannot read what it holds"),
        ("DATE '4713-01-01 BC'", "the driver cannot read what it holds"),
        (f"('{CANARY}' || i)::integer", "a value cannot be computed or converted"),
    ],
)
def test_values_that_no_table_of_ours_holds(postgresql: Server, expression: str, said: str) -> None:
    url = postgresql.url("postgres", password=PASSWORD)
    query = f"SELECT {expression} AS a, i FROM generate_series(1, 9) AS i"

    assert said in refused(f"{url}#query={query}").message


def test_rows_are_handed_out_by_the_server(postgresql: Server) -> None:
    from audit.database.selecting import with_rows

    query = "SELECT i, (SELECT count(*) FROM pg_cursors) AS cursors FROM generate_series(1, 5000) i"

    def first(names: object, partitions: Callable[[int], object]) -> object:
        batch = next(iter(partitions(10)))  # type: ignore[call-overload]
        return len(batch), batch[0][1]

    # The query sees the cursor that hands it out.
    selection = selection_of(f"{postgresql.url('postgres')}#query={query}")
    assert with_rows(selection, first) == (10, 1)


def test_mixed_cells_of_sqlite_become_text(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "mixed.sqlite") as connection:
        connection.execute("CREATE TABLE t (a, b, c)")
        rows = [(1, 2, 1), (2.5, 2**63 - 1, None), ("x", 7, 2.5), (None, 1, 3)] * 3
        connection.executemany("INSERT INTO t VALUES (?, ?, ?)", rows)
    read = release("sqlite:///mixed.sqlite#table=t", base=tmp_path)
    assert [c.kind for c in read.schema][:1] == [Kind.CATEGORICAL]
    assert read.schema["c"].kind in (Kind.CONTINUOUS, Kind.INTEGER)


def test_cells_that_are_no_text_are_refused_without_them(tmp_path: Path) -> None:
    place = tmp_path / "bad.sqlite"
    with sqlite3.connect(place) as connection:
        connection.execute("CREATE TABLE t (a, b)")
        connection.execute(f"INSERT INTO t VALUES (CAST(x'5a5137ff' AS TEXT), '{CANARY}')")
        connection.execute("CREATE TABLE b (a)")
        connection.execute("INSERT INTO b VALUES (x'00ff')")
    assert "the driver cannot read what it holds" in refused(f"sqlite:///{place}#table=t").message
    assert "foreign type" in refused(f"sqlite:///{place}#table=b").message


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sqlite:///{tmp}/missing.sqlite#table=t", "the file cannot be opened"),
        ("sqlite:///{tmp}/notes.txt#table=t", "the file is no SQLite database"),
        ("sqlite://#table=t", "names no SQLite file"),
        ("sqlite:///:memory:#table=t", "names no SQLite file"),
        (f"postgresql://ada:{PASSWORD}@127.0.0.1:1/db#table=t", "cannot be reached"),
        (f"postgresql://ada:{PASSWORD}@127.0.0.1:p/db#table=t", "its address is not understood"),
        (f"mysql://ada:{PASSWORD}@host/db#table=t", "neither SQLite nor PostgreSQL"),
        (f"https://ada:{PASSWORD}@host/real.csv", "neither SQLite nor PostgreSQL"),
        (f"s3://bucket/{CANARY}.parquet", "neither SQLite nor PostgreSQL"),
    ],
)
def test_addresses_that_lead_nowhere(tmp_path: Path, name: str, said: str) -> None:
    (tmp_path / "notes.txt").write_text("a text that is long enough for a database\n" * 40)
    told = refused(name.format(tmp=tmp_path))
    assert said in told.message
    assert "127.0.0.1" not in told.message + told.hint


def test_reading_leaves_no_file_behind(tmp_path: Path) -> None:
    refused(f"sqlite:///{tmp_path}/missing.sqlite#table=t")
    assert list(tmp_path.iterdir()) == []


def test_an_address_that_is_written_down_holds_no_password() -> None:
    written = without_password("postgresql://ada:pw@h:5432/d?sslmode=require&password=pw#table=t")
    assert written == "postgresql://ada@h:5432/d?sslmode=require#table=t"
    assert absolute("sqlite:///a.db#table=t", Path("/x")) == "sqlite:////x/a.db#table=t"
    assert absolute("sqlite:////y/a.db#table=t", Path("/x")) == "sqlite:////y/a.db#table=t"
    assert absolute("postgresql://h/d#table=t", Path("/x")) == "postgresql://h/d#table=t"


def test_nothing_of_an_address_is_in_its_repr() -> None:
    selection = selection_of(f"postgresql://ada:{PASSWORD}@h/d#query=SELECT '{CANARY}'")
    for text in (repr(selection), repr(selection.address), selection.shown, str(selection)):
        assert PASSWORD not in text
        assert CANARY not in text
        assert "ada" not in text.replace("database", "")


def test_several_batches_are_one_column(postgresql: Server, monkeypatch) -> None:
    monkeypatch.setattr("audit.data.sql_table._BATCH_CELLS", 40)
    query = (
        "SELECT CASE WHEN i <= 50 THEN NULL ELSE i END AS late, "
        "TIMESTAMPTZ '2001-03-20 00:00+00' + i * INTERVAL '1 day' AS zoned, i::numeric / 8 AS d "
        "FROM generate_series(1, 90) AS i"
    )
    source = read_named("synthetic", f"{postgresql.url('postgres')}#query={query}", base=Path())
    assert source.sheet.n_rows == 90
    assert source.facts.columns == 3
    assert dt.datetime(2001, 3, 21, tzinfo=dt.UTC).timestamp() * 1e6 in set(
        source.sheet.cells["zoned"].microseconds  # type: ignore[union-attr]
    )
