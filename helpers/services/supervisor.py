"""Start, find and stop the services of this checkout: what `lab up` and `services.ensure` do."""

import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil

from helpers.config import Settings, home, settings
from helpers.services import kafka, keeper, ksql, redis
from helpers.services.process import Process, ServiceError, stop
from helpers.services.reachability import check_kafka, check_ksql, check_redis, masked
from helpers.services.records import Record, Records

Announce = Callable[[Record], Record]
STARTERS: dict[str, Callable[[Path, Announce], Record]] = {  # each after what it stands on
    "kafka": kafka.start,
    "redis": redis.start,
    "ksql": ksql.start,
}
CHECKS: dict[str, Callable[[str], object]] = {"kafka": check_kafka, "redis": check_redis, "ksql": check_ksql}
EVERYTHING = tuple(STARTERS)


@dataclass(frozen=True)
class Service:
    """A service that can be reached now; `variable` names the setting it was found through, if any."""

    name: str
    label: str
    address: str
    note: str = ""
    variable: str = ""

    def __str__(self) -> str:
        """What one line says of it."""
        label = f"{self.name} at {masked(self.address)} ({self.variable})" if self.variable else self.label
        return f"{label} [{self.note}]" if self.note else label


class Lab:
    """The services a notebook asked for; `str()` is the line `ensure` prints."""

    def __init__(self, services: list[Service]) -> None:
        """services: those that can be reached."""
        self.services = {service.name: service for service in services}

    @property
    def bootstrap(self) -> str:
        """Kafka's `host:port[,host:port]`."""
        return self._address("kafka")

    @property
    def redis_url(self) -> str:
        """Redis' URL."""
        return self._address("redis")

    @property
    def ksql_url(self) -> str:
        """The KSQL server's URL."""
        return self._address("ksql")

    def _address(self, name: str) -> str:
        if name not in self.services:
            raise ServiceError(f'This notebook did not ask for {name}: call services.ensure("{name}") first.')
        return self.services[name].address

    def __str__(self) -> str:
        """All services on one line."""
        return " · ".join(str(service) for service in self.services.values())

    __repr__ = __str__


def ensure(*names: str) -> Lab:
    """Find the named services or start them, print one line of what there is; safe to call again.

    What it starts dies with JupyterLab, or with this process outside of it. Raises ServiceError.
    """
    lab = _lab(names or EVERYTHING, _session())
    print(lab)
    return lab


def up(*names: str, owner: Process | None = None) -> Lab:
    """Start the named services (all by default) and leave them running until `down`, or while `owner` lives."""
    return _lab(names or EVERYTHING, owner, claim=True)


def down() -> list[str]:
    """Stop everything this checkout runs, JupyterLab and disposable clusters included; the names of what ran."""
    records = Records(home())
    with records.lock():
        running = records.running()
        records.stop(running)
    names = [record.label for record in running if record.name != keeper.NAME and not record.disposable]
    brokers = sum(record.disposable for record in running)
    return [*names, f"{brokers} disposable broker{'' if brokers == 1 else 's'}"] if brokers else names


def running() -> list[Record]:
    """What this checkout runs now, without the keeper."""
    return [record for record in Records(home()).running() if record.name != keeper.NAME]


def start(records: Records, name: str, owners: tuple[Process, ...]) -> Record:
    """Start one service of ours for `owners`; call it while holding the lock. Raises ServiceError."""

    def announce(record: Record) -> Record:
        try:
            return records.write(record.owned_by(*owners))
        except BaseException:  # what nobody can find again must not run
            stop(record.process)
            raise

    return STARTERS[name](records.home, announce)


def _lab(names: tuple[str, ...], owner: Process | None, *, claim: bool = False) -> Lab:
    """claim: the named services found running change to this owner too (none: until `lab down`)."""
    unknown = [name for name in names if name not in STARTERS]
    if unknown:
        raise ServiceError(f"There is no service {unknown[0]!r}: choose from {', '.join(STARTERS)}.")
    now = settings()
    needed = ("kafka",) if "ksql" in names and now.ksql_url is None else ()
    claimed = names if claim else ()
    names = tuple(name for name in STARTERS if name in (*names, *needed))
    elsewhere = {name: service for name in names if (service := outside(now, name)) is not None}
    records = Records(now.home)
    inside: dict[str, Service] = {}
    if len(elsewhere) < len(names):
        with records.lock():
            if owner is not None:
                keeper.watch(records)  # before anything starts: the owner may end while it does
            for name in names:
                if name not in elsewhere:
                    record = _adopt_or_start(records, name, owner, claim=name in claimed)
                    inside[name] = Service(name, record.label, record.address, record.note)
    return Lab([elsewhere.get(name) or inside[name] for name in names])


def _adopt_or_start(records: Records, name: str, owner: Process | None, *, claim: bool) -> Record:
    found = records.read(name)
    owners = (owner,) if owner is not None else ()
    if found is not None and not claim:  # who had it before keeps it; what runs until `lab down` goes on to
        owners = (*found.owners, *owners) if found.owners else ()
    if found is None or not _serves(found) or _stands_elsewhere(records, found):  # or its start was cut short
        records.stop([found] if found else [])
        return start(records, name, owners)
    return found if owners == found.owners else records.write(found.owned_by(*owners))


def _serves(record: Record) -> bool:
    """Whether it answers as itself, within 3 s."""
    try:
        CHECKS[record.name](record.address)
    except ServiceError:
        return False
    return True


def _stands_elsewhere(records: Records, record: Record) -> bool:
    """Whether what it stands on has another address by now."""
    return bool(record.upstream) and record.upstream != ksql.upstream(records.home)


def outside(now: Settings, name: str) -> Service | None:
    """The service that a setting names, checked within 3 s; None when it is ours to start."""
    variable, address = {
        "kafka": ("KAFKA_BOOTSTRAP_SERVERS", now.bootstrap),
        "redis": ("REDIS_URL", now.redis_url),
        "ksql": ("KSQL_URL", now.ksql_url),
    }[name]
    if address is None:
        return None
    CHECKS[name](address)
    return Service(name, name, address, variable=variable)


def _session() -> Process:
    """The process a notebook's services live as long as: the Jupyter server, or this one outside of Jupyter."""
    parent = os.environ.get("JPY_PARENT_PID", "")
    if sys.platform != "win32" and parent.isdigit():  # on Windows it is a handle, not a pid
        try:
            return Process.of(int(parent))
        except psutil.NoSuchProcess:
            pass
    return Process.of(os.getpid())
