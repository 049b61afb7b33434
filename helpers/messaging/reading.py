"""Reading topics within a record limit and a time limit, as bytes, outside any consumer group."""

import time
from collections.abc import Iterator, Sequence
from typing import Literal

from kafka import KafkaConsumer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord
from kafka.errors import KafkaError

from helpers.messaging.clients import bootstrap_or_default, consumer, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.reachability import probe, reach

Start = Literal["earliest", "latest"] | int
Isolation = Literal["read_uncommitted", "read_committed"]

# A fetch of drained partitions is answered after this long; 500 ms by default, which a bounded read would
# wait.
FETCH_WAIT_MS = 20
POLL_MS = 100
POLL_RECORDS = 5_000


def read(
    topic: str | Sequence[str],
    *,
    limit: int,
    seconds: float,
    offset: Start = "earliest",
    follow: bool = True,
    isolation_level: Isolation = "read_uncommitted",
    bootstrap: str | None = None,
) -> list[ConsumerRecord]:
    """Read at most `limit` records for at most `seconds` from one topic, or from several.

    Returns ConsumerRecords with key, value and headers as bytes, in order within each partition. offset:
    where to begin in every partition, an integer being moved into what the partition holds. follow: wait for
    records still to come; False stops at the ends the partitions had when reading began. Raises
    UnknownTopicError; UnreachableError at once, or when time ran out because a broker does not answer.
    """
    topics = [topic] if isinstance(topic, str) else list(topic)
    reading = Reading(
        topics,
        limit=limit,
        seconds=seconds,
        offset=offset,
        follow=follow,
        isolation_level=isolation_level,
        bootstrap=bootstrap,
    )
    return list(reading)


class Reading:
    """One pass over topics, record by record: iterate it once, then ask whether it was `complete`.

    Parameters and errors as for `read`. complete: every partition was read to the end it had when the pass
    began.
    """

    def __init__(
        self,
        topics: Sequence[str],
        *,
        limit: int,
        seconds: float,
        offset: Start = "earliest",
        follow: bool = False,
        isolation_level: Isolation = "read_uncommitted",
        bootstrap: str | None = None,
    ) -> None:
        if limit < 0 or seconds <= 0:
            raise MessagingError(f"limit={limit}, seconds={seconds}: give a limit from 0 and seconds above 0.")
        if isinstance(offset, int) and offset < 0:
            raise MessagingError(f"offset={offset}: give 'earliest', 'latest' or the first offset to read, from 0.")
        self.complete = False
        self._topics = topics
        self._left = limit
        self._seconds = seconds
        self._offset = offset
        self._follow = follow
        self._isolation_level = isolation_level
        self._bootstrap = bootstrap

    def __iter__(self) -> Iterator[ConsumerRecord]:
        deadline = time.monotonic() + self._seconds
        bootstrap = bootstrap_or_default(self._bootstrap)
        cluster = require_topics(bootstrap, self._topics)
        partitions = [TopicPartition(topic, at) for topic in self._topics for at in range(cluster.topics[topic])]
        settings = {"isolation_level": self._isolation_level, "fetch_max_wait_ms": FETCH_WAIT_MS}
        try:
            with consumer(cluster.bootstrap, **settings) as client:
                client.assign(partitions)
                ends = _place(client, partitions, self._offset, deadline)
                yield from self._poll(client, ends, deadline)
        except KafkaError as error:
            probe(bootstrap)
            raise MessagingError(f"Reading {', '.join(self._topics)} failed: {error}.") from error
        if time.monotonic() >= deadline:
            # Because nothing more came, or because a broker cannot be reached? Of a partition not read to its end,
            # it may be any; otherwise one that answers will do, since a cluster may have just lost another.
            (reach if self.complete else probe)(bootstrap)

    def _poll(
        self, client: KafkaConsumer, ends: dict[TopicPartition, int], deadline: float
    ) -> Iterator[ConsumerRecord]:
        while True:
            self.complete = self.complete or _at_end(client, ends)
            left_ms = int((deadline - time.monotonic()) * 1000)
            if not self._left or left_ms <= 0 or (self.complete and not self._follow):
                return
            batches = client.poll(min(left_ms, POLL_MS), max_records=min(self._left, POLL_RECORDS))
            for partition, records in batches.items():
                for record in records:
                    if self._follow or record.offset < ends[partition]:
                        self._left -= 1
                        yield record


def _place(
    client: KafkaConsumer, partitions: Sequence[TopicPartition], offset: Start, deadline: float
) -> dict[TopicPartition, int]:
    """Put the consumer at its first record of each partition; return where the partitions end."""
    left_ms = max(1, int((deadline - time.monotonic()) * 1000))
    firsts = client.beginning_offsets(partitions, timeout_ms=left_ms)
    ends: dict[TopicPartition, int] = client.end_offsets(partitions, timeout_ms=left_ms)
    for partition in partitions:
        first, end = firsts[partition], ends[partition]
        wanted = {"earliest": first, "latest": end}.get(offset, offset)  # type: ignore[arg-type]
        client.seek(partition, min(max(wanted, first), end))
    return ends


def _at_end(client: KafkaConsumer, ends: dict[TopicPartition, int]) -> bool:
    """By position, not by the last record: the last offsets may be transaction markers, or compacted away."""
    return all(client.position(partition) >= end for partition, end in ends.items())
