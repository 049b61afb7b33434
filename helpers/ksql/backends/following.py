"""A topic on a broker, read as its records come."""

from contextlib import ExitStack
from threading import Lock

from kafka import TopicPartition

from helpers.ksql.backends.topics import Record
from helpers.messaging.clients import consumer, require_topics

_PLACING_MS = 10_000
_AT_ONCE = 1_000  # records


class Followed:
    """A topic's committed records from its beginning or its end on, outside any consumer group.

    One thread polls it; any may close it.
    """

    ended = False

    def __init__(self, topic: str, *, bootstrap: str, from_beginning: bool) -> None:
        partitions = [TopicPartition(topic, at) for at in range(require_topics(bootstrap, [topic]).topics[topic])]
        self._lock = Lock()
        with ExitStack() as held:  # given back when the places cannot be found
            self._client = held.enter_context(consumer(bootstrap, isolation_level="read_committed"))
            self._client.assign(partitions)
            places = self._client.beginning_offsets if from_beginning else self._client.end_offsets
            for partition, offset in places(partitions, timeout_ms=_PLACING_MS).items():
                self._client.seek(partition, offset)
            self._held = held.pop_all()

    def poll(self, seconds: float) -> list[Record]:
        """What has come, waiting so long for the first; nothing when it is closed."""
        with self._lock:
            if self.ended:
                return []
            batches = self._client.poll(int(seconds * 1000), max_records=_AT_ONCE)
        return [
            Record(each.key, each.value, each.timestamp, tuple(each.headers), each.partition, each.offset)
            for records in batches.values()
            for each in records
        ]

    def close(self) -> None:
        """Let go of the connection."""
        with self._lock:
            self.ended = True
            self._held.close()
