"""A process that stops what is owned when its owners have ended, however they ended.

A terminal that is closed, a kernel that crashes and a `kill -9` give nobody the chance to clean up; this small
process, which belongs to none of them, does it.
"""

import os
import sys
import time
from contextlib import suppress
from pathlib import Path

from helpers.services.process import Process, ServiceError, spawn
from helpers.services.records import Record, Records

LOOK_SECONDS = 0.5
NAME = "keeper"


def watch(records: Records) -> None:
    """Start a keeper for this checkout unless one is at work; call it while holding the lock."""
    if records.read(NAME) is None:
        log = records.home / "logs" / "keeper.log"
        env = {**os.environ, "LAB_HOME": str(records.home)}
        code = "from helpers.services.keeper import main; main()"
        child = spawn([sys.executable, "-c", code, records.home], log, env)
        records.write(Record(NAME, NAME, "", Process.of(child.pid)))


def keep(records: Records) -> None:
    """Look until nothing is owned any more."""
    while True:
        time.sleep(LOOK_SECONDS)
        owned = [record for record in records.running() if record.owners]
        if owned and not any(record.orphaned for record in owned):
            continue
        with suppress(ServiceError), records.lock():  # what was seen without the lock may have changed
            owned = [record for record in records.running() if record.owners]
            records.stop([record for record in owned if record.orphaned])
            if all(record.orphaned for record in owned):
                (records.folder / f"{NAME}.json").unlink(missing_ok=True)
                return


def main() -> None:
    """Keep the checkout whose `.lab` is the first argument."""
    keep(Records(Path(sys.argv[1])))
