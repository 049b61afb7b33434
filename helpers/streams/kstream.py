"""KStream: a stream of records, each a fact of its own."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from helpers.streams import functional, grouped, ktable, processors
from helpers.streams.errors import StreamsError
from helpers.streams.functional import Action, Mapper, Predicate
from helpers.streams.joins import StreamJoins
from helpers.streams.jvm import kafka, proxy
from helpers.streams.plan import Store, materialized, named
from helpers.streams.serdes import AnySerde

Pair = tuple[Any, Any]


class KStream(StreamJoins):
    """`org.apache.kafka.streams.kstream.KStream`.

    An operator that makes new keys or values gives them the serde named in `key=` or `value=`, else the builder's.
    name: of the operator in the drawing and, where one is needed, of its internal topic (`Named.as`).
    """

    def filter(self, predicate: Predicate, *, name: str | None = None) -> "KStream":
        """`KStream.filter`: keep the records for which predicate(key, value) is true."""
        test = functional.predicate(predicate, self.key_serde, self.value_serde)
        return self._with(self.java.filter(test, *named(name)))

    def filter_not(self, predicate: Predicate, *, name: str | None = None) -> "KStream":
        """`KStream.filterNot`: drop the records for which predicate(key, value) is true."""
        test = functional.predicate(predicate, self.key_serde, self.value_serde)
        return self._with(self.java.filterNot(test, *named(name)))

    def map(
        self,
        mapper: Callable[[Any, Any], Pair],
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> "KStream":
        """`KStream.map`: mapper(key, value) gives a new pair of key and value."""
        key, value = key or self._plan.key, value or self._plan.value
        mapping = self._key_value_mapper(mapper, functional.pair(key, value))
        return self._with(self.java.map(mapping, *named(name)), key=key, value=value)

    def map_values(self, mapper: Mapper, *, value: AnySerde | None = None, name: str | None = None) -> "KStream":
        """`KStream.mapValues`: mapper(value) or mapper(key, value) gives a new value; the key stays."""
        value = value or self._plan.value
        mapping = functional.value_mapper(mapper, self.key_serde, self.value_serde, value.encode)
        return self._with(self.java.mapValues(mapping, *named(name)), value=value)

    def flat_map(
        self,
        mapper: Callable[[Any, Any], Iterable[Pair]],
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> "KStream":
        """`KStream.flatMap`: mapper(key, value) gives any number of pairs of key and value."""
        key, value = key or self._plan.key, value or self._plan.value
        mapping = self._key_value_mapper(mapper, functional.each(functional.pair(key, value)))
        return self._with(self.java.flatMap(mapping, *named(name)), key=key, value=value)

    def flat_map_values(self, mapper: Mapper, *, value: AnySerde | None = None, name: str | None = None) -> "KStream":
        """`KStream.flatMapValues`: mapper(value) or mapper(key, value) gives any number of values; the key stays."""
        value = value or self._plan.value
        results = functional.each(value.encode)
        mapping = functional.value_mapper(mapper, self.key_serde, self.value_serde, results)
        return self._with(self.java.flatMapValues(mapping, *named(name)), value=value)

    def select_key(
        self, selector: Callable[[Any, Any], Any], *, key: AnySerde | None = None, name: str | None = None
    ) -> "KStream":
        """`KStream.selectKey`: selector(key, value) gives a new key; what follows may repartition."""
        key = key or self._plan.key
        selecting = self._key_value_mapper(selector, key.encode)
        return self._with(self.java.selectKey(selecting, *named(name)), key=key)

    def peek(self, action: Action, *, name: str | None = None) -> "KStream":
        """`KStream.peek`: call action(key, value) on each record as it passes."""
        call = functional.action(action, self.key_serde, self.value_serde)
        return self._with(self.java.peek(call, *named(name)))

    def for_each(self, action: Action, *, name: str | None = None) -> None:
        """`KStream.foreach`: call action(key, value) on each record; the stream ends here."""
        self.java.foreach(functional.action(action, self.key_serde, self.value_serde), *named(name))

    def split(self, *, name: str | None = None) -> "BranchedKStream":
        """`KStream.split`: send each record into the first branch whose predicate is true."""
        return BranchedKStream(self, self.java.split(*named(name)))

    def merge(self, other: "KStream", *, name: str | None = None) -> "KStream":
        """`KStream.merge`: both's records, in no order between them. Raises StreamsError if their serdes differ."""
        ours, theirs = (self.key_serde, self.value_serde), (other.key_serde, other.value_serde)
        if ours != theirs:
            raise StreamsError(
                f"A stream with serdes {ours} cannot be merged with one with {theirs}: map one to those of the other."
            )
        return self._with(self.java.merge(other.java, *named(name)))

    def repartition(self, *, partitions: int | None = None, name: str | None = None) -> "KStream":
        """`KStream.repartition`: through an internal topic, so that equal keys meet. partitions: of that topic."""
        settings = kafka("streams.kstream.Repartitioned").with_(self.key_serde.java, self.value_serde.java)
        if partitions is not None:
            settings = settings.withNumberOfPartitions(partitions)
        return self._with(self.java.repartition(settings if name is None else settings.withName(name)))

    def to(
        self,
        topic: str,
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> None:
        """`KStream.to`: write into a topic. key, value: in other serdes than the stream's, by one more map."""
        stream = self
        if key not in (None, self.key_serde):
            stream = self.map(lambda k, v: (k, v), key=key, value=value or self.value_serde)
        elif value not in (None, self.value_serde):
            stream = self.map_values(lambda v: v, value=value)
        key, value = stream.key_serde, stream.value_serde
        produced = kafka("streams.kstream.Produced").with_(key.java, value.java)
        stream.java.to(topic, produced if name is None else produced.withName(name))
        self._plan.topics.setdefault(topic, (key, value))

    def to_table(self, *, store: Store = None, name: str | None = None) -> "ktable.KTable":
        """`KStream.toTable`: read the records as updates of their keys."""
        state = materialized(self._plan, store, "key-value", self.key_serde, self.value_serde)
        java = self.java.toTable(*named(name), state)
        return ktable.KTable(java, self.key_serde, self.value_serde, self._plan)

    def group_by_key(self, *, name: str | None = None) -> "grouped.KGroupedStream":
        """`KStream.groupByKey`. name: of the repartition topic, if one is needed (`Grouped.as`)."""
        settings = grouped.settings(self.key_serde, self.value_serde, name)
        java = self.java.groupByKey(settings)
        return grouped.KGroupedStream(java, self.key_serde, self.value_serde, self._plan)

    def group_by(
        self, selector: Callable[[Any, Any], Any], *, key: AnySerde | None = None, name: str | None = None
    ) -> "grouped.KGroupedStream":
        """`KStream.groupBy`: by the key that selector(key, value) gives, through a repartition topic."""
        key = key or self._plan.key
        selecting = self._key_value_mapper(selector, key.encode)
        java = self.java.groupBy(selecting, grouped.settings(key, self.value_serde, name))
        return grouped.KGroupedStream(java, key, self.value_serde, self._plan)

    def process(
        self,
        processor: "processors.Supplier",
        *,
        stores: Sequence[str] = (),
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> "KStream":
        """`KStream.process`: a Processor of one's own; `processor()` makes one for each task.

        stores: names of the state stores it may use. key, value: serdes of what it forwards.
        """
        output = key or self._plan.key, value or self._plan.value
        supplier = processors.supplier(processor, self._plan, (self.key_serde, self.value_serde), output)
        java = self.java.process(supplier, *named(name), *stores)
        return self._with(java, key=output[0], value=output[1])

    def process_values(
        self,
        processor: "processors.Supplier",
        *,
        stores: Sequence[str] = (),
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> "KStream":
        """`KStream.processValues`: a Processor that leaves the key alone, so that nothing repartitions after it."""
        value = value or self._plan.value
        serdes = (self.key_serde, self.value_serde), (self.key_serde, value)
        supplier = processors.supplier(processor, self._plan, *serdes, fixed_key=True)
        return self._with(self.java.processValues(supplier, *named(name), *stores), value=value)

    def _key_value_mapper(self, function: Callable[[Any, Any], Any], output: Callable[[Any], Any]) -> Any:
        return functional.key_value_mapper(function, self.key_serde, self.value_serde, output)

    def _with(self, java: Any, *, key: AnySerde | None = None, value: AnySerde | None = None) -> "KStream":
        return KStream(java, key or self.key_serde, value or self.value_serde, self._plan)


class BranchedKStream:
    """`org.apache.kafka.streams.kstream.BranchedKStream`: a stream being split."""

    def __init__(self, stream: KStream, java: Any) -> None:
        self.java = java
        self._stream = stream
        self._branches: dict[str, KStream] = {}

    def branch(self, predicate: Predicate, name: str) -> "BranchedKStream":
        """`BranchedKStream.branch`: records no earlier branch has taken and for which predicate(key, value) is true."""
        test = functional.predicate(predicate, self._stream.key_serde, self._stream.value_serde)
        self.java = self.java.branch(test, self._branched(name))
        return self

    def default_branch(self, name: str = "default") -> dict[str, KStream]:
        """`BranchedKStream.defaultBranch`: one more branch for the rest; all branches by their names."""
        self.java.defaultBranch(self._branched(name))
        return self._branches

    def no_default_branch(self) -> dict[str, KStream]:
        """`BranchedKStream.noDefaultBranch`: drop the rest; all branches by their names."""
        self.java.noDefaultBranch()
        return self._branches

    def _branched(self, name: str) -> Any:
        def keep(java: Any) -> None:
            self._branches[name] = self._stream._with(java)

        consumer = proxy("java.util.function.Consumer", accept=keep)
        return kafka("streams.kstream.Branched").withConsumer(consumer, name)
