"""The rows of a query as they come over HTTP, line by line, in every framing that servers have.

    application/vnd.ksql.v1+json            [{"header":{…}},⏎{"row":{"columns":[…]}},⏎…{"finalMessage":"…"}]
    application/vnd.ksqlapi.delimited.v1    {"queryId":…,"columnNames":[…],"columnTypes":[…]}⏎[…]⏎[…]
    application/json                        the second as one array: [{…},[…],[…]]

Which one it is shows in the first line, so nobody has to believe a Content-Type. Several values may stand in a line,
and some ksqlDBs (0.23, https://github.com/confluentinc/ksql/issues/8554) leave a comma before the last bracket.
"""

import json
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any, NamedTuple

from helpers.ksql.client.columns import Column, columns_of, value_of
from helpers.ksql.client.errors import NoServer, Refused

_JSON = json.JSONDecoder(parse_float=Decimal)
_BETWEEN = re.compile(r"[\s,]*")


class Header(NamedTuple):
    """The first thing to come: the query's id, with which it can be ended, and its columns."""

    query: str
    columns: tuple[Column, ...]


class Row(NamedTuple):
    """A value for each column. `tombstone`: the row of that key is deleted, only the key has values."""

    values: tuple[Any, ...]
    tombstone: bool = False


class Final(NamedTuple):
    """Why the query has ended."""

    message: str


Event = Header | Row | Final


class Decoder:
    """Turns the lines of one answer into events."""

    def __init__(self) -> None:
        self._array: bool | None = None  # whether all of it is one JSON array; not known yet
        self._columns: tuple[Column, ...] | None = None
        self._complete = False

    def events(self, line: str) -> Iterator[Event]:
        """What a line says; nothing for what tells nobody here, such as a blank one that keeps the connection awake.

        Raises:
            Refused: it says that the query has failed.
            NoServer: it is not what a KSQL server writes.
        """
        at = _after(line, 0)
        if self._array is None and at < len(line):
            self._array = line[at] == "["
            at = _after(line, at + self._array)
        while at < len(line):
            if self._array and line[at] == "]":
                self._complete = True
                return
            try:
                value, at = _JSON.raw_decode(line, at)
            except ValueError as error:
                raise NoServer(f"The answer is no row of a KSQL server: {line[:60]!r}.") from error
            at = _after(line, at)
            if (event := self._read(value)) is not None:
                yield event

    def finish(self) -> None:
        """All lines have been read. Raises NoServer when that cannot have been all of the answer."""
        if self._array and not self._complete:
            raise NoServer("The answer broke off before its end: the server has stopped, or the connection is lost.")

    def _read(self, value: Any) -> Event | None:
        match value:
            case {"header": {"schema": str(schema), **rest}}:
                self._columns = columns_of(schema)
                return Header(str(rest.get("queryId") or ""), self._columns)
            case {"columnNames": list(names), "columnTypes": list(types), **rest}:
                self._columns = tuple(map(Column.named, names, types))
                return Header(str(rest.get("queryId") or ""), self._columns)
            case {"row": {"columns": list(values), **rest}}:
                return self._row(values, tombstone=bool(rest.get("tombstone")))
            case list(values):
                return self._row(values)
            case {"finalMessage": str(message)}:
                return Final(message)
            case {"errorMessage": dict(entity)}:
                raise Refused.of(entity)
            case {"error_code": _}:
                raise Refused.of(value)
        return None  # tokens and hosts, which are for the servers of a cluster

    def _row(self, values: list[Any], *, tombstone: bool = False) -> Row:
        if self._columns is None:
            raise NoServer("The rows have no columns' names: the server is older than ksqlDB, connect to a newer one.")
        if len(values) != len(self._columns):
            raise NoServer(f"The answer has a row of {len(values)} values for {len(self._columns)} columns.")
        return Row(
            tuple(value_of(each, column.type) for each, column in zip(values, self._columns, strict=True)), tombstone
        )


def _after(line: str, at: int) -> int:
    """Where the next value stands."""
    between = _BETWEEN.match(line, at)
    assert between is not None  # it also matches nothing
    return between.end()


def lines(chunks: Iterable[bytes]) -> Iterator[str]:
    """Chunks as lines of text, parted at line feeds alone: JSON may hold other characters that Unicode calls breaks."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(b"\n")
        yield from (line.decode("utf-8", errors="replace") for line in whole)
    if rest:
        yield rest.decode("utf-8", errors="replace")
