"""State stores: declared for processors, used in them, and asked from outside (interactive queries)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, NamedTuple

from helpers.streams.errors import StreamsError
from helpers.streams.jvm import java, kafka
from helpers.streams.plan import Kind, StoreSpec, duration
from helpers.streams.serdes import AnySerde, Windowed

FOREVER = 2**63 - 1  # the last millisecond Java can name


@dataclass(frozen=True)
class StoreBuilder:
    """A store for processors, given to StreamsBuilder.add_state_store; made by the functions below."""

    name: str
    spec: StoreSpec
    java: Any


def key_value_store(name: str, *, key: AnySerde, value: AnySerde, in_memory: bool = False) -> StoreBuilder:
    """`Stores.keyValueStoreBuilder`, kept in RocksDB unless in_memory."""
    stores = kafka("streams.state.Stores")
    supplier = stores.inMemoryKeyValueStore(name) if in_memory else stores.persistentKeyValueStore(name)
    return _builder(name, "key-value", key, value, stores.keyValueStoreBuilder, supplier)


def window_store(
    name: str, *, key: AnySerde, value: AnySerde, size: timedelta, retention: timedelta, in_memory: bool = False
) -> StoreBuilder:
    """`Stores.windowStoreBuilder`: values by key and start of window, forgotten after `retention`."""
    stores = kafka("streams.state.Stores")
    make = stores.inMemoryWindowStore if in_memory else stores.persistentWindowStore
    supplier = make(name, duration(retention), duration(size), False)
    return _builder(name, "window", key, value, stores.windowStoreBuilder, supplier)


class WindowedValue(NamedTuple):
    """A window's start, in milliseconds since 1970, and its value."""

    start: int
    value: Any


class KeyValueStore:
    """`ReadOnlyKeyValueStore`; in a processor that declared the store also `KeyValueStore`: put and delete."""

    def __init__(self, java: Any, spec: StoreSpec) -> None:
        self.java = java
        self._key, self._value = spec.key, spec.value
        self._plain = _plain(java)

    def get(self, key: Any) -> Any:
        """`get`: the value, or None."""
        return self._decode(_ask(self.java.get, self._key.encode(key)))

    def all(self) -> Iterator[tuple[Any, Any]]:
        """`all`: every key with its value, in the order of the keys' bytes."""
        return self._pairs(_ask(self.java.all))

    def range(self, first: Any, last: Any) -> Iterator[tuple[Any, Any]]:
        """`range`: keys from first to last, both included, by their bytes; None: no bound."""
        return self._pairs(_ask(self.java.range, self._key.encode(first), self._key.encode(last)))

    def approximate_num_entries(self) -> int:
        """`approximateNumEntries`."""
        return int(_ask(self.java.approximateNumEntries))

    def put(self, key: Any, value: Any) -> None:
        """`put`: None deletes."""
        self.java.put(self._key.encode(key), self._value.encode(value))

    def delete(self, key: Any) -> Any:
        """`delete`: the value that was there, or None."""
        return self._decode(self.java.delete(self._key.encode(key)))

    def _decode(self, value: Any) -> Any:
        return self._value.decode(self._plain(value))

    def _pairs(self, iterator: Any) -> Iterator[tuple[Any, Any]]:
        return ((self._key.decode(each.key), self._decode(each.value)) for each in _closing(iterator))


class WindowStore:
    """`ReadOnlyWindowStore`; in a processor that declared the store also `WindowStore`: put. Times in ms since 1970."""

    def __init__(self, java: Any, spec: StoreSpec) -> None:
        self.java = java
        self._key, self._value = spec.key, spec.value
        self._plain = _plain(java)

    def fetch(self, key: Any, start: int = 0, end: int = FOREVER) -> Iterator[WindowedValue]:
        """`fetch`: a key's windows that start between start and end, both included, oldest first."""
        found = _ask(self.java.fetch, self._key.encode(key), _instant(start), _instant(end))
        return (WindowedValue(int(each.key), self._decode(each.value)) for each in _closing(found))

    def fetch_all(self, start: int = 0, end: int = FOREVER) -> Iterator[tuple[Windowed, Any]]:
        """`fetchAll`: every key's windows that start between start and end."""
        return self._pairs(_ask(self.java.fetchAll, _instant(start), _instant(end)))

    def all(self) -> Iterator[tuple[Windowed, Any]]:
        """`all`: everything kept."""
        return self._pairs(_ask(self.java.all))

    def put(self, key: Any, value: Any, start: int) -> None:
        """`put`: None deletes."""
        self.java.put(self._key.encode(key), self._value.encode(value), start)

    def _decode(self, value: Any) -> Any:
        return self._value.decode(self._plain(value))

    def _pairs(self, iterator: Any) -> Iterator[tuple[Windowed, Any]]:
        return ((_windowed(each.key, self._key), self._decode(each.value)) for each in _closing(iterator))


class SessionStore:
    """`ReadOnlySessionStore`."""

    def __init__(self, java: Any, spec: StoreSpec) -> None:
        self.java = java
        self._key, self._value = spec.key, spec.value

    def fetch(self, key: Any) -> Iterator[tuple[Windowed, Any]]:
        """`fetch`: a key's sessions, oldest first."""
        found = _ask(self.java.fetch, self._key.encode(key))
        return ((_windowed(each.key, self._key), self._value.decode(each.value)) for each in _closing(found))


AnyStore = KeyValueStore | WindowStore | SessionStore


def wrap(java: Any, spec: StoreSpec) -> AnyStore:
    """The Python face of a Java store."""
    faces: dict[Kind, Callable[[Any, StoreSpec], AnyStore]] = {
        "key-value": KeyValueStore,
        "window": WindowStore,
        "session": SessionStore,
    }
    return faces[spec.kind](java, spec)


def _builder(name: str, kind: Kind, key: AnySerde, value: AnySerde, make: Any, supplier: Any) -> StoreBuilder:
    return StoreBuilder(name, StoreSpec(kind, key, value), make(supplier, key.java, value.java))


def _ask(method: Any, *arguments: Any) -> Any:
    """Call a query. Raises StreamsError while the store's partitions move from one instance to another."""
    try:
        return method(*arguments)
    except java("org.apache.kafka.streams.errors.InvalidStateStoreException") as error:
        raise StreamsError(f"The store cannot be asked now, ask again soon: {error.getMessage()}.") from error


def _plain(store: Any) -> Callable[[Any], Any]:
    """How to take the timestamp off a value: operators keep one, the faces for queries have taken it off already."""
    with_timestamps = kafka("streams.state.TimestampedKeyValueStore"), kafka("streams.state.TimestampedWindowStore")
    if isinstance(store, with_timestamps):
        return lambda value: None if value is None else value.value()
    return lambda value: value


def _windowed(key: Any, serde: AnySerde) -> Windowed:
    return Windowed(serde.decode(key.key()), int(key.window().start()), int(key.window().end()))


def _closing(iterator: Any) -> Iterator[Any]:
    """Java's iterator, closed when the loop ends or is left: an open one pins RocksDB's files."""
    try:
        while iterator.hasNext():
            yield iterator.next()
    finally:
        iterator.close()


def _instant(milliseconds: int) -> Any:
    return java("java.time.Instant").ofEpochMilli(milliseconds)
