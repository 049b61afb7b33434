"""The transport on kafka-python: pure Python, the client of the lessons."""

import time
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.producer.future import FutureRecordMetadata
from kafka.structs import OffsetAndMetadata

from helpers.messaging import joining
from helpers.messaging.clients import BOOTSTRAP_MS
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

BATCH_BYTES = 256 * 1024
CLOSE_SECONDS = 5.0
REQUEST_MS = 10_000  # then it is repeated, where the leader is by then; a broker that stands still never answers


class KafkaPython:
    """One consumer, one producer; see `Transport`."""

    at_once = 1  # it sends in Python, too: what it does meanwhile, scoring waits for (2 gave a quarter less)

    def __init__(self, route: Route, group: str, *, bootstrap: str, patience: float, say: Say) -> None:
        """Connect and join the group. Raises ScoringError."""
        self._route = route
        self._positions = Positions(say)
        self._sent: list[FutureRecordMetadata] = []
        common: dict[str, Any] = {
            "bootstrap_servers": bootstrap,
            "bootstrap_timeout_ms": BOOTSTRAP_MS,
            "allow_auto_create_topics": False,
            "reconnect_backoff_max_ms": RECONNECT_MS,
            "metrics_enabled": False,  # nobody reads them here, and each record pays for them
        }
        try:
            self._producer = KafkaProducer(
                **common,
                linger_ms=LINGER_MS,
                batch_size=BATCH_BYTES,
                max_block_ms=int(patience * 1000),
                delivery_timeout_ms=int(patience * 1000) + LINGER_MS,
                request_timeout_ms=min(int(patience * 1000), REQUEST_MS),
            )
            self._consumer = KafkaConsumer(
                **common,
                group_id=group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                fetch_max_wait_ms=FETCH_WAIT_MS,
                session_timeout_ms=SESSION_MS,
                heartbeat_interval_ms=HEARTBEAT_MS,
            )
            joining.subscribe(self._consumer, [route.source], _Listener(self._positions))
        except KafkaError as error:
            raise ScoringError(f"Kafka at {bootstrap} cannot be used ({error}): see `lab status`.") from error

    def poll(self, limit: int, seconds: float) -> Batch | None:
        """See `Transport`."""
        try:
            polled = joining.poll(self._consumer, seconds, limit)
        except KafkaError as error:
            if error.retriable:
                time.sleep(seconds)  # it was raised at once, and would be again
                return None
            raise ScoringError(f"Reading {self._route.source!r} failed: {error}.") from error
        if not polled:
            return None
        records = [record for of_partition in polled.values() for record in of_partition]
        return Batch(
            partitions=[record.partition for record in records],
            offsets=[record.offset for record in records],
            keys=[record.key for record in records],
            values=[record.value for record in records],
            record=records.__getitem__,
        )

    def send(self, keys: Sequence[bytes], values: Sequence[bytes], partitions: Sequence[int]) -> None:
        """See `Transport`."""
        send, target = self._producer.send, self._route.target
        places = partitions if self._route.copartitioned else [None] * len(keys)
        try:
            self._sent += [
                send(target, value=value, key=key, partition=place)
                for key, value, place in zip(keys, values, places, strict=True)
            ]
        except KafkaError as error:
            raise ScoringError(self._refusal(error)) from error

    def flush(self, seconds: float) -> bool:
        """See `Transport`."""
        try:
            self._producer.flush(timeout=seconds)
        except KafkaTimeoutError:
            return False
        failed = next((future for future in self._sent if not future.succeeded()), None)
        if failed is not None:
            raise ScoringError(self._refusal(failed.exception))
        self._sent.clear()
        return True

    def commit(self, positions: Mapping[int, int]) -> None:
        """See `Transport`."""
        offsets = self._offsets(self._positions.add(positions))
        if offsets:
            self._consumer.commit_async(offsets, callback=self._committed)

    def close(self) -> bool:
        """See `Transport`."""
        milliseconds, committed = int(CLOSE_SECONDS * 1000), True
        try:
            self._consumer.commit(self._offsets(self._positions.left()), timeout_ms=milliseconds)
        except KafkaError as error:
            self._positions.given_up(error)
            committed = False
        self._consumer.close(autocommit=False, timeout_ms=milliseconds)
        self._producer.close(timeout=CLOSE_SECONDS)
        return committed

    def _committed(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], answer: object) -> None:
        if isinstance(answer, Exception):
            self._positions.refused(answer)
        else:
            self._positions.confirm({place.partition: committed.offset for place, committed in offsets.items()})

    def _offsets(self, positions: Mapping[int, int]) -> dict[TopicPartition, OffsetAndMetadata]:
        return {
            TopicPartition(self._route.source, partition): OffsetAndMetadata(offset, "", -1)
            for partition, offset in positions.items()
        }

    def _refusal(self, error: object) -> str:
        return (
            f"Kafka did not take the predictions for {self._route.target!r} ({error}): nothing of this batch was "
            "committed, the next run scores it again."
        )


class _Listener(ConsumerRebalanceListener):  # type: ignore[misc]
    """Of partitions that come back, kafka-python goes on where it was, not at the last commit: theirs stay open."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    def on_partitions_revoked(self, revoked: object) -> None:
        pass

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        self._positions.keep({place.partition for place in assigned})

    def on_partitions_lost(self, lost: object) -> None:
        self._positions.keep(())
