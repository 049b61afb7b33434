"""Answers about what there is, in the JSON shapes of ksqlDB's REST API: one entity for each statement."""

from helpers.ksql import commands as c
from helpers.ksql import statements as s
from helpers.ksql.analysis import analyse
from helpers.ksql.backend import Backend, Settings
from helpers.ksql.catalog import Catalog, Persistent
from helpers.ksql.compiler import runtime
from helpers.ksql.errors import StatementError
from helpers.ksql.metastore import DataSource
from helpers.ksql.nodes import Node
from helpers.ksql.planner import Query, plan, plan_transient
from helpers.ksql.printer import format
from helpers.ksql.schema import Column, Kind
from helpers.ksql.shapes import Entity, described_function, field, function_names, query, query_description, schema
from helpers.ksql.statements import Statement


class Asking:
    """Answers SHOW, LIST, DESCRIBE and EXPLAIN from a catalog, its backend, and a session's settings and variables."""

    def __init__(self, catalog: Catalog, backend: Backend, properties: Settings, variables: dict[str, str]) -> None:
        self.catalog, self.backend, self.properties, self.variables = catalog, backend, properties, variables

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
            case c.ShowTopics():
                return "kafka_topics", {"topics": self._topics(all=statement.all)}
            case c.ShowQueries(extended=True):
                described = [self._query_description(query) for query in self.catalog.queries.values()]
                return "query_descriptions", {"queryDescriptions": described}
            case c.ShowQueries():
                return "queries", {"queries": [query(each) for each in self.catalog.queries.values()]}
            case c.Explain():
                return "queryDescription", {"queryDescription": self._explained(statement)}
            case _:
                return self._smaller(statement)

    def _smaller(self, statement: Node) -> tuple[str, Entity] | None:
        match statement:
            case c.ShowFunctions():
                return "function_names", {"functions": function_names()}
            case c.DescribeFunction():
                return "describe_function", described_function(statement.name)
            case c.ShowProperties():
                return "properties", self._properties()
            case c.ShowVariables():
                return "variables", {"variables": [{"name": n, "value": v} for n, v in sorted(self.variables.items())]}
            case c.ShowTypes():
                return "type_list", {"types": {name: schema(of) for name, of in self.catalog.store.types().items()}}
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
        reads = [query(each) for each in queries if source.name in each.reads]
        writes = [query(each) for each in queries if each.sink.name == source.name]
        return {
            "name": source.name,
            "windowType": source.window.kind if source.window else None,
            "readQueries": reads,
            "writeQueries": writes,
            "fields": [field(column) for column in _ordered(source)],
            "type": source.kind,
            "timestamp": source.timestamp.name if source.timestamp and extended else "",
            "statistics": "",
            "errorStats": "",
            "extended": extended,
            "keyFormat": source.serialization.key_format,
            "valueFormat": source.serialization.value_format,
            "topic": source.topic,
            "partitions": self.backend.topics().get(source.topic, 0) if extended else 0,
            "replication": 1 if extended else 0,
            "statement": source.statement,
            "queryOffsetSummaries": [],
            "sourceConstraints": [],
            "clusterStatistics": [],
            "clusterErrorStats": [],
        }

    def _topics(self, *, all: bool) -> list[Entity]:
        names = {name: partitions for name, partitions in self.backend.topics().items() if not name.startswith("__")}
        shown = {name: number for name, number in names.items() if all or not name.startswith("_confluent")}
        return [{"name": name, "replicaInfo": [1] * number} for name, number in sorted(shown.items())]

    # ---- Queries

    def _explained(self, statement: c.Explain) -> Entity:
        if isinstance(statement.what, str):
            found = self.catalog.queries.get(statement.what)
            if found is None:
                known = ", ".join(self.catalog.queries) or "none"
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
        return query_description(
            "",
            f"{format(statement)};",
            analysis.schema.columns,
            sources=[side.source.name for side in analysis.scope.sources],
            sinks=sinks,
            topology=str(topology.java.describe()),
            state=None,
        )

    def _query_description(self, query: Persistent) -> Entity:
        return query_description(
            query.id,
            query.statement,
            query.sink.schema.columns,
            sources=list(query.reads),
            sinks=[query.sink.name],
            topology=query.topology,
            state=query.state,
        )

    # ---- Settings

    def _properties(self) -> Entity:
        listed = [
            {"name": name, "scope": "KSQL", "value": value, "editable": True, "level": "QUERY"}
            for name, value in sorted(self.properties.items())
        ]
        return {"properties": listed, "overwrittenProperties": sorted(self.properties), "defaultProperties": []}


def _ordered(source: DataSource) -> list[Column]:
    """Keys first."""
    return [*source.schema.keys, *(column for column in source.schema if column.kind is not Kind.KEY)]
