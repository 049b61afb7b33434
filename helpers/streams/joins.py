"""The joins of streams and of tables, as the classes KStream and KTable inherit them.

joiner: takes the two values (for a stream also: the key and the two values); None stands for a missing partner.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Self

from helpers.streams import functional, ktable
from helpers.streams.errors import StreamsError
from helpers.streams.functional import Joiner
from helpers.streams.jvm import kafka
from helpers.streams.plan import Stage, Store, materialized, named
from helpers.streams.serdes import AnySerde
from helpers.streams.windows import JoinWindows

if TYPE_CHECKING:
    from helpers.streams.kstream import KStream

KeyOf = Callable[[Any, Any], Any]


class StreamJoins(Stage):
    """The joins of KStream: with another stream within a window, with a table, with a global table."""

    def join(
        self,
        other: "KStream | ktable.KTable | ktable.GlobalKTable",
        joiner: Joiner,
        *,
        within: JoinWindows | None = None,
        on: KeyOf | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> Self:
        """`KStream.join`: only where both sides have a value.

        within: needed with a stream, and only there. on: with a global table; on(key, value) gives the table's key.
        value: serde of what joiner returns. name: of the join and its stores (`StreamJoined`, `Joined`, `Named`).
        Raises StreamsError when `within` or `on` is missing or has no meaning for the partner.
        """
        return self._join("join", other, joiner, within, on, value, name)

    def left_join(
        self,
        other: "KStream | ktable.KTable | ktable.GlobalKTable",
        joiner: Joiner,
        *,
        within: JoinWindows | None = None,
        on: KeyOf | None = None,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> Self:
        """`KStream.leftJoin`: every record of this side; arguments as for `join`."""
        return self._join("leftJoin", other, joiner, within, on, value, name)

    def outer_join(
        self,
        other: "KStream",
        joiner: Joiner,
        *,
        within: JoinWindows,
        value: AnySerde | None = None,
        name: str | None = None,
    ) -> Self:
        """`KStream.outerJoin`: every record of both streams; arguments as for `join`."""
        return self._join("outerJoin", other, joiner, within, None, value, name)

    def _join(
        self,
        method: str,
        other: "KStream | ktable.KTable | ktable.GlobalKTable",
        joiner: Joiner,
        within: JoinWindows | None,
        on: KeyOf | None,
        value: AnySerde | None,
        name: str | None,
    ) -> Self:
        value = value or self._plan.value
        join = getattr(self.java, method)
        merge = functional.stream_joiner(joiner, self.key_serde, self.value_serde, other.value_serde, value.encode)
        _check_partner(other, within, on)
        if isinstance(other, ktable.GlobalKTable):
            assert on is not None  # checked above
            key_of = functional.key_value_mapper(on, self.key_serde, self.value_serde, other.key_serde.encode)
            java = join(other.java, key_of, merge, *named(name))
        elif isinstance(other, ktable.KTable):
            java = join(other.java, merge, self._joined(other, name))
        else:
            assert within is not None
            java = join(other.java, merge, within.java, self._stream_joined(other, name))
        return self._with(java, value=value)

    def _joined(self, other: "ktable.KTable", name: str | None) -> Any:
        serdes = self.key_serde.java, self.value_serde.java, other.value_serde.java
        joined = kafka("streams.kstream.Joined").with_(*serdes)
        return joined if name is None else joined.withName(name)

    def _stream_joined(self, other: "KStream", name: str | None) -> Any:
        serdes = self.key_serde.java, self.value_serde.java, other.value_serde.java
        joined = kafka("streams.kstream.StreamJoined").with_(*serdes)
        return joined if name is None else joined.withName(name).withStoreName(name)

    def _with(self, java: Any, *, key: AnySerde | None = None, value: AnySerde | None = None) -> Self:
        raise NotImplementedError


def _check_partner(other: object, within: JoinWindows | None, on: KeyOf | None) -> None:
    is_global = isinstance(other, ktable.GlobalKTable)
    is_stream = not isinstance(other, ktable.KTable | ktable.GlobalKTable)
    if is_global != (on is not None):
        raise StreamsError(
            "A global table is joined with on=: a function of key and value that gives the table's key."
            if is_global
            else f"on= was given, but a {type(other).__name__} is joined by its key: select_key first."
        )
    if is_stream != (within is not None):
        raise StreamsError(
            "Two streams are joined within=JoinWindows(…): say how far apart in time their records may be."
            if is_stream
            else f"within= was given, but a {type(other).__name__} has no window to join in: leave it out."
        )


class TableJoins(Stage):
    """The joins of KTable with another: by key, or by a foreign key found in this table's rows."""

    def join(
        self,
        other: "ktable.KTable",
        joiner: Joiner,
        *,
        foreign_key: Callable[..., Any] | None = None,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`KTable.join`: a row wherever both tables have one.

        foreign_key: takes the value, or key and value, of this table and gives the key in the other. value: serde
        of what joiner returns. store: name it to ask it. name: of the join (`Named`, `TableJoined`).
        """
        return self._join("join", other, joiner, foreign_key, value, store, name)

    def left_join(
        self,
        other: "ktable.KTable",
        joiner: Joiner,
        *,
        foreign_key: Callable[..., Any] | None = None,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`KTable.leftJoin`: a row for each of this table; arguments as for `join`."""
        return self._join("leftJoin", other, joiner, foreign_key, value, store, name)

    def outer_join(
        self,
        other: "ktable.KTable",
        joiner: Joiner,
        *,
        value: AnySerde | None = None,
        store: Store = None,
        name: str | None = None,
    ) -> "ktable.KTable":
        """`KTable.outerJoin`: a row wherever either table has one; arguments as for `join`."""
        return self._join("outerJoin", other, joiner, None, value, store, name)

    def _join(
        self,
        method: str,
        other: "ktable.KTable",
        joiner: Joiner,
        foreign_key: Callable[..., Any] | None,
        value: AnySerde | None,
        store: Store,
        name: str | None,
    ) -> "ktable.KTable":
        value = value or self._plan.value
        join = getattr(self.java, method)
        merge = functional.value_joiner(joiner, self.value_serde, other.value_serde, value.encode)
        state = materialized(self._plan, store, "key-value", self.key_serde, value)
        if foreign_key is None:
            java = join(other.java, merge, *named(name), state)
        else:
            java = join(
                other.java,
                functional.foreign_key(foreign_key, self.key_serde, self.value_serde, other.key_serde.encode),
                merge,
                *_table_joined(name),
                state,
            )
        return ktable.KTable(java, self.key_serde, value, self._plan)


def _table_joined(name: str | None) -> tuple[Any, ...]:
    return () if name is None else (kafka("streams.kstream.TableJoined").as_(name),)
