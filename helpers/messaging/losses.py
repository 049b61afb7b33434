"""Losing records on purpose: what producers were promised, and what is still there after their broker has died.

A plain kill shows little: the followers are a few milliseconds behind, and what is on the wire at that moment
is a matter of luck. So the bad luck is made: brokers stand still for a moment before one of them dies.
"""

import socket
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

import pandas as pd
from kafka import KafkaProducer
from kafka.errors import KafkaError
from kafka.producer.future import FutureRecordMetadata
from kafka.protocol.consumer import FetchRequest

from helpers.messaging.clients import BOOTSTRAP_MS
from helpers.messaging.errors import MessagingError
from helpers.messaging.reading import read
from helpers.messaging.tables import offsets
from helpers.messaging.topics import create_topic, describe
from helpers.services import Cluster

Acks = Literal[0, 1, "all"]

CONNECT_SECONDS = 20.0
# Nothing waits long for an answer that a standing broker owes. (After 3 s it would be taken for dead, which is another
# experiment; but that takes a majority of the brokers, and two of three stand still.)
QUIET_SECONDS = 0.5
REQUEST_MS = 5_000  # kafka-python waits 30 s for the answer of a broker that has died unnoticed
# A leader keeps a follower's question for more this long when there is nothing new (replica.fetch.wait.max.ms).
QUESTION_MS = 500
OUTLAST_MS = 3 * QUESTION_MS
SILENT_SECONDS = 0.2  # a leader that has not answered for so long stands still


@dataclass(frozen=True)
class _Lot:
    """Records of one moment by one producer.

    behind: whether the followers stood still. promised: whether each record was acknowledged before the kill.
    """

    moment: str
    acks: Acks
    behind: bool
    futures: list[FutureRecordMetadata]
    promised: list[bool]


class Trial:
    """Producers that differ in `acks` alone write to one partition with three copies, until its leader is killed.

    Use it in a `with` block. Between two calls of `write` let brokers stand still, then kill and count:

        with services.cluster(3) as three, Trial(three) as trial:
            trial.write("all is well")
            trial.pause_followers()
            trial.write("the followers are behind")
            trial.kill_leader()
            counted = trial.count()
    """

    def __init__(
        self,
        cluster: Cluster,
        *,
        acks: Sequence[Acks] = (0, 1, "all"),
        records: int = 100,
        topic: str = "orders",
        seconds: float = 60,
    ) -> None:
        """records: of each producer at each moment. topic: made here. seconds: for the brokers to recover.

        Raises MessagingError and its kin.
        """
        self._cluster, self._records, self._topic, self._seconds = cluster, records, topic, seconds
        self._lots: list[_Lot] = []
        self._delivered = 0
        self._paused = self._behind = False
        self._closing = ExitStack()
        create_topic(topic, replication=len(cluster.nodes), bootstrap=cluster.bootstrap)
        self.leader = int(describe(topic, bootstrap=cluster.bootstrap)["leader"].iloc[0])
        self.followers = [node for node in cluster.nodes if node != self.leader]
        with ExitStack() as stack:
            self._producers = {each: stack.enter_context(self._producer(each)) for each in acks}
            # Without idempotence it needs no number from a broker, which might be the dead one.
            self._witness = stack.enter_context(self._producer("all", enable_idempotence=False))
            for producer in (*self._producers.values(), self._witness):
                self._deliver(producer, b"connected")
            self._closing = stack.pop_all()

    def write(self, moment: str) -> None:
        """Send the records of each producer, wait until those have answers that get any, and print how many have."""
        lots = [_Lot(moment, acks, self._behind, self._send(moment, acks), []) for acks in self._producers]
        self._lots += lots
        quiet = QUIET_SECONDS if self._paused else CONNECT_SECONDS
        _wait(lots, seconds=CONNECT_SECONDS, quiet=quiet)
        answers = (f"acks={lot.acks} → {sum(future.succeeded() for future in lot.futures)}" for lot in lots)
        print(f"{moment}: acknowledged of {self._records} records: {' · '.join(answers)}")

    def pause_followers(self) -> None:
        """Let the followers stand still, and wait until nothing more is on its way to them."""
        self._arrived()
        self._deliver(self._witness, b"all have what was before")
        self._paused = self._behind = True
        for node in self.followers:
            self._cluster.pause(node)
        # A broker stands still a moment *after* it was told to, and its last question for more waits at the leader,
        # who would answer it with the very next records. One of ours, asked now and kept longer, outlasts them all.
        if not self._answers(keep_ms=OUTLAST_MS, seconds=CONNECT_SECONDS):
            raise MessagingError(f"The leader, broker {self.leader}, does not answer: run the cell once more.")

    def pause_leader(self) -> None:
        """Let the leader stand still as well: what is sent from now on stays in the connection."""
        self._paused = True
        self._cluster.pause(self.leader)
        deadline = time.monotonic() + CONNECT_SECONDS
        while self._answers(keep_ms=0, seconds=SILENT_SECONDS) and time.monotonic() < deadline:
            pass

    def kill_leader(self) -> None:
        """Kill the leader; the others go on. What was acknowledged until now is what was promised."""
        self._note_promises()
        self._cluster.kill(self.leader)
        for node in self.followers:
            self._cluster.resume(node)
        self._paused = False

    def count(self) -> pd.DataFrame:
        """Wait until the brokers have recovered; a row for each moment and producer.

        Columns: moment, acks, sent, promised (acknowledged before the kill), kept (of these, how many are there),
        lost (promised − kept), later (there, and not promised before the kill: sent again). Raises
        MessagingError when the partition has no leader within `seconds`. Prints a sentence for each producer whose
        promised records a follower got although it was to stand still.
        """
        began = time.monotonic()
        self._note_promises()
        _wait(self._lots, seconds=self._seconds, quiet=self._seconds)
        left = max(self._seconds - (time.monotonic() - began), 5)
        bootstrap = self._cluster.bootstrap
        try:
            # Once all replicas in sync have this one, everything before it can be read.
            self._deliver(self._witness, b"end", seconds=left)
            found = read(self._topic, limit=1_000_000, seconds=left, follow=False, bootstrap=bootstrap)
        except MessagingError as error:
            raise MessagingError(
                f"The partition had no leader again within {self._seconds:g} s: this time luck was against the "
                "experiment, run the cell once more."
            ) from error
        there = {(record.key, record.value) for record in found}
        rows = [_counted(lot, there) for lot in self._lots]
        for lot, row in zip(self._lots, rows, strict=True):
            if lot.behind and lot.acks != "all" and row["kept"]:
                print(f"Luck kept {row['kept']} records of acks={lot.acks}, {lot.moment}: run the cell once more.")
        return pd.DataFrame(rows)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._closing.close()

    def _note_promises(self) -> None:
        for lot in self._lots:
            if not lot.promised:
                lot.promised[:] = [future.succeeded() for future in lot.futures]

    def _arrived(self) -> None:
        """Wait for the records of acks=0 too, which nobody answers."""
        sent = self._delivered + sum(len(lot.futures) for lot in self._lots)
        deadline = time.monotonic() + CONNECT_SECONDS
        while offsets(self._topic, bootstrap=self._cluster.bootstrap)["end"].sum() < sent:
            if time.monotonic() > deadline:
                raise MessagingError("Not all records have arrived: close other programs and run the cell once more.")
            time.sleep(0.05)

    def _answers(self, *, keep_ms: int, seconds: float) -> bool:
        """Whether the leader answers a question for more than there is, which it keeps for `keep_ms`, in `seconds`."""
        part = FetchRequest.FetchTopic.FetchPartition(partition=0, fetch_offset=0, partition_max_bytes=1)
        request = FetchRequest(
            version=4,
            replica_id=-1,
            max_wait_ms=keep_ms,
            min_bytes=2**31 - 1,
            max_bytes=2**31 - 1,
            isolation_level=0,
            topics=[FetchRequest.FetchTopic(topic=self._topic, partitions=[part])],
        )
        request.with_header(correlation_id=1, client_id="trial")
        address = self._cluster.bootstrap.split(",")[self._cluster.nodes.index(self.leader)]
        host, _, port = address.rpartition(":")
        try:
            with socket.create_connection((host, int(port)), timeout=seconds) as connection:
                connection.sendall(request.encode(header=True, framed=True))
                return bool(connection.recv(1))
        except OSError:
            return False

    def _deliver(self, producer: KafkaProducer, key: bytes, seconds: float = CONNECT_SECONDS) -> None:
        try:
            producer.send(self._topic, key=key, value=b"").get(timeout=seconds)
            self._delivered += 1
        except KafkaError as error:
            raise MessagingError(
                f"The brokers did not take a record within {seconds:.0f} s ({error}): close other programs and "
                "run the cell once more."
            ) from error

    def _send(self, moment: str, acks: Acks) -> list[FutureRecordMetadata]:
        producer, key = self._producers[acks], _key(moment, acks)
        return [producer.send(self._topic, key=key, value=_value(place)) for place in range(self._records)]

    @contextmanager
    def _producer(self, acks: Acks, **settings: object) -> Iterator[KafkaProducer]:
        producer = KafkaProducer(
            bootstrap_servers=self._cluster.bootstrap,
            bootstrap_timeout_ms=BOOTSTRAP_MS,
            acks=acks,
            request_timeout_ms=REQUEST_MS,
            delivery_timeout_ms=int(max(self._seconds * 1000, REQUEST_MS)),
            **settings,
        )
        try:
            yield producer
        finally:
            # close() waits for what has no answer yet; in the background it has the time, and the delivery timeout
            # is its end.
            limit = {"timeout": 2 * self._seconds}
            closing = threading.Thread(target=producer.close, kwargs=limit, daemon=True)
            closing.start()
            closing.join(1)


def _counted(lot: _Lot, there: set[tuple[bytes | None, bytes | None]]) -> dict[str, object]:
    kept = [(_key(lot.moment, lot.acks), _value(place)) in there for place in range(len(lot.futures))]
    pairs = list(zip(lot.promised, kept, strict=True))
    return {
        "moment": lot.moment,
        "acks": str(lot.acks),
        "sent": len(pairs),
        "promised": sum(lot.promised),
        "kept": pairs.count((True, True)),
        "lost": pairs.count((True, False)),
        "later": pairs.count((False, True)),
    }


def _key(moment: str, acks: Acks) -> bytes:
    return f"{moment}, acks={acks}".encode()


def _value(place: int) -> bytes:
    return str(place).encode()


def _wait(lots: Sequence[_Lot], *, seconds: float, quiet: float) -> None:
    """Until every record has an answer, or `seconds` have passed, or none got one for `quiet` seconds."""
    futures = [future for lot in lots for future in lot.futures]
    answered, since = 0, time.monotonic()
    deadline = since + seconds
    while answered < len(futures) and (now := time.monotonic()) < deadline and now - since < quiet:
        time.sleep(0.02)
        done = sum(future.is_done for future in futures)
        if done > answered:
            answered, since = done, now
