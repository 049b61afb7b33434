"""What a builder knows beside Java's graph, the serdes of topics and stores; and its parameters as Java's."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Literal

from helpers.streams.errors import StreamsError
from helpers.streams.jvm import java, kafka
from helpers.streams.serdes import AnySerde

Kind = Literal["key-value", "window", "session"]


@dataclass(frozen=True)
class StoreSpec:
    """A state store's kind and serdes; timestamped: made by an operator, which keeps a timestamp with each value."""

    kind: Kind
    key: AnySerde
    value: AnySerde
    timestamped: bool = False


@dataclass
class Plan:
    """Shared by a builder and everything made with it. key, value: serdes where none is named."""

    key: AnySerde
    value: AnySerde
    topics: dict[str, tuple[AnySerde, AnySerde]] = field(default_factory=dict)
    stores: dict[str, StoreSpec] = field(default_factory=dict)

    def add_store(self, name: str, spec: StoreSpec) -> None:
        """Note a store. Raises StreamsError when the name is taken."""
        if name in self.stores:
            raise StreamsError(f"There are two stores named {name!r} in this topology: rename one.")
        self.stores[name] = spec


class Stage:
    """A stream or table under construction; java: the Java object; key_serde, value_serde: of what it carries."""

    def __init__(self, java: Any, key: AnySerde, value: AnySerde, plan: Plan) -> None:
        self.java = java
        self.key_serde = key
        self.value_serde = value
        self._plan = plan


@dataclass(frozen=True)
class Materialized:
    """How an operator keeps its state (Java: `Materialized.as(name)`).

    name: of the store, and of its changelog topic. in_memory: a map instead of RocksDB. caching: False shows every
    update downstream (`withCachingDisabled`). retention: how long windows are kept (`withRetention`).
    """

    name: str
    in_memory: bool = False
    caching: bool = True
    retention: timedelta | None = None


Store = str | Materialized | None


def materialized(plan: Plan, store: Store, kind: Kind, key: AnySerde, value: AnySerde) -> Any:
    """The Java Materialized; a store with a name is noted, so that it can be asked."""
    java_class = kafka("streams.kstream.Materialized")
    if store is None:
        return java_class.with_(key.java, value.java)
    wanted = Materialized(store) if isinstance(store, str) else store
    plan.add_store(wanted.name, StoreSpec(kind, key, value, timestamped=kind != "session"))
    result = java_class.as_(wanted.name).withKeySerde(key.java).withValueSerde(value.java)
    if wanted.in_memory:
        result = result.withStoreType(kafka("streams.kstream.Materialized$StoreType").IN_MEMORY)
    if not wanted.caching:
        result = result.withCachingDisabled()
    if wanted.retention is not None:
        result = result.withRetention(duration(wanted.retention))
    return result


def named(name: str | None) -> tuple[Any, ...]:
    """The Java Named to add to a call, if there is a name."""
    return () if name is None else (kafka("streams.kstream.Named").as_(name),)


def duration(length: timedelta) -> Any:
    """A Java Duration of whole milliseconds, the unit of Kafka's time."""
    return java("java.time.Duration").ofMillis(milliseconds(length))


def milliseconds(length: timedelta) -> int:
    """Whole milliseconds. Raises StreamsError for less than none or for a fraction."""
    count, rest = divmod(length, timedelta(milliseconds=1))
    if count < 0 or rest:
        raise StreamsError(f"{length} must be whole milliseconds and not negative: Kafka's time has no finer unit.")
    return count


def strings(names: Iterable[str]) -> Any:
    """A Java String[] for varargs."""
    return java("java.lang.String")[:](list(names))
