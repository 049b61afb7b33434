"""What `make` does before anything is installed: commands, Pythons, environments, clean. Real pip, own index."""

import ast
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import textwrap
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import bootstrap, config, environments
from helpers.bootstrap import SetupError
from tests.processes import hears_signals
from tests.test_lock import pins
from tests.wheelhouse import Index, pip_wheel, wheel

ROOT = Path(__file__).resolve().parents[1]
SIZE = 2_000_000
BIG = "shop-1.0+lab.1-py3-none-any.whl"  # a local version: its + is %2B in a URL
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither signals nor scripts of this kind")
STAND_IN = """
import json, os, sys, time
try:
    print(json.dumps(sys.argv[1:]), flush=True)
    time.sleep(60 if os.environ.get("SLOW") == sys.argv[1] else 0)
except KeyboardInterrupt:
    time.sleep(0.5)
    print("tidied up", flush=True)
    sys.exit(130)
if os.environ.get("FAIL") == sys.argv[1]:
    sys.exit("The jars could not be had: try again.")
"""
BACKEND = """
import zipfile
def build_editable(folder, settings=None, metadata=None):
    name = "toy-0-py3-none-any.whl"
    with zipfile.ZipFile(f"{folder}/{name}", "w") as archive:
        archive.writestr("toy.pth", __file__.rpartition("backend.py")[0])
        archive.writestr("toy-0.dist-info/METADATA", "Metadata-Version: 2.1\\nName: toy\\nVersion: 0\\n")
        archive.writestr("toy-0.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        archive.writestr("toy-0.dist-info/RECORD", "")
    return name
"""


@dataclass
class Checkout:
    """A clone with a small lock and stand-ins for the programs that `make` hands over to."""

    root: Path
    index: str = "http://127.0.0.1:9/simple/"

    @classmethod
    def at(cls, root: Path, index: Index) -> "Checkout":
        (root / "helpers").mkdir(parents=True)
        for name in ("__init__", "bootstrap", "download", "environments", "errors"):
            shutil.copy(ROOT / "helpers" / f"{name}.py", root / "helpers")
        shutil.copy(ROOT / "Makefile", root)
        (root / "helpers" / "cli.py").write_text(STAND_IN)
        for room in ("tests", "benchmarks", "helpers/authoring"):
            (root / room).mkdir()
            (root / room / "__main__.py").write_text(STAND_IN)
        (root / "backend.py").write_text(BACKEND)
        (root / "pyproject.toml").write_text(
            '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
            '[project]\nname = "toy"\nversion = "0"\n'
        )
        absent = f"elsewhere==1.0 ; sys_platform == 'plan9' \\\n    --hash=sha256:{'1' * 64}\n    # via us\n"
        for lock in ("requirements.txt", "tests/requirements.txt"):
            (root / lock).write_text(absent + index.lock())
        return cls(root, index.url)

    @property
    def python(self) -> Path:
        return self.root / ".venv" / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")

    def environ(self, **more: str) -> dict[str, str]:
        """Nobody's pip settings, no LAB_*: the index and what the test asks for."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "LAB_"))}
        own = {"PIP_INDEX_URL": self.index, "PIP_CONFIG_FILE": os.devnull, "PIP_NO_CACHE_DIR": "1", "PIP_RETRIES": "0"}
        return kept | own | {"NO_PROXY": "*"} | more

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "helpers.bootstrap", *arguments]

    def run(self, *arguments: str, **environ: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.command(*arguments),
            cwd=self.root,
            env=self.environ(**environ),
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    def looks_installed(self) -> None:
        """Let the next command find its environment made, though it is the tests' own Python."""
        for name, lock in ((".venv", "requirements.txt"), (".venv-test", "tests/requirements.txt")):
            folder = self.root / name
            python = folder / self.python.relative_to(self.root / ".venv")
            python.parent.mkdir(parents=True, exist_ok=True)
            python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
            python.chmod(0o755)
            (folder / "installed").write_text(environments.wanted(self.root, folder, self.root / lock))


@contextmanager
def serving() -> Iterator[Index]:
    pip = pip_wheel()
    server = Index(dict([wheel("shop", "1.0+lab.1", SIZE), wheel("tiny", "2.0")]) | {pip.name: pip.read_bytes()})
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()


@pytest.fixture
def index() -> Iterator[Index]:
    with serving() as server:
        yield server


@pytest.fixture
def checkout(tmp_path: Path, index: Index) -> Checkout:
    return Checkout.at(tmp_path / "my clone ü", index)


@pytest.fixture
def made(checkout: Checkout) -> Checkout:
    checkout.looks_installed()
    return checkout


# ── the environment ──


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Checkout, Index]]:
    """A clone that has been set up, for tests that leave it so."""
    with serving() as server:
        checkout = Checkout.at(tmp_path_factory.mktemp("installed") / "my clone ü", server)
        answer = checkout.run("setup")
        assert answer.returncode == 0, answer.stderr
        assert answer.stdout.splitlines() == ['["setup"]']
        assert "Packages: 3 files" in answer.stderr
        yield checkout, server


def test_a_fresh_clone_is_set_up_once_and_again_without_a_network(installed: tuple[Checkout, Index]) -> None:
    checkout, index = installed
    versions = "import shop, tiny; print(shop.VERSION, tiny.VERSION)"
    assert subprocess.check_output([checkout.python, "-c", versions], text=True) == "1.0+lab.1 2.0\n"
    index.asked.clear()
    again = checkout.run("setup")
    assert (again.returncode, again.stdout, again.stderr) == (0, '["setup"]\n', "")
    assert index.asked == []


def test_an_instructors_wheels_spare_the_network(installed: tuple[Checkout, Index], tmp_path: Path) -> None:
    checkout, index = installed
    other = Checkout.at(tmp_path / "other", index)
    other.index = "http://127.0.0.1:9/simple/"
    shutil.copytree(checkout.root / ".lab" / "wheels", other.root / ".lab" / "wheels")
    answer = other.run("setup")
    assert answer.returncode == 0, answer.stderr


def test_a_stopped_download_goes_on_where_it_stopped(checkout: Checkout, index: Index) -> None:
    index.cut[BIG] = 300_000
    first = checkout.run("setup")
    assert first.returncode == 1
    assert re.search(
        rf"^{re.escape(BIG)} could not be downloaded .* it goes on where it stopped\.$", first.stderr, re.M
    )
    assert "Traceback" not in first.stderr
    index.refused.clear()
    index.asked.clear()
    second = checkout.run("setup")
    assert second.returncode == 0, second.stderr
    assert (f"/files/{BIG}", "bytes=300000-") in index.asked
    assert subprocess.run([checkout.python, "-c", "import shop"], check=False).returncode == 0


def test_a_failed_pip_says_what_to_do(checkout: Checkout, index: Index) -> None:
    del index.wheels[BIG]
    answer = checkout.run("setup")
    assert answer.returncode == 1
    assert "No matching distribution found for shop==1.0+lab.1" in answer.stderr
    *_, last = answer.stderr.splitlines()
    assert last.startswith("The packages could not be installed, for the reason printed above: if the network broke")
    assert "Traceback" not in answer.stderr
    assert not (checkout.root / ".venv" / "installed").exists()


@POSIX
def test_ctrl_c_while_packages_arrive(checkout: Checkout, index: Index) -> None:
    index.stalled = threading.Event()
    child = subprocess.Popen(
        checkout.command("setup"),
        cwd=checkout.root,
        env=checkout.environ(),
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        preexec_fn=hears_signals,
    )
    assert index.stalled.wait(60)
    os.killpg(child.pid, signal.SIGINT)
    _, said = child.communicate(timeout=30)
    assert child.returncode == 130
    assert said.splitlines()[-1] == "Stopped; the same command goes on where it was."
    assert "Traceback" not in said


@pytest.fixture
def recorded(checkout: Checkout, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """environment() without its programs: what they would have been."""
    commands: list[str] = []

    def run(*command: str | Path) -> None:
        commands.append(" ".join(map(str, command)))
        if "venv" in command:
            checkout.python.parent.mkdir(parents=True, exist_ok=True)
            checkout.python.touch()

    monkeypatch.setattr(environments, "_run", run)
    monkeypatch.setattr(environments, "_fetch_wheels", lambda *_: None)
    return commands


def make(root: Path) -> None:
    environments.environment(root, ".venv", root / "requirements.txt", root / ".lab" / "wheels")


def test_an_environment_is_made_once(checkout: Checkout, recorded: list[str]) -> None:
    make(checkout.root)
    assert len(recorded) == 4
    make(checkout.root)
    assert len(recorded) == 4


def test_it_is_made_again_when_it_is_no_longer_what_it_should_be(checkout: Checkout, recorded: list[str]) -> None:
    make(checkout.root)
    for name in ("requirements.txt", "pyproject.toml"):
        recorded.clear()
        with (checkout.root / name).open("a") as file:
            file.write("# newer\n")
        make(checkout.root)
        assert "venv --clear" in recorded[0], f"{name} has changed"
    recorded.clear()
    checkout.python.unlink()
    make(checkout.root)
    assert "venv --clear" in recorded[0], "its Python is gone"
    recorded.clear()
    moved = checkout.root.rename(checkout.root.with_name("moved"))
    with pytest.raises(FileNotFoundError):
        checkout.python.touch()
    checkout.root = moved
    make(moved)
    assert "venv --clear" in recorded[0], "a moved environment points to where it was"


@POSIX
def test_what_runs_in_an_environment_ends_before_it_is_made_again(made: Checkout, index: Index) -> None:
    (made.root / "requirements.txt").write_text("nothing==1.0\n")  # which ends the attempt right after
    made.python.write_text(f'#!/bin/sh\necho "$@" >> "{made.root}/ran"\n')
    answer = made.run("setup")
    assert answer.stderr.endswith(
        "requirements.txt does not name a pip: restore it with `git checkout requirements.txt`.\n"
    )
    assert (made.root / "ran").read_text() == "-m helpers.cli down\n"


@pytest.mark.parametrize("lock", ["requirements.txt", "tests/requirements.txt"])
def test_without_hashes_every_requirement_is_kept_with_its_marker(lock: str) -> None:
    bare = environments.without_hashes((ROOT / lock).read_text(encoding="utf-8"))
    assert "sha256" not in bare
    assert "\\" not in bare
    found = [Requirement(line) for line in bare.splitlines() if not line.lstrip().startswith("#")]
    assert {(each.name, str(each.specifier), str(each.marker or "")) for each in found} == {
        (str(each.name), f"=={each.version}", str(Requirement(f"x ; {each.marker}").marker) if each.marker else "")
        for each in pins(lock)
    }


@pytest.mark.parametrize("lock", ["requirements.txt", "tests/requirements.txt"])
def test_only_pip_stands_in_the_file_that_installs_pip(
    lock: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environments, "_run", lambda *_: None)
    environments._install_pip(Path(sys.executable), ROOT / lock, tmp_path)
    text = (tmp_path / "pip.txt").read_text()
    (pip,) = [pin for pin in pins(lock) if pin.name == "pip"]
    assert text.startswith(f"pip=={pip.version} ")
    assert set(re.findall(r"--hash=(\S+)", text)) == pip.hashes
    assert not re.findall(r"^(?!pip)\S", text, re.MULTILINE)


def test_a_lock_may_end_with_pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environments, "_run", lambda *_: None)
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1\npip==26.3 \\\n    --hash=sha256:ab\n")
    environments._install_pip(Path(sys.executable), lock, tmp_path)
    assert (tmp_path / "pip.txt").read_text() == "pip==26.3 \\\n    --hash=sha256:ab\n"


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
    listed = subprocess.run(["make"], cwd=made.root, env=made.environ(), capture_output=True, text=True, check=False)
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


def test_a_dot_env_that_is_no_text_is_named(made: Checkout) -> None:
    (made.root / ".env").write_text("LAB_HOME=/tmp/there\n", encoding="utf-16")
    answer = made.run("setup")
    assert answer.returncode == 1
    assert answer.stderr == f"\n{made.root / '.env'} is not UTF-8 text: save it again as UTF-8.\n"
