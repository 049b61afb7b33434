"""SELECT: pull queries, which look at what is there, and push queries, known by their ids while they run."""

import secrets
from collections.abc import Callable
from contextlib import ExitStack
from threading import RLock

from helpers.ksql.analysis import Analysis, analyse
from helpers.ksql.backends.backend import Backend, Settings
from helpers.ksql.errors import StatementError, not_too_deep
from helpers.ksql.language.statements import Select
from helpers.ksql.planner import Query, plan_transient
from helpers.ksql.rows.answers import Answer, pull
from helpers.ksql.rows.pushing import Push
from helpers.ksql.service.catalog import Catalog


class Transients:
    """The queries of SELECT statements. pushes: those that run, by id. lock: of the catalog."""

    def __init__(self, backend: Backend, catalog: Catalog, lock: RLock) -> None:
        self._backend, self._catalog, self._lock = backend, catalog, lock
        self.pushes: dict[str, Push] = {}
        self._closed = False

    @not_too_deep()
    def query(self, select: Select, given: Settings) -> Answer | Push:
        """What a SELECT gives: the answer of a pull query, or a push query that runs.

        Raises:
            StatementError: it cannot be carried out.
        """
        with self._lock:
            found = self._understood(select, given)
            if not self._backend.goes_on:
                return found()
        return found()  # Kafka is asked, for which nothing has to stand still

    def answer(self, select: Select, given: Settings, limit: int | None, seconds: float) -> Answer:
        """The rows of a SELECT; of a push query those that come until its LIMIT or time is over.

        Raises:
            StatementError: it cannot be carried out.
        """
        found = self.query(select, given)
        if isinstance(found, Answer):
            return found
        with found as push:
            return push.answer(seconds if self._backend.goes_on else 0, push.limit if limit is None else limit)

    def push(self, select: Select, given: Settings) -> Push:
        """Start a push query.

        Raises:
            StatementError: it is a pull query, or cannot be carried out.
        """
        if select.emit is None:
            raise StatementError("This is a pull query, which ends by itself: add EMIT CHANGES, or use select.")
        found = self.query(select, given)
        assert isinstance(found, Push)
        return found

    def end(self, id: str) -> bool:
        """End a push query; whoever reads its rows comes to their end. Says whether it still ran."""
        push = self.pushes.get(id)
        if push is not None:
            push.close()
        return push is not None

    def close(self) -> None:
        """End all of them, also when one does not, and those that are being started."""
        self._closed = True
        with ExitStack() as ending:
            for id in list(self.pushes):
                ending.callback(self.end, id)

    def _understood(self, select: Select, given: Settings) -> Callable[[], Answer | Push]:
        """A query that has been checked, and is carried out when it is called."""
        self._backend.settle()
        analysis = analyse(select, self._catalog.store)
        id = f"{_kind(select, analysis, given)}_{analysis.scope.sources[0].source.name}_{secrets.randbelow(10**12)}"
        topics = list(dict.fromkeys(each.source.topic for each in analysis.scope.sources))
        query = Query(id, self._catalog.logs.begin(id, topics, None), given)
        if select.emit is None:
            return lambda: self._pull(query, analysis)
        return lambda: self._push(query, analysis, topics)

    def _pull(self, query: Query, analysis: Analysis) -> Answer:
        try:
            return pull(query.id, analysis, self._backend.records(analysis.scope.sources[0].source.topic), query)
        finally:
            self._catalog.logs.forget(query.id)

    def _push(self, query: Query, analysis: Analysis, topics: list[str]) -> Push:
        try:
            transient = plan_transient(query, analysis, queued=self._backend.queued)
            running = self._backend.push(query.id, transient, topics, query.log, query.properties)
        except BaseException:
            self._catalog.logs.forget(query.id)
            raise

        def ended() -> None:
            self.pushes.pop(query.id, None)
            self._catalog.logs.forget(query.id)

        push = Push(query.id, analysis, transient, running, properties=query.properties, ended=ended)
        self.pushes[query.id] = push
        if self._closed:  # meanwhile
            push.close()
            raise StatementError("KSQL is shutting down.")
        return push


def _kind(select: Select, analysis: Analysis, given: Settings) -> str:
    """How ksqlDB begins the id: it serves some push queries from the query that already fills their source."""
    simple = not (analysis.joins or analysis.grouping or analysis.exploded or select.partition_by or select.window)
    filled = analysis.scope.sources[0].source.created_by is not None
    scalable = select.emit == "CHANGES" and simple and filled and given.get("auto.offset.reset") == "latest"
    return "SCALABLE_PUSH_QUERY" if scalable else "transient"
