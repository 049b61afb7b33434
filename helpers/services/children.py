"""Python programs as children that are asked to end, as a terminal or an operating system asks."""

import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import Any, Literal

from helpers.services.process import ServiceError

# A shell that starts things in the background lets them ignore Ctrl+C, and a child inherits that.
PROLOGUE = "import signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
READY = "ready"


def run_until_signal(program: str, *arguments: str, name: Literal["SIGTERM", "SIGINT"], seconds: float = 30) -> int:
    """Run a Python program until it prints `ready`, send it the signal, wait for its end; its exit code.

    arguments: its sys.argv[1:]. seconds: until it is ready, and again until it has ended; then it is killed. On
    Windows, where no program can send these signals to another, it gets Ctrl+Break (SIGBREAK). Raises ServiceError
    when it was not ready in time, or did not end.
    """
    with _started([sys.executable, "-c", PROLOGUE + program, *arguments]) as child:
        watchdog = threading.Timer(seconds, child.kill)  # readline has no time limit of its own
        watchdog.start()
        try:
            said = child.stdout.readline().strip() if child.stdout else ""
            if said != READY:
                raise ServiceError(f"The program said {said!r} within {seconds:g} s, not {READY!r}: run it by itself.")
            watchdog.cancel()
            _send(child, name)
            return child.wait(seconds)
        except subprocess.TimeoutExpired as error:
            raise ServiceError(f"The program went on for {seconds:g} s after {name}: let it end by itself.") from error
        finally:
            watchdog.cancel()
            child.kill()


def _started(command: Sequence[str]) -> subprocess.Popen[str]:
    group: dict[str, Any] = {}
    if sys.platform == "win32":
        group = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    nowhere = subprocess.DEVNULL
    return subprocess.Popen(command, stdin=nowhere, stdout=subprocess.PIPE, stderr=nowhere, text=True, **group)


def _send(child: subprocess.Popen[str], name: str) -> None:
    if sys.platform == "win32":
        child.send_signal(signal.CTRL_BREAK_EVENT)
    else:
        child.send_signal(signal.Signals[name])
