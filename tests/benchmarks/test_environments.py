import subprocess

import pytest

from benchmarks.peers.environments import PEERS, interpreter, pinned, program, requirements
from benchmarks.speed.turns import Failed


@pytest.mark.parametrize("peer", PEERS)
def test_everything_is_pinned(peer):
    lines = requirements(peer).read_text().splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert all(line.count("==") == 1 for line in wanted)
    assert wanted[0].startswith(peer)
    assert pinned(peer) == wanted[0].replace("==", " ")
    assert not any("cuda" in line or "nvidia" in line for line in wanted)


@pytest.mark.parametrize("peer", PEERS)
def test_a_program_imports_nothing_of_ours(peer):
    text = program(peer).read_text()
    assert "benchmarks" not in text
    assert "import audit" not in text
    assert "from audit" not in text


def test_an_environment_is_made_once(tmp_path):
    commands = []
    for _ in range(2):
        python = interpreter("sdmetrics", folder=tmp_path, run=made(commands, tmp_path))
        assert python == tmp_path / "sdmetrics" / "bin" / "python"
    assert [c[2] for c in commands] == ["venv", "pip"]
    assert "--no-deps" in commands[1]


def test_other_requirements_make_it_anew(tmp_path):
    commands = []
    interpreter("sdmetrics", folder=tmp_path, run=made(commands, tmp_path))
    (tmp_path / "sdmetrics" / ".installed").write_text("of other requirements")
    interpreter("sdmetrics", folder=tmp_path, run=made(commands, tmp_path))
    assert [c[2] for c in commands] == ["venv", "pip"] * 2


def test_a_failed_installation_leaves_no_mark(tmp_path):
    def failing(command):
        (tmp_path / "sdmetrics").mkdir(exist_ok=True)
        if "pip" in command:
            raise Failed("could not be installed: no such version")

    for _ in range(2):
        with pytest.raises(Failed, match="no such version"):
            interpreter("sdmetrics", folder=tmp_path, run=failing)


def test_what_pip_says_is_passed_on(tmp_path, monkeypatch):
    def refusing(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "WARNING: x\nERROR: no such version\n")

    monkeypatch.setattr(subprocess, "run", refusing)
    with pytest.raises(Failed, match="could not be installed: ERROR: no such version"):
        interpreter("sdmetrics", folder=tmp_path)


def made(commands, folder):
    def run(command):
        commands.append(command)
        (folder / "sdmetrics").mkdir(exist_ok=True)

    return run
