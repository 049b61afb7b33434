"""A persistent query: what it is made of, and its life."""

import re
from collections.abc import Callable, Container
from dataclasses import dataclass
from typing import Any

from helpers.ksql.analysis import Analysis
from helpers.ksql.backends.backend import Running
from helpers.ksql.errors import StatementError
from helpers.ksql.language.statements import InsertInto
from helpers.ksql.sources.metastore import DataSource


@dataclass
class Persistent:
    """A persistent query: the statement that made it, what it reads and fills, its topology as text, its log."""

    id: str
    statement: str
    analysis: Analysis
    sink: DataSource
    topology: str
    log: Any
    properties: dict[str, str]
    begin: Callable[[], Running]
    running: Running | None = None  # until it is started
    paused: bool = False

    @property
    def reads(self) -> tuple[str, ...]:
        """The names of its sources."""
        return tuple(side.source.name for side in self.analysis.scope.sources)

    @property
    def state(self) -> str:
        """As Kafka Streams calls it."""
        return "CREATED" if self.running is None else self.running.state

    def start(self) -> None:
        """Let it run, unless it does."""
        if self.running is None:
            self.running = self.begin()
            if self.paused:
                self.running.pause()

    def pause(self) -> None:
        """Read nothing more until `resume`."""
        self.paused = True
        if self.running is not None:
            self.running.pause()

    def resume(self) -> None:
        """Go on."""
        self.paused = False
        if self.running is not None:
            self.running.resume()

    def close(self) -> None:
        """Stop; what it keeps stays for a query of the same id."""
        if self.running is not None:
            self.running.close()
            self.running = None


def insert_id(statement: InsertInto, place: int, taken: Container[str]) -> str:
    """The id of the query of INSERT INTO … SELECT: as WITH (QUERY_ID=…) says, or by its place in the commands.

    Raises:
        StatementError: it is taken or no id, or WITH holds something else.
    """
    for each in statement.properties:
        given = str(each.value.value)
        if each.name != "QUERY_ID":
            raise StatementError(f"Invalid config variable(s) in the WITH clause: {each.name}; there is QUERY_ID.")
        if not re.fullmatch(r"\w+", given):
            raise StatementError(f"Query IDs may contain only letters, digits and '_', met '{given}'.")
        if given.upper() in taken:
            raise StatementError(f"Query ID '{given.upper()}' already exists.")
        return given.upper()
    return f"INSERTQUERY_{place}"
