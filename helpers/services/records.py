"""Who runs what in this checkout: a small file for every running service under `.lab/run`."""

import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import filelock
import psutil

from helpers.services.process import Process, ServiceError, stop

LOCK_SECONDS = 210  # longer than the slowest start: Kafka prepared (60), started (60), Redis (20), KSQL (60)

QUIET_SECONDS = 1.5  # an ordinary wait; after it a person wants to know
HOLDER = "lock.holder"


@dataclass(frozen=True)
class Record:
    """A running service: how to reach it, what it is, and for whom it runs.

    owners: it is stopped when all of them have ended; with none it runs until `lab down`. upstream: the address of the
    service it stands on.
    """

    name: str
    label: str  # "kafka 4.3.1", "redis 6.2.14": what a person reads
    address: str  # "127.0.0.1:9092" or a URL
    process: Process
    note: str = ""  # what the reader must know, such as that it is an emulator
    owners: tuple[Process, ...] = ()
    upstream: str = ""

    @property
    def orphaned(self) -> bool:
        """Whether everybody it ran for has ended."""
        return bool(self.owners) and not any(owner.alive() for owner in self.owners)

    @property
    def disposable(self) -> bool:
        """Whether it is a broker of a `cluster()`."""
        return self.name.startswith("cluster-")

    def owned_by(self, *owners: Process) -> "Record":
        """The same service, running for `owners`."""
        return replace(self, owners=tuple(dict.fromkeys(owners)))


class Records:
    """The records of one checkout; change them only while holding `lock()`."""

    def __init__(self, home: Path) -> None:
        """home: the checkout's `.lab`."""
        self.home = home
        self.folder = home / "run"

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep every other `lab` command of this checkout out; one that waits for another says so.

        Raises ServiceError when the other does not finish, and when something stands in the way in LAB_HOME.
        """
        try:
            self.home.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise ServiceError(
                f"{self.home} cannot be made ({error.strerror}): set LAB_HOME to a folder you can write to."
            ) from error
        lock = filelock.FileLock(self.home / "lock")
        try:
            self._acquire(lock)
            self._sign()
            yield
        except OSError as error:
            if not Path(str(error.filename)).is_relative_to(self.home):
                raise
            in_the_way = isinstance(error, FileExistsError | NotADirectoryError | IsADirectoryError)
            remedy = "remove what is in its place" if in_the_way else "set LAB_HOME to a folder you can write to"
            raise ServiceError(f"{error.filename} cannot be used ({error.strerror}): {remedy}.") from error
        finally:
            lock.release()

    def _acquire(self, lock: filelock.BaseFileLock) -> None:
        try:
            lock.acquire(timeout=QUIET_SECONDS)
        except filelock.Timeout:
            print(f"Waiting for another lab command{self._holder()} …", file=sys.stderr, flush=True)
            try:
                lock.acquire(timeout=LOCK_SECONDS - QUIET_SECONDS)
            except filelock.Timeout as error:
                raise ServiceError(
                    f"Another lab command{self._holder()} has been busy for {LOCK_SECONDS} s in {self.home}: wait for "
                    "it or end it."
                ) from error

    def _sign(self) -> None:
        """Note who holds the lock, for those who wait; the last note stays and may be of a process that has ended."""
        with suppress(OSError):
            (self.home / HOLDER).write_text(f"{os.getpid()} {_command()}", encoding="utf-8")

    def _holder(self) -> str:
        """Its command and pid, in brackets."""
        try:
            pid, command = (self.home / HOLDER).read_text(encoding="utf-8").split(" ", 1)
        except (OSError, ValueError):  # it has not signed yet
            return ""
        return f" ({command}, pid {pid})"

    def read(self, name: str) -> Record | None:
        """The service's record if its process is alive; a stale or half-written file counts as none."""
        try:
            fields: dict[str, Any] = json.loads((self.folder / f"{name}.json").read_text(encoding="utf-8"))
            process = Process(**fields.pop("process"))
            owners = tuple(Process(**owner) for owner in fields.pop("owners"))
            record = Record(**fields, process=process, owners=owners)
            return record if record.process.alive() else None
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def running(self) -> list[Record]:
        """Every record whose process is alive, by name."""
        names = sorted(path.stem for path in self.folder.glob("*.json"))
        return [record for name in names if (record := self.read(name)) is not None]

    def write(self, record: Record) -> Record:
        """Store it whole or not at all: a reader never meets half a file."""
        self.folder.mkdir(parents=True, exist_ok=True)
        temporary = self.folder / f"{record.name}.{os.getpid()}.new"
        temporary.write_text(json.dumps(asdict(record)), encoding="utf-8")
        temporary.replace(self.folder / f"{record.name}.json")
        return record

    def stop(self, records: list[Record]) -> None:
        """Stop these services, each before what it uses, the keeper last; files of what has ended go."""
        order = {"jupyter": 0, "ksql": 1, "keeper": 3}
        for record in sorted(records, key=lambda record: order.get(record.name, 2)):
            stop(record.process)
        for path in self.folder.glob("*.json"):
            if self.read(path.stem) is None:
                path.unlink(missing_ok=True)
        self._sweep_clusters()

    def _sweep_clusters(self) -> None:
        """Remove the data of disposable clusters that no longer run."""
        used = {record.name.split("-")[1] for record in self.running() if record.disposable}
        for folder in (self.home / "clusters").glob("*"):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)


def _command() -> str:
    """This process as a person knows it."""
    program = Path(sys.argv[0]).stem
    if program in ("lab", "cli"):
        return f"`{' '.join(['lab', *sys.argv[1:]])}`"
    return "a notebook" if program == "ipykernel_launcher" else "a program"


def memory_mb(process: Process) -> int:
    """Resident memory in megabytes; 0 when it has just ended."""
    handle = process.handle()
    try:
        return handle.memory_info().rss >> 20 if handle else 0
    except psutil.Error:
        return 0
