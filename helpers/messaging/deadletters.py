"""Dead letters: records that could not be processed, kept as they were, with why, where from and attempts.

A letter has the key, value, headers and timestamp of the record. After the record's own headers come five of
ours, in this order and in UTF-8: `dlq.reason`, `dlq.topic`, `dlq.partition`, `dlq.offset`, `dlq.attempts`. A
letter that is sent back and fails again gets five more, so that the last five say where it failed last and
the first five where it came from. Topic, partition and offset identify a failure: the same one written twice
is one letter.

Written with confluent-kafka: a record may have a header without a value, or neither key nor value, and
kafka-python refuses to write such. One thing librdkafka cannot write is the timestamp 0, which it takes for
"now".
"""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Protocol, Self

import pandas as pd
from confluent_kafka import KafkaException, Producer

from helpers.messaging.clients import bootstrap_or_default, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.reachability import probe
from helpers.messaging.reading import Reading
from helpers.messaging.topics import create_topic

Headers = Sequence[tuple[str, bytes | None]]
PREFIX = "dlq."
FIELDS = ("reason", "topic", "partition", "offset", "attempts")
LONGEST_NUMBER = 19  # digits of an offset, a 64-bit integer
LONGEST_REASON = 2_000  # characters: an exception may quote the whole record
LARGEST_LETTER = 16 * 2**20  # bytes: a record at its topic's limit, and its lineage, must still fit
TOPIC_CONFIG = {
    # Letters keep their records' timestamps, and neither an old one may fall to retention at the next
    # clean-up nor one from the future be refused.
    "retention.ms": -1,
    "message.timestamp.after.max.ms": 2**63 - 1,
    "max.message.bytes": LARGEST_LETTER,
}


class Record(Protocol):
    """What is read of a record; kafka-python's ConsumerRecord has it. timestamp: milliseconds since 1970."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Headers


@dataclass(frozen=True)
class Failure:
    """Why and where a record could not be processed.

    attempts: how often it was tried, earlier failures included.
    """

    reason: str
    topic: str
    partition: int
    offset: int
    attempts: int = 1

    def headers(self) -> list[tuple[str, bytes | None]]:
        """The five headers that say this."""
        return [(PREFIX + name, str(getattr(self, name)).encode(errors="backslashreplace")) for name in FIELDS]


@dataclass(frozen=True)
class Letter:
    """A record that could not be processed. headers: its own, without ours; failures: oldest first."""

    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes | None], ...]
    timestamp: int
    failures: tuple[Failure, ...]

    @property
    def reason(self) -> str:
        """Why it failed last."""
        return self.failures[-1].reason

    @property
    def source(self) -> tuple[str, int, int]:
        """Topic, partition and offset where it failed last."""
        last = self.failures[-1]
        return last.topic, last.partition, last.offset

    @property
    def attempts(self) -> int:
        """How often it was tried in all."""
        return self.failures[-1].attempts


def create(topic: str, partitions: int = 1, replication: int = 1, *, bootstrap: str | None = None) -> bool:
    """Make a topic that can hold any record as a letter, for ever; False when it was there already."""
    return create_topic(topic, partitions, replication, TOPIC_CONFIG, bootstrap=bootstrap)


class DeadLetters:
    """Puts what cannot be processed aside; when `send` has returned, it is safe to commit past it.

    topic: where to, made with `create`. seconds: how long one `send` may take. Not for several threads at
    once. Raises UnknownTopicError and UnreachableError when made.
    """

    def __init__(self, topic: str, *, bootstrap: str | None = None, seconds: float = 10.0) -> None:
        self.topic = topic
        self._bootstrap = bootstrap_or_default(bootstrap)
        self._seconds = seconds
        require_topics(self._bootstrap, [topic])
        self._producer = _producer(self._bootstrap, seconds)

    def send(self, rejected: Iterable[tuple[Record, str | BaseException]], *, attempts: int = 1) -> int:
        """Write records with the reasons why they failed; return their number once all are acknowledged.

        attempts: how often each was tried since it was read. Raises MessagingError when one was not
        acknowledged: then nothing may be committed; what was written all the same is the same letter when it
        is sent again.
        """
        letters = [letter(record, reason, attempts) for record, reason in rejected]
        _deliver(self._producer, self._bootstrap, [(self.topic, each) for each in letters], self._seconds)
        return len(letters)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is left to send: `send` waits, or gives up for good."""


def letter(record: Record, reason: str | BaseException, attempts: int = 1) -> Letter:
    """The letter for a record; what it carries of earlier failures stays in front."""
    text = f"{type(reason).__name__}: {reason}" if isinstance(reason, BaseException) else reason
    own, earlier = _take_apart(record.headers)
    tried = attempts + (earlier[-1].attempts if earlier else 0)
    latest = Failure(text[:LONGEST_REASON], record.topic, record.partition, record.offset, tried)
    return Letter(record.key, record.value, own, record.timestamp, (*earlier, latest))


def letters(topic: str, *, limit: int, seconds: float, bootstrap: str | None = None) -> list[Letter]:
    """Read the letters a topic holds now, oldest first in each partition, each failure once.

    Records that carry no lineage are no letters and are left out. Bounds and errors as for `read`.
    """
    found: dict[tuple[str, int, int], Letter] = {}
    for record in Reading([topic], limit=limit, seconds=seconds, bootstrap=bootstrap):
        own, failures = _take_apart(record.headers)
        if failures:
            read = Letter(record.key, record.value, own, record.timestamp, failures)
            found.setdefault(read.source, read)
    return list(found.values())


def send_back(letters: Sequence[Letter], *, seconds: float, bootstrap: str | None = None) -> int:
    """Write letters to the topics they first came from, to be tried again.

    Returns their number once all are acknowledged. They keep their lineage, so that a further failure is
    counted on. They stay in the dead-letter topic too.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    addressed = [(each.failures[0].topic, each) for each in letters]
    require_topics(bootstrap, sorted({topic for topic, _ in addressed}))
    _deliver(_producer(bootstrap, seconds), bootstrap, addressed, seconds)
    return len(addressed)


def table(letters: Iterable[Letter]) -> pd.DataFrame:
    """Letters as a table: reason, topic, partition, offset, attempts, key, value, timestamp (UTC)."""
    rows = [(each.reason, *each.source, each.attempts, each.key, each.value, each.timestamp) for each in letters]
    frame = pd.DataFrame(rows, columns=[*FIELDS, "key", "value", "timestamp"])
    return frame.assign(timestamp=pd.to_datetime(frame["timestamp"], unit="ms", utc=True))


def _take_apart(headers: Headers) -> tuple[tuple[tuple[str, bytes | None], ...], tuple[Failure, ...]]:
    """A record's own headers, and its failures. What merely looks like lineage is the record's own."""
    own, failures = list(headers), []
    while failure := _failure(own[-len(FIELDS) :]):
        failures.append(failure)
        del own[-len(FIELDS) :]
    return tuple(own), tuple(reversed(failures))


def _failure(headers: Headers) -> Failure | None:
    if [name for name, _ in headers] != [PREFIX + name for name in FIELDS]:
        return None
    reason, topic, *numbers = ((value or b"").decode(errors="replace") for _, value in headers)
    if not all(number.isascii() and number.isdigit() and len(number) <= LONGEST_NUMBER for number in numbers):
        return None
    partition, offset, attempts = (int(number) for number in numbers)
    return Failure(reason, topic, partition, offset, attempts)


def _producer(bootstrap: str, seconds: float) -> Producer:
    return Producer(
        {
            "bootstrap.servers": bootstrap,
            "enable.idempotence": True,  # a retry inside the client writes nothing twice; implies acks=all
            "partitioner": "murmur2_random",  # as Java and kafka-python; librdkafka's default is CRC32
            "message.timeout.ms": int(seconds * 1000),
            "message.max.bytes": LARGEST_LETTER,
            "log_level": 0,  # what fails is raised here, not printed
        }
    )


def _deliver(producer: Producer, bootstrap: str, addressed: Sequence[tuple[str, Letter]], seconds: float) -> None:
    deadline = time.monotonic() + seconds
    outcomes: list[str | None] = []  # per record that left the producer: None when acknowledged
    try:
        for topic, each in addressed:
            _produce(producer, topic, each, deadline, lambda error, _: outcomes.append(error and error.str()))
        producer.flush(max(0.0, deadline - time.monotonic()))
    except (KafkaException, BufferError) as error:
        outcomes.append(str(error))
    safe = outcomes.count(None)
    if safe == len(addressed):
        return
    producer.purge()
    producer.flush(0)
    probe(bootstrap)
    reason = next(filter(None, outcomes), "no answer in time")
    raise MessagingError(
        f"Only {safe} of {len(addressed)} dead letters were acknowledged in {seconds:g} s ({reason}): commit "
        "nothing read since the last commit; it will be read, and put aside, again."
    )


def _produce(producer: Producer, topic: str, letter: Letter, deadline: float, done: object) -> None:
    lineage = [header for failure in letter.failures for header in failure.headers()]
    arguments = {
        "topic": topic,
        "key": letter.key,
        "value": letter.value,
        "headers": [*letter.headers, *lineage],
        "timestamp": max(letter.timestamp, 0),
        "on_delivery": done,
    }
    try:
        producer.produce(**arguments)
    except BufferError:  # the queue is full: let it drain, once
        producer.flush(max(0.0, deadline - time.monotonic()))
        producer.produce(**arguments)
