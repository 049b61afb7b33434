"""What comes between group_by and a table: grouped streams, windowed or not, and grouped tables."""

from collections.abc import Callable
from typing import Any, overload

from helpers.streams import functional, ktable, windowed
from helpers.streams.jvm import kafka
from helpers.streams.plan import Stage, Store, materialized, named
from helpers.streams.serdes import LONG, AnySerde
from helpers.streams.windows import SessionWindows, SlidingWindows, TimeWindows

Reducer = Callable[[Any, Any], Any]
Aggregator = Callable[[Any, Any, Any], Any]  # takes key, value and the aggregate so far; gives the next


def settings(key: AnySerde, value: AnySerde, name: str | None) -> Any:
    """The Java Grouped."""
    java = kafka("streams.kstream.Grouped").with_(key.java, value.java)
    return java if name is None else java.withName(name)


class KGroupedStream(Stage):
    """`org.apache.kafka.streams.kstream.KGroupedStream`."""

    def count(self, *, store: Store = None, name: str | None = None) -> "ktable.KTable":
        """`KGroupedStream.count`: how many records each key has, as LONG."""
        return self._table(LONG, store, lambda state: self.java.count(*named(name), state))

    def reduce(self, reducer: Reducer, *, store: Store = None, name: str | None = None) -> "ktable.KTable":
        """`KGroupedStream.reduce`: reducer(so far, value) gives the next; the first value begins."""
        reducing = functional.reducer(reducer, self.value_serde)
        return self._table(self.value_serde, store, lambda state: self.java.reduce(reducing, *named(name), state))

    def aggregate(
        self,
        initializer: Callable[[], Any],
        aggregator: Aggregator,
        *,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`KGroupedStream.aggregate`: from initializer(), aggregator(key, value, so far) gives the next.

        value: serde of the aggregate.
        """
        value = value or self._plan.value
        begin = functional.initializer(initializer, value)
        add = functional.aggregator(aggregator, self.key_serde, self.value_serde, value)
        return self._table(value, store, lambda state: self.java.aggregate(begin, add, *named(name), state))

    @overload
    def windowed_by(self, windows: TimeWindows | SlidingWindows) -> "windowed.TimeWindowedKStream": ...

    @overload
    def windowed_by(self, windows: SessionWindows) -> "windowed.SessionWindowedKStream": ...

    def windowed_by(
        self, windows: TimeWindows | SlidingWindows | SessionWindows
    ) -> "windowed.TimeWindowedKStream | windowed.SessionWindowedKStream":
        """`KGroupedStream.windowedBy`: aggregate per key and window."""
        java = self.java.windowedBy(windows.java)
        if isinstance(windows, SessionWindows):
            return windowed.SessionWindowedKStream(java, self.key_serde, self.value_serde, self._plan)
        return windowed.TimeWindowedKStream(java, self.key_serde, self.value_serde, self._plan, windows)

    def cogroup(self, aggregator: Aggregator, *, value: AnySerde | None = None) -> "CogroupedKStream":
        """`KGroupedStream.cogroup`: aggregate several grouped streams into one table. value: of the aggregate."""
        value = value or self._plan.value
        add = functional.aggregator(aggregator, self.key_serde, self.value_serde, value)
        return CogroupedKStream(self.java.cogroup(add), self.key_serde, value, self._plan)

    def _table(self, value: AnySerde, store: Store, build: Callable[[Any], Any]) -> "ktable.KTable":
        state = materialized(self._plan, store, "key-value", self.key_serde, value)
        return ktable.KTable(build(state), self.key_serde, value, self._plan)


class CogroupedKStream(Stage):
    """`org.apache.kafka.streams.kstream.CogroupedKStream`."""

    def cogroup(self, stream: KGroupedStream, aggregator: Aggregator) -> "CogroupedKStream":
        """`CogroupedKStream.cogroup`: one more grouped stream, with its own aggregator(key, value, so far)."""
        add = functional.aggregator(aggregator, self.key_serde, stream.value_serde, self.value_serde)
        java = self.java.cogroup(stream.java, add)
        return CogroupedKStream(java, self.key_serde, self.value_serde, self._plan)

    def aggregate(
        self, initializer: Callable[[], Any], *, store: Store = None, name: str | None = None
    ) -> "ktable.KTable":
        """`CogroupedKStream.aggregate`: the table that all of them fill."""
        begin = functional.initializer(initializer, self.value_serde)
        state = materialized(self._plan, store, "key-value", self.key_serde, self.value_serde)
        java = self.java.aggregate(begin, *named(name), state)
        return ktable.KTable(java, self.key_serde, self.value_serde, self._plan)


class KGroupedTable(Stage):
    """`org.apache.kafka.streams.kstream.KGroupedTable`: an updated row leaves its old group and joins its new one."""

    def count(self, *, store: Store = None, name: str | None = None) -> "ktable.KTable":
        """`KGroupedTable.count`: how many rows each key has now, as LONG."""
        return self._table(LONG, store, lambda state: self.java.count(*named(name), state))

    def reduce(
        self, adder: Reducer, subtractor: Reducer, *, store: Store = None, name: str | None = None
    ) -> "ktable.KTable":
        """`KGroupedTable.reduce`: adder(so far, value) for a row that comes, subtractor for one that goes."""
        add, subtract = (functional.reducer(each, self.value_serde) for each in (adder, subtractor))
        return self._table(self.value_serde, store, lambda state: self.java.reduce(add, subtract, *named(name), state))

    def aggregate(
        self,
        initializer: Callable[[], Any],
        adder: Aggregator,
        subtractor: Aggregator,
        *,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`KGroupedTable.aggregate`: adder(key, value, so far) for a row that comes, subtractor for one that goes."""
        value = value or self._plan.value
        begin = functional.initializer(initializer, value)
        add, subtract = (
            functional.aggregator(each, self.key_serde, self.value_serde, value) for each in (adder, subtractor)
        )
        return self._table(value, store, lambda state: self.java.aggregate(begin, add, subtract, *named(name), state))

    def _table(self, value: AnySerde, store: Store, build: Callable[[Any], Any]) -> "ktable.KTable":
        state = materialized(self._plan, store, "key-value", self.key_serde, value)
        return ktable.KTable(build(state), self.key_serde, value, self._plan)
