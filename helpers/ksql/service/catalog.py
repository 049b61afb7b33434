"""Carrying out the statements that make and end streams, tables, types and queries."""

import re
from collections.abc import Sequence
from contextlib import ExitStack
from copy import copy
from dataclasses import replace
from functools import singledispatchmethod
from typing import NamedTuple

from helpers.ksql.analysis import Analysis, analyse, sink, target
from helpers.ksql.backends.backend import Backend, Running, Settings
from helpers.ksql.backends.processing_log import Logs, stream, topic_of
from helpers.ksql.errors import StatementError
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.printer import format
from helpers.ksql.planner import Query, plan
from helpers.ksql.service.drops import check_drop
from helpers.ksql.service.provision import check_read, create
from helpers.ksql.service.queries import Persistent, insert_id
from helpers.ksql.service.questions import question
from helpers.ksql.service.session import canonical
from helpers.ksql.sources.definitions import Defaults, define
from helpers.ksql.sources.metastore import DataSource, MetaStore
from helpers.ksql.sources.upgrades import altered, check_upgrade


class Outcome(NamedTuple):
    """What came of a statement: its text as printed back, a message, and the id of the query that it started."""

    statement: str
    message: str
    query: str | None = None
    place: int | None = None  # in the service's commands, of what was put there


class Catalog:
    """The streams, tables, types and persistent queries there are; queries keep the order in which they were made."""

    def __init__(self, backend: Backend, *, logging: bool = False) -> None:
        self.store = MetaStore()
        self.queries: dict[str, Persistent] = {}
        self.system: Settings = {}  # of ALTER SYSTEM
        self.logs = Logs(backend.errors if logging else None, topic_of(backend.service_id))
        self._backend = backend
        if logging:
            self.store.put(stream(backend.service_id))
            backend.create_topic(topic_of(backend.service_id), 1, None)

    def copy(self, backend: Backend) -> "Catalog":
        """The same streams, tables, types and queries on another backend, where none of the queries runs."""
        made = self.snapshot()
        made.logs, made._backend = Logs(None, topic_of(backend.service_id)), backend
        made.queries = {id: replace(query, running=None) for id, query in self.queries.items()}
        return made

    def snapshot(self) -> "Catalog":
        """What there is now, to be asked while statements go on changing the catalog."""
        made = copy(self)
        made.store, made.queries, made.system = self.store.copy(), dict(self.queries), dict(self.system)
        return made

    def check(self, statement: s.Statement, given: Settings) -> Outcome | None:
        """Try a statement in a sandbox, and make the topic it needs; an Outcome when there is nothing else to do.

        Raises:
            StatementError: it cannot be carried out.
        """
        sandbox = self.store.copy()
        match statement:
            case s.CreateSource() | s.CreateAs() if (there := self._there(statement)) is not None:
                return there
            case s.CreateAs():
                analysis, made = self.sink_of(statement, given)
                check_read(analysis, self._backend)
                create(statement, made, self._backend, like=analysis.scope.sources[0].source.topic)
            case s.CreateSource():
                made = define(statement, sandbox, Defaults.of(given))
                self._check_replacing(made, replace_it=statement.or_replace)
                create(statement, made, self._backend, like=None)
            case s.InsertInto():
                analysis, _ = self.sink_of(statement, given)
                check_read(analysis, self._backend)
                insert_id(statement, 0, self.queries)
            case s.CreateType(if_not_exists=False):
                sandbox.put_type(statement.name, sandbox.resolve(statement.type))
            case s.DropType(if_exists=False):
                sandbox.remove_type(statement.name)
            case s.DropSource():
                return self._droppable(statement)
            case c.Terminate() | c.Pause() | c.Resume():
                self._meant(statement)
            case s.AlterSource():
                altered(statement, self.store)
            case s.CreateType() | s.DropType() | c.AlterSystem():
                pass  # nothing can stand in their way
            case _:
                raise question(statement)
        return None

    def close(self) -> None:
        """Stop all queries, also when one of them does not; their state stays as the backend keeps it."""
        with ExitStack() as closing:
            for query in self.queries.values():
                closing.callback(query.close)
            self.queries.clear()

    def end(self, topics: Sequence[str]) -> None:
        """End all queries for ever, and delete the topics of streams and tables that match a pattern.

        Raises:
            StatementError: a pattern is none.
        """
        try:
            patterns = [re.compile(each) for each in topics]
        except re.error as error:
            raise StatementError(f"Invalid pattern of topics: {error}.") from error
        for id in list(self.queries):
            self._end(id)
        for topic in {source.topic for source in self.store}:
            if any(pattern.fullmatch(topic) for pattern in patterns):
                self._backend.delete_topic(topic)

    def start(self) -> None:
        """Start what was made; only after all commands are carried out, since later ones may end earlier queries."""
        for query in self.queries.values():
            query.start()

    # ---- Carrying out, at a place in the service's commands

    @singledispatchmethod
    def apply(self, statement: s.Statement, place: int, given: Settings) -> Outcome:
        """Carry a statement out.

        Raises:
            StatementError: it cannot be.
        """
        raise question(statement)

    @apply.register
    def _create_type(self, statement: s.CreateType, place: int, given: Settings) -> Outcome:
        if statement.if_not_exists and statement.name in self.store.types():
            return _outcome(statement, f"{statement.name} is already registered.")
        self.store.put_type(statement.name, self.store.resolve(statement.type))
        return _outcome(statement, f"Registered custom type with name '{statement.name}'.")

    @apply.register
    def _drop_type(self, statement: s.DropType, place: int, given: Settings) -> Outcome:
        if statement.if_exists and statement.name not in self.store.types():
            return _outcome(statement, f"Type '{statement.name}' does not exist.")
        self.store.remove_type(statement.name)
        return _outcome(statement, f"Dropped type '{statement.name}'.")

    @apply.register
    def _create_source(self, statement: s.CreateSource, place: int, given: Settings) -> Outcome:
        source = define(statement, self.store, Defaults.of(given))
        self.store.put(source, replace_it=statement.or_replace)
        return _outcome(statement, f"{statement.kind.capitalize()} created")

    @apply.register
    def _create_as(self, statement: s.CreateAs, place: int, given: Settings) -> Outcome:
        analysis, made = self.sink_of(statement, given)
        old = self.store.find(made.name)
        before = self.queries.get(old.created_by or "") if old else None
        id = before.id if before else f"C{statement.kind[0]}AS_{made.name}_{place}"
        made = replace(made, created_by=id, made_of=tuple(each.source.name for each in analysis.scope.sources))
        query = self._made(id, statement, analysis, made, given)
        if before is not None:  # the new one has its id, and so its offsets and its state
            self._backend.settle()
            before.close()
            query.paused = before.paused
        self.store.put(made, replace_it=statement.or_replace)
        self.queries[id] = query
        return _outcome(statement, f"Created query with ID {id}", id)

    @apply.register
    def _insert_into(self, statement: s.InsertInto, place: int, given: Settings) -> Outcome:
        analysis, into = self.sink_of(statement, given)
        id = insert_id(statement, place, self.queries)
        self.queries[id] = self._made(id, statement, analysis, into, given)
        return _outcome(statement, f"Created query with ID {id}", id)

    @apply.register
    def _drop(self, statement: s.DropSource, place: int, given: Settings) -> Outcome:
        there = self._droppable(statement)
        if there is not None:
            return there
        found = self.store.get(statement.name)
        if found.created_by is not None:
            self._end(found.created_by)
        self.store.remove(found.name)
        if statement.delete_topic:
            self._backend.delete_topic(found.topic)
        return _outcome(statement, f"Source `{found.name}` (topic: {found.topic}) was dropped.")

    @apply.register
    def _alter(self, statement: s.AlterSource, place: int, given: Settings) -> Outcome:
        self.store.put(altered(statement, self.store), replace_it=True)
        return _outcome(statement, f"{statement.kind.capitalize()} {statement.name} altered successfully.")

    @apply.register
    def _alter_system(self, statement: c.AlterSystem, place: int, given: Settings) -> Outcome:
        self.system[canonical(statement.name)] = statement.value
        return _outcome(statement, f"System property {statement.name} is '{statement.value}' for all that comes.")

    @apply.register
    def _terminate(self, statement: c.Terminate, place: int, given: Settings) -> Outcome:
        for query in self._meant(statement):
            self._end(query.id)
        return _outcome(statement, "Query terminated.")

    @apply.register
    def _pause(self, statement: c.Pause, place: int, given: Settings) -> Outcome:
        self._backend.settle()
        for query in self._meant(statement):
            query.pause()
        return _outcome(statement, "Query paused.")

    @apply.register
    def _resume(self, statement: c.Resume, place: int, given: Settings) -> Outcome:
        for query in self._meant(statement):
            query.resume()
        return _outcome(statement, "Query resumed.")

    # ---- Parts

    def sink_of(self, statement: s.CreateAs | s.InsertInto, given: Settings) -> tuple[Analysis, DataSource]:
        """The query of CREATE … AS SELECT or INSERT INTO … SELECT, understood, and what it fills.

        Raises:
            StatementError: the query or its sink is not in order, or the sink's name is taken.
        """
        analysis = analyse(statement.query, self.store, statement.name)
        if isinstance(statement, s.InsertInto):
            return analysis, target(statement, analysis, self.store)
        made = sink(statement, analysis, Defaults.of(given))
        self._check_replacing(made, replace_it=statement.or_replace)
        return analysis, made

    def _check_replacing(self, made: DataSource, *, replace_it: bool) -> None:
        self.store.copy().put(made, replace_it=replace_it)
        there = self.store.find(made.name)
        if there is not None:
            check_upgrade(there, made)

    def _there(self, statement: s.CreateSource | s.CreateAs) -> Outcome | None:
        found = self.store.find(statement.name)
        if found is None or not statement.if_not_exists:
            return None
        what = f"Cannot add {statement.kind.lower()} `{statement.name}`"
        return _outcome(statement, f"{what}: A {found.kind.lower()} with the same name already exists.")

    def _droppable(self, statement: s.DropSource) -> Outcome | None:
        there = check_drop(statement, self.store, self.queries)
        return None if there else _outcome(statement, f"Source `{statement.name}` does not exist.")

    def _meant(self, statement: c.Terminate | c.Pause | c.Resume) -> list[Persistent]:
        if statement.query is None:
            return list(self.queries.values())
        if statement.query not in self.queries:
            raise StatementError(f"Unknown queryId: {statement.query}; there are {', '.join(self.queries) or 'none'}.")
        return [self.queries[statement.query]]

    def _made(
        self, id: str, statement: s.Statement, analysis: Analysis, into: DataSource, given: Settings
    ) -> Persistent:
        topics = list(dict.fromkeys(each.source.topic for each in analysis.scope.sources))
        log = self.logs.begin(id, topics, into.topic)
        topology = plan(Query(id, log, given), analysis, into)

        def begin() -> Running:
            return self._backend.run(id, topology, topics, into.topic, log, given)

        text = f"{format(statement)};"
        return Persistent(id, text, analysis, into, str(topology.java.describe()), log, given, begin)

    def _end(self, id: str) -> None:
        self._backend.settle()
        query = self.queries.pop(id, None)
        if query is not None and query.running is not None:
            query.running.end()


def _outcome(statement: s.Statement, message: str, query: str | None = None) -> Outcome:
    return Outcome(f"{format(statement)};", message, query)
