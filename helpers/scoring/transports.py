"""What a scorer needs of Kafka, and nothing more: two clients fulfil it, and only they differ.

A batch is columns, not records: the model wants all values at once, and a Python object per record costs more than
its score.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from helpers.messaging.deadletters import Record
from helpers.scoring.errors import ScoringError
from helpers.scoring.topics import Route

Say = Callable[[str], None]

LINGER_MS = 5
FETCH_WAIT_MS = 20
"""How long the broker may hold back an answer; by default 500 ms, which each drained partition would cost."""
SESSION_MS = 6_000
"""After it the partitions of a scorer that was killed go to the others; Kafka's default is 45 s."""
HEARTBEAT_MS = 2_000
RECONNECT_MS = 1_000
"""A broker that comes back is noticed within a second; by default kafka-python doubles its pauses up to 30 s."""


@dataclass(frozen=True)
class Batch:
    """Records as columns of equal length; those of one partition stand in rising order of offsets.

    record: the whole record at an index, for a dead letter.
    """

    partitions: Sequence[int]
    offsets: Sequence[int]
    keys: Sequence[bytes | None]
    values: Sequence[bytes | None]
    record: Callable[[int], Record]

    def __len__(self) -> int:
        return len(self.values)

    def without(self, indexes: Container[int]) -> "Batch":
        """The batch without the records at these indexes."""
        kept = [index for index in range(len(self)) if index not in indexes]
        return Batch(
            partitions=[self.partitions[index] for index in kept],
            offsets=[self.offsets[index] for index in kept],
            keys=[self.keys[index] for index in kept],
            values=[self.values[index] for index in kept],
            record=lambda index: self.record(kept[index]),
        )

    def parts(self, size: int) -> "Iterator[Batch]":
        """The batch in batches of at most `size` records."""
        for start in range(0, len(self), size):
            yield self._part(start, start + size)

    def _part(self, start: int, end: int) -> "Batch":
        return Batch(
            partitions=self.partitions[start:end],
            offsets=self.offsets[start:end],
            keys=self.keys[start:end],
            values=self.values[start:end],
            record=lambda index: self.record(start + index),
        )

    @property
    def firsts(self) -> dict[int, int]:
        """The first offset in each partition."""
        return dict(zip(reversed(self.partitions), reversed(self.offsets), strict=True))

    @property
    def positions(self) -> dict[int, int]:
        """The offset to go on from in each partition, once this batch is done."""
        return {partition: offset + 1 for partition, offset in zip(self.partitions, self.offsets, strict=True)}


class Transport(Protocol):
    """A consumer in a group and a producer, used from one thread."""

    at_once: int
    """Batches a poll, and so a commit: while one is scored, Kafka and Redis take those before."""

    def poll(self, limit: int, seconds: float) -> Batch | None:
        """What is there, at most `limit` records; None after `seconds` without any. Raises ScoringError."""

    def send(self, keys: Sequence[bytes], values: Sequence[bytes], partitions: Sequence[int]) -> None:
        """Hand predictions to the producer without waiting. partitions: those their images came from."""

    def flush(self, seconds: float) -> bool:
        """Wait until Kafka has acknowledged all that was sent; False when it has not yet. Raises ScoringError."""

    def commit(self, positions: Mapping[int, int]) -> None:
        """Commit exactly these positions, and earlier ones that are still open, without waiting."""

    def close(self) -> bool:
        """Commit what is not yet acknowledged, leave the group and end; within seconds, whatever Kafka does.

        Whether everything is committed; when not, it has said why.
        """


def open_transport(name: str, route: Route, group: str, *, bootstrap: str, patience: float, say: Say) -> Transport:
    """The transport of that name: "kafka-python" or "confluent-kafka".

    patience: seconds after which an unacknowledged prediction is given up. say: told what went wrong and what that
    means.
    """
    match name:
        case "kafka-python":
            from helpers.scoring.kafka_python import KafkaPython

            return KafkaPython(route, group, bootstrap=bootstrap, patience=patience, say=say)
        case "confluent-kafka":
            from helpers.scoring.confluent import Confluent

            return Confluent(route, group, bootstrap=bootstrap, patience=patience, say=say)
        case _:
            raise ScoringError(f"There is no transport {name!r}: choose kafka-python or confluent-kafka.")


class Positions:
    """Positions to be committed, until the coordinator confirms them; one request at a time is under way."""

    def __init__(self, say: Say) -> None:
        self._open: dict[int, int] = {}
        self._under_way = False
        self._troubled = False
        self._say = say

    def add(self, positions: Mapping[int, int]) -> dict[int, int]:
        """What to ask for now: all that is open, or nothing while an earlier request is unanswered."""
        self._open.update(positions)
        if self._under_way or not self._open:
            return {}
        self._under_way = True
        return dict(self._open)

    def confirm(self, positions: Mapping[int, int]) -> None:
        """The coordinator has them."""
        self._under_way = self._troubled = False
        for partition, offset in positions.items():
            if self._open.get(partition) == offset:
                del self._open[partition]

    def keep(self, partitions: Container[int]) -> None:
        """The other partitions were taken away: committing them later would set their new owners back."""
        self._open = {partition: offset for partition, offset in self._open.items() if partition in partitions}
        self._under_way = False

    def refused(self, reason: object) -> None:
        """Say, once until a commit succeeds again, that one failed; the results are safe."""
        if not self._troubled:
            self._say(
                f"A commit failed ({reason}): it is repeated. Nothing is lost; records that are read again count once "
                "in Redis."
            )
        self._under_way, self._troubled = False, True

    def given_up(self, reason: object) -> None:
        """Say that the last commit of all failed."""
        self._say(
            f"The last commit failed ({reason}): the next run reads its records again, and they count once in Redis."
        )

    def left(self) -> dict[int, int]:
        """What is still unconfirmed."""
        return dict(self._open)
