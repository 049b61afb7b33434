"""`make lab`: the services and JupyterLab in the foreground, all stopped when it ends, however it ends."""

import os
import signal
import sys
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from helpers.config import settings
from helpers.services import jupyter, keeper, supervisor
from helpers.services.process import Process, ServiceError
from helpers.services.records import Records

FIRST = "notebooks/00_welcome.ipynb"
ENDINGS = [name for name in ("SIGTERM", "SIGHUP", "SIGBREAK") if hasattr(signal, name)]


def run(*, browser: bool) -> int:
    """Start everything, print the address, wait for Ctrl+C, the end of JupyterLab or of the terminal; stop everything.

    browser: open the page, where there is a screen to open it on. Raises ServiceError.
    """
    now = settings()
    records = Records(now.home)
    with _handling(ENDINGS, _interrupt):
        page = _open_jupyter(records, now.root / "work")  # first: where one runs, nothing may be touched
        if page is None:
            return 0
        try:
            me = Process.of(os.getpid())
            print(supervisor.up("kafka", "redis", owner=me), flush=True)
            print(f"\nJupyterLab: {page}\nCtrl+C here stops it and everything it started.", flush=True)
            print("KSQL starts meanwhile; one more line here will tell when it has.", flush=True)
            if browser and _has_screen():
                webbrowser.open(page)
            _start_ksql(me)
            while records.read("jupyter") is not None:
                time.sleep(0.5)
            _say("JupyterLab has ended.")
        except KeyboardInterrupt:
            _say("\nStopping.")
        finally:
            with _handling(["SIGINT", *ENDINGS], signal.SIG_IGN):  # an impatient second Ctrl+C
                supervisor.down()
    return 0


def _open_jupyter(records: Records, work: Path) -> str | None:
    """Start JupyterLab, unless one runs for this checkout already: two would save over each other's notebooks."""
    with records.lock():
        there = records.read("jupyter")
        if there is not None:
            print(f"JupyterLab runs already for this checkout: open {there.address}, or stop it with `lab down` first.")
            return None
        me = Process.of(os.getpid())
        keeper.watch(records)
        return jupyter.start(records.home, work, FIRST, lambda record: records.write(record.owned_by(me))).address


def _start_ksql(owner: Process) -> None:
    """Start KSQL while the reader looks at the page already: only two lessons need it, and it can fail alone."""
    try:
        _say(f"{supervisor.up('ksql', owner=owner).services['ksql']} is ready.")
    except ServiceError as error:
        _say(str(error))


@contextmanager
def _handling(names: list[str], handler: Any) -> Iterator[None]:
    """Treat these signals so, those excepted that are ignored on purpose, as by nohup; restored afterwards."""
    numbers = [getattr(signal, name) for name in names]
    before = {number: signal.getsignal(number) for number in numbers if signal.getsignal(number) != signal.SIG_IGN}
    for number in before:
        signal.signal(number, handler)
    try:
        yield
    finally:
        for number, handler_before in before.items():
            signal.signal(number, handler_before)


def _interrupt(number: int, frame: FrameType | None) -> None:
    """What Ctrl+C does, for a closed terminal and for `kill`."""
    raise KeyboardInterrupt


def _say(text: str) -> None:
    with suppress(OSError):  # the terminal may be what has ended
        print(text, flush=True)


def _has_screen() -> bool:
    """Whether opening a browser shows a window: over SSH or in a container it would start a text browser here."""
    if sys.platform in ("win32", "darwin"):
        return not os.environ.get("SSH_CONNECTION")
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
