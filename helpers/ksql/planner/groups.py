"""GROUP BY: groups, windows, aggregates, and the row of each group."""

from dataclasses import replace
from typing import Any

from helpers.ksql.analysis import Analysis
from helpers.ksql.analysis.grouping import AggregateCall, Grouping
from helpers.ksql.analysis.sinks import window_type
from helpers.ksql.analysis.windows import grace, size
from helpers.ksql.evaluation.compiler import java_type, runtime
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.evaluation.values import to_java
from helpers.ksql.language.expressions import Cast, Expression, Literal
from helpers.ksql.language.schema import Column, Schema
from helpers.ksql.language.statements import Hopping, Session, Tumbling
from helpers.ksql.planner.flow import Flow, duration, materialized
from helpers.ksql.planner.serdes import Writing, row_serde
from helpers.streams import jvm

STORE = "groups"


def grouped(flow: Flow, analysis: Analysis) -> Flow:
    """The table of the groups' rows."""
    grouping = analysis.grouping
    assert grouping is not None
    key = Writing(grouping.row.keys)
    add, undo = (_aggregation(flow, grouping, undo=undo) for undo in (False, True))
    store = materialized(key.serde(), row_serde(_state(grouping)), name=STORE)
    if flow.is_table:
        table = _table_groups(flow, grouping, key).aggregate(add, add, undo, flow.query.step("AGGREGATE"), store)
    else:
        table = _aggregated(_stream_groups(flow, grouping, key), analysis, add, (flow.query.step("AGGREGATE"), store))
    windowed = replace(key, window=window_type(grouping.window))
    state = materialized(windowed.serde(), row_serde(grouping.row))
    rows = table.transformValues(runtime("ReadGroups")(add), state, flow.query.step("READ-GROUPS"))
    names = tuple(frozenset({column.name}) for column in grouping.row.keys)
    return Flow(flow.query, rows, True, grouping.row, windowed, names)


def _stream_groups(flow: Flow, grouping: Grouping, key: Writing) -> Any:
    if flow.keyed_by(grouping.keys):
        stream = flow.java.filter(runtime("NotNull")(), flow.query.step("HAS-KEY"))
    else:
        stream = flow.rekeyed(grouping.keys, "GROUP BY", keep=False).java
    return stream.groupByKey(_serdes(flow, key))


def _table_groups(flow: Flow, grouping: Grouping, key: Writing) -> Any:
    keys = flow.query.evaluation(flow.row, grouping.keys, ["GROUP BY"] * len(grouping.keys))
    return flow.java.groupBy(runtime("RekeyTable")(keys), _serdes(flow, key))


def _serdes(flow: Flow, key: Writing) -> Any:
    return jvm.kafka("streams.kstream.Grouped").with_("groups", key.serde(), flow.row_serde())


def _aggregated(groups: Any, analysis: Analysis, add: Any, kept: tuple[Any, Any]) -> Any:
    """kept: the step's name and its store."""
    window, final = analysis.query.window, analysis.query.emit == "FINAL"
    if window is None:
        return groups.aggregate(add, add, *kept)
    windowed = groups.windowedBy(_windows(window, final=final))
    if final:
        windowed = windowed.emitStrategy(jvm.kafka("streams.kstream.EmitStrategy").onWindowClose())
    if window.retention is not None:
        step, store = kept
        kept = step, store.withRetention(duration(window.retention.milliseconds))
    if isinstance(window, Session):
        return windowed.aggregate(add, add, runtime("Merging")(add), *kept)
    return windowed.aggregate(add, add, *kept)


def _windows(window: Tumbling | Hopping | Session, *, final: bool) -> Any:
    long, late = duration(size(window)), duration(grace(window, final=final))
    if isinstance(window, Session):
        return jvm.kafka("streams.kstream.SessionWindows").ofInactivityGapAndGrace(long, late)
    windows = jvm.kafka("streams.kstream.TimeWindows").ofSizeAndGrace(long, late)
    return windows.advanceBy(duration(window.advance.milliseconds)) if isinstance(window, Hopping) else windows


# ---- Aggregates


def _aggregation(flow: Flow, grouping: Grouping, *, undo: bool) -> Any:
    aggregates = [_aggregate(call, flow.query.properties) for call in grouping.calls]
    arguments = [
        flow.query.evaluation(flow.row, _arguments(flow, call), [call.function.name] * len(call.arguments))
        for call in grouping.calls
    ]
    names = [call.function.name for call in grouping.calls]
    return runtime("Aggregation")(aggregates, names, arguments, undo, flow.query.log)


def _arguments(flow: Flow, call: AggregateCall) -> list[Expression]:
    """The arguments in the types that the aggregate takes."""
    typing = Typing(flow.row)
    wanted = zip(call.arguments, call.chosen.arguments, strict=True)
    return [each if typing.of(each) in (None, to) else Cast(each, to) for each, to in wanted]


def _aggregate(call: AggregateCall, given: dict[str, str]) -> Any:
    types = call.chosen.arguments
    first = java_type(types[0]) if types else None
    fixed = [_fixed(argument) for argument in call.arguments]
    name, _, made_with = call.chosen.form.java.partition(":")
    made_with = given.get(call.function.setting, made_with)
    aggregate = runtime(name)(made_with) if made_with else runtime(name)()
    return aggregate.with_(first, java_type(call.function.state(call.chosen)), fixed)


def _fixed(argument: Expression) -> Any:
    """The value of an argument that is a literal, such as a k."""
    if isinstance(argument, Literal) and argument.type is not None:
        return to_java(argument.value, argument.type)
    return None


def _state(grouping: Grouping) -> Schema:
    return Schema(tuple(Column(call.column, call.function.state(call.chosen)) for call in grouping.calls))
