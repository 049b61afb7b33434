"""Environments from wheels that are fetched first: with the real pip, from an index on this machine."""

import os
import re
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from helpers import environments
from tests.checkout import BIG, POSIX, ROOT, Checkout, serving
from tests.checkout import checkout as checkout  # the fixtures
from tests.checkout import index as index
from tests.checkout import made as made
from tests.processes import hears_signals
from tests.test_lock import pins
from tests.wheelhouse import Index


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
