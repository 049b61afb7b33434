"""The transport on confluent-kafka: librdkafka, C, four times as fast."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition

from helpers.messaging.deadletters import Headers, Record
from helpers.scoring.errors import ScoringError
from helpers.scoring.topics import Route
from helpers.scoring.transports import (
    FETCH_WAIT_MS,
    HEARTBEAT_MS,
    LINGER_MS,
    RECONNECT_MS,
    SESSION_MS,
    Batch,
    Positions,
    Say,
)

BY_KEY = -1
"""librdkafka's number for "the partitioner decides"."""
QUEUE_MS = 10
"""How long librdkafka fetches nothing after its queue (64 MB) was full: by default 1 s, too long for a scorer."""
CLOSE_SECONDS = 5.0


class Confluent:
    """One consumer, one producer; see `Transport`."""

    at_once = 4  # 8 gave no more

    def __init__(self, route: Route, group: str, *, bootstrap: str, patience: float, say: Say) -> None:
        """Connect and join the group."""
        self._route = route
        self._positions = Positions(say)
        self._failed: KafkaError | None = None
        self._revocations = 0
        common = {
            "bootstrap.servers": bootstrap,
            "reconnect.backoff.max.ms": RECONNECT_MS,
            "log_level": 0,  # what matters is said by the scorer, in sentences
        }
        self._producer = Producer(
            common
            | {
                "acks": "all",
                "enable.idempotence": True,
                "linger.ms": LINGER_MS,
                "partitioner": "murmur2_random",  # as Java and kafka-python; librdkafka's own default is CRC32
                "message.timeout.ms": int(patience * 1000),
                "delivery.report.only.error": True,  # a callback a record would cost as much as sending it
                "on_delivery": self._not_delivered,
            }
        )
        self._consumer = Consumer(
            common
            | {
                "group.id": group,
                "enable.auto.commit": False,
                "enable.auto.offset.store": False,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": FETCH_WAIT_MS,
                "fetch.queue.backoff.ms": QUEUE_MS,
                "session.timeout.ms": SESSION_MS,
                "heartbeat.interval.ms": HEARTBEAT_MS,
                "allow.auto.create.topics": False,
                "on_commit": self._committed,
            }
        )
        self._consumer.subscribe([route.source], on_revoke=self._revoked, on_lost=self._revoked)

    def poll(self, limit: int, seconds: float) -> Batch | None:
        """See `Transport`."""
        messages = self._consumer.consume(1, seconds)  # of more it waits for the last one as long as that
        if messages and limit > 1:
            before = self._revocations
            more = self._consumer.consume(limit - 1, 0)
            # the first one's partition may have gone to another scorer meanwhile, whose commits ours would set back;
            # within one call librdkafka drops such records itself
            messages = messages + more if before == self._revocations else more
        troubled = [message for message in messages if message.error() is not None]
        if troubled:
            self._check(troubled[0].error())
            messages = [message for message in messages if message.error() is None]
        if not messages:
            return None
        return Batch(
            partitions=[message.partition() for message in messages],
            offsets=[message.offset() for message in messages],
            keys=[message.key() for message in messages],
            values=[message.value() for message in messages],
            record=lambda index: _record(messages[index]),
        )

    def send(self, keys: Sequence[bytes], values: Sequence[bytes], partitions: Sequence[int]) -> None:
        """See `Transport`."""
        produce, target = self._producer.produce, self._route.target
        places = partitions if self._route.copartitioned else [BY_KEY] * len(keys)
        for key, value, place in zip(keys, values, places, strict=True):
            produce(target, value, key, place)

    def flush(self, seconds: float) -> bool:
        """See `Transport`."""
        left = self._producer.flush(seconds)
        if self._failed is not None:
            raise ScoringError(
                f"Kafka did not take the predictions for {self._route.target!r} ({self._failed.str()}): nothing of "
                "this batch was committed, the next run scores it again."
            )
        return not left

    def commit(self, positions: Mapping[int, int]) -> None:
        """See `Transport`."""
        offsets = self._positions.add(positions)
        if not offsets:
            return
        try:
            self._consumer.commit(
                offsets=[TopicPartition(self._route.source, at, offset) for at, offset in offsets.items()],
                asynchronous=True,
            )
        except KafkaException as error:
            self._positions.refused(error.args[0].str())

    def close(self) -> bool:
        """See `Transport`."""
        deadline = time.monotonic() + CLOSE_SECONDS
        while self._positions.left() and time.monotonic() < deadline:
            self.commit({})
            self._consumer.consume(1, 0.05)  # delivers the answer; a record that comes along is not committed
        committed = not self._positions.left()
        if not committed:
            self._positions.given_up("no answer in time")
        self._consumer.close()
        return committed

    def _committed(self, error: KafkaError | None, partitions: Sequence[TopicPartition]) -> None:
        failed = error or next((each.error for each in partitions if each.error is not None), None)
        if failed is not None:
            self._positions.refused(failed.str())
        else:
            self._positions.confirm({each.partition: each.offset for each in partitions})

    def _revoked(self, consumer: Consumer, partitions: Sequence[TopicPartition]) -> None:
        self._revocations += 1
        self._positions.keep(())  # what comes back is read from its last commit

    def _not_delivered(self, error: KafkaError, message: Message) -> None:
        self._failed = self._failed or error

    def _check(self, error: KafkaError) -> None:
        """librdkafka goes on by itself after what it calls an error, unless that is fatal or the topic is gone."""
        if error.fatal() or error.code() == KafkaError.UNKNOWN_TOPIC_OR_PART:
            raise ScoringError(f"Reading {self._route.source!r} failed: {error.str()}.")


@dataclass
class _Record:
    """A message under the names a dead letter reads."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


def _record(message: Message) -> Record:
    return _Record(
        message.topic(),
        message.partition(),
        message.offset(),
        message.timestamp()[1],
        message.key(),
        message.value(),
        message.headers() or [],
    )
