"""Processes are known by pid and start time, waited for within limits, and gone when stopped."""

import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from helpers.services.process import (
    Process,
    ServiceError,
    free_port,
    listening,
    spawn,
    stop,
    wait_ended,
    wait_until,
)

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "child.log"


def python(code: str, log: Path) -> "subprocess.Popen[bytes]":
    return spawn([sys.executable, "-c", code], log)


def test_a_pid_that_went_to_another_process_is_not_ours(log: Path) -> None:
    child = spawn(SLEEP, log)
    mine = Process.of(child.pid)
    assert mine.alive()
    assert not Process(child.pid, mine.created - 3600).alive()
    stop(mine)
    assert not mine.alive()
    assert child.poll() is not None


@pytest.mark.skipif(sys.platform != "linux", reason="only there do start times move with the clock")
def test_a_clock_that_is_set_changes_nothing(log: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    child = spawn(SLEEP, log)
    mine = Process.of(child.pid)
    later = psutil.boot_time() + 3600
    monkeypatch.setattr(psutil, "boot_time", lambda: later)
    monkeypatch.setattr("psutil._pslinux.boot_time", lambda: later)
    assert mine.alive()
    stop(mine)


def test_a_child_that_nobody_waits_for_counts_as_ended(log: Path) -> None:
    child = python("pass", log)
    mine = Process.of(child.pid)
    deadline = time.monotonic() + 10
    while mine.alive():
        assert time.monotonic() < deadline
    assert psutil.Process(child.pid).status() == psutil.STATUS_ZOMBIE if sys.platform != "win32" else True
    child.wait()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no zombies")
def test_one_that_ended_and_that_its_parent_never_asks_for_is_not_waited_for(log: Path) -> None:
    """As PID 1 of many a container does."""
    child = "subprocess.Popen([sys.executable, '-c', ''])"
    parent = python(f"import subprocess, sys, time; print({child}.pid, flush=True); time.sleep(60)", log)
    try:
        wait_until(lambda: log.read_text().endswith("\n"), parent, "the parent", log, 10)
        orphan = psutil.Process(int(log.read_text()))
        assert wait_ended([orphan], 30) == []
        assert orphan.status() == psutil.STATUS_ZOMBIE
    finally:
        stop(Process.of(parent.pid))


def test_stop_ends_what_ignores_the_request_and_its_children(log: Path) -> None:
    code = (
        "import signal, subprocess, sys, time; signal.signal(signal.SIGTERM, signal.SIG_IGN);"
        "subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)']); print('ready', flush=True);"
        "time.sleep(60)"
    )
    child = python(code, log)
    wait_until(lambda: "ready" in log.read_text(), child, "child", log, 10)
    family = psutil.Process(child.pid).children()
    assert len(family) == 1
    stop(Process.of(child.pid), seconds=0.5)
    assert not family[0].is_running() or family[0].status() == psutil.STATUS_ZOMBIE
    assert child.poll() is not None


def test_stop_ends_a_paused_process(log: Path) -> None:
    child = spawn(SLEEP, log)
    psutil.Process(child.pid).suspend()
    stop(Process.of(child.pid), seconds=5)
    assert child.poll() is not None


def test_a_child_that_dies_says_why(log: Path) -> None:
    child = python("print('all is well'); raise OSError('disk on fire'); print('after')", log)
    with pytest.raises(
        ServiceError, match=r"Thing ended while starting \(OSError: disk on fire\): see `lab logs child`"
    ):
        wait_until(lambda: False, child, "Thing", log, 20)


def test_a_start_that_takes_too_long_leaves_no_process(log: Path) -> None:
    child = spawn(SLEEP, log)
    with pytest.raises(ServiceError, match="Thing was not ready after 0 s"):
        wait_until(lambda: False, child, "Thing", log, 0.2)
    assert child.poll() is not None


def test_the_log_of_the_run_before_is_kept(log: Path) -> None:
    python("print('first')", log).wait()
    python("print('second')", log).wait()
    assert log.read_text().strip() == "second"
    assert log.with_name("child.log.1").read_text().strip() == "first"


def test_a_program_that_does_not_exist_is_named(log: Path) -> None:
    with pytest.raises(ServiceError, match="no-such-program could not be started"):
        spawn(["no-such-program"], log)


def test_a_port_is_kept_while_it_is_free() -> None:
    import socket

    port = free_port()
    assert free_port(port) == port
    assert not listening(port)
    with socket.create_server(("127.0.0.1", port)):
        assert listening(port)
        assert free_port(port) != port
