"""What is printed is what was meant: no mark-up, no escape code, folded under its entry."""

import pytest

from audit.cli.screen import say


def test_a_column_name_is_never_markup(capsys: pytest.CaptureFixture[str]) -> None:
    say(["[bold red]age[/] and :smile: and [link=http://x]zip[/link]"])
    assert capsys.readouterr().out == "[bold red]age[/] and :smile: and [link=http://x]zip[/link]\n"


def test_escape_codes_and_workflow_commands_are_inert(capsys: pytest.CaptureFixture[str]) -> None:
    say(["\x1b]8;;http://x\x07age", "::set-output name=x::1"])
    assert capsys.readouterr().out == "]8;;http://xage\nset-output name=x::1\n"


def test_folded_lines_stand_under_the_text_of_their_entry(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    say(["  - one two three four five six seven eight nine ten", ""])
    assert capsys.readouterr().out == (
        "  - one two three four five six seven\n    eight nine ten\n\n"
    )
