"""What `make` does first: its commands, the Python it goes on with, LAB_HOME, clean."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from helpers import bootstrap, config
from helpers.bootstrap import SetupError
from tests.checkout import POSIX, ROOT, Checkout
from tests.checkout import checkout as checkout  # the fixtures
from tests.checkout import index as index
from tests.checkout import made as made
from tests.processes import hears_signals

# ── commands ──


def test_help_lists_the_commands(made: Checkout) -> None:
    answer = made.run("help")
    assert answer.returncode == 0
    assert [line.split()[0] for line in answer.stdout.splitlines()] == list(bootstrap.COMMANDS)
    assert made.run().stdout == answer.stdout


def test_an_unknown_command_is_answered_with_those_there_are(made: Checkout) -> None:
    answer = made.run("start")
    assert answer.returncode == 2
    assert answer.stderr.startswith("There is no command 'start'; there are:\n  lab ")


@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
def test_make_knows_the_same_commands(made: Checkout) -> None:
    listed = subprocess.run(
        ["make", "-s", "--no-print-directory"],
        cwd=made.root,
        env=made.environ(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert listed.stdout == made.run("help").stdout
    (targets,) = re.findall(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert set(targets.split()) == bootstrap.COMMANDS.keys()


@POSIX
@pytest.mark.skipif(shutil.which("make") is None, reason="no make here")
@pytest.mark.parametrize(
    ("target", "given", "handed_over"),
    [
        ("lab", "--no-browser", ["open", "--no-browser"]),
        ("test", "static labs", ["static", "labs"]),
        ("test-all", "", ["--long"]),
        ("notebooks", "04", ["build", "04"]),
        ("bench", "--json", ["--json"]),
    ],
)
def test_make_passes_its_arguments_on(made: Checkout, target: str, given: str, handed_over: list[str]) -> None:
    command = ["make", "-s", target, f"PYTHON={sys.executable}", f"ARGS={given}"]
    answer = subprocess.run(command, cwd=made.root, env=made.environ(), capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert [json.loads(line) for line in answer.stdout.splitlines()] == [["setup"], handed_over]


@POSIX
@pytest.mark.parametrize("failing", ["setup", "open"])
def test_what_a_program_says_of_its_failure_is_enough(made: Checkout, failing: str) -> None:
    answer = made.run("lab", FAIL=failing)
    assert answer.returncode == 1
    assert answer.stderr == "The jars could not be had: try again.\n"


@POSIX
def test_the_program_takes_the_place_of_make_so_that_signals_find_it(made: Checkout) -> None:
    child = subprocess.Popen(
        made.command("lab"),
        cwd=made.root,
        env=made.environ(SLOW="open"),
        stdout=subprocess.PIPE,
        text=True,
        preexec_fn=hears_signals,
    )
    assert child.stdout is not None
    assert [child.stdout.readline() for _ in range(2)] == ['["setup"]\n', '["open"]\n']
    child.send_signal(signal.SIGINT)
    assert child.communicate(timeout=30)[0] == "tidied up\n"


@POSIX
def test_ctrl_c_leaves_the_programs_time_to_tidy_up(made: Checkout) -> None:
    child = subprocess.Popen(
        made.command("setup"),
        cwd=made.root,
        env=made.environ(SLOW="setup"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hears_signals,
    )
    assert child.stdout is not None
    assert child.stdout.readline() == '["setup"]\n'
    os.killpg(child.pid, signal.SIGINT)
    said, sentence = child.communicate(timeout=30)
    assert (said, sentence) == ("tidied up\n", "\nStopped; the same command goes on where it was.\n")
    assert child.returncode == 130


@POSIX
def test_of_two_at_once_the_second_waits_and_says_so(made: Checkout) -> None:
    pipes = {"cwd": made.root, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    first = subprocess.Popen(
        made.command("setup"), env=made.environ(SLOW="setup"), preexec_fn=hears_signals, start_new_session=True, **pipes
    )
    assert first.stdout is not None
    assert first.stdout.readline() == '["setup"]\n'
    second = subprocess.Popen(made.command("setup"), env=made.environ(), **pipes)
    assert second.stderr is not None
    assert second.stderr.readline() == "Another `make` is installing here: waiting until it is done.\n"
    assert second.poll() is None
    os.killpg(first.pid, signal.SIGINT)
    assert first.communicate(timeout=30)[0] == "tidied up\n"
    assert second.communicate(timeout=30) == ('["setup"]\n', "")
    assert second.returncode == 0


# ── which Python ──


def program(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def with_python(made: Checkout, path: Path, pretend: str) -> subprocess.CompletedProcess[str]:
    """`make lab ARGS=--no-browser` as this Python pretends to be another."""
    code = f"import sys; {pretend}; from helpers.bootstrap import main; sys.exit(main(['lab', '--no-browser']))"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=made.root,
        env=made.environ(PATH=str(path)),
        capture_output=True,
        text=True,
        check=False,
    )


OLD = "sys.version_info = (3, 9, 6, 'final', 0)"


@POSIX
def test_a_wrong_python_says_in_one_sentence_what_to_do(made: Checkout, tmp_path: Path) -> None:
    answer = with_python(made, tmp_path / "bin", OLD)
    assert answer.returncode == 1
    assert answer.stdout == ""
    assert answer.stderr == (
        "\nThis is Python 3.9.6 and the workbook needs 3.11, 3.12 or 3.13: install 3.12 from "
        "https://www.python.org/downloads/ and run `make lab PYTHON=python3.12`.\n"
    )


@POSIX
def test_a_python_without_venv_names_the_package(made: Checkout, tmp_path: Path) -> None:
    answer = with_python(made, tmp_path / "bin", "sys.modules['ensurepip'] = None")
    assert answer.returncode == 1
    assert re.fullmatch(
        r"\nThis Python 3\.\d+\.\d+ cannot make environments: .*`sudo apt install python3-venv`.*\n", answer.stderr
    )


@POSIX
def test_another_python_on_the_path_takes_over(made: Checkout, tmp_path: Path) -> None:
    program(tmp_path / "bin", "python3.12", "exit 127")  # what a version manager puts there for one it lacks
    program(tmp_path / "bin", "python3.11", '[ "$1" = -c ] || echo "$@"')
    program(tmp_path / "bin", "python3.10", "echo too old")
    answer = with_python(made, tmp_path / "bin", OLD)
    assert (answer.returncode, answer.stdout, answer.stderr) == (0, "-m helpers.bootstrap lab --no-browser\n", "")


def test_an_old_python_can_read_as_far_as_its_sentence() -> None:
    """Python 3.6 knows neither annotations that are not evaluated nor `list[str]`."""
    for name in ("__init__", "errors", "bootstrap"):
        tree = ast.parse((ROOT / "helpers" / f"{name}.py").read_text(encoding="utf-8"), feature_version=(3, 6))
        for node in ast.walk(tree):
            assert not (isinstance(node, ast.ImportFrom) and node.module == "__future__"), name
            found = [node.returns] if isinstance(node, ast.FunctionDef) else []
            found += [node.annotation] if isinstance(node, ast.arg | ast.AnnAssign) else []
            for annotation in found:
                assert isinstance(annotation, ast.Name | ast.Constant | None), ast.unparse(annotation)


# ── LAB_HOME and clean ──


def fill(home: Path) -> None:
    """What a workbook that has been used keeps in LAB_HOME."""
    for name in bootstrap.STATE:
        place = home / name
        if "." in name or name == "lock":
            place.write_text("")
        else:
            (place / "inside").mkdir(parents=True)


@pytest.fixture
def used(made: Checkout) -> Checkout:
    for folder in ("work/earlier", "toy.egg-info"):
        (made.root / folder).mkdir(parents=True)
    (made.root / "work" / "mine.ipynb").write_text("{}")
    return made


def test_clean_removes_what_the_workbook_made_and_keeps_work(used: Checkout) -> None:
    (used.root / ".lab").mkdir()
    fill(used.root / ".lab")
    (used.root / ".lab" / "a-later-version-kept-this").mkdir()
    answer = used.run("clean")
    assert answer.returncode == 0, answer.stderr
    if sys.platform != "win32":
        assert answer.stdout.splitlines()[0] == '["down"]', "what runs is stopped first"
    for name in (".venv", ".venv-test", ".lab", "toy.egg-info"):
        assert not (used.root / name).exists(), name
    assert (used.root / "work" / "mine.ipynb").read_text() == "{}"
    assert (used.root / "work" / "earlier").is_dir()
    assert (used.root / "helpers" / "bootstrap.py").exists()
    assert used.run("clean").returncode == 0, "clean again, with nothing left"


@POSIX
def test_clean_empties_a_lab_home_of_its_own_and_keeps_what_came_to_it(used: Checkout, tmp_path: Path) -> None:
    home = tmp_path / "big disk"
    assert used.run("setup", LAB_HOME=str(home)).returncode == 0
    fill(home)
    (home / "thesis.tex").write_text("mine")
    assert used.run("setup", LAB_HOME=str(home)).returncode == 0, "once its own, it stays that"
    assert used.run("clean", LAB_HOME=str(home)).returncode == 0
    assert [path.name for path in home.iterdir()] == ["thesis.tex"]


def test_a_lab_home_with_other_things_is_refused_and_clean_does_not_touch_it(used: Checkout, tmp_path: Path) -> None:
    home = tmp_path / "big disk"
    home.mkdir()
    (home / "thesis.tex").write_text("mine")
    answer = used.run("setup", LAB_HOME=str(home))
    assert answer.returncode == 1
    assert answer.stderr == (
        f"\nLAB_HOME is {home}, which holds other things (thesis.tex): name a folder for the workbook alone, "
        f"such as {home / 'lab'}.\n"
    )
    fill(home)  # their own folders that happen to have our names
    before = sorted(home.rglob("*"))
    assert used.run("clean", LAB_HOME=str(home)).returncode == 0
    assert sorted(home.rglob("*")) == before


@POSIX
def test_clean_takes_a_link_away_and_not_what_it_points_to(used: Checkout, tmp_path: Path) -> None:
    jars = tmp_path / "shared jars"
    jars.mkdir()
    (jars / "kafka.jar").touch()
    (used.root / ".lab").mkdir()
    (used.root / ".lab" / "jars").symlink_to(jars)
    assert used.run("clean").returncode == 0
    assert (jars / "kafka.jar").exists()
    assert not (used.root / ".lab").exists()


def test_clean_says_what_it_could_not_remove(used: Checkout, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", used.root)
    monkeypatch.setattr(bootstrap.subprocess, "call", lambda *_, **__: 0)
    monkeypatch.setattr(bootstrap.shutil, "rmtree", lambda *_, **__: None)  # Windows, with a file open
    with pytest.raises(SetupError, match=r"\.venv could not be removed: close what still uses it"):
        bootstrap.clean()


def test_everything_the_rooms_keep_is_known_to_clean() -> None:
    texts = [path.read_text(encoding="utf-8") for path in (ROOT / "helpers").rglob("*.py")]
    found = {name for text in texts for name in re.findall(r'\bhome(?:\(\))? / "([\w.]+)"', text)}
    assert found - {"release", "bin", "lib", "jre"} <= {*bootstrap.STATE, "lab"}  # the first are in a Java's home
    assert {"kafka", "redis", "jupyter", "jars"} <= found, "the pattern finds them"


@pytest.mark.parametrize(
    ("file", "environment"),
    [
        ("", None),
        ("LAB_HOME=/tmp/there", None),
        ("LAB_HOME=/tmp/there", "/tmp/first"),
        ("# LAB_HOME=/tmp/not\nREDIS_URL=redis://x\n", None),
        ("export LAB_HOME = '/tmp/with blanks # no comment'  # but this\n", None),
        ('LAB_HOME="/tmp/quoted"\nLAB_HOME=/tmp/last # why\n', None),
        ("LAB_HOME=\nOTHER_LAB_HOME=/tmp/not", None),
        ("LAB_HOME=~/lab", None),
        ("LAB_HOME=${HOME}/lab", None),
        ("LAB_HOME=$HOME/lab", None),
        ("LAB_HOME=/tmp${NOT_THERE}/lab", None),
        ("", "~/lab"),
    ],
)
def test_lab_home_is_read_as_the_workbook_reads_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, environment: str | None
) -> None:
    (tmp_path / ".env").write_text(textwrap.dedent(file))
    monkeypatch.delenv("LAB_HOME")
    if environment is not None:
        monkeypatch.setenv("LAB_HOME", environment)
    for module in (bootstrap, config):
        monkeypatch.setattr(module, "ROOT", tmp_path)
    assert bootstrap.lab_home() == config.home()


def test_a_home_of_nobody_is_named(made: Checkout) -> None:
    answer = made.run("setup", LAB_HOME="~no-such-user/lab")
    assert answer.returncode == 1
    assert answer.stderr.startswith("\nLAB_HOME holds '~no-such-user/lab', and nobody knows where")


def test_a_dot_env_that_is_no_text_is_named(made: Checkout) -> None:
    (made.root / ".env").write_text("LAB_HOME=/tmp/there\n", encoding="utf-16")
    answer = made.run("setup")
    assert answer.returncode == 1
    assert answer.stderr == f"\n{made.root / '.env'} is not UTF-8 text: save it again as UTF-8.\n"


def test_a_folder_named_dot_env_is_named(made: Checkout) -> None:
    (made.root / ".env").mkdir()
    answer = made.run("setup")
    assert answer.returncode == 1
    assert answer.stderr.startswith(f"\n{made.root / '.env'} is a folder: remove it")
    assert answer.stderr.count("\n") == 2
