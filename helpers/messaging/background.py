"""Members of a consumer group that work in the background, each in a thread of its own.

Two members in one thread never share a topic: while one waits in poll() the other cannot answer the
rebalance.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Literal, Self

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import CommitFailedError, RebalanceInProgressError

from helpers.messaging.clients import bootstrap_or_default, consumer, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.joining import poll, subscribe

POLL_SECONDS = 0.1  # how long a stop may have to wait for poll()
COMMIT_MS = 2_000  # with leaving the group, within the 5 s that stop() waits
HEARTBEAT_MS = 500  # with the next one a member hears of a rebalance; the default 3 s are long in a lesson
BATCH = 100  # records handled between two commits, at most
OURS = frozenset({"group_id", "client_id", "enable_auto_commit", "key_deserializer", "value_deserializer"})


@dataclass(frozen=True)
class Change:
    """A change of what a member reads. at: `time.monotonic()` in seconds."""

    at: float
    kind: Literal["assigned", "revoked", "commit refused"]
    partitions: frozenset[TopicPartition]


class Member:
    """A consumer in a thread: reads, hands each record to `handle`, then commits; ends at a limit or at `stop`.

    Use it in a `with` block: it starts there, and has stopped when the block is left. records: those
    handled, in order. assignment: the partitions it has now. changes: what it was given and lost. What
    `handle` raises ends the member, with everything before that record committed, and is raised again by
    `stop`.
    """

    def __init__(
        self,
        topics: str | Sequence[str],
        group: str,
        *,
        limit: int,
        seconds: float,
        name: str = "member",
        handle: Callable[[ConsumerRecord], object] | None = None,
        offset: Literal["earliest", "latest"] = "earliest",
        settings: Mapping[str, object] | None = None,
        bootstrap: str | None = None,
    ) -> None:
        """limit, seconds: it ends by itself after so many records, and after so long.

        name: its client_id, by which tables and drawings know it. offset: where a group begins that has
        committed nothing. settings: more of KafkaConsumer's. Raises MessagingError, UnknownTopicError and
        UnreachableError.
        """
        if taken := OURS & (settings or {}).keys():
            raise MessagingError(f"A Member sets {', '.join(sorted(taken))} itself: leave it out of settings.")
        self.name, self.group = name, group
        self.records: list[ConsumerRecord] = []
        self.assignment: frozenset[TopicPartition] = frozenset()
        self.changes: list[Change] = []
        self._topics = [topics] if isinstance(topics, str) else list(topics)
        self._limit, self._seconds = limit, seconds
        self._handle = handle or (lambda record: None)
        defaults = {"fetch_max_wait_ms": int(POLL_SECONDS * 1000), "heartbeat_interval_ms": HEARTBEAT_MS}
        self._settings = {"auto_offset_reset": offset, **defaults, **(settings or {})}
        self._bootstrap = bootstrap_or_default(bootstrap)
        require_topics(self._bootstrap, self._topics)
        self._stopping = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name=f"{group}/{name}", daemon=True)

    @property
    def running(self) -> bool:
        """Whether its thread is at work."""
        return self._thread.is_alive()

    def start(self) -> Self:
        """Begin to read; a member starts once."""
        self._thread.start()
        return self

    def join(self, seconds: float) -> None:
        """Wait until it has ended by itself. Raises MessagingError when it has not, or ended in an error."""
        self._thread.join(seconds)
        if self.running:
            raise MessagingError(f"Member {self.name!r} still works after {seconds:g} s: stop() it, or wait longer.")
        if self._error is not None:
            raise MessagingError(f"Member {self.name!r} stopped: {self._error}.") from self._error

    def stop(self, seconds: float = 5) -> None:
        """End after the record in hand, commit, leave the group. Raises as `join`; harmless when it has ended."""
        self._stopping.set()
        self.join(seconds)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.stop()
        else:  # what happened in the block matters more than how the member ended
            self._stopping.set()
            self._thread.join(5)

    def _run(self) -> None:
        deadline = time.monotonic() + self._seconds
        try:
            with consumer(self._bootstrap, group_id=self.group, client_id=self.name, **self._settings) as client:
                subscribe(client, self._topics, _Watch(self))
                while not self._stopping.is_set() and time.monotonic() < deadline:
                    left = self._limit - len(self.records)
                    if left <= 0:
                        return
                    batches = poll(client, POLL_SECONDS, min(left, BATCH))
                    self._work(client, [record for records in batches.values() for record in records])
        except Exception as error:
            self._error = error

    def _work(self, client: KafkaConsumer, batch: Sequence[ConsumerRecord]) -> None:
        handled: dict[TopicPartition, OffsetAndMetadata] = {}
        try:
            for record in batch:
                if self._stopping.is_set():
                    break
                self._handle(record)
                self.records.append(record)
                at = TopicPartition(record.topic, record.partition)
                handled[at] = OffsetAndMetadata(record.offset + 1)
        finally:  # after the work, so that a crash repeats records and never skips one
            if handled:
                self._commit(client, handled)

    def _commit(self, client: KafkaConsumer, handled: Mapping[TopicPartition, OffsetAndMetadata]) -> None:
        try:
            client.commit(dict(handled), timeout_ms=COMMIT_MS)
        except (CommitFailedError, RebalanceInProgressError):
            # The group has moved on without this member; whoever has the partition now repeats these records.
            self._note("commit refused", handled)

    def _note(self, kind: Literal["assigned", "revoked", "commit refused"], partitions: object) -> None:
        self.changes.append(Change(time.monotonic(), kind, frozenset(partitions)))  # type: ignore[call-overload]


class _Watch(ConsumerRebalanceListener):  # type: ignore[misc]
    """Keeps the member's assignment up to date. It must not commit: kafka-python raises when a listener does."""

    def __init__(self, member: Member) -> None:
        self._member = member

    def on_partitions_assigned(self, assigned: Sequence[TopicPartition]) -> None:
        self._member.assignment |= frozenset(assigned)
        self._member._note("assigned", assigned)

    def on_partitions_revoked(self, revoked: Sequence[TopicPartition]) -> None:
        self._member.assignment -= frozenset(revoked)
        if revoked:
            self._member._note("revoked", revoked)
