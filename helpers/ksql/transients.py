"""SELECT: pull queries, which look at what is there, and push queries, known by their ids while they run."""

import secrets
from collections.abc import Callable

from helpers.ksql.analysis import Analysis, analyse
from helpers.ksql.answers import Answer, pull
from helpers.ksql.backend import Backend, Settings
from helpers.ksql.catalog import Catalog
from helpers.ksql.planner import Query, plan_transient
from helpers.ksql.pushing import Push
from helpers.ksql.statements import Select


class Transients:
    """The queries of SELECT statements. pushes: those that run, by id."""

    def __init__(self, backend: Backend, catalog: Catalog) -> None:
        self._backend, self._catalog = backend, catalog
        self.pushes: dict[str, Push] = {}

    def begin(self, select: Select, given: Settings) -> Push | Callable[[], Answer]:
        """A push query that runs, or how to get the answer of a pull query, for which nothing must stand still.

        Raises:
            StatementError: it cannot be carried out.
        """
        self._backend.settle()
        analysis = analyse(select, self._catalog.store)
        id = f"{_kind(select, analysis, given)}_{analysis.scope.sources[0].source.name}_{secrets.randbelow(10**12)}"
        topics = list(dict.fromkeys(each.source.topic for each in analysis.scope.sources))
        query = Query(id, self._catalog.logs.begin(id, topics, None), given)
        if select.emit is None:
            return lambda: self._pull(query, analysis)
        return self._push(query, analysis, topics)

    def end(self, id: str) -> bool:
        """End a push query; whoever reads its rows comes to their end. Says whether it still ran."""
        push = self.pushes.get(id)
        if push is not None:
            push.close()
        return push is not None

    def close(self) -> None:
        """End all of them."""
        for id in list(self.pushes):
            self.end(id)

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
        return push


def _kind(select: Select, analysis: Analysis, given: Settings) -> str:
    """How ksqlDB begins the id: it serves some push queries from the query that already fills their source."""
    simple = not (analysis.joins or analysis.grouping or analysis.exploded or select.partition_by or select.window)
    filled = analysis.scope.sources[0].source.created_by is not None
    scalable = select.emit == "CHANGES" and simple and filled and given.get("auto.offset.reset") == "latest"
    return "SCALABLE_PUSH_QUERY" if scalable else "transient"
