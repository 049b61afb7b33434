"""PRINT: a topic's records as text, line by line as ksqlDB shows them."""

import threading
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from difflib import get_close_matches

from helpers.ksql.backends.backend import Backend, Following
from helpers.ksql.backends.topics import Record
from helpers.ksql.closing import Closing
from helpers.ksql.errors import StatementError
from helpers.ksql.language.commands import PrintTopic
from helpers.ksql.rows.guessing import KEY_FORMATS, VALUE_FORMATS, Guess

_STEP = 0.2  # seconds between looks at whether anybody still wants more


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
