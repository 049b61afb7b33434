"""The engine: statements carried out one after the other, and queries that run.

    with Engine() as engine:
        engine.execute("CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
        engine.execute("CREATE TABLE t AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;")
        engine.execute("INSERT INTO s VALUES (1, 2);")
        engine.rows("T")  # [{'ID': 1, 'C': 1}]

Without a backend all is in memory (memory.py); with `Broker` (broker.py) topics and queries are real.
"""

import time
from collections.abc import Callable
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple, Self

from helpers.ksql import commands as c
from helpers.ksql import statements as s
from helpers.ksql.analysis import Analysis, analyse
from helpers.ksql.answers import Answer, pull
from helpers.ksql.backend import Backend, Command
from helpers.ksql.catalog import Catalog, Outcome
from helpers.ksql.compiler import runtime
from helpers.ksql.entities import Asking
from helpers.ksql.errors import KsqlError, StatementError
from helpers.ksql.inserts import inserted
from helpers.ksql.memory import Memory
from helpers.ksql.metastore import MetaStore
from helpers.ksql.parser import parse, parse_piece
from helpers.ksql.planner import Query, plan_transient
from helpers.ksql.printer import format
from helpers.ksql.pushing import Push
from helpers.ksql.results import decoded
from helpers.ksql.script import split
from helpers.ksql.shapes import Entity, command_status, warning
from helpers.ksql.topics import Record


class LogEntry(NamedTuple):
    """A record that could not be processed, or a column of it: the query, the step, why, and the row."""

    query: str
    step: str
    message: str
    row: str


class Engine:
    """Streams, tables and queries of one service.

    Args:
        backend: where topics lie and queries run (default: in memory).
        properties: settings as SET makes them, such as {"auto.offset.reset": "latest"} (default here: earliest).
        clock: gives the time of INSERT VALUES without ROWTIME, in milliseconds since 1970 (default: now).
    """

    def __init__(
        self,
        backend: Backend | None = None,
        *,
        properties: dict[str, str] | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.backend: Backend = backend or Memory()
        self.properties = {"auto.offset.reset": "earliest", **(properties or {})}
        self.variables: dict[str, str] = {}
        self.catalog = Catalog(self.backend)
        self._clock = clock
        self._transients = count()
        self._place = 0
        self.catch_up()

    @property
    def sources(self) -> MetaStore:
        """The streams, tables and types there are."""
        return self.catalog.store

    # ---- What people do with it

    def execute(self, script: str) -> list[Outcome]:
        """Carry out the statements of a script, in order; those before one that is refused stay done.

        Raises:
            KsqlSyntaxError: a statement is none.
            StatementError: a statement cannot be carried out.
        """
        return [self._carry_out(parse_piece(piece, self.variables)) for piece in split(script)]

    def entities(self, script: str) -> list[Entity]:
        """Carry out a script and answer as ksqlDB's REST API does: an entity for each statement that has one.

        Raises:
            KsqlSyntaxError: a statement is none.
            StatementError: a statement cannot be carried out, or belongs to `select`.
        """
        answers: list[Entity] = []
        for piece in split(script):
            statement = parse_piece(piece, self.variables)
            asking = Asking(self.catalog, self.backend, self.properties, self.variables)
            answer = asking.about(statement)
            if answer is None:
                outcome = self._carry_out(statement)
                if outcome.place is not None:
                    answer = command_status(statement, outcome, outcome.place)
                elif outcome.message:
                    answer = warning(outcome)
            answers += [] if answer is None else [answer]
        return answers

    def select(self, statement: str, limit: int | None = None, seconds: float = 5) -> Answer:
        """The rows that a SELECT answers: of a pull query, and of a push query until its LIMIT or time is over.

        Raises:
            StatementError: it is no SELECT, or cannot be carried out.
        """
        query, analysis = self._selected(statement)
        if query.emit is not None:
            with self.push(statement) as push:
                return push.answer(seconds if self.backend.goes_on else 0, query.limit if limit is None else limit)
        settings = self._transient(analysis)
        return pull(settings.id, analysis, self.backend.records(analysis.scope.sources[0].source.topic), settings)

    def push(self, statement: str) -> Push:
        """Start a push query, whose rows can be taken as they come; close it.

        Raises:
            StatementError: it is no SELECT with EMIT CHANGES, or cannot be carried out.
        """
        query, analysis = self._selected(statement)
        if query.emit is None:
            raise StatementError("This is a pull query, which ends by itself: add EMIT CHANGES, or use select.")
        settings = self._transient(analysis)
        transient = plan_transient(settings, analysis, queued=self.backend.queued)
        topics = list(dict.fromkeys(each.source.topic for each in analysis.scope.sources))
        running = self.backend.push(settings.id, transient, topics, settings.log, self.properties)
        return Push(settings.id, analysis, transient, running)

    def write(self, topic: str, record: Record) -> None:
        """Write a record to a topic, as a producer would."""
        self.backend.write(topic, record)

    def records(self, topic: str) -> list[Record]:
        """The records of a topic, after all queries have read what there is."""
        self.backend.settle()
        return self.backend.records(topic)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows written to a stream or table as Python's values, a tombstone's other columns None.

        Raises:
            StatementError: there is no such stream or table.
        """
        source = self.sources.get(name)
        return [decoded(source, record) for record in self.records(source.topic)]

    def processing_log(self) -> list[LogEntry]:
        """The latest records and columns that could not be processed, query by query."""
        self.backend.settle()
        return [LogEntry(*map(str, entry)) for log in self.catalog.logs for entry in log.latest()]

    def catch_up(self) -> dict[int, Outcome | KsqlError]:
        """Carry out what has been added to the service's commands, by this engine or another; what came of each."""
        outcomes: dict[int, Outcome | KsqlError] = {}
        for command in self.backend.commands(self._place):
            (statement,) = parse(command.statement)
            try:
                done = self.catalog.apply(statement, self._place, command.properties)
                outcomes[self._place] = done._replace(place=self._place)
            except KsqlError as error:  # refused here as everywhere: the place stays taken
                outcomes[self._place] = error
            self._place += 1
        self.catalog.start()
        return outcomes

    def close(self) -> None:
        """End all queries; a service with a broker resumes them when it starts again."""
        self.catalog.close()
        self.backend.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- Statements

    def _carry_out(self, statement: s.Statement) -> Outcome:
        match statement:
            case c.SetProperty():
                self.properties[statement.name] = statement.value
            case c.UnsetProperty():
                self.properties.pop(statement.name, None)
            case c.Define():
                self.variables[statement.name.upper()] = statement.value
            case c.Undefine():
                self.variables.pop(statement.name.upper(), None)
            case s.InsertValues():
                source, record = inserted(statement, self.sources, self._clock())
                self.backend.write(source.topic, record)
            case _:
                return self._distribute(statement)
        return Outcome(f"{format(statement)};", "")

    def _distribute(self, statement: s.Statement) -> Outcome:
        """Checked first, then put into the service's commands, then carried out from there in its turn."""
        self.catch_up()
        there = self.catalog.check(statement, self.properties)
        if there is not None:
            return there
        place = self.backend.append(Command(f"{format(statement)};", dict(self.properties)))
        outcome = self.catch_up()[place]
        if isinstance(outcome, KsqlError):
            raise outcome
        return outcome

    def _selected(self, statement: str) -> tuple[s.Select, Analysis]:
        (query,) = parse(statement, self.variables)
        if not isinstance(query, s.Select):
            raise StatementError(f"This is no SELECT: {statement}")
        self.backend.settle()
        return query, analyse(query, self.sources)

    def _transient(self, analysis: Analysis) -> Query:
        id = f"transient_{analysis.scope.sources[0].source.name}_{next(self._transients)}"
        return Query(id, runtime("ProcessingLog")(id, None), self.properties)
