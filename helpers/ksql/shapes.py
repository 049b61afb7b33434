"""The JSON shapes of ksqlDB's REST API for statements, queries, columns, types and functions."""

from typing import Any

from helpers.ksql import commands as c
from helpers.ksql import functions
from helpers.ksql import statements as s
from helpers.ksql import types as t
from helpers.ksql.catalog import Outcome, Persistent
from helpers.ksql.functions import Aggregate, Function
from helpers.ksql.schema import Column, Kind
from helpers.ksql.statements import Statement

Entity = dict[str, Any]


def command_status(statement: Statement, outcome: Outcome, place: int) -> Entity:
    """The entity of a statement that was carried out, at a place in the service's commands."""
    return {
        "@type": "currentStatus",
        "statementText": outcome.statement,
        "commandId": _command_id(statement),
        "commandStatus": {"status": "SUCCESS", "message": outcome.message, "queryId": outcome.query},
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


def _command_id(statement: Statement) -> str:
    match statement:
        case s.CreateSource() | s.CreateAs():
            return f"{statement.kind.lower()}/`{statement.name}`/create"
        case s.DropSource():
            return f"{statement.kind.lower()}/{statement.name}/drop"
        case s.CreateType() | s.DropType():
            return f"type/{statement.name}/{'create' if isinstance(statement, s.CreateType) else 'drop'}"
        case c.Terminate():
            return f"terminate/{statement.query or 'ALL'}/execute"
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
    state: str | None,
) -> Entity:
    """What EXPLAIN tells of a query."""
    return {
        "id": id,
        "statementText": statement,
        "windowType": None,
        "fields": [field(column) for column in columns],
        "sources": sources,
        "sinks": sinks,
        "topology": topology,
        "executionPlan": topology,
        "overriddenProperties": {},
        "ksqlHostQueryStatus": {} if state is None else {"localhost": state},
        "queryType": "PERSISTENT" if sinks else "PUSH",
        "queryErrors": [],
        "tasksMetadata": [],
        "consumerGroupId": None,
        "state": state,
    }


def query(query: Persistent) -> Entity:
    """A persistent query as SHOW QUERIES lists it."""
    state = query.state
    return {
        "queryString": query.statement,
        "sinks": [query.sink.name],
        "sinkKafkaTopics": [query.sink.topic],
        "id": query.id,
        "statusCount": {state: 1},
        "queryType": "PERSISTENT",
        "state": state,
    }


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
