"""Names of files that lead nowhere, round in circles, or to what has no end."""

import os
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from audit.data.release import read_release
from audit.data.sheet import Limits
from audit.data.sources import bytes_of
from audit.errors import DataError
from audit.facts.project import Project
from tests.command import Answer, call
from tests.hostile.conftest import GOOD

pytestmark = [
    pytest.mark.skipif(os.name != "posix", reason="pipes and devices are a matter of POSIX"),
    pytest.mark.timeout(60),
]
LONG = "x" * 300
QUICK = ("--only", "identical-match", "--controls", "off", "--jobs", 1, "--format", "json")


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "pipe")
    return folder / "pipe"


def nowhere(folder: Path) -> Path:
    (folder / "nowhere").symlink_to(folder / "gone")
    return folder / "nowhere"


def circle(folder: Path) -> Path:
    (folder / "one").symlink_to(folder / "two")
    (folder / "two").symlink_to(folder / "one")
    return folder / "one"


def endless(folder: Path) -> Path:
    (folder / "endless").symlink_to("/dev/zero")
    return folder / "endless"


def locked(folder: Path) -> Path:
    (folder / "locked").write_text(GOOD)
    (folder / "locked").chmod(0)
    return folder / "locked"


PLACES: dict[str, Callable[[Path], Path]] = {
    "a pipe": pipe,
    "a link to nowhere": nowhere,
    "links in a circle": circle,
    "a link to an endless device": endless,
    "an endless device": lambda _: Path("/dev/zero"),
    "a device that blocks": lambda _: Path("/dev/tty"),
    "nothing": lambda _: Path("/dev/null"),
    "a folder": lambda folder: folder,
    "a missing file": lambda folder: folder / "missing",
    "a name too long": lambda folder: folder / ("x" * 300),
}
WORDS: dict[str, tuple[object, ...]] = {
    "a table": ("preflight", "--real", "{}", "--synthetic", "good.csv"),
    "metadata": ("preflight", "--real", "good.csv", "--synthetic", "good.csv", "--metadata", "{}"),
    "a project": ("preflight", "{}"),
    "a policy": ("run", "--real", "good.csv", "--synthetic", "good.csv", "--policy", "{}"),
    "a policy to validate": ("policy", "validate", "{}"),
    "waivers": ("run", "--real", "good.csv", "--synthetic", "good.csv", "--waivers", "{}"),
    "a key": ("run", "--real", "good.csv", "--synthetic", "good.csv", "--digest-key", "{}"),
    "a run to grade": ("grade", "{}"),
    "a run to render": ("render", "{}"),
    "a table to draft from": ("init", "{}"),
    "policy tests": ("policy", "test", "internal-sharing", "{}"),
}


def refused(answer: Answer) -> None:
    assert answer.code in (2, 3), answer.text
    assert answer.out == b""
    assert answer.err.startswith(b"synthgate: ")
    assert b"Traceback" not in answer.err
    assert b"internal error" not in answer.err


@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_file_is_refused_by_whoever_reads_it(
    good: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(good)
    (good / "odd").mkdir()
    path = PLACES[place](good / "odd")
    for words in WORDS.values():
        refused(call(*(path if word == "{}" else word for word in words)))
    assert {p.name for p in good.iterdir()} == {"good.csv", "odd"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_refused(good: Path) -> None:
    answer = call("preflight", "--real", locked(good), "--synthetic", good / "good.csv")
    refused(answer)
    assert "Permission denied" in answer.text


def test_an_output_whose_name_is_too_long_is_refused(good: Path) -> None:
    tables = ("--real", good / "good.csv", "--synthetic", good / "good.csv")
    answer = call("run", *tables, *QUICK, "--out", good / LONG)
    assert answer.code == 4
    assert "could not be written: File name too long" in answer.text


def test_a_link_to_a_table_is_followed(good: Path) -> None:
    (good / "link.csv").symlink_to(good / "good.csv")
    answer = call("preflight", "--real", good / "link.csv", "--synthetic", good / "good.csv")
    assert answer.code == 0


@pytest.mark.parametrize("name", ["out", "out.previous"])
def test_a_link_in_the_place_of_the_output_is_not_followed(good: Path, name: str) -> None:
    (good / "theirs").mkdir()
    (good / "theirs" / "run.json").write_text("{}")
    (good / name).symlink_to(good / "theirs")
    tables = ("--real", good / "good.csv", "--synthetic", good / "good.csv")
    answer = call("run", *tables, *QUICK, "--out", good / "out")
    assert answer.code == 2
    assert f"{name} is not a folder" in answer.text
    assert [p.name for p in (good / "theirs").iterdir()] == ["run.json"]


NAMES = ("with spaces", "ünïcødé ☃", "-dash", "'quote\"", "$HOME;`id`", "a\nb", "%s{0}{{7*7}}")


@pytest.mark.parametrize("name", NAMES)
def test_names_of_any_kind_work(good: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    folder = good / name
    folder.mkdir()
    (good / "good.csv").rename(folder / f"{name}.csv")
    monkeypatch.chdir(folder)
    tables = (f"--real=./{name}.csv", f"--synthetic=./{name}.csv")
    answer = call("run", *tables, *QUICK, f"--out=./{name} out")
    assert answer.code in (10, 11), answer.text
    assert (folder / f"{name} out" / "verdict.json").is_file()
    again = call("render", f"./{name} out", "--format", "md")
    assert again.code == 0
    assert all(c == 10 or c >= 32 for c in answer.printed + again.printed)


def test_a_name_that_is_no_text_works(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of bytes that are not UTF-8, as old disks hold them."""
    monkeypatch.chdir(good)
    name = os.fsdecode(b"caf\xe9")
    (good / "good.csv").rename(good / f"{name}.csv")
    tables = ("--real", f"{name}.csv", "--synthetic", f"{name}.csv")
    answer = call("run", *tables, *QUICK, "--out", f"{name} out")
    assert answer.code in (10, 11), answer.text
    assert (good / f"{name} out" / "manifest.json").is_file()


def test_a_file_that_grows_while_it_is_read_is_read_to_the_limit(
    good: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = os.fstat

    def small(handle: int) -> os.stat_result:
        found = list(whole(handle))
        found[6] = 10
        return os.stat_result(found)

    monkeypatch.setattr("audit.data.sources.os.fstat", small)
    from audit.data.faults import Faulty

    with pytest.raises(Faulty, match="is larger than 0 MiB"):
        bytes_of(good / "good.csv", Limits(file_bytes=100))
    assert bytes_of(good / "good.csv", Limits(file_bytes=10_000)) == GOOD.encode()


def test_a_file_that_changes_while_it_is_read_ends_in_a_table_or_a_sentence(good: Path) -> None:
    file, over = good / "moving.csv", threading.Event()
    file.write_text(GOOD)

    def rewrite() -> None:
        while not over.is_set():
            for content in (GOOD, GOOD[:300], "", "x" * 5_000, GOOD * 3):
                file.write_text(content)

    writer = threading.Thread(target=rewrite)
    writer.start()
    try:
        named, read = Project(real="moving.csv", synthetic="good.csv"), []
        for _ in range(60):
            with suppress(DataError):
                read.append(read_release(named, base=good))
        # Whatever was read, what was counted is what was read.
        assert all(r.digests["real"].rows == r.real.n_rows for r in read)
    finally:
        over.set()
        writer.join()
