"""A query without a broker: its topology in Kafka Streams' test driver, fed from topics in memory."""

from collections import Counter
from typing import Any

from helpers.ksql.backends.backend import Progress, Traffic
from helpers.ksql.backends.topics import Record, Topics
from helpers.ksql.errors import QueryFailed
from helpers.ksql.evaluation.compiler import runtime
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

    group = None

    def __init__(
        self,
        id: str,
        topology: Topology,
        sources: list[str],
        sink: str | None,
        log: Any,
        *,
        start: int,
        driver: type[TopologyTestDriver],
    ) -> None:
        self.id, self.sources, self.sink, self.log = id, sources, sink, log
        self.failure: QueryFailed | None = None
        self.closed = self.paused = False
        self.start = self.reached = start
        self._read: Counter[str] = Counter()
        self._bytes: Counter[str] = Counter()
        self._wrote = 0
        handler = runtime("SkipAndLog").class_
        settings: dict[str, object] = {
            **_NO_WAITING,
            "deserialization.exception.handler": handler,
            "ksql.processing.log": log,
        }
        self._driver = driver(topology, config=settings, start=0)
        serializer = jvm.kafka("common.serialization.ByteArraySerializer")()
        deserializer = jvm.kafka("common.serialization.ByteArrayDeserializer")()
        create = self._driver.java.createInputTopic
        self._inputs = {topic: create(topic, serializer, serializer) for topic in sources}
        output = self._driver.java.createOutputTopic
        self._output = None if sink is None else output(sink, deserializer, deserializer)

    def advance(self, topics: Topics) -> bool:
        """Read what is new, and write what comes of it; says whether there was anything."""
        if self.paused:
            return False
        new = self._read_up_to(topics.end, topics)
        for record in self._written():
            topics.write(str(self.sink), record)
            self._wrote += 1
        return new

    def replay(self, topics: Topics, end: int) -> None:
        """Come to the state of having read up to a record, without writing anything.

        So an aggregate holds what this query would have made of the past; on a broker it goes on from what the
        query before has kept.
        """
        self._read_up_to(end, topics)
        self._written()

    def _read_up_to(self, end: int, topics: Topics) -> bool:
        new = [(topic, record) for n, topic, record in topics.after(self.reached, self.sources) if n < end]
        self.reached = end
        for topic, record in new:
            if self.failure is None:
                self._feed(topic, record)
        return bool(new)

    @property
    def state(self) -> str:
        """RUNNING, PAUSED, ERROR or NOT_RUNNING."""
        if self.closed:
            return "NOT_RUNNING"
        return "ERROR" if self.failure else "PAUSED" if self.paused else "RUNNING"

    def traffic(self) -> dict[str, Traffic]:
        """What it has read and written; there are no rates, since time stands still."""
        found = {topic: Traffic(read=count, bytes_read=self._bytes[topic]) for topic, count in self._read.items()}
        if self.sink is not None:
            found[self.sink] = found.get(self.sink, Traffic())._replace(written=self._wrote)
        return found

    def progress(self) -> list[Progress]:
        """Nothing is committed."""
        return []

    def pause(self) -> None:
        """Leave what comes for later."""
        self.paused = True

    def resume(self) -> None:
        """Go on where it stopped."""
        self.paused = False

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
        self._read[topic] += 1
        self._bytes[topic] += len(record.key or b"") + len(record.value or b"")
        sent = test_record(key, value, java_headers(record.headers), jvm.boxed(record.timestamp))
        try:
            self._inputs[topic].pipeInput(sent)
        except jvm.java("java.lang.Exception") as error:
            self.failure = QueryFailed(f"Query {self.id} has ended with an error: {reason(error)}.")
            self.failure.__cause__ = StreamsError(str(error))
            self.log.ended(error)

    def _written(self) -> list[Record]:
        records: list[Record] = []
        if self._output is None:
            return records
        for each in self._output.readRecordsToList():
            key, value = (None if part is None else bytes(part) for part in (each.key(), each.value()))
            records.append(Record(key, value, int(each.timestamp()), python_headers(each.headers())))
        return records


def reason(error: Any) -> str:
    """What the first cause of a Java exception says."""
    while error.getCause() is not None:
        error = error.getCause()
    return str(error.getMessage() or error.getClass().getName())
