"""The ledger: appended to by many at once, changed by nobody unseen; in SQLite and PostgreSQL."""

import json
import sqlite3
import stat
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from audit.errors import DataError, RenderError, UsageError
from audit.evidence.ledger import check, entries, find, record, require_ledger
from audit.evidence.remembered import audited_of
from audit.facts.history import ORIGIN, Audited, Kind
from audit.policy.grade import grade
from audit.policy.load import resolve
from tests.policy.sample import declared, safe_run
from tests.postgresql import Server

TABLE = "synthgate_ledger"


@pytest.fixture(scope="module")
def audited() -> Audited:
    run = safe_run()
    verdict = grade(resolve("gdpr-anonymisation-wp29"), run, declared())
    return replace(audited_of(run, verdict, Kind.RUN), release="admissions-2026")


def candidate(audited: Audited, number: int) -> Audited:
    """Return the verdict on another synthetic file."""
    return replace(audited, synthetic=f"{number:064x}", run_sha256=f"{number + 1000:064x}")


@dataclass(frozen=True)
class Kept:
    """A ledger, and a way past everything that guards it."""

    place: str
    force: Callable[..., None]
    guards: tuple[str, ...]

    def tamper(self, *statements: str) -> None:
        """Do what only the owner of the database can do."""
        self.force(*self.guards, *statements)


@pytest.fixture(params=["sqlite", "postgresql"])
def kept(request: pytest.FixtureRequest, tmp_path: Path) -> Kept:
    if request.param == "sqlite":
        file = tmp_path / "ledger.sqlite"

        def in_file(*statements: str) -> None:
            with sqlite3.connect(file) as connection:
                for statement in statements:
                    connection.execute(statement)

        guards = tuple(f"DROP TRIGGER {TABLE}_no_{what}" for what in ("update", "delete"))
        require_ledger(str(file))
        return Kept(str(file), in_file, guards)
    server: Server = request.getfixturevalue("postgresql")
    database = server.new_database()

    def on_server(*statements: str) -> None:
        server.execute(database, *statements)

    url = server.url(database)
    require_ledger(url)
    return Kept(url, on_server, (f"ALTER TABLE {TABLE} DISABLE TRIGGER USER",))


def fill(kept: Kept, audited: Audited, n: int) -> list[str]:
    return [record(kept.place, candidate(audited, i)).sha256 for i in range(n)]


def test_entries_are_chained_and_read_back_as_they_were(kept: Kept, audited: Audited) -> None:
    first, second = record(kept.place, audited), record(kept.place, candidate(audited, 7))

    assert (first.sequence, first.previous) == (1, ORIGIN)
    assert (second.sequence, second.previous) == (2, first.sha256)
    assert [e.audited for e in entries(kept.place)] == [audited, candidate(audited, 7)]
    assert entries(kept.place, "another") == ()
    assert [e.sha256 for e in find(kept.place, audited.run_sha256, audited.verdict_sha256)] == [
        first.sha256
    ]
    chain = check(kept.place, known=(first.sha256,))
    assert (chain.n, chain.head, chain.faults) == (2, second.sha256, ())


def test_a_search_is_counted_and_a_repetition_is_none(kept: Kept, audited: Audited) -> None:
    record(kept.place, audited)
    again = record(kept.place, audited).tried
    other = record(kept.place, candidate(audited, 1)).tried
    back = record(kept.place, replace(audited, seed=5, seed_source="given")).tried

    assert (again.audits, again.repeated, again.was_searched) == (1, 1, False)
    assert (other.audits, other.repeated, other.candidates) == (2, 0, 1)
    assert (back.candidates, back.seeds, back.policies) == (1, 1, 0)


def test_the_database_refuses_to_forget(kept: Kept, audited: Audited) -> None:
    fill(kept, audited, 2)
    attempts = [f"UPDATE {TABLE} SET release = 'x'", f"DELETE FROM {TABLE} WHERE sequence = 1"]
    attempts += [f"TRUNCATE {TABLE}"] if "postgresql" in kept.place else []

    for statement in attempts:
        with pytest.raises(Exception, match="append-only"):
            kept.force(statement)

    assert check(kept.place).n == 2


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE {t} SET body = replace(body, '\"met\"', '\"not_met\"') WHERE sequence = 2",
            "entry 2 was",
        ),
        ("UPDATE {t} SET release = 'renamed' WHERE sequence = 2", "entry 2 was edited"),
        ("UPDATE {t} SET run_sha256 = verdict_sha256 WHERE sequence = 3", "entry 3 was edited"),
        ("UPDATE {t} SET body = '{{}}' WHERE sequence = 2", "entry 2 was edited: it cannot be"),
        ("DELETE FROM {t} WHERE sequence = 2", "entry 2 is missing"),
        ("DELETE FROM {t} WHERE sequence < 3", "entries 1 to 2 are missing"),
    ],
)
def test_what_the_owner_of_the_database_changes_is_found(
    kept: Kept, audited: Audited, statement: str, said: str
) -> None:
    fill(kept, audited, 4)

    kept.tamper(statement.format(t=TABLE))

    assert any(said in fault for fault in check(kept.place).faults)


def test_an_entry_forged_with_its_own_digest_does_not_follow(kept: Kept, audited: Audited) -> None:
    fill(kept, audited, 3)
    body = json.dumps({"forged": True})

    kept.tamper(f"UPDATE {TABLE} SET body = '{body}', sha256 = '{'f' * 64}' WHERE sequence = 2")

    faults = check(kept.place).faults
    assert "entry 3 does not follow from the one before it" in faults


def test_an_end_that_was_cut_off_is_found_by_a_digest_from_elsewhere(
    kept: Kept, audited: Audited
) -> None:
    digests = fill(kept, audited, 3)

    kept.tamper(f"DELETE FROM {TABLE} WHERE sequence = 3")

    # The chain alone cannot know.
    assert check(kept.place).faults == ()
    assert check(kept.place, known=digests).faults == (
        f"no entry has the digest {digests[2][:16]}…",
    )


def test_many_append_at_once_and_every_entry_has_its_place(kept: Kept, audited: Audited) -> None:
    with ThreadPoolExecutor(6) as pool:
        made = list(pool.map(lambda i: record(kept.place, candidate(audited, i)), range(24)))

    assert sorted(h.sequence for h in made) == list(range(1, 25))
    assert check(kept.place).faults == ()
    # Each counted exactly those before it.
    assert all(h.tried.candidates == h.sequence - 1 for h in made)


def test_many_make_one_ledger_at_once(postgresql: Server, audited: Audited) -> None:
    url = postgresql.url(postgresql.new_database())

    def first(number: int) -> int:
        require_ledger(url)
        return record(url, candidate(audited, number)).sequence

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(first, range(4))) == [1, 2, 3, 4]


def test_a_team_needs_no_right_but_to_read_and_to_append(
    postgresql: Server, audited: Audited
) -> None:
    database = postgresql.new_database()
    owner = postgresql.url(database)
    require_ledger(owner)
    postgresql.execute(
        database,
        f"CREATE ROLE member_{database} LOGIN",
        f"GRANT SELECT, INSERT ON {TABLE} TO member_{database}",
    )
    member = owner.replace("synthgate@", f"member_{database}@")

    require_ledger(member)
    assert record(member, audited).sequence == 1
    assert check(member).faults == ()


def test_an_entry_names_no_column_and_no_scope(kept: Kept, audited: Audited) -> None:
    record(kept.place, audited)

    told = json.dumps([repr(e) for e in entries(kept.place)])

    names = {column.name for column in safe_run().release.columns}
    assert names
    assert not [name for name in names if f"'{name}'" in told or f'"{name}"' in told]
    assert "subset" not in told
    assert "over" not in {r.rule for r in audited.rules}
    assert len(audited.rules) > 10


def test_the_file_is_its_owners_alone(tmp_path: Path, audited: Audited) -> None:
    place = tmp_path / "ledger.sqlite"
    require_ledger(str(place))
    assert stat.S_IMODE(place.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("{tmp}/missing/ledger.sqlite", "the file cannot be made (No such file or directory)"),
        ("{tmp}/notes.txt", "the file is no SQLite database"),
        ("postgresql://ada:hunter2@127.0.0.1:1/audits", "cannot be reached"),
        ("postgresql://ada:hun/ter2@127.0.0.1:1/audits", "the ledger (a PostgreSQL database)"),
        ("postgresql://ada:hunter2@127.0.0.1:port/audits", "its address is not understood"),
    ],
)
def test_a_ledger_that_cannot_be_written_says_why_and_not_where(
    tmp_path: Path, place: str, said: str
) -> None:
    (tmp_path / "notes.txt").write_text("no database, but a text that is long enough\n" * 40)

    with pytest.raises(RenderError) as refused:
        require_ledger(place.format(tmp=tmp_path))

    assert said in refused.value.message
    assert refused.value.exit_code == 4
    told, link = "", refused.value
    while link is not None:
        told += f"{link}{getattr(link, 'hint', '')}"
        link = link.__cause__ or link.__context__
    for secret in ("hunter2", "hun", "ter2", "ada", "127.0.0.1", str(tmp_path)):
        assert secret not in told


@pytest.mark.parametrize("place", ["mysql://u:p@h/d", "sqlite://", "http://example.org/x", ""])
def test_what_is_no_place_for_a_ledger_is_wrong_usage(place: str) -> None:
    with pytest.raises(UsageError):
        require_ledger(place)


def test_reading_makes_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="there is no such file"):
        entries(str(tmp_path / "ledger.sqlite"))
    sqlite3.connect(tmp_path / "other.sqlite").execute("CREATE TABLE a (b)").connection.close()
    with pytest.raises(DataError, match="it holds no ledger"):
        entries(str(tmp_path / "other.sqlite"))
    assert [p.name for p in tmp_path.iterdir()] == ["other.sqlite"]
