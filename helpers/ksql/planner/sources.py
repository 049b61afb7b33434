"""Reading a source: from its topic to flat rows."""

from typing import Any

from helpers.ksql.analysis.scope import Aliased
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.language.schema import Column, Kind, Schema
from helpers.ksql.planner.flow import Flow, Query, materialized
from helpers.ksql.planner.serdes import row_serde, source_key, source_value
from helpers.ksql.sources.metastore import DataSource
from helpers.streams import jvm

STRICT = "ksql.timestamp.throw.on.invalid"


def read(query: Query, side: Aliased, names: Schema) -> Flow:
    """The flow of a source's rows; `names`: the query's row, in which this source's columns have their names."""
    source = side.source
    key, value = source_key(source), source_value(source)
    consumed = jvm.kafka("streams.kstream.Consumed").with_(key.serde(), value)
    if source.timestamp is not None:
        consumed = consumed.withTimestampExtractor(_extractor(query, source))
    records = query.builder.java.stream(source.topic, consumed)
    rows = records.processValues(runtime("ReadRows")(layout(side), query.log), query.step("READ"))
    if source.is_table:
        rows = rows.toTable(materialized(key.serde(), row_serde(names)))
    keys = tuple(frozenset({column.name}) for column in names.columns[: len(source.schema.keys)])
    return Flow(query, rows, source.is_table, names, key, keys)


def place(source: DataSource, name: str) -> tuple[int, bool]:
    """Where a column stands in the key or in the value, and whether it is in the key."""
    column = source.schema.find(name)
    assert column is not None, name
    in_key = column.kind is Kind.KEY
    columns = source.schema.keys if in_key else source.schema.values
    return columns.index(column), in_key


def _extractor(query: Query, source: DataSource) -> Any:
    assert source.timestamp is not None
    column, in_key = place(source, source.timestamp.name)
    strict = query.properties.get(STRICT, "false").lower() == "true"
    return runtime("ColumnTime")(column, in_key, source.timestamp.pattern, strict, query.log)


def layout(side: Aliased) -> Any:
    """How a source's records become flat rows: the runtime's Layout."""
    source = side.source
    columns = [column for column in side.columns if column.kind in (Kind.VALUE, Kind.HEADERS)]
    places = [_value_place(column, source.schema) for column in columns]
    headers = [column.header for column in columns]
    return runtime("Layout")(len(source.schema.keys), places, headers, source.window is not None)


def _value_place(column: Column, schema: Schema) -> int:
    return -1 if column.kind is Kind.HEADERS else schema.values.index(column)
