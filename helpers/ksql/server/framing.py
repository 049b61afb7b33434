"""How the rows of a query are written: as a JSON array of objects, as lines, or as a JSON array of lists.

Each is bytes at the beginning, for rows, and at the end; none waits for what comes later to finish a line, so that
who reads lines has each row at once.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.language.schema import Column
from helpers.ksql.rows.answers import Row
from helpers.ksql.server.errors import Refused

KSQL_JSON = "application/vnd.ksql.v1+json"
JSON = "application/json"
DELIMITED = "application/vnd.ksqlapi.delimited.v1"


@dataclass(frozen=True)
class Head:
    """What is said before the rows. ends: whether a final message says that they are all."""

    query: str
    columns: Sequence[Column]
    ends: bool


class Framing(Protocol):
    """One way to write an answer; `end` says why there are no more rows, `fail` that they have broken off."""

    def begin(self, head: Head) -> bytes: ...

    def rows(self, rows: Iterable[Row]) -> bytes: ...

    def end(self, final: str | None) -> bytes: ...

    def fail(self, error: Refused) -> bytes: ...


class Objects:
    """A JSON array of objects, each on a line of its own, the comma at the line's end. close: how it ends."""

    def __init__(self, close: str = "]") -> None:
        self._close = close
        self._between = ""  # what stands before the next element
        self._after = ""

    def begin(self, head: Head) -> bytes:
        """The header."""
        # A final message follows for certain: then a line can be ended before there is another.
        self._between, self._after = ("", ",\n") if head.ends else (",\n", "")
        schema = ", ".join(map(str, head.columns))
        return f"[{compact({'header': {'queryId': head.query, 'schema': schema}})}{self._after}".encode()

    def rows(self, rows: Iterable[Row]) -> bytes:
        """Rows; one of a key that is deleted says so."""
        return "".join(self._element(row_object(row)) for row in rows).encode()

    def end(self, final: str | None) -> bytes:
        """The final message, if there is one."""
        return self._last({"finalMessage": final}) if final is not None else self._close.encode()

    def fail(self, error: Refused) -> bytes:
        """The error in the place of a row."""
        return self._last({"errorMessage": error.body()})

    def _element(self, value: object) -> str:
        return f"{self._between}{compact(value)}{self._after}"

    def _last(self, value: object) -> bytes:
        return f"{self._between}{compact(value)}{self._close}".encode()


def row_object(row: Row) -> dict[str, object]:
    """A row as an object, without its members that say nothing."""
    body: dict[str, object] = {"columns": row.columns}
    return {"row": {**body, "tombstone": True} if row.tombstone else body}


def _metadata(head: Head) -> dict[str, object]:
    return {
        "queryId": head.query,
        "columnNames": [column.name for column in head.columns],
        "columnTypes": [str(column.type) for column in head.columns],
    }


class Lines:
    """A line of names and types, then a line for each row; deletions are left out."""

    def begin(self, head: Head) -> bytes:
        """Names and types."""
        return f"{compact(_metadata(head))}\n".encode()

    def rows(self, rows: Iterable[Row]) -> bytes:
        """Lists of values."""
        return "".join(f"{compact(row.columns)}\n" for row in rows if not row.tombstone).encode()

    def end(self, final: str | None) -> bytes:
        """Nothing."""
        return b""

    def fail(self, error: Refused) -> bytes:
        """The error as an object."""
        return f"{compact(error.body())}\n".encode()


class Lists:
    """The same as one JSON array."""

    def begin(self, head: Head) -> bytes:
        """Names and types."""
        return f"[{compact(_metadata(head))}".encode()

    def rows(self, rows: Iterable[Row]) -> bytes:
        """Lists of values."""
        return "".join(f",\n{compact(row.columns)}" for row in rows if not row.tombstone).encode()

    def end(self, final: str | None) -> bytes:
        """The end of the array."""
        return b"]"

    def fail(self, error: Refused) -> bytes:
        """The error as an object."""
        return f",\n{compact(error.body())}]".encode()


FRAMINGS: dict[str, type[Objects | Lines | Lists]] = {DELIMITED: Lines, JSON: Lists, KSQL_JSON: Objects}
