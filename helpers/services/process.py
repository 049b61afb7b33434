"""Processes that outlive the command that started them: start, recognise, wait for, stop.

A process is known by pid *and* start time: a pid alone may belong to somebody else after a restart.
"""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

from helpers.errors import LabError

HOST = "127.0.0.1"  # nothing of ours listens anywhere else


class ServiceError(LabError):
    """A service could not be started, reached or stopped."""


def _epoch() -> float:
    """What `created` counts from, in seconds since 1970.

    On Linux psutil adds the boot time, which moves when the clock is set; a start counted from boot never moves.
    """
    return psutil.boot_time() if sys.platform == "linux" else 0.0


@dataclass(frozen=True)
class Process:
    """A running process: `created` is its start in seconds, since boot on Linux and since 1970 elsewhere."""

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> "Process":
        """The process that has `pid` now. Raises psutil.NoSuchProcess."""
        return cls(pid, psutil.Process(pid).create_time() - _epoch())

    def handle(self) -> psutil.Process | None:
        """psutil's view of it; None when it has ended, also when its pid has gone to another process."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - _epoch() - self.created) < 1.0
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None

    def alive(self) -> bool:
        """Whether it still runs."""
        return self.handle() is not None

    @property
    def age(self) -> float:
        """Seconds since its start."""
        return max(0.0, time.time() - _epoch() - self.created)


def free_port(preferred: int | None = None) -> int:
    """A port nobody listens on: the preferred one if it is free, so that an address survives a restart."""
    for port in (preferred, 0):
        if port is None:
            continue
        with socket.socket() as probe, suppress(OSError, OverflowError):
            if sys.platform != "win32":  # there the option would allow sharing a port that is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((HOST, port))
            return int(probe.getsockname()[1])
    raise ServiceError("No free port is left on 127.0.0.1: close some programs and try again.")


def listening(port: int, host: str = HOST) -> bool:
    """Whether somebody accepts connections there."""
    with socket.socket() as probe:
        probe.settimeout(0.5)
        return probe.connect_ex((host, port)) == 0


def spawn(command: Sequence[str | Path], log: Path, env: Mapping[str, str] | None = None) -> subprocess.Popen[bytes]:
    """Start a process of its own session, its output in `log` (the previous log is kept as `*.1`)."""
    log.parent.mkdir(parents=True, exist_ok=True)
    if log.exists():
        with suppress(OSError):  # Windows refuses while a reader has the file open: then the log goes on growing
            log.replace(log.with_name(log.name + ".1"))
    detached: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        detached = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                [str(part) for part in command],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                env=dict(env) if env is not None else None,
                **detached,
            )
        except OSError as error:
            raise ServiceError(f"{command[0]} could not be started: {error}.") from error


def wait_until(ready: Callable[[], bool], child: subprocess.Popen[bytes], name: str, log: Path, seconds: float) -> None:
    """Wait for `ready`; raises ServiceError with the log's telling line when the child dies or time runs out.

    A start that does not succeed, also one that is interrupted, leaves no process.
    """
    deadline = time.monotonic() + seconds
    try:
        while not ready():
            if child.poll() is not None:
                raise ServiceError(f"{name} ended while starting ({_telling_line(log)}): see `lab logs {log.stem}`.")
            if time.monotonic() > deadline:
                raise ServiceError(
                    f"{name} was not ready after {seconds:.0f} s ({_telling_line(log)}): close other programs and "
                    f"try again, or see `lab logs {log.stem}`."
                )
            time.sleep(0.05)
    except BaseException:
        child.kill()
        child.wait(timeout=10)
        raise


def stop(process: Process, seconds: float = 10) -> None:
    """Ask it and its children to end, insist after `seconds`; returns when they are gone."""
    handle = process.handle()
    if handle is None:
        return
    family = [handle]
    with suppress(psutil.Error):
        family += handle.children(recursive=True)
    for member in family:
        with suppress(psutil.Error):
            member.resume()  # one paused by a lesson would never hear the request
            member.terminate()
    for member in wait_ended(family, seconds):
        with suppress(psutil.Error):
            member.kill()
    wait_ended(family, 5)


def wait_ended(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    """Wait until they have ended; those that have not after so many seconds.

    One that has ended stays a zombie until its parent asks for it, which in a container may take seconds, or for ever.
    psutil's own wait_procs waits for that too.
    """
    deadline = time.monotonic() + seconds
    while left := [process for process in processes if not _ended(process)]:
        if time.monotonic() > deadline:
            break
        time.sleep(0.02)
    return left


def stands_still(process: psutil.Process) -> bool:
    """Whether each of its threads is stopped: on a busy machine some still work a while after SIGSTOP."""
    if sys.platform != "linux":
        return bool(process.status() == psutil.STATUS_STOPPED) or sys.platform == "win32"
    # a thread's line is `id (name) state …`, see proc(5)
    lines = [path.read_text() for path in Path(f"/proc/{process.pid}/task").glob("*/stat")]
    return all(line.rpartition(")")[2].split()[0] == "T" for line in lines)


def _ended(process: psutil.Process) -> bool:
    try:
        process.wait(0)  # asks for a child of ours
    except psutil.TimeoutExpired:
        with suppress(psutil.NoSuchProcess):
            return bool(process.status() == psutil.STATUS_ZOMBIE)
    return True


def _telling_line(log: Path) -> str:
    """The log's last error, else its last line."""
    lines = log.read_text(encoding="utf-8", errors="replace").splitlines() if log.exists() else []
    said = [line.strip() for line in lines if line.strip()]
    marked = [line for line in said if "ERROR" in line or "Error" in line or "Exception" in line]
    return (marked or said or ["its log is empty"])[-1][:200]
