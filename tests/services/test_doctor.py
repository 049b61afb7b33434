"""Each simulated fault gives exactly its own finding, with its own remedy."""

import json
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import psutil
import pytest

from helpers import cli, datasets, services
from helpers.services import doctor, jars, reachability, redis
from helpers.services.doctor import machine, packages, rounds
from helpers.services.doctor.finding import fault, good, note

Break = Callable[[pytest.MonkeyPatch, Path], None]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """TensorFlow's import takes seconds and is looked at in a test of its own."""
    checks = [check for check in rounds.CHECKS if check is not packages.tensorflow]
    monkeypatch.setattr(rounds, "CHECKS", tuple(checks))


def old_python(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setattr(machine, "sys", SimpleNamespace(version_info=(3, 14, 0), prefix="/usr", platform="linux"))
    patch.setattr(machine, "platform", SimpleNamespace(**vars(machine.platform) | {"python_version": lambda: "3.14.0"}))


def intel_mac(patch: pytest.MonkeyPatch, home: Path) -> None:
    intel = {"system": lambda: "Darwin", "machine": lambda: "x86_64"}
    patch.setattr(machine, "platform", SimpleNamespace(**vars(machine.platform) | intel))


def small_memory(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setattr(machine.psutil, "virtual_memory", lambda: SimpleNamespace(total=2 << 30, available=1 << 30))


def full_disk(patch: pytest.MonkeyPatch, home: Path) -> None:
    usage = shutil.disk_usage(home)._replace(free=1 << 28)
    patch.setattr(machine.shutil, "disk_usage", lambda _: usage)


def read_only_home(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setattr(machine.os, "access", lambda path, mode: Path(path) != home)


def no_ports(patch: pytest.MonkeyPatch, home: Path) -> None:
    def refuse() -> int:
        raise OSError("Operation not permitted")

    patch.setattr(machine, "free_port", refuse)


def missing_package(patch: pytest.MonkeyPatch, home: Path) -> None:
    real = packages.version

    def version(name: str) -> str:
        if name == "pandas":
            raise packages.PackageNotFoundError(name)
        return real(name)

    patch.setattr(packages, "version", version)


def no_crc32c(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setitem(sys.modules, "crc32c", None)


def no_hiredis(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setitem(sys.modules, "hiredis", None)


def wrong_java(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("LAB_JAVA_HOME", str(home))


def altered_jar(patch: pytest.MonkeyPatch, home: Path) -> None:
    locked = jars.locked()
    patch.setattr(jars, "locked", lambda: [locked[0], *(jar for jar in locked[1:2])])
    own = home / "own" / "jars"
    own.mkdir(parents=True)
    (own / locked[0].name).write_bytes(b"evil")
    shutil.copy((home / "jars").resolve() / locked[1].name, own)
    patch.setenv("LAB_HOME", str(home / "own"))


def kafka_elsewhere(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("KAFKA_BOOTSTRAP_SERVERS", "127.0.0.1:9")


def redis_elsewhere(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("REDIS_URL", "redis://:secret@127.0.0.1:9/0")


def ksql_elsewhere(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("KSQL_URL", "http://u:secret@127.0.0.1:9")


def altered_data(patch: pytest.MonkeyPatch, home: Path) -> None:
    copy = home / "data"
    shutil.copytree(datasets.DATA, copy)
    (copy / "talk-patients.csv").write_text("id,age\n")
    patch.setattr(datasets, "DATA", copy)


def mistyped_setting(patch: pytest.MonkeyPatch, home: Path) -> None:
    patch.setenv("KAFKA_BOOTSTRAP_SERVERS", "localhost")


@pytest.mark.parametrize(
    ("broken", "subject", "found", "remedy"),
    [
        (old_python, "python", "3.14.0", "install 3.13"),
        (intel_mac, "platform", "Darwin x86_64", "dev container"),
        (small_memory, "memory", "needs 4", "larger machine"),
        (full_disk, "disk", "0.2 GB free", "LAB_HOME"),
        (read_only_home, "disk", "no folder you can write to", "LAB_HOME"),
        (no_ports, "ports", "not permitted", "firewall"),
        (missing_package, "packages", "pandas is missing", "make lab"),
        (no_crc32c, "crc32c", "slower", "make lab"),
        (no_hiredis, "hiredis", "slower", "make lab"),
        (wrong_java, "java", "LAB_JAVA_HOME is", "unset it"),
        (altered_jar, "jars", "damaged or altered", "lab setup"),
        (kafka_elsewhere, "kafka", "127.0.0.1:9", "KAFKA_BOOTSTRAP_SERVERS"),
        (redis_elsewhere, "redis", "127.0.0.1:9", "REDIS_URL"),
        (ksql_elsewhere, "ksql", "127.0.0.1:9", "KSQL_URL"),
        (altered_data, "data", "talk-patients.csv", "git checkout"),
        (mistyped_setting, "settings", "'localhost'", "host:port"),
    ],
    ids=lambda value: value.__name__ if callable(value) else "",
)
def test_a_fault_gives_its_own_finding_and_no_other(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, broken: Break, subject: str, found: str, remedy: str
) -> None:
    broken(monkeypatch, fresh_home)
    faults = doctor.examine().faults
    assert [finding.subject for finding in faults] == [subject]
    assert found in faults[0].found
    assert remedy in faults[0].remedy
    assert "secret" not in str(faults[0])


def test_a_machine_as_installed_is_ready(fresh_home: Path) -> None:
    report = doctor.examine()
    assert report.faults == ()
    assert str(report).endswith("This machine is ready.")


@pytest.mark.services
def test_running_services_are_looked_at_where_they_advertise(fresh_home: Path) -> None:
    services.up("kafka", "redis")
    found = {finding.subject: finding.found for finding in doctor.examine().findings}
    assert "1 broker, reachable where advertised" in found["kafka"]
    assert "version" in found["redis"] or "emulator" in found["redis"]


def test_a_paused_redis_is_found(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reachability.check_redis, "__defaults__", (0.5,))
    services.up("redis")
    process = psutil.Process(services.running()[0].process.pid)
    process.suspend()
    try:
        assert [finding.subject for finding in doctor.examine().faults] == ["redis"]
    finally:
        process.resume()


def test_the_emulator_says_that_it_is_one(fresh_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(redis, "choose", redis.Emulator)
    report = doctor.examine()
    (finding,) = [finding for finding in report.findings if finding.subject == "redis"]
    assert (finding.grade, report.faults) == ("note", ())
    assert "emulator" in finding.found
    assert "redis" in finding.remedy


def test_tensorflow_is_imported_in_a_process_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert packages.tensorflow().grade == "ok"
    (tmp_path / "tensorflow.py").write_text("raise ImportError('no AVX here')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    finding = packages.tensorflow()
    assert finding.grade == "fault"
    assert "no AVX here" in finding.found


@pytest.fixture
def taken() -> Iterator[int]:
    """A port where something listens that is no Kafka and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def test_a_port_where_something_else_listens_is_found(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, taken: int
) -> None:
    monkeypatch.setenv("KAFKA_BOOTSTRAP_SERVERS", f"127.0.0.1:{taken}")
    assert [finding.subject for finding in doctor.examine().faults] == ["kafka"]


def test_the_command_tells_people_and_programs(
    fresh_home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["doctor"]) == 0
    assert "This machine is ready." in capsys.readouterr().out
    monkeypatch.setenv("REDIS_URL", "redis://127.0.0.1:9/0")
    assert cli.main(["doctor", "--json"]) == 1
    findings = json.loads(capsys.readouterr().out)
    assert [finding["subject"] for finding in findings if finding["grade"] == "fault"] == ["redis"]


def test_in_a_notebook_the_verdict_comes_first_and_what_is_well_is_folded() -> None:
    report = doctor.Report((good("disk", "9 GB"), fault("redis", "silent", "lab up redis")))
    opened, _, folded = report._repr_html_().partition("<details>")
    assert opened.startswith("<p><b>1 thing needs mending")
    assert "lab up redis" in opened
    assert "9 GB" not in opened
    assert "9 GB" in folded
    assert "lab up redis" not in folded
    assert doctor.Report((good("disk", "9 GB"),))._repr_html_().count("<table>") == 1
    assert "<details>" not in doctor.Report((note("memory", "1 GB"),))._repr_html_()


def test_html_is_escaped() -> None:
    finding = doctor.Finding("redis", "fault", "<b>bold</b>", "<i>")  # type: ignore[arg-type]
    shown = doctor.Report((finding,))._repr_html_()
    assert "<b>bold</b>" not in shown
    assert "&lt;b&gt;" in shown
