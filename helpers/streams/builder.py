"""StreamsBuilder, where a topology begins, and the Topology it builds."""

from collections.abc import Callable, Sequence
from typing import Any

from helpers.streams.callables import guard
from helpers.streams.description import Description, describe
from helpers.streams.errors import StreamsError
from helpers.streams.jvm import java, kafka, proxy
from helpers.streams.kstream import KStream
from helpers.streams.ktable import GlobalKTable, KTable
from helpers.streams.plan import Plan, Store, StoreSpec, materialized
from helpers.streams.serdes import JSON, STRING, AnySerde
from helpers.streams.stores import StoreBuilder

Timestamp = Callable[[Any, Any], int]


class Topology:
    """What StreamsBuilder.build() makes; what Application and TopologyTestDriver run.

    java: the `org.apache.kafka.streams.Topology`. topics: serdes of key and value of the topics it names.
    stores: the state stores that have a name.
    """

    def __init__(self, java: Any, plan: Plan) -> None:
        self.java = java
        self.topics = dict(plan.topics)
        self.stores: dict[str, StoreSpec] = dict(plan.stores)

    def describe(self) -> Description:
        """`Topology.describe()`: as text, Mermaid and figure."""
        return describe(self.java)

    def store(self, name: str) -> StoreSpec:
        """What the store of that name holds. Raises StreamsError when no operator has named its state so."""
        if name not in self.stores:
            names = ", ".join(sorted(self.stores)) or "none: name one with store="
            raise StreamsError(f"This topology has no store {name!r}; its stores: {names}.")
        return self.stores[name]


class StreamsBuilder:
    """`org.apache.kafka.streams.StreamsBuilder`.

    key, value: the serdes of topics and of new keys and values where none is named (Java: `default.key.serde` and
    `default.value.serde`). java: the Java builder, for what has no face here.
    """

    def __init__(self, *, key: AnySerde = STRING, value: AnySerde = JSON) -> None:
        self.java = kafka("streams.StreamsBuilder")()
        self._plan = Plan(key, value)

    def stream(
        self,
        topics: str | Sequence[str],
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        timestamp: Timestamp | None = None,
        name: str | None = None,
    ) -> KStream:
        """`StreamsBuilder.stream`: the records of one or more topics.

        timestamp: takes key and value, gives milliseconds since 1970 (Java: a TimestampExtractor); without it the
        record's own timestamp counts.
        """
        names = [topics] if isinstance(topics, str) else list(topics)
        key, value, consumed = self._consumed(names, key, value, timestamp, name)
        return KStream(self.java.stream(names, consumed), key, value, self._plan)

    def table(
        self,
        topic: str,
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        timestamp: Timestamp | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> KTable:
        """`StreamsBuilder.table`: the latest value of each key. store: name it to ask it (`Materialized.as`)."""
        key, value, consumed = self._consumed([topic], key, value, timestamp, name)
        state = materialized(self._plan, store, "key-value", key, value)
        return KTable(self.java.table(topic, consumed, state), key, value, self._plan)

    def global_table(
        self,
        topic: str,
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> GlobalKTable:
        """`StreamsBuilder.globalTable`: a table of which every instance holds all partitions."""
        key, value, consumed = self._consumed([topic], key, value, None, name)
        # Java gives the table a store of its own only when nothing is said about one.
        state = () if store is None else (materialized(self._plan, store, "key-value", key, value),)
        return GlobalKTable(self.java.globalTable(topic, consumed, *state), key, value)

    def add_state_store(self, store: StoreBuilder) -> None:
        """`StreamsBuilder.addStateStore`: a store for processors, which name it in `stores=`."""
        self._plan.add_store(store.name, store.spec)
        self.java.addStateStore(store.java)

    def build(self) -> Topology:
        """`StreamsBuilder.build`. Raises StreamsError when Kafka Streams finds fault, as with two nodes of one name."""
        try:
            return Topology(self.java.build(), self._plan)
        except java("java.lang.RuntimeException") as error:
            raise StreamsError(f"The topology cannot be built: {error.getMessage()}.") from error

    def _consumed(
        self,
        topics: list[str],
        key: AnySerde | None,
        value: AnySerde | None,
        timestamp: Timestamp | None,
        name: str | None,
    ) -> tuple[AnySerde, AnySerde, Any]:
        key, value = key or self._plan.key, value or self._plan.value
        for topic in topics:
            self._plan.topics[topic] = key, value
        consumed = kafka("streams.kstream.Consumed").with_(key.java, value.java)
        if timestamp is not None:
            consumed = consumed.withTimestampExtractor(_extractor(timestamp, key, value))
        return key, value, consumed if name is None else consumed.withName(name)


def _extractor(timestamp: Timestamp, key: AnySerde, value: AnySerde) -> Any:
    def extract(record: Any, partition_time: Any) -> int:
        return timestamp(key.decode(record.key()), value.decode(record.value()))

    return proxy("org.apache.kafka.streams.processor.TimestampExtractor", extract=guard(extract))
