"""Writing records within a time limit, returning only when every one is acknowledged."""

import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import NamedTuple

from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError, MessageSizeTooLargeError
from kafka.producer.future import FutureRecordMetadata, RecordMetadata

from helpers.messaging.clients import BOOTSTRAP_MS, bootstrap_or_default, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.reachability import probe

LINGER_MS = 5
BATCH_BYTES = 64 * 1024
REQUEST_MS = 5_000  # then another broker is asked: an idempotent producer's first question may meet one that is dead


class Message(NamedTuple):
    """A record to be written. timestamp_ms: since 1970, None for now; partition: None lets the key decide."""

    value: bytes | None
    key: bytes | None = None
    headers: Sequence[tuple[str, bytes]] = ()
    timestamp_ms: int | None = None
    partition: int | None = None


@dataclass(frozen=True)
class Receipt:
    """What the broker acknowledged.

    records: topic, partition, offset and timestamp (milliseconds) of each, in the order written.
    """

    topic: str
    records: tuple[RecordMetadata, ...]

    @property
    def count(self) -> int:
        """How many records were acknowledged."""
        return len(self.records)

    @property
    def per_partition(self) -> Mapping[int, int]:
        """How many records each partition took."""
        return dict(sorted(Counter(record.partition for record in self.records).items()))

    def __str__(self) -> str:
        places = ", ".join(f"{count:,} to partition {at}" for at, count in self.per_partition.items())
        return f"{self.topic}: {self.count:,} acknowledged" + (f" ({places})" if places else "")


def write(
    topic: str,
    records: Iterable[bytes | tuple[bytes | None, bytes | None] | Message],
    *,
    seconds: float,
    bootstrap: str | None = None,
) -> Receipt:
    """Write records, with acks=all and no duplicates, and return when all are acknowledged.

    records: each a value, a (key, value) or a Message. Raises MessagingError when not all were acknowledged
    within `seconds` (some may be written all the same), UnknownTopicError, UnreachableError.
    """
    deadline = time.monotonic() + seconds
    bootstrap = bootstrap_or_default(bootstrap)
    there = require_topics(bootstrap, [topic])
    sent: list[FutureRecordMetadata] = []
    try:
        with _producer(there.bootstrap, seconds) as producer:
            for record in records:
                _left(deadline)
                sent.append(_send(producer, topic, record, len(sent)))
            acknowledged = tuple(future.get(timeout=_left(deadline)) for future in sent)
    except KafkaError as error:
        probe(bootstrap)
        raise MessagingError(_unfinished(topic, sent, seconds, error)) from error
    return Receipt(topic, acknowledged)


@contextmanager
def _producer(bootstrap: str, seconds: float) -> Iterator[KafkaProducer]:
    milliseconds = int(seconds * 1000)
    producer = KafkaProducer(
        bootstrap_servers=bootstrap,
        bootstrap_timeout_ms=BOOTSTRAP_MS,
        allow_auto_create_topics=False,
        linger_ms=LINGER_MS,
        batch_size=BATCH_BYTES,
        max_block_ms=milliseconds,
        request_timeout_ms=min(milliseconds, REQUEST_MS),
        delivery_timeout_ms=milliseconds + LINGER_MS,
    )
    try:
        yield producer
    except BaseException:
        # close() first waits for what is unacknowledged, and leaves its thread running when that takes too
        # long; in the background it has the time: after the delivery timeout nothing is left to wait for.
        threading.Thread(target=producer.close, kwargs={"timeout": 2 * seconds}, daemon=True).start()
        raise
    producer.close(timeout=1)


def _send(
    producer: KafkaProducer,
    topic: str,
    record: bytes | tuple[bytes | None, bytes | None] | Message,
    index: int,
) -> FutureRecordMetadata:
    if isinstance(record, Message):
        message = record
    else:
        message = Message(key=record[0], value=record[1]) if isinstance(record, tuple) else Message(record)
    try:
        return producer.send(
            topic,
            value=message.value,
            key=message.key,
            headers=list(message.headers),
            timestamp_ms=message.timestamp_ms,
            partition=message.partition,
        )
    except (TypeError, ValueError, MessageSizeTooLargeError) as error:
        advice = "; keys, values and header values are bytes" if isinstance(error, TypeError) else ""
        raise MessagingError(f"Record {index} cannot be written to {topic!r}: {error}{advice}.") from error


def _unfinished(topic: str, sent: Sequence[FutureRecordMetadata], seconds: float, error: KafkaError) -> str:
    acknowledged = sum(future.succeeded() for future in sent)
    advice = "see whether all brokers run, or allow more seconds" if error.retriable else "correct what was refused"
    return (
        f"Writing to {topic!r} stopped after {acknowledged:,} acknowledged records of {len(sent):,} handed over "
        f"in {seconds:g} s ({error}): {advice}."
    )


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise KafkaTimeoutError("time is up")
    return left
