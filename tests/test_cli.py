"""`lab`: what is typed is taken or refused in a sentence, and never silently ignored."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpers import cli
from helpers.config import ROOT


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("up redis --brokers 3", "`--brokers 3` starts a cluster of its own and nothing else: start redis with"),
        ("reset redis images", "`lab reset redis` takes no names: did you mean `lab reset topic images`?"),
        ("compose core --embedded", "choose one of them."),
        ("logs kafka -n 0", "The last 0 lines are none: give 1 or more."),
        ("score --seconds nan", "A time of nan s scores nothing: give more than 0."),
    ],
)
def test_what_would_be_ignored_is_refused(
    line: str, said: str, fresh_home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(line.split()) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err
    assert not (fresh_home / "run").exists()


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("stat", "there is no command stat: did you mean `lab status`?"),
        ("doktor", "there is no command doktor: did you mean `lab doctor`?"),
        ("quux", "there is no command quux: see `lab -h`."),
    ],
)
def test_a_mistyped_command_names_the_nearest(line: str, said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        cli.main([line])
    assert caught.value.code == 2
    assert said in capsys.readouterr().err


def test_alone_it_prints_its_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main([]) == 2
    out, err = capsys.readouterr()
    assert "what runs, where, until when" in out
    assert err == ""


def test_ctrl_c_while_a_command_is_imported_ends_it_in_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(cli, "_parser", interrupted)  # imports the rooms
    assert cli.main(["status"]) == 130


def test_nothing_but_the_standard_library_is_imported_before_main() -> None:
    code = "import sys; known = {*sys.modules}; import helpers.cli; print(*(sys.modules.keys() - known))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    rooms = {name for name in said.split() if name.partition(".")[0] not in sys.stdlib_module_names}
    assert rooms == {"helpers", "helpers.cli", "helpers.errors"}


def test_what_libraries_write_stays_in_the_checkout(fresh_home: Path) -> None:
    code = (
        "import os; from helpers import cli; cli.main(['status']); "
        "print(*(os.environ[name] for name in ('KERAS_HOME', 'MPLCONFIGDIR')))"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT).stdout
    assert said.splitlines()[-1] == f"{fresh_home / 'keras'} {fresh_home / 'matplotlib'}"


def test_a_file_in_the_place_of_a_folder_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "jars").touch()
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    assert cli.main(["setup"]) == 1
    assert f"{tmp_path / 'jars'} cannot be used" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no such pipes")
def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "kafka.log").write_text("a line\n" * 100_000)
    code = f"import os; os.environ['LAB_HOME'] = {str(tmp_path)!r}; from helpers.cli import main; "
    logs = subprocess.Popen(
        [sys.executable, "-c", f"{code}raise SystemExit(main(['logs', 'kafka', '-n', '100000']))"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    )
    assert logs.stdout is not None
    assert logs.stderr is not None
    assert logs.stdout.readline() == b"a line\n"
    logs.stdout.close()
    assert (logs.wait(timeout=60), logs.stderr.read()) == (0, b"")
