"""The steps of a query, one after the other, down to its sink."""

from dataclasses import dataclass, replace
from typing import Any

from helpers.ksql.analysis import Analysis
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.language.expressions import Cast, ColumnName, Expression
from helpers.ksql.language.schema import Kind, Schema
from helpers.ksql.language.types import SqlType
from helpers.ksql.planner.batches import gathered, in_where
from helpers.ksql.planner.flow import Flow, Query
from helpers.ksql.planner.groups import grouped
from helpers.ksql.planner.joins import joined
from helpers.ksql.planner.serdes import source_key, source_value
from helpers.ksql.planner.sources import place, read
from helpers.ksql.sources.metastore import DataSource
from helpers.streams import jvm
from helpers.streams.builder import Topology


def plan(query: Query, analysis: Analysis, sink: DataSource) -> Topology:
    """The topology that fills `sink` with the results of a query.

    Raises:
        StreamsError: Kafka Streams finds fault with the topology.
    """
    _write(*_computed(query, analysis), sink)
    return query.builder.build()


@dataclass(frozen=True)
class Transient:
    """A push query: its rows, as {key, columns}, come into a Java queue.

    `places`: for each column, where it stands in the key; None of those that are not in it.
    """

    topology: Topology
    collect: Any
    rows: Any
    places: tuple[int | None, ...]


def plan_transient(query: Query, analysis: Analysis, *, queued: int = 1_000_000) -> Transient:
    """The topology of a push query; with `queued` rows that nobody has taken yet it waits.

    Raises:
        StreamsError: Kafka Streams finds fault with the topology.
    """
    flow, analysis = _computed(query, analysis)
    names = [f"column {result.column.name}" for result in analysis.results]
    columns = flow.query.evaluation(flow.row, [result.expression for result in analysis.results], names)
    values = flow.java.mapValues(runtime("Project")(columns), query.step("SELECT"))
    rows = jvm.java("java.util.concurrent.LinkedBlockingQueue")(queued)
    collect = runtime("Collect")(rows)
    (values.toStream() if flow.is_table else values).foreach(collect, query.step("ROWS"))
    places = tuple(_place_in_key(result.expression, flow) for result in analysis.results)
    return Transient(query.builder.build(), collect, rows, places)


def _place_in_key(expression: Expression, flow: Flow) -> int | None:
    name = expression.name if isinstance(expression, ColumnName) else None
    return next((n for n, names in enumerate(flow.named) if name in names), None)


def _computed(query: Query, analysis: Analysis) -> tuple[Flow, Analysis]:
    """Everything but the results' columns, and the analysis that says how these are computed over it."""
    flow = _joined(query, analysis)
    early = in_where(analysis)
    if early:
        flow, analysis = gathered(flow, analysis)
    if analysis.where is not None:
        flow = flow.filtered(analysis.where, "WHERE")
    if analysis.exploded:
        flow = _exploded(flow, analysis)
    if not early:
        flow, analysis = gathered(flow, analysis)
    if analysis.grouping is not None:
        flow = grouped(flow, analysis)
    elif analysis.partition_by is not None and not flow.keyed_by(analysis.partition_by):
        flow = flow.rekeyed(analysis.partition_by, "PARTITION BY", keep=True)
    return (flow if analysis.having is None else flow.filtered(analysis.having, "HAVING")), analysis


def _joined(query: Query, analysis: Analysis) -> Flow:
    """The sources, joined; a key that the join makes up stands behind their columns."""
    columns = list(analysis.row.columns)
    flows = []
    for side in analysis.scope.sources:
        count = len(side.columns)
        flows.append(read(query, side, Schema(tuple(columns[:count]))))
        columns = columns[count:]
    flow, *others = flows
    for other, step in zip(others, analysis.joins, strict=True):
        flow = joined(flow, other, step)
    made_up = [column for column in columns if column.kind is Kind.KEY]
    if made_up:
        java = flow.java.mapValues(runtime("AppendKey")(), query.step("KEY"))
        flow = replace(flow, java=java, row=flow.row.plus(made_up), named=(frozenset({made_up[0].name}),))
    return flow


def _exploded(flow: Flow, analysis: Analysis) -> Flow:
    lists = flow.query.evaluation(flow.row, analysis.exploded, ["EXPLODE"] * len(analysis.exploded))
    java = flow.java.processValues(runtime("Explode")(lists), flow.query.step("EXPLODE"))
    made = analysis.row.columns[-len(analysis.exploded) :]
    return replace(flow, java=java, row=flow.row.plus(made))


def _write(flow: Flow, analysis: Analysis, sink: DataSource) -> None:
    flow = _key_as_wanted(flow, analysis, sink)
    results = [(result.expression, result.column) for result in analysis.results if result.column.kind is not Kind.KEY]
    pairs = zip(results, sink.schema.values, strict=True)
    columns = [_as(expression, column.type, wanted.type) for (expression, column), wanted in pairs]
    evaluation = flow.query.evaluation(flow.row, columns, [f"column {column.name}" for _, column in results])
    values = flow.java.mapValues(runtime("Project")(evaluation), flow.query.step("SELECT"))
    stream = values.toStream() if flow.is_table else values
    if sink.timestamp is not None:
        stream = stream.processValues(_write_time(flow.query, sink), flow.query.step("TIMESTAMP"))
    produced = jvm.kafka("streams.kstream.Produced").with_(_sink_key(flow, sink), source_value(sink))
    stream.to(sink.topic, produced)


def _key_as_wanted(flow: Flow, analysis: Analysis, sink: DataSource) -> Flow:
    """The key in the types of the sink, which INSERT INTO may have wider."""
    keys = [result for result in analysis.results if result.column.kind is Kind.KEY]
    wanted = [column.type for column in sink.schema.keys]
    if [result.column.type for result in keys] == wanted:
        return flow
    cast = [_as(result.expression, result.column.type, to) for result, to in zip(keys, wanted, strict=True)]
    return flow.rekeyed(cast, "key", keep=True)


def _as(expression: Expression, of: SqlType, wanted: SqlType) -> Expression:
    return expression if of == wanted else Cast(expression, wanted)


def _sink_key(flow: Flow, sink: DataSource) -> Any:
    """A sink's keys have the windows of the flow; of several INSERTs into one stream the first has said which."""
    return replace(source_key(sink), window=flow.key.window).serde()


def _write_time(query: Query, sink: DataSource) -> Any:
    assert sink.timestamp is not None
    column, in_key = place(sink, sink.timestamp.name)
    return runtime("WriteTime")(column, in_key, sink.timestamp.pattern, query.log)
