"""Records to and from Kafka, quickly: one producer for all that is written, and topics read to their end."""

import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import Any

from confluent_kafka import Consumer, KafkaError, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, ConfigResource, NewTopic, TopicMetadata

from helpers import messaging
from helpers.ksql.backends.backend import check_there
from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import KsqlError
from helpers.messaging.reachability import reach

_BATCH = 10_000
_POLL_SECONDS = 0.2
_DOUBT_SECONDS = 2.0  # without an answer, after which it is asked whether Kafka is there at all
_RECONNECT = {"reconnect.backoff.max.ms": 1_000}  # so long after Kafka is back it may be noticed; 10 s by default
_SETTLE_SECONDS = 0.01  # between looks whether all brokers know of a change
_MOVED = (KafkaError._UNKNOWN_PARTITION, KafkaError._UNKNOWN_TOPIC, KafkaError.UNKNOWN_TOPIC_OR_PART)


class _Moved(KsqlError):
    """The partitions that a producer knows are not there any more."""


class Wire:
    """One cluster. `seconds`: how long anything may take.

    Everything raises KsqlError when Kafka does not do it in time, and when it is gone, within a few seconds.
    """

    def __init__(self, bootstrap: str, seconds: float) -> None:
        self.bootstrap, self._seconds = bootstrap, seconds
        self._gone = False
        self._making = threading.Lock()
        self._producer: Producer | None = None
        self._admin = AdminClient({"bootstrap.servers": bootstrap, "log_level": 0, **_RECONNECT})

    def create_topic(self, name: str, partitions: int, replicas: int, config: Mapping[str, str]) -> None:
        """Make a topic; returns when each of its partitions has a leader."""
        try:
            new = NewTopic(name, partitions, replicas, config=dict(config))
            self._done(self._admin.create_topics([new])[name])
        except ValueError as error:  # the client's own bounds
            raise KsqlError(f"Kafka takes no such topic: {error}.") from error
        except KafkaException as error:
            if error.args[0].code() != KafkaError.TOPIC_ALREADY_EXISTS:
                raise KsqlError(f"Kafka refused topic {name}: {error.args[0].str()}.") from error
        self._wait(lambda: self._leaders(name) >= partitions, f"Topic {name} has no leader")

    def delete_topics(self, names: Iterable[str]) -> None:
        """Delete those topics that are there; returns when they are gone."""
        there = self.topics().keys() & set(names)
        if not there:
            return
        for name, done in self._admin.delete_topics(list(there)).items():
            try:
                self._done(done)
            except KafkaException as error:
                if error.args[0].code() != KafkaError.UNKNOWN_TOPIC_OR_PART:
                    raise KsqlError(f"Kafka did not delete topic {name}: {error.args[0].str()}.") from error
        self._wait(lambda: not self.topics().keys() & there, f"Topics {', '.join(there)} are still there")

    def topics(self) -> dict[str, int]:
        """All topics with their partitions."""
        return {name: len(topic.partitions) for name, topic in self._listed(None).items()}

    def setting(self, topic: str, name: str) -> str | None:
        """A topic's setting, None where there is no such topic."""
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic)
        try:
            (described,) = self._admin.describe_configs([resource]).values()
            value = self._done(described)[name].value
        except KafkaException:
            return None
        return None if value is None else str(value)

    def _leaders(self, topic: str) -> int:
        return sum(each.leader >= 0 for each in self._listed(topic)[topic].partitions.values())

    def _listed(self, topic: str | None) -> dict[str, TopicMetadata]:
        """What Kafka says of a topic, or of all."""
        self._remember()
        listed: dict[str, TopicMetadata]
        try:
            listed = self._admin.list_topics(topic, _DOUBT_SECONDS).topics
        except KafkaException:
            self._check()
            try:
                listed = self._admin.list_topics(topic, self._seconds).topics
            except KafkaException as error:
                raise KsqlError(f"Kafka at {self.bootstrap} does not say what topics it has: {error}.") from error
        return listed

    def _done(self, asked: Future[Any]) -> Any:
        """What Kafka answers to an admin's request."""
        self._remember()
        for seconds in (_DOUBT_SECONDS, self._seconds):
            try:
                return asked.result(seconds)
            except TimeoutError:
                self._check()
        raise KsqlError(f"Kafka at {self.bootstrap} has not answered within {self._seconds:g} s: see its log.")

    def _check(self) -> None:
        """Ask whether Kafka is there. Its clients do not tell: they wait for it to come back."""
        try:
            reach(self.bootstrap)
        except messaging.MessagingError as error:
            self._gone = True
            raise KsqlError(str(error)) from error
        self._gone = False

    def _remember(self) -> None:
        """Where Kafka was gone, do not wait again to find that out: others wait behind, for the engine's lock."""
        if self._gone:
            self._check()

    def _wait(self, condition: Callable[[], bool], complaint: str) -> None:
        deadline = time.monotonic() + self._seconds
        while not condition():
            if time.monotonic() > deadline:
                raise KsqlError(f"{complaint} after {self._seconds:g} s: see the broker's log.")
            time.sleep(_SETTLE_SECONDS)

    def write(self, topic: str, records: Sequence[Record]) -> list[int]:
        """Write records where Kafka Streams would put them, and wait until all are acknowledged; their offsets."""
        if any(record.timestamp == 0 for record in records):  # which librdkafka takes for now
            return self._write_from_1970(topic, records)
        try:
            return self._write(topic, records)
        except _Moved:  # the topic was made anew with other partitions, which a fresh producer sees
            with self._making:
                self._producer = None
            return self._write(topic, records)

    def _write(self, topic: str, records: Sequence[Record]) -> list[int]:
        offsets: list[int] = []
        failures: list[KafkaError] = []

        def acknowledged(error: KafkaError | None, message: Message) -> None:
            if error is None:
                offsets.append(int(message.offset() or 0))
            else:
                failures.append(error)

        self._remember()
        producer = self._started()
        for record in records:
            producer.produce(
                topic,
                record.value,
                record.key,
                headers=[(name, value) for name, value in record.headers],
                timestamp=record.timestamp,
                on_delivery=acknowledged,
            )
        if producer.flush(_DOUBT_SECONDS) and len(offsets) + len(failures) < len(records):
            self._check_or_abandon(producer, topic)
            producer.flush(self._seconds)
        if failures or len(offsets) < len(records):
            reason = failures[0].str() if failures else f"no acknowledgement within {self._seconds:g} s"
            moved = not offsets and bool(failures) and failures[0].code() in _MOVED
            if not moved:
                self._check()  # another thread may have given up the producer
            raise (_Moved if moved else KsqlError)(f"Records for topic {topic} could not be written: {reason}.")
        return offsets

    def _check_or_abandon(self, producer: Producer, topic: str) -> None:
        """Check that Kafka and the topic are there; else nothing may be written later that is called failed now."""
        try:
            self._check()
            check_there([topic], self.topics())
        except KsqlError:
            with self._making:
                if self._producer is producer:
                    self._producer = None
            producer.purge()
            raise

    def _write_from_1970(self, topic: str, records: Sequence[Record]) -> list[int]:
        messages = [
            messaging.Message(
                each.value, each.key, [(name, value or b"") for name, value in each.headers], each.timestamp
            )
            for each in records
        ]
        try:
            receipt = messaging.write(topic, messages, seconds=self._seconds, bootstrap=self.bootstrap)
        except messaging.MessagingError as error:
            raise KsqlError(str(error)) from error
        return [int(each.offset) for each in receipt.records]

    def read(self, topic: str, partitions: int, first: int = 0) -> list[Record]:
        """The committed records that a topic holds now, from an offset on; each partition's in order."""
        self._remember()
        consumer = Consumer(
            {
                "bootstrap.servers": self.bootstrap,
                "group.id": "none",
                "enable.auto.commit": False,
                "enable.partition.eof": True,
                "isolation.level": "read_committed",
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 10,  # at its end a partition says so after this
                "fetch.error.backoff.ms": 10,
                "log_level": 0,
            }
        )
        try:
            consumer.assign([TopicPartition(topic, partition, first) for partition in range(partitions)])
            return self._to_the_end(consumer, topic, partitions)
        except KafkaException as error:
            raise KsqlError(f"Topic {topic} could not be read: {error}.") from error
        finally:
            consumer.close()

    def start_at_end(self, group: str, topics: Mapping[str, int]) -> None:
        """Let a consumer group that has not read yet begin where topics, given with their partitions, end now."""
        self._check()
        consumer = Consumer({"bootstrap.servers": self.bootstrap, "group.id": group, "log_level": 0})
        wanted = [TopicPartition(topic, partition) for topic, count in topics.items() for partition in range(count)]
        try:
            if any(each.offset >= 0 for each in consumer.committed(wanted, self._seconds)):
                return
            for each in wanted:
                _, each.offset = consumer.get_watermark_offsets(each, self._seconds)
            consumer.commit(offsets=wanted, asynchronous=False)
        except KafkaException as error:
            raise KsqlError(f"The ends of {', '.join(topics)} could not be found: {error}.") from error
        finally:
            consumer.close()

    def _to_the_end(self, consumer: Consumer, topic: str, partitions: int) -> list[Record]:
        deadline, heard = time.monotonic() + self._seconds, time.monotonic()
        records: list[Record] = []
        ended: set[int] = set()
        while len(ended) < partitions:
            if time.monotonic() > deadline:
                raise KsqlError(f"Topic {topic} could not be read to its end within {self._seconds:g} s.")
            if time.monotonic() > heard + _DOUBT_SECONDS:
                self._check()
                check_there([topic], self.topics())  # one that was deleted meanwhile says nothing either
                heard = time.monotonic()
            one = consumer.poll(_POLL_SECONDS)
            for message in [] if one is None else [one, *consumer.consume(_BATCH, 0)]:
                error = message.error()
                if error is None:
                    records.append(_record(message))
                    heard = time.monotonic()
                elif error.code() == KafkaError._PARTITION_EOF:
                    ended.add(int(message.partition() or 0))
                elif not error.retriable():
                    raise KafkaException(error)
        return records

    def close(self) -> None:
        """Let go of the producer, when what another thread is writing has been sent."""
        with self._making:
            producer, self._producer = self._producer, None
        if producer is not None:
            producer.flush(_DOUBT_SECONDS)

    def _started(self) -> Producer:
        with self._making:
            if self._producer is None:
                self._producer = Producer(
                    {
                        "bootstrap.servers": self.bootstrap,
                        "enable.idempotence": True,
                        "linger.ms": 0,
                        "topic.metadata.refresh.fast.interval.ms": 20,  # so long after one that was not there yet
                        "retry.backoff.ms": 20,
                        "partitioner": "murmur2_random",  # as Java's producers, so that joins find their partners
                        "message.timeout.ms": int(self._seconds * 1000),
                        "log_level": 0,
                        **_RECONNECT,
                    }
                )
            return self._producer


def _record(message: Message) -> Record:
    headers: Any = message.headers() or []
    return Record(
        message.key(),
        message.value(),
        message.timestamp()[1],
        tuple((name, value) for name, value in headers),
        int(message.partition() or 0),
        int(message.offset() or 0),
    )
