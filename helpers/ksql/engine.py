"""The engine without a broker: statements carried out one after the other, queries run by Kafka Streams' test driver.

with Engine() as engine:
    engine.execute("CREATE STREAM s (id INT KEY, n INT) WITH (KAFKA_TOPIC='s', VALUE_FORMAT='JSON');")
    engine.execute("CREATE TABLE t AS SELECT id, COUNT(*) AS c FROM s GROUP BY id;")
    engine.execute("INSERT INTO s VALUES (1, 2);")
    engine.rows("T")  # [{'ID': 1, 'C': 1}]
"""

import time
from dataclasses import replace
from functools import singledispatchmethod
from itertools import count
from types import TracebackType
from typing import Any, NamedTuple, Self

from helpers.ksql import commands as c
from helpers.ksql import statements as s
from helpers.ksql.analysis import Analysis, analyse, sink, target
from helpers.ksql.compiler import runtime
from helpers.ksql.definitions import Defaults, define
from helpers.ksql.errors import StatementError
from helpers.ksql.inserts import inserted
from helpers.ksql.metastore import DataSource, MetaStore
from helpers.ksql.nodes import Node
from helpers.ksql.parser import parse_piece
from helpers.ksql.planner import Query, plan
from helpers.ksql.printer import format
from helpers.ksql.properties import read
from helpers.ksql.results import decoded
from helpers.ksql.running import Running
from helpers.ksql.script import split
from helpers.ksql.topics import Record, Topics

DEFAULT_PARTITIONS = 1


class Outcome(NamedTuple):
    """What came of a statement: its text as printed back, a message, and the id of the query that it started."""

    statement: str
    message: str
    query: str | None = None


class LogEntry(NamedTuple):
    """A record that could not be processed, or a column of it: the query, the step, why, and the row."""

    query: str
    step: str
    message: str
    row: str


class Engine:
    """Streams, tables, topics and queries in this process.

    Args:
        properties: settings as SET makes them, such as {"auto.offset.reset": "latest"} (default here: earliest).
        clock: gives the time of INSERT VALUES without ROWTIME, in milliseconds since 1970 (default: now).
    """

    def __init__(self, *, properties: dict[str, str] | None = None, clock: Any = None) -> None:
        self.sources = MetaStore()
        self.topics = Topics()
        self.properties = {"auto.offset.reset": "earliest", **(properties or {})}
        self.variables: dict[str, str] = {}
        self.queries: dict[str, Running] = {}
        self._clock = clock or (lambda: time.time_ns() // 1_000_000)
        self._numbers = count()
        self._logs: list[Any] = []

    # ---- What people do with it

    def execute(self, script: str) -> list[Outcome]:
        """Carry out the statements of a script, in order; those before one that is refused stay done.

        Raises:
            KsqlSyntaxError: a statement is none.
            StatementError: a statement cannot be carried out.
        """
        return [self._carry_out(parse_piece(piece, self.variables)) for piece in split(script)]

    def write(self, topic: str, record: Record) -> None:
        """Write a record to a topic, as a producer would."""
        self.topics.write(topic, record)

    def records(self, topic: str) -> list[Record]:
        """The records of a topic, after all queries have read what there is."""
        self.advance()
        return self.topics.records(topic)

    def rows(self, name: str) -> list[dict[str, Any]]:
        """The rows written to a stream or table as Python's values, a tombstone's other columns None.

        Raises:
            StatementError: there is no such stream or table.
        """
        source = self.sources.get(name)
        return [decoded(source, record) for record in self.records(source.topic)]

    def processing_log(self) -> list[LogEntry]:
        """The latest records and columns that could not be processed, query by query."""
        self.advance()
        return [LogEntry(*map(str, entry)) for log in self._logs for entry in log.latest()]

    def advance(self) -> None:
        """Let every query read what is new, until nothing is."""
        while sum(query.advance(self.topics) for query in self.queries.values()):
            pass

    def close(self) -> None:
        """End all queries."""
        for query in self.queries.values():
            query.close()
        self.queries.clear()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    # ---- Statements

    @singledispatchmethod
    def _carry_out(self, statement: Node) -> Outcome:
        name = type(statement).__name__
        raise StatementError(f"{name} is not for an engine without a broker: {format(statement)}")

    @_carry_out.register
    def _create_type(self, statement: s.CreateType) -> Outcome:
        if statement.if_not_exists and statement.name in self.sources.types():
            return self._outcome(statement, f"{statement.name} is already registered.")
        self.sources.put_type(statement.name, self.sources.resolve(statement.type))
        return self._outcome(statement, f"Registered custom type with name '{statement.name}'.")

    @_carry_out.register
    def _drop_type(self, statement: s.DropType) -> Outcome:
        if statement.if_exists and statement.name not in self.sources.types():
            return self._outcome(statement, f"Type '{statement.name}' does not exist.")
        self.sources.remove_type(statement.name)
        return self._outcome(statement, f"Dropped type '{statement.name}'.")

    @_carry_out.register
    def _create_source(self, statement: s.CreateSource) -> Outcome:
        if (there := self._there(statement)) is not None:
            return there
        source = define(statement, self.sources, self._defaults())
        self.sources.put(source, replace_it=statement.or_replace)
        partitions = read(statement.properties).get("PARTITIONS") or DEFAULT_PARTITIONS
        self.topics.create(source.topic, partitions)
        next(self._numbers)
        return self._outcome(statement, f"{statement.kind.capitalize()} created")

    @_carry_out.register
    def _create_as(self, statement: s.CreateAs) -> Outcome:
        if (there := self._there(statement)) is not None:
            return there
        analysis = analyse(statement.query, self.sources, statement.name)
        made = sink(statement, analysis, self._defaults())
        if self.sources.find(made.name) is not None and not statement.or_replace:
            self.sources.put(made)  # says that it exists
        id = f"C{statement.kind[0]}AS_{made.name}_{next(self._numbers)}"
        made = replace(made, created_by=id)
        running = self._started(id, analysis, made)
        old = self.sources.find(made.name)
        if old is not None and old.created_by is not None:
            self._end(old.created_by)
        self.sources.put(made, replace_it=statement.or_replace)
        self.queries[id] = running
        return self._outcome(statement, f"Created query with ID {id}", id)

    @_carry_out.register
    def _insert_into(self, statement: s.InsertInto) -> Outcome:
        analysis = analyse(statement.query, self.sources, statement.name)
        into = target(statement, analysis, self.sources)
        id = f"INSERTQUERY_{next(self._numbers)}"
        self.queries[id] = self._started(id, analysis, into)
        return self._outcome(statement, f"Created query with ID {id}", id)

    @_carry_out.register
    def _insert_values(self, statement: s.InsertValues) -> Outcome:
        source, record = inserted(statement, self.sources, self._clock())
        self.topics.write(source.topic, record)
        return self._outcome(statement, "")

    @_carry_out.register
    def _drop(self, statement: s.DropSource) -> Outcome:
        found = self.sources.find(statement.name)
        if found is None and statement.if_exists:
            return self._outcome(statement, f"Source `{statement.name}` does not exist.")
        found = self.sources.get(statement.name)
        if found.kind != statement.kind:
            raise StatementError(
                f"Incompatible data source type is {found.kind}, but statement was DROP {statement.kind}."
            )
        self._check_unused(found)
        if found.created_by is not None:
            self._end(found.created_by)
        self.sources.remove(found.name)
        if statement.delete_topic:
            self.topics.delete(found.topic)
        next(self._numbers)
        return self._outcome(statement, f"Source `{found.name}` (topic: {found.topic}) was dropped.")

    @_carry_out.register
    def _terminate(self, statement: c.Terminate) -> Outcome:
        if statement.query is not None and statement.query not in self.queries:
            raise StatementError(f"Unknown queryId: {statement.query}; there are {', '.join(self.queries) or 'none'}.")
        for id in [statement.query] if statement.query else list(self.queries):
            self._end(id)
        next(self._numbers)
        return self._outcome(statement, "Query terminated.")

    @_carry_out.register
    def _set(self, statement: c.SetProperty) -> Outcome:
        self.properties[statement.name] = statement.value
        return self._outcome(statement, f"{statement.name} is {statement.value} from here on.")

    @_carry_out.register
    def _unset(self, statement: c.UnsetProperty) -> Outcome:
        self.properties.pop(statement.name, None)
        return self._outcome(statement, f"{statement.name} is as it was by default.")

    @_carry_out.register
    def _define(self, statement: c.Define) -> Outcome:
        self.variables[statement.name.upper()] = statement.value
        return self._outcome(statement, "")

    @_carry_out.register
    def _undefine(self, statement: c.Undefine) -> Outcome:
        self.variables.pop(statement.name.upper(), None)
        return self._outcome(statement, "")

    # ---- Parts

    def _defaults(self) -> Defaults:
        key = self.properties.get("ksql.persistence.default.format.key", "KAFKA")
        return Defaults(key.upper(), self.properties.get("ksql.persistence.default.format.value"))

    @staticmethod
    def _outcome(statement: s.Statement, message: str, query: str | None = None) -> Outcome:
        return Outcome(f"{format(statement)};", message, query)

    def _there(self, statement: s.CreateSource | s.CreateAs) -> Outcome | None:
        found = self.sources.find(statement.name)
        if found is None or not statement.if_not_exists:
            return None
        what = statement.kind.lower()
        return self._outcome(
            statement,
            f"Cannot add {what} `{statement.name}`: A {found.kind.lower()} with the same name already exists.",
        )

    def _started(self, id: str, analysis: Analysis, into: DataSource) -> Running:
        log = runtime("ProcessingLog")(id, None)
        self._logs.append(log)
        topology = plan(Query(id, log, self.properties), analysis, into)
        topics = list(dict.fromkeys(each.source.topic for each in analysis.scope.sources))
        self.topics.create(into.topic, self.topics.names().get(topics[0], DEFAULT_PARTITIONS))
        earliest = self.properties.get("auto.offset.reset") == "earliest"
        return Running(id, topology, topics, into.topic, log, start=0 if earliest else self.topics.end)

    def _end(self, id: str) -> None:
        self.advance()
        query = self.queries.pop(id, None)
        if query is not None:
            query.close()

    def _check_unused(self, source: DataSource) -> None:
        using = [
            q.id
            for q in self.queries.values()
            if source.topic in q.sources or (q.sink == source.topic and q.id != source.created_by)
        ]
        if using:
            raise StatementError(
                f"Cannot drop {source.name}. The following queries read from or write into this source: "
                f"[{', '.join(using)}]. You need to terminate them before dropping {source.name}."
            )
