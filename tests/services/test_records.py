"""The lock of a `.lab`: who waits says for whom, and what stands in the way is named."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.services import records, supervisor
from helpers.services.process import Process, ServiceError
from helpers.services.records import Record, Records
from tests.processes import processes_of

HOLD = """
import sys, time
from pathlib import Path
from helpers.services.records import Records

home = Path(sys.argv[1])
sys.argv = ["/somewhere/bin/lab", "up", "kafka"]
with Records(home).lock():
    print("held", flush=True)
    sys.stdin.readline()
"""


@pytest.fixture
def holder(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """`lab up kafka`, as it seems, which holds the lock until it reads a line."""
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "held\n"
        yield child
        child.kill()


def test_who_waits_says_for_whom_and_goes_on(
    tmp_path: Path, holder: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "QUIET_SECONDS", 0.2)
    said = []

    def let_go(*arguments: object, **more: object) -> None:
        said.append(arguments[0])
        holder.communicate("\n")

    monkeypatch.setattr("builtins.print", let_go)
    with Records(tmp_path).lock():
        assert said == [f"Waiting for another lab command (`lab up kafka`, pid {holder.pid}) …"]


def test_who_has_waited_long_enough_says_who_holds_it(
    tmp_path: Path, holder: "subprocess.Popen[str]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "QUIET_SECONDS", 0.1)
    monkeypatch.setattr(records, "LOCK_SECONDS", 0.2)
    with (
        pytest.raises(ServiceError, match=rf"^Another lab command \(`lab up kafka`, pid {holder.pid}\) has been busy"),
        Records(tmp_path).lock(),
    ):
        pass


def test_nothing_is_said_when_nobody_is_in_the_way(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for _ in range(2):
        with Records(tmp_path).lock():
            pass
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("name", ["run", "redis", "logs", "lock/x"])
def test_a_file_in_the_place_of_a_folder_is_named(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    place = tmp_path / name
    place.parent.mkdir(exist_ok=True)
    place.touch()
    with pytest.raises(
        ServiceError, match=rf"{tmp_path / name.split('/')[0]}\S* cannot be used \(.*\): remove what is"
    ):
        supervisor.up("redis")
    place.unlink()
    assert processes_of(tmp_path) == []


def test_an_error_of_another_file_stays_what_it_is(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), Records(tmp_path).lock():
        Path("/no/such/file").read_text()


def test_the_brokers_of_a_cluster_are_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    own = Records(tmp_path)
    children = [subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) for _ in range(4)]
    names = ["kafka", *(f"cluster-standing-{node}" for node in (1, 2, 3))]
    for child, name in zip(children, names, strict=True):
        own.write(Record(name, "kafka 4.3.1", "127.0.0.1:1", Process.of(child.pid)))
    assert supervisor.down() == ["kafka 4.3.1", "3 disposable brokers"]
    for child in children:
        child.wait()
