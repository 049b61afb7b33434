"""PRINT: a topic's records as text, and what formats they may be in, as ksqlDB shows them."""

import json
import re
import struct
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from difflib import get_close_matches

from helpers.ksql.backends.backend import Backend, Following
from helpers.ksql.backends.topics import Record
from helpers.ksql.closing import Closing
from helpers.ksql.errors import StatementError
from helpers.ksql.language.commands import PrintTopic

_STEP = 0.2  # seconds between looks at whether anybody still wants more
LONGEST_BYTES = 32  # of what is no text; whoever needs the rest reads the topic
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_NOTHING = "¯\\_(ツ)_/¯ - no data processed"


def print_topic(statement: PrintTopic, backend: Backend) -> "Printing":
    """Start printing a topic.

    Raises:
        StatementError: there is no such topic.
    """
    topics = backend.topics()
    if statement.topic not in topics:
        raise StatementError(f"Could not find topic '{statement.topic}'.{_near(statement.topic, topics)}")
    following = backend.follow(statement.topic, from_beginning=statement.from_beginning)
    return Printing(following, interval=statement.interval, limit=statement.limit)


def _near(topic: str, topics: Iterable[str]) -> str:
    """What topic was probably meant."""
    same = [name for name in topics if name.lower() == topic.lower()]
    near = same or get_close_matches(topic, topics, n=1)
    return f" Topic names are case-sensitive: did you mean '{near[0]}'?" if near else " SHOW TOPICS lists them."


class Printing(Closing):
    """A topic being printed: iterate its lines; any thread may close it. Use it in a `with` block.

    `interval`: only every so many-th record is shown, the first one among them; `limit`: how many are.
    """

    def __init__(self, following: Following, *, interval: int | None, limit: int | None) -> None:
        self._following = following
        self._interval, self._limit = interval or 1, limit
        self._keys, self._values = Guess(KEY_FORMATS), Guess(VALUE_FORMATS)
        self._closing = threading.Lock()
        self.closed = False

    def __iter__(self) -> Iterator[str]:
        return self.lines()

    def lines(self, seconds: float | None = None) -> Iterator[str]:
        """The lines that come within so many seconds, or until the limit is reached or somebody closes."""
        deadline = None if seconds is None else time.monotonic() + seconds
        seen = shown = 0
        told: tuple[str, str] | None = None
        while not self.closed and shown != self._limit:
            records = self._following.poll(_STEP)
            if not records and (self._following.ended or (deadline is not None and time.monotonic() >= deadline)):
                return
            self._keys.learn([record.key for record in records])
            self._values.learn([record.value for record in records])
            for record in records:
                seen += 1
                if self.closed or shown == self._limit or (seen - 1) % self._interval:
                    continue
                formats = self._keys.called, self._values.called
                if formats != told:
                    yield from _changed(told, formats)
                    told = formats
                shown += 1
                yield self._line(record)

    def _line(self, record: Record) -> str:
        key, value = self._keys.shown(record.key), self._values.shown(record.value)
        return f"rowtime: {_moment(record.timestamp)}, key: {key}, value: {value}, partition: {record.partition}"

    def close(self) -> None:
        """Stop."""
        with self._closing:
            if not self.closed:
                self.closed = True
                self._following.close()


def _changed(told: tuple[str, str] | None, formats: tuple[str, str]) -> Iterator[str]:
    for n, what in enumerate(("Key", "Value")):
        if told is None or told[n] != formats[n]:
            yield f"{what} format: {formats[n]}"


def _moment(timestamp: int) -> str:
    if timestamp < 0:
        return "N/A"
    moment = datetime.fromtimestamp(timestamp / 1000, UTC)
    return f"{moment:%Y/%m/%d %H:%M:%S}.{timestamp % 1000:03} Z"


# ---- Formats


@dataclass(frozen=True)
class Readable:
    """A format by its name; `read` is the text of what is in it, ValueError (or struct.error) of what is not."""

    name: str
    read: Callable[[bytes], str]


class Guess:
    """The formats that all data seen so far may be in."""

    def __init__(self, formats: Sequence[Readable]) -> None:
        self._possible = list(formats)
        self._seen = False

    def learn(self, data: Sequence[bytes | None]) -> None:
        """Leave only the formats that can read this data, too."""
        there = [each for each in data if each is not None]
        self._seen = self._seen or bool(there)
        self._possible = [each for each in self._possible if all(_reads(each, one) for one in there)]

    @property
    def called(self) -> str:
        """The formats' names."""
        if not self._seen:
            return _NOTHING
        return " or ".join(each.name for each in self._possible) or _BYTES.name

    def shown(self, data: bytes | None) -> str:
        """The data as the first of the formats shows it."""
        if data is None:
            return "<null>"
        text = next(iter(self._possible), _BYTES).read(data)
        unreadable = len(data) > LONGEST_BYTES and (not self._possible or _CONTROL.search(text))
        return f"{_hexadecimal(data[:LONGEST_BYTES])}… {len(data):,} bytes" if unreadable else text


def _reads(format: Readable, data: bytes) -> bool:
    try:
        format.read(data)
    except (ValueError, struct.error, RecursionError):
        return False
    return True


def _json(data: bytes) -> str:
    """The JSON as it is, on one line."""
    text = data.decode()
    json.loads(text, parse_constant=_no_number)
    return _BLANKS.sub(r"\1", text)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not in JSON")


def _whole(format: str) -> Callable[[bytes], str]:
    return lambda data: str(struct.unpack(format, data)[0])


def _hexadecimal(data: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02X}" for byte in data)


def _in_session(inner: Readable) -> Readable:
    def read(data: bytes) -> str:
        end, start = struct.unpack(">qq", data[-16:])
        if not 0 <= start <= end:
            raise ValueError("no session")
        return f"[{inner.read(data[:-16])}@{start}/{end}]"

    return Readable(f"SESSION({inner.name})", read)


def _in_window(kind: str, inner: Readable) -> Readable:
    def read(data: bytes) -> str:
        (start,) = struct.unpack(">q", data[-8:])
        if start < 0:
            raise ValueError("no window")
        return f"[{inner.read(data[:-8])}@{start}/-]"

    return Readable(f"{kind}({inner.name})", read)


_BYTES = Readable("UNRECOGNISED_BYTES", _hexadecimal)
_JSON = Readable("JSON", _json)
_NUMBERS = (
    Readable("KAFKA_INT", _whole(">i")),
    Readable("KAFKA_BIGINT", _whole(">q")),
    Readable("KAFKA_DOUBLE", _whole(">d")),
)
_STRING = Readable("KAFKA_STRING", bytes.decode)
VALUE_FORMATS = (_JSON, *_NUMBERS, _STRING)
KEY_FORMATS = (
    _JSON,
    *_NUMBERS,
    *(
        windowed
        for inner in (*_NUMBERS, _STRING)
        for windowed in (_in_session(inner), _in_window("HOPPING", inner), _in_window("TUMBLING", inner))
    ),
    _STRING,
)
