"""The JSON shapes of ksqlDB's REST API for statements, queries, columns, types and functions."""

from typing import Any

from helpers.ksql import functions
from helpers.ksql.backends.backend import Progress, Running, Settings
from helpers.ksql.errors import KsqlError
from helpers.ksql.functions import Aggregate, Function
from helpers.ksql.language import commands as c
from helpers.ksql.language import statements as s
from helpers.ksql.language import types as t
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Column, Kind
from helpers.ksql.language.statements import Statement
from helpers.ksql.rows.pushing import Push
from helpers.ksql.service.catalog import Outcome
from helpers.ksql.service.queries import Persistent

Entity = dict[str, Any]


def command_status(statement: Statement, outcome: Outcome, place: int) -> Entity:
    """The entity of a statement that was carried out, at a place in the service's commands."""
    return {
        "@type": "currentStatus",
        "statementText": outcome.statement,
        "commandId": command_id(statement),
        "commandStatus": result(outcome),
        "commandSequenceNumber": place,
        "warnings": [],
    }


def warning(outcome: Outcome) -> Entity:
    """The entity of a statement for which there was nothing to do."""
    return {
        "@type": "warning_entity",
        "statementText": outcome.statement,
        "message": outcome.message,
        "warnings": [],
    }


def asserted(statement: c.AssertTopic) -> Entity:
    """The entity of an ASSERT TOPIC that holds."""
    return {
        "@type": "assert_topic",
        "statementText": f"{format(statement)};",
        "topicName": statement.topic,
        "exists": not statement.absent,
        "warnings": [],
    }


def terminated(statement: c.Terminate, *, ended: bool) -> Entity:
    """The entity of a TERMINATE of a push query."""
    return {
        "@type": "terminate_query",
        "statementText": f"{format(statement)};",
        "queryId": statement.query,
        "wasTerminated": ended,
        "warnings": [],
    }


def terminated_service(place: int) -> Entity:
    """The entity of a service that is ended for good."""
    return {
        "@type": "currentStatus",
        "statementText": "TERMINATE CLUSTER;",
        "commandId": "cluster/TerminateCluster/terminate",
        "commandStatus": {"status": "SUCCESS", "message": "The service was terminated.", "queryId": None},
        "commandSequenceNumber": place,
        "warnings": [],
    }


def result(outcome: Outcome | KsqlError) -> Entity:
    """What came of a command."""
    if isinstance(outcome, KsqlError):
        return {"status": "ERROR", "message": str(outcome), "queryId": None}
    return {"status": "SUCCESS", "message": outcome.message, "queryId": outcome.query}


def command_id(statement: Statement) -> str:
    """How /status calls a command: type, entity and action."""
    match statement:
        case s.CreateSource() | s.CreateAs():
            return f"{statement.kind.lower()}/`{statement.name}`/create"
        case s.DropSource():
            return f"{statement.kind.lower()}/{statement.name}/drop"
        case s.CreateType() | s.DropType():
            return f"type/{statement.name}/{'create' if isinstance(statement, s.CreateType) else 'drop'}"
        case s.AlterSource():
            return f"{statement.kind.lower()}/{statement.name}/alter"
        case c.Terminate() | c.Pause() | c.Resume():
            return f"{type(statement).__name__.lower()}/{statement.query or 'ALL'}/execute"
        case s.InsertInto():
            return f"stream/`{statement.name}`/create"
        case _:
            return f"{type(statement).__name__.lower()}//execute"


def query_description(
    id: str,
    statement: str,
    columns: tuple[Column, ...],
    *,
    sources: list[str],
    sinks: list[str],
    topology: str,
    window: str | None = None,
    running: Running | None = None,
    properties: Settings | None = None,
) -> Entity:
    """What EXPLAIN tells of a query; `running`: of one that does, or is to start."""
    state = query_state(running) if id else None
    return {
        "id": id,
        "statementText": statement,
        "windowType": window,
        "fields": [field(column) for column in columns],
        "sources": sources,
        "sinks": sinks,
        "topology": topology,
        "executionPlan": topology,
        "overriddenProperties": properties or {},
        "ksqlHostQueryStatus": {} if state is None else {"localhost": state},
        "queryType": "PERSISTENT" if sinks else "PUSH",
        "queryErrors": [] if running is None else _query_errors(running),
        "tasksMetadata": [],
        "consumerGroupId": None if running is None else running.group,
        "state": state,
    }


def query_state(running: Running | None) -> str:
    """The state of a query as ksqlDB calls it: RUNNING, PAUSED or ERROR."""
    state = "RUNNING" if running is None else "ERROR" if running.failure is not None else running.state
    return state if state in ("PAUSED", "ERROR") else "RUNNING"


def _query_errors(running: Running) -> list[Entity]:
    failure = running.failure
    if failure is None:
        return []
    return [{"timestamp": failure.at, "errorMessage": str(failure), "type": "UNKNOWN"}]


def query(query: Persistent | Push) -> Entity:
    """A query as SHOW QUERIES lists it."""
    state = query_state(query.running)
    sinks = [query.sink] if isinstance(query, Persistent) else []
    return {
        "queryString": query.statement,
        "sinks": [sink.name for sink in sinks],
        "sinkKafkaTopics": [sink.topic for sink in sinks],
        "id": query.id,
        "statusCount": {state: 1},
        "queryType": "PERSISTENT" if sinks else "PUSH",
        "state": state,
    }


def offset_summary(group: str, progress: list[Progress]) -> Entity:
    """How far a consumer group is, topic by topic."""
    topics: dict[str, list[Entity]] = {}
    for each in progress:
        shown = {
            "partition": each.partition,
            "logStartOffset": each.first,
            "logEndOffset": each.end,
            "consumerOffset": each.next,
        }
        topics.setdefault(each.topic, []).append(shown)
    summaries = [{"kafkaTopic": topic, "offsets": offsets} for topic, offsets in topics.items()]
    return {"groupId": group, "topicSummaries": summaries}


# ---- Columns and types


def schema(of: t.SqlType) -> Entity:
    """A type as JSON."""
    shown: Entity = {"type": of.base, "fields": None, "memberSchema": None}
    match of:
        case t.ArrayType():
            shown["memberSchema"] = schema(of.element)
        case t.MapType():
            shown["memberSchema"] = schema(of.value)
        case t.StructType():
            shown["fields"] = [{"name": name, "schema": schema(part)} for name, part in of.fields]
        case t.DecimalType():
            shown["parameters"] = {"precision": of.precision, "scale": of.scale}
    return shown


def field(column: Column) -> Entity:
    """A column as JSON."""
    shown: Entity = {"name": column.name, "schema": schema(column.type)}
    if column.kind is Kind.KEY:
        shown["type"] = "KEY"
    if column.kind is Kind.HEADERS:
        shown["type"] = "HEADER"
        if column.header is not None:
            shown["headerKey"] = column.header
    return shown


# ---- Functions


def _kind(function: Function) -> str:
    return "AGGREGATE" if isinstance(function, Aggregate) else "TABLE" if functions.table(function.name) else "SCALAR"


def function_names() -> list[Entity]:
    """All functions, as SHOW FUNCTIONS lists them."""
    listed = [*functions.scalars(), *functions.aggregates(), *functions.tables()]
    return [
        {"name": each.name, "type": _kind(each), "category": each.category or _kind(each)}
        for each in sorted(listed, key=lambda each: each.name)
    ]


def described_function(name: str) -> Entity:
    """What DESCRIBE FUNCTION tells. Raises TypeFault when there is none of that name."""
    upper = name.upper()
    found = functions.aggregate(upper) or functions.table(upper) or functions.scalar(upper)
    return {
        "name": found.name,
        "description": "\n".join([found.description, *found.examples]),
        "author": "",
        "version": "",
        "path": "internal",
        "functions": [
            {
                "arguments": [
                    {"name": each.name, "type": str(each.type), "description": "", "isVariadic": each.many}
                    for each in form.parameters
                ],
                "returnType": str(form.returns) if isinstance(form.returns, t.SqlType) else "",
                "description": found.description,
                "argumentTypes": [str(each.type) for each in form.parameters],
            }
            for form in found.forms
        ],
        "type": _kind(found),
    }
