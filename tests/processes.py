"""Which processes belong to a `.lab`, and waiting for what must happen: for tests that start and end things."""

import time
from collections.abc import Callable
from pathlib import Path

import psutil


def until(condition: Callable[[], bool], seconds: float = 15, what: str = "nothing happened in time") -> None:
    """Wait for the condition; fail with `what` after so many seconds."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def processes_of(home: Path) -> list[psutil.Process]:
    """Every process that names this `.lab` on its command line or in the environment it was started with."""
    return [process for process in psutil.process_iter() if _belongs(process, str(home))]


def _belongs(process: psutil.Process, home: str) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        return process.environ().get("LAB_HOME") == home or any(home in part for part in process.cmdline())
    except psutil.Error:
        return False
