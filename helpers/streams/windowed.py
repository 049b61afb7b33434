"""Grouped streams cut into windows; their tables have the key Windowed(key, start, end)."""

from collections.abc import Callable
from typing import Any

from helpers.streams import functional, ktable
from helpers.streams.plan import Kind, Plan, Stage, Store, materialized, named
from helpers.streams.serdes import LONG, AnySerde, WindowedSerde
from helpers.streams.windows import SlidingWindows, TimeWindows


class _Windowed(Stage):
    """What time and session windows share. _kind: of their store; _size: of the windows in ms, None for sessions."""

    _kind: Kind
    _size: int | None

    def count(self, *, store: Store = None, name: str | None = None) -> "ktable.KTable":
        """`TimeWindowedKStream.count`, `SessionWindowedKStream.count`: records per key and window, as LONG."""
        return self._table(LONG, store, lambda state: self.java.count(*named(name), state))

    def reduce(
        self, reducer: Callable[[Any, Any], Any], *, store: Store = None, name: str | None = None
    ) -> "ktable.KTable":
        """`TimeWindowedKStream.reduce`, `SessionWindowedKStream.reduce`: reducer(so far, value) gives the next."""
        reducing = functional.reducer(reducer, self.value_serde)
        return self._table(self.value_serde, store, lambda state: self.java.reduce(reducing, *named(name), state))

    def _table(self, value: AnySerde, store: Store, build: Callable[[Any], Any]) -> "ktable.KTable":
        state = materialized(self._plan, store, self._kind, self.key_serde, value)
        return ktable.KTable(build(state), WindowedSerde(self.key_serde, self._size), value, self._plan)


class TimeWindowedKStream(_Windowed):
    """`org.apache.kafka.streams.kstream.TimeWindowedKStream`."""

    _kind = "window"

    def __init__(
        self, java: Any, key: AnySerde, value: AnySerde, plan: Plan, windows: TimeWindows | SlidingWindows
    ) -> None:
        super().__init__(java, key, value, plan)
        self._size = windows.milliseconds

    def aggregate(
        self,
        initializer: Callable[[], Any],
        aggregator: Callable[[Any, Any, Any], Any],
        *,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`TimeWindowedKStream.aggregate`: from initializer(), aggregator(key, value, so far) gives the next."""
        value = value or self._plan.value
        begin = functional.initializer(initializer, value)
        add = functional.aggregator(aggregator, self.key_serde, self.value_serde, value)
        return self._table(value, store, lambda state: self.java.aggregate(begin, add, *named(name), state))


class SessionWindowedKStream(_Windowed):
    """`org.apache.kafka.streams.kstream.SessionWindowedKStream`."""

    _kind = "session"
    _size = None

    def aggregate(
        self,
        initializer: Callable[[], Any],
        aggregator: Callable[[Any, Any, Any], Any],
        merger: Callable[[Any, Any, Any], Any],
        *,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`SessionWindowedKStream.aggregate`: as for time windows; a record between two sessions makes them one.

        merger: takes the key and the aggregates of the two, gives that of the one.
        """
        value = value or self._plan.value
        begin = functional.initializer(initializer, value)
        add = functional.aggregator(aggregator, self.key_serde, self.value_serde, value)
        join = functional.merger(merger, self.key_serde, value)
        return self._table(value, store, lambda state: self.java.aggregate(begin, add, join, *named(name), state))
