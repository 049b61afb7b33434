"""KTable and GlobalKTable: the latest value of each key; a record is an update of its row."""

from collections.abc import Callable
from typing import Any

from helpers.streams import functional, grouped, kstream
from helpers.streams.functional import Mapper, Predicate
from helpers.streams.joins import TableJoins
from helpers.streams.plan import Store, materialized, named
from helpers.streams.serdes import AnySerde
from helpers.streams.windows import Suppressed


class KTable(TableJoins):
    """`org.apache.kafka.streams.kstream.KTable`.

    store: names the state of the result so that it can be asked. name: of the operator in the drawing (`Named.as`).
    """

    def filter(self, predicate: Predicate, *, store: Store = None, name: str | None = None) -> "KTable":
        """`KTable.filter`: keep the rows for which predicate(key, value) is true; others are deleted downstream."""
        test = functional.predicate(predicate, self.key_serde, self.value_serde)
        return self._with(self.java.filter(test, *named(name), self._state(store)))

    def filter_not(self, predicate: Predicate, *, store: Store = None, name: str | None = None) -> "KTable":
        """`KTable.filterNot`: drop the rows for which predicate(key, value) is true."""
        test = functional.predicate(predicate, self.key_serde, self.value_serde)
        return self._with(self.java.filterNot(test, *named(name), self._state(store)))

    def map_values(
        self, mapper: Mapper, *, value: AnySerde | None = None, store: Store = None, name: str | None = None
    ) -> "KTable":
        """`KTable.mapValues`: mapper(value) or mapper(key, value) gives a new value of the row."""
        value = value or self._plan.value
        mapping = functional.value_mapper(mapper, self.key_serde, self.value_serde, value.encode)
        state = materialized(self._plan, store, "key-value", self.key_serde, value)
        return self._with(self.java.mapValues(mapping, *named(name), state), value)

    def to_stream(self, *, name: str | None = None) -> "kstream.KStream":
        """`KTable.toStream`: every update as a record; a deleted row has the value None."""
        return kstream.KStream(self.java.toStream(*named(name)), self.key_serde, self.value_serde, self._plan)

    def suppress(self, suppressed: Suppressed) -> "KTable":
        """`KTable.suppress`: hold updates back, until a window closes or a time has passed."""
        return self._with(self.java.suppress(suppressed.java))

    def group_by(
        self,
        selector: Callable[[Any, Any], tuple[Any, Any]],
        *,
        key: AnySerde | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> "grouped.KGroupedTable":
        """`KTable.groupBy`: selector(key, value) gives a new pair of key and value, through a repartition topic."""
        key, value = key or self._plan.key, value or self._plan.value
        selecting = functional.key_value_mapper(selector, self.key_serde, self.value_serde, functional.pair(key, value))
        java = self.java.groupBy(selecting, grouped.settings(key, value, name))
        return grouped.KGroupedTable(java, key, value, self._plan)

    def _state(self, store: Store) -> Any:
        return materialized(self._plan, store, "key-value", self.key_serde, self.value_serde)

    def _with(self, java: Any, value: AnySerde | None = None) -> "KTable":
        return KTable(java, self.key_serde, value or self.value_serde, self._plan)


class GlobalKTable:
    """`org.apache.kafka.streams.kstream.GlobalKTable`: for joins; every instance holds all of it."""

    def __init__(self, java: Any, key: AnySerde, value: AnySerde) -> None:
        self.java = java
        self.key_serde = key
        self.value_serde = value
