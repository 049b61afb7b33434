"""Which processes belong to a `.lab`, and waiting for what must happen: for tests that start and end things."""

import signal
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
    """Every process that works in this `.lab`, or names it on its command line or in its first environment."""
    return [process for process in psutil.process_iter() if _belongs(process, home)]


def _belongs(process: psutil.Process, home: Path) -> bool:
    try:
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if Path(process.cwd()).is_relative_to(home):  # Redis writes its title over command line and environment
            return True
        return process.environ().get("LAB_HOME") == str(home) or any(str(home) in part for part in process.cmdline())
    except psutil.Error:
        return False


def hears_signals() -> None:
    """As preexec_fn: a shell that starts the suite in the background lets it, and so its children, ignore these."""
    for name in ("SIGINT", "SIGHUP"):
        signal.signal(getattr(signal, name), signal.SIG_DFL)
