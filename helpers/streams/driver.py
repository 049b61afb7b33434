"""TopologyTestDriver: a topology run record by record in this process, without a broker."""

import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import timedelta
from types import TracebackType
from typing import Any, Self

from helpers.streams.builder import Topology
from helpers.streams.callables import python_cause
from helpers.streams.errors import RecordError, StreamsError
from helpers.streams.handling import FAIL, ErrorHandler, OnError
from helpers.streams.jvm import boxed, byte_array, java, kafka, properties
from helpers.streams.plan import duration
from helpers.streams.processors import Headers, Record, java_headers, python_headers
from helpers.streams.serdes import AnySerde
from helpers.streams.stores import AnyStore, wrap

KeyValue = tuple[Any, Any]


class TopologyTestDriver:
    """`org.apache.kafka.streams.TopologyTestDriver`; java: the Java object.

    on_error: as for Application. config: Kafka Streams' settings, such as {"statestore.cache.max.bytes": 0}.
    start: of the wall clock, in ms since 1970 (default: now). Use it in a `with` block.
    """

    def __init__(
        self,
        topology: Topology,
        *,
        on_error: OnError = FAIL,
        config: dict[str, object] | None = None,
        start: int | None = None,
    ) -> None:
        self._topology = topology
        self._state = tempfile.mkdtemp(prefix="streams-test-")
        self.errors = ErrorHandler(on_error, topology.topics)
        settings = {
            "application.id": "test",
            "bootstrap.servers": "none:1",
            "state.dir": self._state,
            **self.errors.settings(),
            **(config or {}),
        }
        instant = () if start is None else (java("java.time.Instant").ofEpochMilli(start),)
        self.java: Any = None
        try:
            self._run(lambda: self._open(properties(settings), instant))
        except BaseException:
            self.close()
            raise

    def _open(self, settings: Any, instant: tuple[Any, ...]) -> None:
        self.java = kafka("streams.TopologyTestDriver")(self._topology.java, settings, *instant)

    def create_input_topic(
        self, topic: str, *, key: AnySerde | None = None, value: AnySerde | None = None
    ) -> "TestInputTopic":
        """`createInputTopic`; key, value: serdes, by default those the topology reads the topic with."""
        return TestInputTopic(self, topic, *self._serdes(topic, key, value))

    def create_output_topic(
        self, topic: str, *, key: AnySerde | None = None, value: AnySerde | None = None
    ) -> "TestOutputTopic":
        """`createOutputTopic`; key, value: serdes, by default those the topology writes the topic with."""
        return TestOutputTopic(self, topic, *self._serdes(topic, key, value))

    def advance_wall_clock_time(self, by: timedelta) -> None:
        """`advanceWallClockTime`: let the clock go on, and the punctuators that wait for it run."""
        self._run(lambda: self.java.advanceWallClockTime(duration(by)))

    def store(self, name: str) -> AnyStore:
        """`getKeyValueStore`, `getWindowStore` or `getSessionStore`. Raises StreamsError for an unknown name."""
        spec = self._topology.store(name)
        getters = {"key-value": "getKeyValueStore", "window": "getWindowStore", "session": "getSessionStore"}
        return wrap(getattr(self.java, getters[spec.kind])(name), spec)

    def close(self) -> None:
        """`close`: also removes the state. A driver that has failed closes too."""
        try:
            if self.java is not None:
                self.java.close()
        finally:
            shutil.rmtree(self._state, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _serdes(self, topic: str, key: AnySerde | None, value: AnySerde | None) -> tuple[AnySerde, AnySerde]:
        known = self._topology.topics.get(topic)
        if known is not None:
            return key or known[0], value or known[1]
        if key is None or value is None:
            raise StreamsError(f"The topology does not name topic {topic!r}: give key= and value=, its serdes.")
        return key, value

    def _run(self, action: Callable[[], object]) -> None:
        try:
            action()
        except java("java.lang.Exception") as thrown:
            failure = self.errors.failure or python_cause(thrown)
            self.errors.failure = None  # the next record has a failure of its own
            interrupt = failure.__cause__
            if interrupt is not None and not isinstance(interrupt, Exception):
                raise interrupt from None  # the stop button, pressed while a function ran
            if isinstance(failure, RecordError):
                raise failure from failure.__cause__
            raise StreamsError(f"The topology failed: {failure}") from failure


class TestInputTopic:
    """`org.apache.kafka.streams.TestInputTopic`."""

    __test__ = False  # pytest: not a test

    def __init__(self, driver: TopologyTestDriver, topic: str, key: AnySerde, value: AnySerde) -> None:
        serializer = kafka("common.serialization.ByteArraySerializer")
        self.java = driver.java.createInputTopic(topic, serializer(), serializer())
        self._driver = driver
        self._key, self._value = key, value

    def pipe_input(self, key: Any, value: Any, timestamp: int | None = None, headers: Headers = ()) -> None:
        """`pipeInput`: process one record now. timestamp: ms since 1970 (default: the driver's wall clock).

        Raises RecordError when a function fails on it, caused by the Python exception, and what a serde raises.
        """
        data = (self._key.to_bytes(key), self._value.to_bytes(value))
        key_bytes, value_bytes = (each if each is None else byte_array()(each) for each in data)
        time = () if timestamp is None else (boxed(timestamp),)
        record = kafka("streams.test.TestRecord")(key_bytes, value_bytes, java_headers(headers), *time)
        self._driver._run(lambda: self.java.pipeInput(record))

    def pipe_key_value_list(self, records: Iterable[KeyValue]) -> None:
        """`pipeKeyValueList`: process pairs of key and value, one after the other."""
        for key, value in records:
            self.pipe_input(key, value)


class TestOutputTopic:
    """`org.apache.kafka.streams.TestOutputTopic`."""

    __test__ = False

    def __init__(self, driver: TopologyTestDriver, topic: str, key: AnySerde, value: AnySerde) -> None:
        deserializer = kafka("common.serialization.ByteArrayDeserializer")
        self.java = driver.java.createOutputTopic(topic, deserializer(), deserializer())
        self._key, self._value = key, value
        self._topic = topic

    def read_record(self) -> Record:
        """`readRecord`: the next record. Raises StreamsError when there is none."""
        if self.java.isEmpty():
            raise StreamsError(f"Topic {self._topic!r} has no more records: is_empty() tells.")
        record = self.java.readRecord()
        return Record(
            self._key.from_bytes(_bytes(record.key())),
            self._value.from_bytes(_bytes(record.value())),
            int(record.timestamp()),
            python_headers(record.headers()),
        )

    def read_key_value(self) -> KeyValue:
        """`readKeyValue`: the next record's key and value."""
        record = self.read_record()
        return record.key, record.value

    def read_value(self) -> Any:
        """`readValue`: the next record's value."""
        return self.read_record().value

    def read_records_to_list(self) -> list[Record]:
        """`readRecordsToList`: all that is left."""
        return [self.read_record() for _ in range(self.get_queue_size())]

    def read_key_values_to_list(self) -> list[KeyValue]:
        """`readKeyValuesToList`: key and value of all that is left."""
        return [(record.key, record.value) for record in self.read_records_to_list()]

    def read_key_values_to_map(self) -> dict[Any, Any]:
        """`readKeyValuesToMap`: the last value of each key in all that is left."""
        return dict(self.read_key_values_to_list())

    def read_values_to_list(self) -> list[Any]:
        """`readValuesToList`: the values of all that is left."""
        return [record.value for record in self.read_records_to_list()]

    def is_empty(self) -> bool:
        """`isEmpty`."""
        return bool(self.java.isEmpty())

    def get_queue_size(self) -> int:
        """`getQueueSize`: how many records are left."""
        return int(self.java.getQueueSize())


def _bytes(data: Any) -> bytes | None:
    return None if data is None else bytes(data)
