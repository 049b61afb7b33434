"""The engine: statements carried out one after the other, and queries that run.

    with Engine() as engine:
        engine.execute("CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
        engine.execute("CREATE TABLE t AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;")
        engine.execute("INSERT INTO s VALUES (1, 2);")
        engine.rows("T")  # [{'ID': 1, 'C': 1}]

Without a backend all is in memory (backends/memory.py); with `Broker` (backends/broker.py) topics and queries are real.
"""

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from typing import Any

from helpers.ksql.backends.backend import Backend, Settings
from helpers.ksql.backends.memory import Memory
from helpers.ksql.backends.processing_log import SETTING, LogEntry
from helpers.ksql.backends.topics import Record
from helpers.ksql.closing import Closing
from helpers.ksql.errors import not_too_deep
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.names import identifier
from helpers.ksql.language.parser import parse_piece
from helpers.ksql.language.printer import format
from helpers.ksql.language.script import split
from helpers.ksql.rows.answers import Answer
from helpers.ksql.rows.inserts import inserted
from helpers.ksql.rows.json_rows import json_record
from helpers.ksql.rows.printing import Printing, print_topic
from helpers.ksql.rows.pushing import Push
from helpers.ksql.rows.results import decoded
from helpers.ksql.service.assertions import await_topic
from helpers.ksql.service.catalog import Catalog, Outcome
from helpers.ksql.service.configuration import check_service_setting, check_setting
from helpers.ksql.service.distribution import Distribution
from helpers.ksql.service.entities import Asking
from helpers.ksql.service.questions import asked
from helpers.ksql.service.session import Session, settings
from helpers.ksql.service.shapes import Entity, asserted, command_status, terminated, warning
from helpers.ksql.service.transients import Transients
from helpers.ksql.service.trial import Trial
from helpers.ksql.sources.metastore import MetaStore
from helpers.streams.driver import TopologyTestDriver


class Engine(Closing):
    """Streams, tables and queries of one service; several threads may use it.

    What is done takes a `session` of its own settings and variables; without one it is the engine's, `self.session`.

    Args:
        backend: where topics lie and queries run (default: in memory).
        driver: in what queries run when there is no backend: Kafka Streams' test driver, or a class made of it.
        properties: settings under those of sessions, such as {"auto.offset.reset": "latest"} (default here: earliest).
        clock: gives the time of INSERT VALUES without ROWTIME, in milliseconds since 1970 (default: now).

    Raises:
        StatementError: a property is none, the server's own, or has another kind of value.
    """

    def __init__(
        self,
        backend: Backend | None = None,
        *,
        driver: type[TopologyTestDriver] = TopologyTestDriver,
        properties: dict[str, str] | None = None,
        clock: Callable[[], int] = lambda: time.time_ns() // 1_000_000,
    ) -> None:
        self.backend: Backend = backend or Memory(driver)
        self.properties = settings({"auto.offset.reset": "earliest", **(properties or {})})
        for name, value in self.properties.items():
            check_service_setting(name, value)
        self.session = Session()
        logging = self.properties.get(SETTING, str(self.backend.goes_on)).lower() == "true"
        self.catalog = Catalog(self.backend, logging=logging)
        self._clock = clock
        self._lock = threading.RLock()  # one statement at a time; rows of queries are taken outside it
        self._commands = Distribution(self.backend, self.catalog)
        self._transients = Transients(self.backend, self.catalog, self._lock)
        self.catch_up()

    @property
    def sources(self) -> MetaStore:
        """The streams, tables and types there are."""
        return self.catalog.store

    @property
    def pushes(self) -> dict[str, Push]:
        """The push queries that run, by id."""
        return self._transients.pushes

    def given(self, session: Session | None = None) -> Settings:
        """The settings that hold in a session."""
        return {**self.properties, **self.catalog.system, **(session or self.session).properties}

    # ---- What people do with it

    def execute(self, script: str, *, session: Session | None = None) -> list[Outcome]:
        """Carry out the statements of a script, in order; those before one that is refused stay done.

        Raises:
            KsqlSyntaxError: a statement is none.
            StatementError: a statement cannot be carried out.
        """
        session = session or self.session
        return [self._carry_out(parse_piece(piece, session.variables), session) for piece in split(script)]

    def entities(self, script: str, *, session: Session | None = None) -> list[Entity]:
        """Carry out a script and answer as ksqlDB's REST API does: an entity for each statement that has one.

        Raises:
            KsqlSyntaxError: a statement is none.
            StatementError: a statement cannot be carried out, or belongs to `select`.
        """
        session = session or self.session
        answers = [self.entity(parse_piece(piece, session.variables), session) for piece in split(script)]
        return [answer for answer in answers if answer is not None]

    @not_too_deep()
    def entity(self, statement: s.Statement, session: Session) -> Entity | None:
        """Carry out one statement; its entity, None of those that have none (SET, DEFINE, INSERT VALUES, …).

        Raises:
            StatementError: it cannot be carried out, or belongs to `select`.
        """
        if isinstance(statement, c.AssertTopic | s.InsertValues):  # they wait for Kafka, and others need not
            self._carry_out(statement, session)
            return asserted(statement) if isinstance(statement, c.AssertTopic) else None
        if isinstance(statement, c.Terminate) and statement.query in self.pushes:
            return terminated(statement, ended=self._transients.end(statement.query))
        with self._lock:
            there = self.catalog.snapshot()
        answer = Asking(there, self.backend, self.properties, session, self.pushes).about(statement)
        if answer is not None:
            return answer
        outcome = self._carry_out(statement, session)
        if outcome.place is not None:
            return command_status(statement, outcome, outcome.place)
        return warning(outcome) if outcome.message else None

    def trial(self, session: Session) -> Trial:
        """A rehearsal of what a session is about to do."""
        with self._lock:
            self._commands.catch_up()
            return Trial(
                self.catalog, self.backend.topics(), self._commands.place, self.properties, session, self.pushes
            )

    def select(
        self, statement: str, limit: int | None = None, seconds: float = 5, *, session: Session | None = None
    ) -> Answer:
        """The rows that a SELECT answers: of a pull query, and of a push query until its LIMIT or time is over.

        Raises:
            StatementError: it is no SELECT, or cannot be carried out.
        """
        select = asked(statement, s.Select, (session or self.session).variables)
        return self._transients.answer(select, self.given(session), limit, seconds)

    def push(self, statement: str, *, session: Session | None = None) -> Push:
        """Start a push query, whose rows can be taken as they come; close it.

        Raises:
            StatementError: it is no SELECT with EMIT CHANGES, or cannot be carried out.
        """
        select = asked(statement, s.Select, (session or self.session).variables)
        return self._transients.push(select, self.given(session))

    def query(self, select: s.Select, session: Session | None = None) -> Answer | Push:
        """What a SELECT gives: the answer of a pull query, or a push query that runs.

        Raises:
            StatementError: it cannot be carried out.
        """
        return self._transients.query(select, self.given(session))

    def print_topic(self, statement: c.PrintTopic | str, *, session: Session | None = None) -> Printing:
        """Start printing a topic, line by line as its records come; close it.

        Raises:
            StatementError: it is no PRINT, or there is no such topic.
        """
        if isinstance(statement, str):
            statement = asked(statement, c.PrintTopic, (session or self.session).variables)
        return print_topic(statement, self.backend)

    def record(self, name: str, row: Mapping[str, Any]) -> tuple[str, Record]:
        """The topic and the record of a row of a stream or table; names may be in any case, or in `backticks`.

        Raises:
            StatementError: it is unknown, or takes no such row.
        """
        source = self.sources.get(identifier(name))
        return source.topic, json_record(source, row, self._clock())

    def write(self, topic: str, *records: Record) -> None:
        """Write records to a topic, as a producer would."""
        self.backend.write(topic, *records)

    def records(self, topic: str) -> list[Record]:
        """The records of a topic, after all queries have read what there is."""
        self.backend.settle()
        return self.backend.records(topic)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows written to a stream or table as Python's values, a tombstone's other columns None.

        Raises:
            StatementError: there is no such stream or table, or a record cannot be read.
        """
        source = self.sources.get(identifier(name))
        return [decoded(source, record) for record in self.records(source.topic)]

    def processing_log(self) -> list[LogEntry]:
        """The latest records and columns that could not be processed, of ended queries and of those that run."""
        self.backend.settle()
        return list(self.catalog.logs.entries())

    @property
    def place(self) -> int:
        """How many of the service's commands have been carried out."""
        return self._commands.place

    @property
    def statuses(self) -> dict[str, Entity]:
        """What came of the service's commands, by their id."""
        return dict(self._commands.statuses)

    def catch_up(self) -> None:
        """Carry out what has been added to the service's commands, by this engine or another."""
        with self._lock:
            self._commands.catch_up()

    def terminate(self, topics: Sequence[str]) -> int:
        """End the service for good: its queries and its commands, and topics of sources that match a pattern.

        Returns the place at which it ends.

        Raises:
            StatementError: a pattern is none.
        """
        self._transients.close()
        with self._lock:
            self.catalog.end(topics)
            self.backend.forget_commands()
            return self.place

    def close(self) -> None:
        """End all queries, each in any case; a service with a broker resumes them when it starts again."""
        try:
            self._transients.close()
        finally:
            with self._lock, closing(self.backend):
                self.catalog.close()

    # ---- Statements

    @not_too_deep()
    def _carry_out(self, statement: s.Statement, session: Session) -> Outcome:
        if isinstance(statement, c.SetProperty):
            check_setting(statement.name, statement.value)
        if session.take(statement):
            return Outcome(f"{format(statement)};", "")
        match statement:
            case c.AssertTopic():
                await_topic(statement, self.backend)
            case c.Terminate(query=str(id)) if id in self.pushes:
                self._transients.end(id)
            case s.InsertValues():
                self._insert(statement)
            case _:
                with self._lock:
                    return self._commands.carry_out(statement, self.given(session))
        return Outcome(f"{format(statement)};", "")

    def _insert(self, statement: s.InsertValues) -> None:
        with self._lock:
            source, record = inserted(statement, self.sources, self._clock())
        self.backend.write(source.topic, record)
