"""What libraries say of a cell when they crash, and renderers that crash, end in no word of it.

Every error here is provoked in the library itself, so that a new version that quotes more is seen.
"""

import errno
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import csv as arrow_csv
from pyarrow import parquet
from pydantic import BaseModel, ConfigDict
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder, OneHotEncoder, OrdinalEncoder

from audit.cli.boundary import guarded
from audit.errors import RenderError
from audit.harness.registry import BUILTIN
from tests.canaries import LEADING, TOKEN, YEAR, found, found_in_folder, people
from tests.command import FEW, Answer, call
from tests.test_leaks import TEXT, trio, write

PROVOKED: dict[str, Callable[[], object]] = {}
"""Name -> a call that raises, most of them with a cell in the message."""


def provoked(call: Callable[[], object]) -> Callable[[], object]:
    PROVOKED[call.__name__] = call
    return call


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True)
    age: int


@provoked
def pandas_astype():
    people(3)["patient"].astype(float)


@provoked
def pandas_to_numeric():
    pd.to_numeric(people(3)["patient"])


@provoked
def pandas_to_datetime():
    pd.to_datetime(people(3)["patient"], format="%Y")


@provoked
def pandas_date_overflow():
    pd.to_datetime([f"{YEAR}-13-45"], format="%Y-%m-%d")


@provoked
def pandas_verify_integrity():
    table = people(3).set_index("patient")
    pd.concat([table, table], verify_integrity=True)


@provoked
def pandas_key():
    people(3).set_index("patient").loc[f"{TOKEN}99999"]


@provoked
def pandas_category():
    pd.Categorical([TOKEN], categories=["x"], ordered=True).codes  # noqa: B018
    pd.CategoricalDtype([TOKEN, TOKEN])


@provoked
def pandas_csv_dtype(tmp: Path = Path("/tmp")):
    import io

    pd.read_csv(io.StringIO(people(3).to_csv()), dtype={"patient": int})


@provoked
def arrow_cast():
    pa.array([TEXT]).cast(pa.int64())


@provoked
def arrow_mixed():
    pa.array([1, TEXT], pa.int64())


@provoked
def arrow_rows():
    rows = f"a,b\n1,2\n{TEXT},{LEADING},3\n".encode()
    arrow_csv.read_csv(pa.BufferReader(rows))


@provoked
def arrow_column_type():
    rows = f"a,b\n1,2\n{TEXT},3\n".encode()
    options = arrow_csv.ConvertOptions(column_types={"a": pa.int64()})
    arrow_csv.read_csv(pa.BufferReader(rows), convert_options=options)


@provoked
def arrow_overflow():
    pa.array([int(LEADING * 1e30)], pa.int64())


@provoked
def parquet_of_mixed_cells():
    table = pa.Table.from_pandas(pd.DataFrame({"a": [1, TEXT]}))
    parquet.write_table(table, pa.BufferOutputStream())


@provoked
def sklearn_one_hot():
    OneHotEncoder().fit([["x"]]).transform([[TEXT]])


@provoked
def sklearn_ordinal():
    OrdinalEncoder().fit([["x"]]).transform([[TEXT]])


@provoked
def sklearn_labels():
    LabelEncoder().fit(["x"]).transform([TEXT])


@provoked
def sklearn_one_class():
    LogisticRegression().fit([[1.0], [2.0]], [TEXT, TEXT])


@provoked
def sklearn_words():
    LogisticRegression().fit([[TEXT], [TEXT]], [0, 1])


@provoked
def numpy_words():
    np.array([TEXT]).astype(float)


@provoked
def pydantic_input():
    _Strict.model_validate({"age": TEXT})


@provoked
def json_schema():
    import jsonschema

    jsonschema.validate({"age": TEXT}, {"properties": {"age": {"type": "integer"}}})


@provoked
def plain_key():
    {}[TEXT]


@provoked
def plain_number():
    int(TEXT)


@provoked
def plain_decoding():
    TEXT.encode("utf-16").decode("ascii")


@provoked
def a_group_of_errors():
    raise BaseExceptionGroup(TEXT, [KeyboardInterrupt(TEXT), ValueError(TEXT)])


@provoked
def what_is_no_exception():
    class PanicException(BaseException):
        """What a library in Rust raises."""

    raise PanicException(f"called unwrap on {TEXT}")


@provoked
def a_chain():
    try:
        int(TEXT)
    except ValueError as error:
        raise RuntimeError(TEXT) from error


@provoked
def a_note():
    error = ValueError("x")
    error.add_note(TEXT)
    raise error


@provoked
def an_exit_with_words():
    sys.exit(f"bad value {TEXT}")


def crash_of(call: Callable[[], object]) -> BaseException | None:
    try:
        call()
    except BaseException as error:
        return error
    return None


def test_most_libraries_do_quote_cells() -> None:
    """Otherwise nothing below is tested."""
    crashes = [crash_of(crash) for crash in PROVOKED.values()]
    assert None not in crashes
    quoting = [error for error in crashes if found(f"{error!r} {error}".encode())]
    assert len(quoting) >= 18


@pytest.mark.parametrize("name", list(PROVOKED))
def test_the_boundary_tells_type_and_place_of_a_library(
    name: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert guarded(PROVOKED[name]) == 1
    printed = capfd.readouterr()
    assert found((printed.out + printed.err).encode()) == []
    assert "Traceback" not in printed.err


# --- one small audit of canaries -----------------------------------------------------------------


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("crashes"), trio())


@pytest.fixture(scope="module")
def finished(tables: Path) -> Path:
    """Return the folder of an audit with few checks, facts only."""
    words = ("--controls", "off", "--only", "identical-match,value-replay", "--format", "json")
    assert call("run", tables / "audit.yaml", *FEW, *words, "--out", tables / "out").code == 10
    return tables / "out"


def test_no_check_passes_on_what_a_library_says(
    tables: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ordinary = [c for n, c in PROVOKED.items() if n not in _END_THE_RUN]

    def crashing(number: int) -> Callable[..., object]:
        def run(*_: object) -> object:
            logging.getLogger("library").error(TEXT)
            warnings.warn(TEXT, UserWarning, stacklevel=1)
            thread = threading.Thread(target=ordinary[number % len(ordinary)])
            thread.start()
            thread.join()
            return ordinary[number % len(ordinary)]()

        return run

    for number, check in enumerate(BUILTIN):
        monkeypatch.setattr(check, "run", crashing(number))
    assert len(BUILTIN) >= len(ordinary)
    answer = call(
        "run", tables / "audit.yaml", *FEW, "--controls", "off", "--format", "md,junit,sarif",
        "--edition", "internal", "--out", tmp_path / "out",
    )  # fmt: skip
    assert answer.code == 11
    assert found(answer.printed) == []
    assert b"internal error in a thread" in answer.err
    assert found_in_folder(tmp_path / "out") == {}
    results = json.loads((tmp_path / "out" / "run.json").read_bytes())["results"]
    assert {result["status"] for result in results} == {"failed"}


_END_THE_RUN = ("a_group_of_errors", "what_is_no_exception", "an_exit_with_words")

CRASHES: dict[str, tuple[BaseException, int]] = {
    "ValueError": (ValueError(TEXT), 1),
    "OSError": (OSError(errno.ENOSPC, TEXT, f"/srv/{TEXT}.csv"), 1),
    "UnicodeError": (UnicodeDecodeError("utf-8", TEXT.encode(), 0, 1, TEXT), 1),
    "RecursionError": (RecursionError(TEXT), 1),
    "MemoryError": (MemoryError(TEXT), 4),
    "KeyboardInterrupt": (KeyboardInterrupt(TEXT), 130),
    "SystemExit": (SystemExit(TEXT), 1),
    "no Exception": (BaseException(TEXT), 1),
}
PLACES = (
    "audit.report.html.to_html",
    "audit.report.sarif.to_sarif",
    "audit.report.view.outward",
    "audit.report.view.decision",
    "audit.evidence.renditions.external_verdict_to_bytes",
    "audit.evidence.renditions.for_insiders",
    "audit.evidence.folder.os.replace",
)


def rendered(finished: Path, out: Path, *editions: str) -> Answer:
    words = ("--format", "html,sarif", "--edition", ",".join(editions))
    return call("render", finished, *words, "--out", out)


@pytest.mark.parametrize("kind", list(CRASHES))
def test_a_renderer_that_crashes_quotes_nothing(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    error, code = CRASHES[kind]

    def crash(*_: object, **__: object) -> object:
        raise error

    for number, place in enumerate(PLACES):
        out = tmp_path / f"out{number}"
        editions = ("internal",) if "insiders" in place else ("internal", "external")
        with monkeypatch.context() as patch:
            patch.setattr(place, crash)
            answer = rendered(finished, out, *editions)
        # A disk that is full has a sentence of its own.
        assert answer.code == (4 if isinstance(error, OSError) and "os." in place else code), place
        assert found(answer.printed) == [], place
        assert b"Traceback" not in answer.printed
        assert found_in_folder(tmp_path) == {}, place
        assert not (out / "manifest.json").exists(), place
        assert not (out / "external" / "report.html").exists(), place


def test_a_pdf_that_cannot_be_made_leaves_the_other_files_and_quotes_nothing(
    finished: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object, **__: object) -> bytes:
        raise RenderError("the PDF cannot be made", "Install what is missing.")

    monkeypatch.setattr("audit.report.pdf.to_pdf", refuse)
    answer = call("render", finished, "--edition", "internal,external", "--out", tmp_path / "out")
    assert answer.code == 0
    assert "report.pdf was NOT made" in answer.text
    assert "external/report.pdf was NOT made" in answer.text
    assert found(answer.printed) == []
    assert found_in_folder(tmp_path / "out") == {}
    assert (tmp_path / "out" / "external" / "report.html").is_file()


# --- odd tables that are audited all the same ----------------------------------------------------

ODD: dict[str, Callable[[pd.DataFrame], pd.DataFrame]] = {
    "numbers and dates beyond every range": lambda t: t.assign(
        amount=[f"7.319042e{400 + i}" for i in range(len(t))],
        account=[str(7_319_042 * 10**25 + i) for i in range(len(t))],
        born=[f"{YEAR}-02-{29 + i % 3}" for i in range(len(t))],
    ),
    "a gap in every column": lambda t: t.mask(np.eye(len(t), t.shape[1], dtype=bool)),
    "cells with every quote": lambda t: t.assign(
        note=[f"\"{TOKEN}',;\\{i}<&>%\t" for i in range(len(t))]
    ),
}


@pytest.mark.parametrize("name", list(ODD))
def test_an_odd_table_gives_no_cell_away(tmp_path: Path, name: str) -> None:
    folder = write(tmp_path / "in", {side: ODD[name](t) for side, t in trio().items()})
    (folder / "audit.yaml").write_text(
        "schema: synthgate.project/v1\n"
        "release: {name: odd, real: real.csv, synthetic: synthetic.csv, holdout: holdout.csv}\n"
    )
    answer = call(
        "run", folder / "audit.yaml", *FEW, "--controls", "off",
        "--only", "identical-match,value-replay", "--format", "html,md,junit,sarif",
        "--edition", "internal,external", "--out", tmp_path / "out",
    )  # fmt: skip
    assert answer.code in (3, 10, 11), answer.text
    assert found(answer.printed) == []
    if (tmp_path / "out").exists():
        assert found_in_folder(tmp_path / "out") == {}
