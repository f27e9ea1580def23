"""Progress is for people who watch: on stderr, on a terminal, and never as mark-up."""

import io
import sys
from typing import NamedTuple

import pytest

from audit.cli.progress import progress_bar


class Step(NamedTuple):
    check_id: str
    index: int
    total: int


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_nothing_where_stderr_is_no_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", io.StringIO())
    with progress_bar(silent=False) as show:
        assert show is None


def test_nothing_where_silence_was_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", Terminal())
    with progress_bar(silent=True) as show:
        assert show is None


def test_a_terminal_shows_the_check_as_it_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    terminal = Terminal()
    monkeypatch.setattr(sys, "stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with progress_bar(silent=False) as show:
        assert show is not None
        show(Step("[red]acme-check", 3, 11))
    assert "[red]acme-check" in terminal.getvalue()
    assert "3/11" in terminal.getvalue()
    assert capsys.readouterr().out == ""
