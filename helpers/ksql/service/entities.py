"""Answers about what there is, in the JSON shapes of ksqlDB's REST API: one entity for each statement."""

from collections.abc import Mapping

from helpers.ksql.analysis import analyse
from helpers.ksql.analysis.sinks import window_type
from helpers.ksql.backends.backend import Backend, Settings, Traffic
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language.nodes import Node
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Column, Kind
from helpers.ksql.language.statements import Statement
from helpers.ksql.planner import Query, plan, plan_transient
from helpers.ksql.rows.pushing import Push
from helpers.ksql.service import shapes, statistics
from helpers.ksql.service.catalog import Catalog
from helpers.ksql.service.configuration import listed
from helpers.ksql.service.drops import made_of
from helpers.ksql.service.queries import Persistent
from helpers.ksql.service.session import Session
from helpers.ksql.service.shapes import Entity
from helpers.ksql.sources.metastore import DataSource


class Asking:
    """Answers SHOW, LIST, DESCRIBE and EXPLAIN from a catalog, its backend, the settings of the service, a session,
    and the push queries that run."""

    def __init__(
        self,
        catalog: Catalog,
        backend: Backend,
        settings: Settings,
        session: Session,
        pushes: Mapping[str, Push],
    ) -> None:
        self.catalog, self.backend, self.variables = catalog, backend, session.variables
        self.settings = {**settings, **catalog.system}
        self.properties = {**self.settings, **session.properties}
        self.queries: dict[str, Persistent | Push] = {**catalog.queries, **pushes}

    def about(self, statement: Statement) -> Entity | None:
        """The entity of a statement that asks; None of one that does not.

        Raises:
            StatementError: what it asks about does not exist.
        """
        found = self._body(statement)
        if found is None:
            return None
        return {"@type": found[0], "statementText": f"{format(statement)};", **found[1], "warnings": []}

    def _body(self, statement: Node) -> tuple[str, Entity] | None:
        match statement:
            case c.ShowStreams() | c.ShowTables():
                kind = "STREAM" if isinstance(statement, c.ShowStreams) else "TABLE"
                return self._sources(kind, extended=statement.extended)
            case c.DescribeStreams() | c.DescribeTables():
                kind = "STREAM" if isinstance(statement, c.DescribeStreams) else "TABLE"
                sources = [source for source in self.catalog.store if source.kind == kind]
                described = [self._described(source, extended=statement.extended) for source in sources]
                return "source_descriptions", {"sourceDescriptions": described}
            case c.Describe():
                source = self.catalog.store.get(statement.name)
                return "sourceDescription", {"sourceDescription": self._described(source, extended=statement.extended)}
            case c.ShowTopics(extended=True):
                return "kafka_topics_extended", {"topics": self._topics_extended(all=statement.all)}
            case c.ShowTopics():
                return "kafka_topics", {"topics": self._topics(all=statement.all)}
            case c.ShowQueries(extended=True):
                described = [self._query_description(query) for query in self.queries.values()]
                return "query_descriptions", {"queryDescriptions": described}
            case c.ShowQueries():
                return "queries", {"queries": [shapes.query(each) for each in self.queries.values()]}
            case c.Explain():
                return "queryDescription", {"queryDescription": self._explained(statement)}
            case _:
                return self._smaller(statement)

    def _smaller(self, statement: Node) -> tuple[str, Entity] | None:
        match statement:
            case c.ShowFunctions():
                return "function_names", {"functions": shapes.function_names()}
            case c.DescribeFunction():
                return "describe_function", shapes.described_function(statement.name)
            case c.ShowProperties():
                return "properties", listed(
                    self.settings, self.properties, {"ksql.service.id": self.backend.service_id}
                )
            case c.ShowVariables():
                return "variables", {"variables": [{"name": n, "value": v} for n, v in sorted(self.variables.items())]}
            case c.ShowTypes():
                types = self.catalog.store.types()
                return "type_list", {"types": {name: shapes.schema(of) for name, of in types.items()}}
            case _:
                return None

    # ---- Sources

    def _sources(self, kind: str, *, extended: bool) -> tuple[str, Entity]:
        sources = [source for source in self.catalog.store if source.kind == kind]
        if extended:
            described = [self._described(source, extended=True) for source in sources]
            return "source_descriptions", {"sourceDescriptions": described}
        listed = [
            {
                "type": kind,
                "name": source.name,
                "topic": source.topic,
                "keyFormat": source.serialization.key_format,
                "valueFormat": source.serialization.value_format,
                "isWindowed": source.window is not None,
            }
            for source in sources
        ]
        name = f"{kind.lower()}s"
        return name, {name: listed}

    def _described(self, source: DataSource, *, extended: bool) -> Entity:
        queries = self.catalog.queries.values()
        reads = [shapes.query(each) for each in queries if source.name in each.reads]
        writing = [each for each in queries if each.sink.name == source.name]
        described = {
            "name": source.name,
            "windowType": source.window.kind if source.window else None,
            "readQueries": reads,
            "writeQueries": [shapes.query(each) for each in writing],
            "fields": [shapes.field(column) for column in _ordered(source)],
            "type": source.kind,
            "timestamp": source.timestamp.name if source.timestamp and extended else "",
            "statistics": "",
            "errorStats": "",
            "extended": extended,
            "keyFormat": source.serialization.key_format,
            "valueFormat": source.serialization.value_format,
            "topic": source.topic,
            "partitions": 0,
            "replication": 0,
            "statement": source.statement,
            "queryOffsetSummaries": [],
            "sourceConstraints": made_of(source.name, self.catalog.store),
            "clusterStatistics": [],
            "clusterErrorStats": [],
        }
        return described | self._measured(source, writing) if extended else described

    def _measured(self, source: DataSource, writing: list[Persistent]) -> Entity:
        """What EXTENDED tells of a source: copies of its topic, traffic, and how far its queries are."""
        copies = self.backend.replicas().get(source.topic, [])
        running = [of for each in self.queries.values() if (of := each.running) is not None]
        traffic = statistics.total([each.traffic().get(source.topic, Traffic()) for each in running])
        return {
            "partitions": len(copies),
            "replication": copies[0] if copies else 0,
            "statistics": statistics.line(traffic, self.backend.newest(source.topic) if copies else None),
            "errorStats": statistics.failures(*self.catalog.logs.unreadable(source.topic)),
            "queryOffsetSummaries": [
                shapes.offset_summary(of.group, of.progress())
                for each in writing
                if (of := each.running) is not None and of.group is not None
            ],
        }

    def _topics(self, *, all: bool) -> list[Entity]:
        """What is not Kafka's own, nor, unless `all` is set, the service's."""
        hidden = ("__",) if all else ("__", "_confluent")
        found = sorted(self.backend.replicas().items())
        return [{"name": name, "replicaInfo": copies} for name, copies in found if not name.startswith(hidden)]

    def _topics_extended(self, *, all: bool) -> list[Entity]:
        audience = self.backend.audience()
        found = [(topic, *audience.get(topic["name"], (0, 0))) for topic in self._topics(all=all)]
        return [
            {**topic, "consumerCount": consumers, "consumerGroupCount": groups} for topic, consumers, groups in found
        ]

    # ---- Queries

    def _explained(self, statement: c.Explain) -> Entity:
        if isinstance(statement.what, str):
            found = self.queries.get(statement.what)
            if found is None:
                known = ", ".join(self.queries) or "none"
                raise StatementError(f"Query with id:{statement.what} does not exist; there are {known}.")
            return self._query_description(found)
        if not isinstance(statement.what, s.Select | s.CreateAs | s.InsertInto):
            raise StatementError(f"The provided statement does not run a ksql query: {format(statement.what)}")
        return self._planned(statement.what)

    def _planned(self, statement: s.Select | s.CreateAs | s.InsertInto) -> Entity:
        """A query that does not run: its topology is made for this alone."""
        of = Query("explained", runtime("ProcessingLog")("explained", None), self.properties)
        if isinstance(statement, s.Select):
            analysis, sinks = analyse(statement, self.catalog.store), []
            topology = plan_transient(of, analysis).topology
        else:
            analysis, into = self.catalog.sink_of(statement, self.properties)
            topology, sinks = plan(of, analysis, into), [into.name]
        return shapes.query_description(
            "",
            f"{format(statement)};",
            analysis.schema.columns,
            sources=[side.source.name for side in analysis.scope.sources],
            sinks=sinks,
            topology=str(topology.java.describe()),
        )

    def _query_description(self, query: Persistent | Push) -> Entity:
        sinks = [query.sink] if isinstance(query, Persistent) else []
        window = window_type(query.analysis.query.window)
        return shapes.query_description(
            query.id,
            query.statement,
            query.sink.schema.columns if isinstance(query, Persistent) else query.columns,
            sources=[side.source.name for side in query.analysis.scope.sources],
            sinks=[sink.name for sink in sinks],
            topology=query.topology,
            window=window.kind if window else None,
            running=query.running,
            properties=query.properties,
        )


def _ordered(source: DataSource) -> list[Column]:
    """Keys first."""
    return [*source.schema.keys, *(column for column in source.schema if column.kind is not Kind.KEY)]
