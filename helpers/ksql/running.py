"""A persistent query without a broker: its topology in Kafka Streams' test driver, fed from topics in memory."""

from typing import Any

from helpers.ksql.compiler import runtime
from helpers.ksql.errors import KsqlError
from helpers.ksql.topics import Record, Topics
from helpers.streams import jvm
from helpers.streams.builder import Topology
from helpers.streams.driver import TopologyTestDriver
from helpers.streams.errors import StreamsError
from helpers.streams.processors import java_headers, python_headers

_NO_WAITING = {  # every update is seen at once
    "statestore.cache.max.bytes": 0,
    "__emit.interval.ms.kstreams.windowed.aggregation__": 0,
    "__emit.interval.ms.kstreams.outer.join.spurious.results.fix__": 0,
}


class Driven:
    """One query; `failure` is what it ended with, if it did."""

    def __init__(
        self, id: str, topology: Topology, sources: list[str], sink: str | None, log: Any, *, start: int
    ) -> None:
        self.id, self.sources, self.sink, self.log = id, sources, sink, log
        self.failure: KsqlError | None = None
        self.closed = False
        self._next = start
        handler = runtime("SkipAndLog").class_
        settings: dict[str, object] = {
            **_NO_WAITING,
            "deserialization.exception.handler": handler,
            "ksql.processing.log": log,
        }
        self._driver = TopologyTestDriver(topology, config=settings, start=0)
        serializer = jvm.kafka("common.serialization.ByteArraySerializer")()
        deserializer = jvm.kafka("common.serialization.ByteArrayDeserializer")()
        create = self._driver.java.createInputTopic
        self._inputs = {topic: create(topic, serializer, serializer) for topic in sources}
        output = self._driver.java.createOutputTopic
        self._output = None if sink is None else output(sink, deserializer, deserializer)

    def advance(self, topics: Topics) -> bool:
        """Read what is new, and write what comes of it; says whether there was anything."""
        new = list(topics.after(self._next, self.sources))
        self._next = topics.end
        for _, topic, record in new:
            if self.failure is None:
                self._feed(topic, record)
        for record in self._written():
            topics.write(str(self.sink), record)
        return bool(new)

    @property
    def state(self) -> str:
        """RUNNING, ERROR or NOT_RUNNING."""
        return "NOT_RUNNING" if self.closed else "ERROR" if self.failure else "RUNNING"

    def topics(self) -> set[str]:
        """All topics it has written, also those that repartition and those behind its stores."""
        return {str(name) for name in self._driver.java.producedTopicNames()}

    def end(self) -> None:
        """The same as `close`: nothing is kept."""
        self.close()

    def close(self) -> None:
        """End the query and forget its state."""
        self.closed = True
        self._driver.close()

    def _feed(self, topic: str, record: Record) -> None:
        of_bytes = jvm.byte_array()
        key, value = (None if part is None else of_bytes(part) for part in (record.key, record.value))
        test_record = jvm.kafka("streams.test.TestRecord")
        sent = test_record(key, value, java_headers(record.headers), jvm.boxed(record.timestamp))
        try:
            self._inputs[topic].pipeInput(sent)
        except jvm.java("java.lang.Exception") as error:
            self.failure = KsqlError(f"Query {self.id} has ended with an error: {_reason(error)}.")
            self.failure.__cause__ = StreamsError(str(error))

    def _written(self) -> list[Record]:
        records: list[Record] = []
        if self._output is None:
            return records
        for each in self._output.readRecordsToList():
            key, value = (None if part is None else bytes(part) for part in (each.key(), each.value()))
            records.append(Record(key, value, int(each.timestamp()), python_headers(each.headers())))
        return records


def _reason(error: Any) -> str:
    while error.getCause() is not None:
        error = error.getCause()
    return str(error.getMessage() or error.getClass().getName())
