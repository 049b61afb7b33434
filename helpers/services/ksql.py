"""The workbook's own KSQL server, as a process on this machine: it stands on the checkout's Kafka."""

import sys
import time
from collections.abc import Callable
from pathlib import Path

from helpers.config import settings
from helpers.services.probing import Unreachable
from helpers.services.process import HOST, Process, ServiceError, free_port, spawn, wait_until
from helpers.services.reachability import check_ksql
from helpers.services.records import Record, Records

PREFERRED_PORT = 8088  # ksqlDB's own
START_SECONDS = 60.0
_LET_GO_SECONDS = 2.0


def start(home: Path, announce: Callable[[Record], Record]) -> Record:
    """Start the checkout's server; `announce` hears of the process before it is ready. Raises ServiceError.

    It keeps its port if that is free, and its streams, tables and queries, which lie in Kafka.
    """
    bootstrap = upstream(home)
    folder = home / "ksql"
    folder.mkdir(parents=True, exist_ok=True)
    last = folder / "port"
    before = last.read_text(encoding="utf-8") if last.exists() else ""
    port = _port_again(int(before)) if before.isdigit() else free_port(PREFERRED_PORT)
    log = home / "logs" / "ksql.log"
    child = spawn(command(port, bootstrap, folder / "state"), log)
    address = f"http://{HOST}:{port}"
    record = announce(Record("ksql", "ksql (embedded)", address, Process.of(child.pid), upstream=bootstrap))
    wait_until(lambda: _answers(address), child, "KSQL", log, START_SECONDS)
    last.write_text(str(port), encoding="utf-8")
    return record


def upstream(home: Path) -> str:
    """The Kafka it stands on: the one that a setting names, else the checkout's. Raises ServiceError."""
    record = Records(home).read("kafka")
    address = settings().bootstrap or (record.address if record else None)
    if address is None:
        raise ServiceError("KSQL stands on Kafka, which does not run: start both with `lab up ksql`.")
    return address


def command(port: int, bootstrap: str, state: Path) -> list[str]:
    """The command line of the server in `helpers/ksql`, a room that this one must not import."""
    return [
        *(sys.executable, "-m", "helpers.ksql.server"),
        *("--listen", f"{HOST}:{port}", "--bootstrap", bootstrap, "--state-dir", str(state)),
    ]


def _port_again(before: int) -> int:
    """The port it had; one that was killed a moment ago takes as long as a second to let go of it."""
    deadline = time.monotonic() + _LET_GO_SECONDS
    while (port := free_port(before)) != before and time.monotonic() < deadline:
        time.sleep(0.05)
    return port


def _answers(address: str) -> bool:
    try:
        check_ksql(address)
    except Unreachable:
        return False
    return True
