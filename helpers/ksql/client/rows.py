"""The rows of a query, one by one as they come."""

import time
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from helpers.ksql.client.columns import Column
from helpers.ksql.client.errors import NoServer
from helpers.ksql.client.exchange import Exchange, Silence
from helpers.ksql.client.framing import Decoder, Event, Final, Header, Row
from helpers.ksql.client.streams import Stream

if TYPE_CHECKING:
    import pandas

_DTYPES = {"BOOLEAN": "boolean", "INTEGER": "Int32", "BIGINT": "Int64", "DOUBLE": "float64", "STRING": "string"}
_START_SECONDS = 30.0  # until a query runs; from then on the caller's limits count


class Rows(Stream[Row]):
    """A query's answer: iterate for dicts by column name, or take all of it with `dicts()` or `frame()`.

    columns: known from the start. query: its id at the server. final: as of every Stream; None after a look into a
    table.
    """

    def __init__(
        self, exchange: Exchange, *, seconds: float | None, limit: int | None, end: Callable[[str], None]
    ) -> None:
        """end: ends a query of this id at the server.

        Raises:
            Refused: the server does not answer the query.
            NoServer: what answers is no KSQL server.
        """
        self._events = _Events(exchange)
        self._end_query = end
        self.query, self.columns = _header(self._events)
        super().__init__(exchange, seconds=seconds, limit=limit)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        names = [column.name for column in self.columns]
        for row in self.pieces():
            yield dict(zip(names, row.values, strict=True))

    def dicts(self) -> list[dict[str, Any]]:
        """The rows that are still to come, by column name."""
        return list(self)

    def frame(self) -> "pandas.DataFrame":
        """The rows that are still to come, as `frame` makes a DataFrame of them."""
        return frame(self.columns, list(self.pieces()))

    def _next(self, seconds: float | None) -> Row | None:
        while (event := self._events.next(seconds)) is not None:
            if isinstance(event, Row):
                return event
            if isinstance(event, Final):
                self.final = event.message
        return None

    def _end(self) -> None:
        if self.query:
            self._end_query(self.query)


def _header(events: "_Events") -> Header:
    try:
        event = events.next(_START_SECONDS)
    except Silence:
        raise NoServer(f"The query has not started within {_START_SECONDS:.0f} s: see the server's log.") from None
    if not isinstance(event, Header):
        raise NoServer("The answer does not begin as a query's does: see the server's log.")
    return event


class _Events:
    """The events of an answer."""

    def __init__(self, exchange: Exchange) -> None:
        self._exchange = exchange
        self._decoder = Decoder()
        self._said: Iterator[Event] = iter(())  # by the line that came last

    def next(self, seconds: float | None) -> Event | None:
        """The next one; None when the answer has ended, and all of it was there. Raises Silence, Refused, NoServer."""
        deadline = None if seconds is None else time.monotonic() + seconds
        while (event := next(self._said, None)) is None:
            line = self._exchange.line(None if deadline is None else deadline - time.monotonic())
            if line is None:
                self._decoder.finish()
                return None
            self._said = self._decoder.events(line)
        return event


def frame(columns: Sequence[Column], rows: Sequence[Row]) -> "pandas.DataFrame":
    """Rows as a DataFrame, NULL as a missing value.

    INTEGER is Int32, BIGINT Int64, BOOLEAN boolean, DOUBLE float64, STRING string, TIMESTAMP datetime64[ms, UTC]; of
    all others the values are Python's, as of timestamps in a year that Python has not. Of a tombstone only the key is
    there.
    """
    import pandas  # a quarter of a second that only frames need

    made: dict[str, Any] = {}
    for place, column in enumerate(columns):
        values = [row.values[place] for row in rows]
        base = "" if column.type is None else column.type.base
        if base == "TIMESTAMP" and not any(isinstance(value, str) for value in values):
            made[column.name] = pandas.Series(pandas.to_datetime(values, utc=True)).dt.as_unit("ms")
        else:
            made[column.name] = pandas.Series(values, dtype=_DTYPES.get(base, "object"))
    return pandas.DataFrame(made, columns=[column.name for column in columns])
