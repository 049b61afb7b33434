"""`make lab`: the services and JupyterLab in the foreground, all stopped when it ends, however it ends."""

import os
import signal
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

from helpers.config import settings
from helpers.services import jupyter, keeper, supervisor
from helpers.services.process import Process, ServiceError
from helpers.services.records import Records

FIRST = "notebooks/00_welcome.ipynb"


def run(*, browser: bool) -> int:
    """Start everything, print the address, wait for Ctrl+C, the end of JupyterLab or of the terminal; stop everything.

    browser: open the page, where there is a screen to open it on. Raises ServiceError.
    """
    now = settings()
    records = Records(now.home)
    with _ending_on_signals():
        try:
            print(supervisor.up(owner=Process.of(os.getpid())), flush=True)
            page = _open_jupyter(records, now.root / "work")
            print(f"\nJupyterLab: {page}\nCtrl+C here stops it and everything it started.", flush=True)
            if browser and _has_screen():
                webbrowser.open(page)
            while records.read("jupyter") is not None:
                time.sleep(0.5)
            print("JupyterLab has ended.")
        except KeyboardInterrupt:
            print("\nStopping.", flush=True)
        finally:
            supervisor.down()
    return 0


def _open_jupyter(records: Records, work: Path) -> str:
    """Start JupyterLab, unless one runs for this checkout already: two would save over each other's notebooks."""
    with records.lock():
        there = records.read("jupyter")
        if there is not None:
            raise ServiceError(f"JupyterLab runs already for this checkout: {there.address}")
        me = Process.of(os.getpid())
        keeper.watch(records)
        return jupyter.start(records.home, work, FIRST, lambda record: records.write(record.owned_by(me))).address


@contextmanager
def _ending_on_signals() -> Iterator[None]:
    """Turn the signals of a closed terminal and of `kill` into KeyboardInterrupt; restored afterwards."""

    def interrupt(number: int, frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    names = [name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)


def _has_screen() -> bool:
    """Whether opening a browser shows a window: over SSH or in a container it would start a text browser here."""
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
