"""Processors: operators of one's own, with state stores and punctuators (Java: the Processor API)."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Literal, NamedTuple

from helpers.streams import stores
from helpers.streams.callables import guard
from helpers.streams.errors import StreamsError
from helpers.streams.jvm import byte_array, kafka, proxy
from helpers.streams.plan import Plan, duration
from helpers.streams.serdes import AnySerde

Headers = tuple[tuple[str, bytes | None], ...]
Serdes = tuple[AnySerde, AnySerde]


class Record(NamedTuple):
    """`org.apache.kafka.streams.processor.api.Record`: change it with `_replace`. timestamp: ms since 1970."""

    key: Any
    value: Any
    timestamp: int
    headers: Headers = ()


class RecordMetadata(NamedTuple):
    """Where the record being processed came from (`ProcessingContext.recordMetadata`)."""

    topic: str
    partition: int
    offset: int


class Processor:
    """`org.apache.kafka.streams.processor.api.Processor`: derive, and override `process`; init and close if needed."""

    context: "ProcessorContext"

    def init(self, context: "ProcessorContext") -> None:
        """`Processor.init`: called once per task, before the first record; get stores and schedule here."""

    def process(self, record: Record) -> None:
        """`Processor.process`: called for each record; what goes on is what `self.context.forward` is given."""
        raise NotImplementedError

    def close(self) -> None:
        """`Processor.close`: called when the task ends."""


Supplier = Callable[[], Processor]


class ProcessorContext:
    """`ProcessorContext`; java: the Java object."""

    def __init__(self, java: Any, plan: Plan, output: Serdes, fixed_key: bool) -> None:
        self.java = java
        self._plan = plan
        self._key, self._value = output
        self._fixed_key = fixed_key
        self._in_hand: Any = None  # the Java record being processed; a fixed-key record can only come of another

    def forward(self, record: Record, *, to: str | None = None) -> None:
        """`forward`: hand a record on, to all children or to the one named.

        Raises StreamsError when a processor of process_values forwards another key than it was given.
        """
        java_record = self._fixed(record) if self._fixed_key else self._free(record)
        self.java.forward(java_record, *(() if to is None else (to,)))

    def store(self, name: str) -> Any:
        """`getStateStore`: a KeyValueStore, WindowStore or SessionStore. Raises StreamsError for an unknown name."""
        found = self.java.getStateStore(name) if name in self._plan.stores else None
        if found is None:
            raise StreamsError(
                f"This processor has no store {name!r}: declare it with add_state_store and name it in stores=[…]."
            )
        return stores.wrap(found, self._plan.stores[name])

    def schedule(
        self,
        interval: timedelta,
        callback: Callable[[int], object],
        *,
        time: Literal["stream", "wall clock"] = "stream",
    ) -> Callable[[], None]:
        """`schedule`: call callback(timestamp in ms) whenever `interval` has passed; returns what cancels it.

        time: "stream" goes on with the records' timestamps (`STREAM_TIME`), "wall clock" with the clock.
        """
        types = kafka("streams.processor.PunctuationType")
        kind = types.STREAM_TIME if time == "stream" else types.WALL_CLOCK_TIME
        punctuate = guard(lambda timestamp: callback(int(timestamp)) and None)
        punctuator = proxy("org.apache.kafka.streams.processor.Punctuator", punctuate=punctuate)
        scheduled = self.java.schedule(duration(interval), kind, punctuator)
        return lambda: scheduled.cancel()

    def commit(self) -> None:
        """`commit`: ask for a commit soon."""
        self.java.commit()

    @property
    def record_metadata(self) -> RecordMetadata | None:
        """`recordMetadata`: None in a punctuator."""
        metadata = self.java.recordMetadata().orElse(None)
        if metadata is None or metadata.topic() is None:
            return None
        return RecordMetadata(str(metadata.topic()), int(metadata.partition()), int(metadata.offset()))

    @property
    def current_stream_time(self) -> int:
        """`currentStreamTimeMs`: the greatest timestamp seen."""
        return int(self.java.currentStreamTimeMs())

    @property
    def current_system_time(self) -> int:
        """`currentSystemTimeMs`: the clock, which the test driver advances."""
        return int(self.java.currentSystemTimeMs())

    @property
    def task_id(self) -> str:
        """`taskId`, such as 0_2: subtopology 0, partition 2."""
        return str(self.java.taskId())

    def _free(self, record: Record) -> Any:
        key, value = self._key.encode(record.key), self._value.encode(record.value)
        java_record = kafka("streams.processor.api.Record")
        if not record.headers:
            return java_record(key, value, record.timestamp)
        return java_record(key, value, record.timestamp, java_headers(record.headers))

    def _fixed(self, record: Record) -> Any:
        source = self._in_hand
        if source is None or self._key.decode(source.key()) != record.key:
            raise StreamsError(
                f"A processor of process_values forwarded the key {record.key!r}, which is not that of the record in "
                "hand: use process to change keys or to forward from a punctuator."
            )
        value = self._value.encode(record.value)
        changed = source.withValue(value).withTimestamp(record.timestamp)
        return changed.withHeaders(java_headers(record.headers))


def supplier(make: Supplier, plan: Plan, source: Serdes, output: Serdes, *, fixed_key: bool = False) -> Any:
    """A Java `ProcessorSupplier`, or `FixedKeyProcessorSupplier`, of the processors that `make()` makes."""
    prefix = "org.apache.kafka.streams.processor.api." + ("FixedKey" if fixed_key else "")

    def get() -> Any:
        adapter = _Adapter(make(), plan, source, output, fixed_key)
        return proxy(
            prefix + "Processor",
            init=guard(adapter.init),
            process=guard(adapter.process),
            close=guard(adapter.close),
        )

    return proxy(prefix + "ProcessorSupplier", get=guard(get))


class _Adapter:
    """Between Java's records and contexts and a Python Processor's."""

    def __init__(self, processor: Processor, plan: Plan, source: Serdes, output: Serdes, fixed_key: bool) -> None:
        self._processor = processor
        self._plan = plan
        self._key, self._value = source
        self._output = output
        self._fixed_key = fixed_key

    def init(self, context: Any) -> None:
        self._context = ProcessorContext(context, self._plan, self._output, self._fixed_key)
        self._processor.context = self._context
        self._processor.init(self._context)

    def process(self, record: Any) -> None:
        self._context._in_hand = record
        try:
            self._processor.process(
                Record(
                    self._key.decode(record.key()),
                    self._value.decode(record.value()),
                    int(record.timestamp()),
                    python_headers(record.headers()),
                )
            )
        finally:
            self._context._in_hand = None

    def close(self) -> None:
        self._processor.close()


def python_headers(headers: Any) -> Headers:
    """Java's `Headers` in Python."""
    found = []
    for header in headers.toArray():
        value = header.value()
        found.append((str(header.key()), None if value is None else bytes(value)))
    return tuple(found)


def java_headers(headers: Headers) -> Any:
    """A Java `Headers`."""
    result = kafka("common.header.internals.RecordHeaders")()
    for name, value in headers:
        result.add(name, None if value is None else byte_array()(value))
    return result
