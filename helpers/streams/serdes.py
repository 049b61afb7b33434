"""Serdes: how keys and values become bytes in topics and stores, and what they are in between.

Between two operators a record lies in Java: as String, Integer, Long or Double where Java has the type, else as the
bytes the serde wrote. A Python function is handed the decoded value and its result is encoded at once; so a record
costs one crossing from Java to Python per function, and whatever a serde objects to is raised there, on the record.
None is Java's null on both sides: a key that is absent, a table's row that is deleted.
"""

import json
import operator
from collections.abc import Callable
from functools import cached_property
from typing import Any, Generic, NamedTuple, TypeVar

import jpype

from helpers.streams.jvm import byte_array, java, kafka

T = TypeVar("T")


class Serde(Generic[T]):
    """A serde written in Python: `Serde("money", serialize=Money.to_bytes, deserialize=Money.from_bytes)`.

    serialize: value to bytes. deserialize: bytes to value. None never reaches either. name: for error messages.
    """

    def __init__(self, name: str, serialize: Callable[[T], bytes], deserialize: Callable[[bytes], T]) -> None:
        self.name = name
        self._serialize = serialize
        self._deserialize = deserialize

    def __repr__(self) -> str:
        return self.name

    @cached_property
    def java(self) -> Any:
        """The `org.apache.kafka.common.serialization.Serde` of what lies in Java; here `Serdes.ByteArray()`."""
        return kafka("common.serialization.Serdes").ByteArray()

    def encode(self, value: T | None) -> Any:
        """Python to what lies in Java."""
        return None if value is None else byte_array()(self._serialize(value))

    def decode(self, value: Any) -> T | None:
        """What lies in Java to Python."""
        return None if value is None else self._deserialize(bytes(value))

    def from_bytes(self, data: bytes | None) -> T | None:
        """The value that lies as `data` in a topic. Raises what the serde raises."""
        if data is None:
            return None
        return self.decode(self.java.deserializer().deserialize("", byte_array()(data)))

    def to_bytes(self, value: T | None) -> bytes | None:
        """The bytes of a value as they lie in a topic."""
        data = self.java.serializer().serialize("", self.encode(value))
        return None if data is None else bytes(data)


AnySerde = Serde[Any]


class _Native(Serde[T]):
    """A serde of Java's own. factory: method of `Serdes`."""

    def __init__(self, name: str, factory: str, encode: Callable[[Any], Any], decode: Callable[[Any], T]) -> None:
        self.name = name
        self._factory = factory
        self._encode = encode
        self._decode = decode

    @cached_property
    def java(self) -> Any:
        return getattr(kafka("common.serialization.Serdes"), self._factory)()

    def encode(self, value: T | None) -> Any:
        return None if value is None else self._encode(value)

    def decode(self, value: Any) -> T | None:
        return None if value is None else self._decode(value)


class Windowed(NamedTuple):
    """A key and the window it was aggregated in. start, end: milliseconds since 1970; end is excluded, or for a
    session the time of its last record."""

    key: Any
    start: int
    end: int


class WindowedSerde(Serde[Windowed]):
    """The keys of windowed tables: `WindowedSerdes.TimeWindowedSerde`, or `SessionWindowedSerde` when size is None.

    size: of the windows in milliseconds; the topic does not hold their ends.
    """

    def __init__(self, inner: Serde[Any], size: int | None) -> None:
        self.name = f"windowed {inner.name}"
        self.inner = inner
        self.size = size

    @cached_property
    def java(self) -> Any:
        serdes = "org.apache.kafka.streams.kstream.WindowedSerdes$"
        if self.size is None:
            return java(serdes + "SessionWindowedSerde")(self.inner.java)
        return java(serdes + "TimeWindowedSerde")(self.inner.java, self.size)

    def encode(self, value: Windowed | None) -> Any:
        if value is None:
            return None
        kind = "Session" if self.size is None else "Time"
        window = kafka(f"streams.kstream.internals.{kind}Window")(value.start, value.end)
        return kafka("streams.kstream.Windowed")(self.inner.encode(value.key), window)

    def decode(self, value: Any) -> Windowed | None:
        if value is None:
            return None
        window = value.window()
        return Windowed(self.inner.decode(value.key()), int(window.start()), int(window.end()))


def _refuse(name: str, takes: str, value: object) -> TypeError:
    return TypeError(
        f"{name} takes {takes}, got {value!r} ({type(value).__name__}): return {takes}, or say with key= or value= "
        "which serde the result has"
    )


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _refuse("STRING", "str", value)
    value.encode()  # a lone surrogate has no bytes: say so here, where the record is known
    return value


def _whole(name: str, bits: int) -> Callable[[Any], int]:
    low, high = -(2 ** (bits - 1)), 2 ** (bits - 1) - 1

    def check(value: Any) -> int:
        if isinstance(value, bool) or not hasattr(value, "__index__"):
            raise _refuse(name, "int", value)
        number = operator.index(value)
        if not low <= number <= high:
            raise OverflowError(f"{name} holds {low} to {high}, got {number}")
        return number

    return check


def _fraction(value: Any) -> float:
    if isinstance(value, str | bytes | bool):
        raise _refuse("DOUBLE", "float", value)
    return float(value)


_check_integer = _whole("INTEGER", 32)


def _integer(value: Any) -> Any:
    return jpype.JObject(_check_integer(value), java("java.lang.Integer"))


def _raw(value: Any) -> bytes:
    if not isinstance(value, bytes | bytearray | memoryview):
        raise _refuse("BYTES", "bytes", value)
    return bytes(value)


_to_json = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode

STRING: Serde[str] = _Native("STRING", "String", encode=_text, decode=str)
INTEGER: Serde[int] = _Native("INTEGER", "Integer", encode=_integer, decode=int)
LONG: Serde[int] = _Native("LONG", "Long", encode=_whole("LONG", 64), decode=int)
DOUBLE: Serde[float] = _Native("DOUBLE", "Double", encode=_fraction, decode=float)
BYTES: Serde[bytes] = Serde("BYTES", serialize=_raw, deserialize=bytes)
JSON: Serde[Any] = Serde("JSON", serialize=lambda value: _to_json(value).encode(), deserialize=json.loads)
