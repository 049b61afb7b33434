"""A disposable Kafka cluster for what must break: kill, pause and restart its brokers, then forget it."""

import os
import secrets
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from pathlib import Path

import psutil

from helpers.config import settings
from helpers.services import keeper
from helpers.services.kafka import Broker, Voter, new_cluster_id
from helpers.services.pins import BROKER_SETTINGS, CLUSTER_SETTINGS
from helpers.services.process import Process, ServiceError, free_port, stands_still, stop, wait_ended
from helpers.services.records import Record, Records

STANDING = "cluster-standing"
PAUSE_SECONDS = 10.0


class Cluster:
    """Brokers numbered from 1; more than one keep 3 copies of each record, min.insync.replicas 2."""

    def __init__(self, records: Records, name: str, brokers: list[Broker], owner: Process | None) -> None:
        """Use `cluster()`, which also takes it down. owner: with whom the brokers end; None: with `lab down`."""
        self.name = name
        self._records = records
        self._owners = (owner,) if owner is not None else ()
        self._brokers = {broker.me.node: broker for broker in brokers}

    @property
    def nodes(self) -> list[int]:
        """The node ids, running or not."""
        return list(self._brokers)

    @property
    def bootstrap(self) -> str:
        """The addresses of all brokers."""
        return ",".join(broker.address for broker in self._brokers.values())

    def alive(self, node: int) -> bool:
        """Whether the broker's process exists (a paused one does)."""
        return self._records.read(self._broker(node).name) is not None

    def kill(self, node: int) -> None:
        """End the broker at once, as a power cut would (SIGKILL)."""
        process = self._process(node)
        process.kill()
        wait_ended([process], 10)

    def shut_down(self, node: int) -> None:
        """End the broker in order: it hands its partitions over first."""
        stop(Process.of(self._process(node).pid), seconds=30)

    def pause(self, node: int) -> None:
        """Let the broker stand still without ending it (SIGSTOP); returns when it does. Raises ServiceError."""
        process = self._process(node)
        process.suspend()
        deadline = time.monotonic() + PAUSE_SECONDS
        while not stands_still(process):
            if time.monotonic() > deadline:
                raise ServiceError(f"Broker {node} did not stand still: close other programs and try again.")
            time.sleep(0.01)

    def resume(self, node: int) -> None:
        """Let a paused broker go on."""
        self._process(node).resume()

    def start(self, node: int) -> None:
        """Start a broker again on its data and address. Raises ServiceError."""
        if not self.alive(node):
            broker = self._broker(node)
            with self._records.lock():
                child = broker.launch()
                self._note(broker.record(child))
            broker.wait(child)

    def log_dir(self, node: int) -> Path:
        """Where the broker keeps its partitions' segment files."""
        return self._broker(node).folder / "data"

    def _start_all(self) -> None:
        cluster_id = new_cluster_id()
        children = []
        with self._records.lock():  # until all are recorded, others would take the folders for a dead cluster's
            with ThreadPoolExecutor() as pool:
                list(pool.map(lambda broker: broker.format(cluster_id), self._brokers.values()))
            for broker in self._brokers.values():
                child = broker.launch()
                self._note(broker.record(child))
                children.append((broker, child))
        for broker, child in children:
            broker.wait(child)

    def _stop_all(self) -> None:
        with self._records.lock():
            mine = [record for record in self._records.running() if record.name.startswith(f"{self.name}-")]
            for record in mine:  # nobody will read these data again, so there is nothing to hand over
                with suppress(psutil.Error):
                    psutil.Process(record.process.pid).kill()
            self._records.stop(mine)

    def _note(self, record: Record) -> None:
        """Record a process; call it while holding the lock."""
        self._records.write(record.owned_by(*self._owners))
        if self._owners:
            keeper.watch(self._records)

    def _broker(self, node: int) -> Broker:
        if node not in self._brokers:
            raise ServiceError(f"There is no broker {node}: this cluster has {', '.join(map(str, self.nodes))}.")
        return self._brokers[node]

    def _process(self, node: int) -> psutil.Process:
        record = self._records.read(self._broker(node).name)
        handle = record.process.handle() if record else None
        if handle is None:
            raise ServiceError(f"Broker {node} does not run: start it with .start({node}).")
        return handle


@contextmanager
def cluster(brokers: int = 3) -> Iterator[Cluster]:
    """A cluster of this process's own, gone with its data at the end of the block. Raises ServiceError."""
    records = Records(settings().home)
    made = _lay_out(records, f"cluster-{secrets.token_hex(3)}", brokers, Process.of(os.getpid()))
    try:
        made._start_all()
        yield made
    finally:
        made._stop_all()


def standing_cluster(brokers: int = 3) -> str:
    """The addresses of a disposable cluster that runs until `lab down`; started unless it runs. Raises ServiceError."""
    records = Records(settings().home)
    there = [record for record in records.running() if record.name.startswith(f"{STANDING}-")]
    if len(there) == brokers:
        return ",".join(record.address for record in there)
    made = _lay_out(records, STANDING, brokers, None)
    made._stop_all()  # what is left of one that lost a broker
    try:
        made._start_all()
    except BaseException:
        made._stop_all()
        raise
    return made.bootstrap


def _lay_out(records: Records, name: str, count: int, owner: Process | None) -> Cluster:
    """Names, ports and folders of the brokers."""
    folder = records.home / "clusters" / name.removeprefix("cluster-")
    voters = tuple(Voter(node, free_port(), free_port()) for node in range(1, count + 1))
    common = CLUSTER_SETTINGS if count > 1 else BROKER_SETTINGS
    cache = records.home / "kafka.aot"
    logs = records.home / "logs"  # where `lab logs` looks, also when the cluster is gone
    brokers = []
    for me in voters:
        node = f"{name}-{me.node}"
        brokers.append(Broker(node, folder / str(me.node), logs / f"{node}.log", me, voters, common, cache))
    return Cluster(records, name, brokers, owner)
