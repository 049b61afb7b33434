"""Joins: of streams within a time, of a stream with a table, of tables, and by a foreign key."""

from dataclasses import replace
from typing import Any

from helpers.ksql.analysis.joins import Joined
from helpers.ksql.analysis.windows import DAY
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.language.expressions import Expression
from helpers.ksql.language.schema import Column, Kind, Schema
from helpers.ksql.language.statements import Within
from helpers.ksql.planner.flow import Flow
from helpers.ksql.planner.serdes import Writing
from helpers.ksql.sources.definitions import DEFAULT_KEY_FORMAT
from helpers.ksql.sources.formats import named
from helpers.streams import jvm


def joined(left: Flow, right: Flow, step: Joined) -> Flow:
    """The flow of one step of a join; its rows are those of the left side followed by those of the right."""
    if step.foreign_key:
        return _foreign(left, right, step)
    left, right = _co_partitioned(left, right, step)
    row = Schema((*left.row.columns, *right.row.columns))
    if right.is_table:
        java = _tables(left, right, step, row) if left.is_table else _stream_with_table(left, right, step)
    else:
        java = _streams(left, right, step)
    return Flow(left.query, java, left.is_table, row, left.key, (frozenset(step.viable),))


def _co_partitioned(left: Flow, right: Flow, step: Joined) -> tuple[Flow, Flow]:
    """Both sides keyed by what is compared, and their keys written alike, so that equal keys meet in one partition."""
    left_there = left.key.window is not None or left.keyed_by([step.left_key])
    right_there = right.key.window is not None or right.keyed_by([step.right_key])
    if left_there and right_there and _alike(left.key, right.key):
        return left, right
    if right_there and not left_there:
        return _moved(left, step.left_key, right.key), right
    like = left.key if left_there else _writing(left, right)
    return (left if left_there else _moved(left, step.left_key, like)), _moved(right, step.right_key, like)


def _alike(one: Writing, other: Writing) -> bool:
    return (one.format, one.delimiter) == (other.format, other.delimiter)


def _writing(left: Flow, right: Flow) -> Writing:
    return right.key if left.key.format == "NONE" else left.key


def _moved(side: Flow, key: Expression, like: Writing) -> Flow:
    if side.is_table:
        return _rewritten(side, like)
    like = replace(like, format=_able(side, key, like.format))
    return side.rekeyed([key], "JOIN ON", keep=True, like=like)


def _able(side: Flow, key: Expression, format: str) -> str:
    """The format, of sources without keys the session's; JSON where that cannot hold what is compared."""
    column = Column("KEY", Typing(side.row).certain(key), Kind.KEY)
    wanted = side.query.properties.get(DEFAULT_KEY_FORMAT, "KAFKA").upper() if format == "NONE" else format
    try:
        named(wanted).check((column,))
    except StatementError:
        return "JSON"
    return wanted


def _rewritten(table: Flow, like: Writing) -> Flow:
    """A table whose keys are written in another format, and so lie in other partitions."""
    key = replace(table.key, format=like.format, delimiter=like.delimiter)
    through = jvm.kafka("streams.kstream.Repartitioned").with_(key.serde(), table.row_serde())
    moved = replace(table, key=key)
    return replace(moved, java=table.java.toStream().repartition(through).toTable(moved.materialized()))


def _concat(left: Flow, right: Flow, *, swapped: bool = False) -> Any:
    return runtime("Concat")(len(left.row.columns), len(right.row.columns), swapped)


def _streams(left: Flow, right: Flow, step: Joined) -> Any:
    assert step.within is not None
    serdes = jvm.kafka("streams.kstream.StreamJoined")
    key = left.key.serde()
    if step.kind == "RIGHT":
        windows = _windows(step.within, swapped=True)
        both = serdes.with_(key, right.row_serde(), left.row_serde())
        return right.java.leftJoin(left.java, _concat(left, right, swapped=True), windows, both)
    method = {"INNER": left.java.join, "LEFT": left.java.leftJoin, "FULL": left.java.outerJoin}[step.kind]
    both = serdes.with_(key, left.row_serde(), right.row_serde())
    return method(right.java, _concat(left, right), _windows(step.within), both)


def _windows(within: Within, *, swapped: bool = False) -> Any:
    """JoinWindows. Without GRACE what has no partner is emitted at once; Kafka Streams can do that but hides it."""
    before, after = within.before.milliseconds, within.after.milliseconds
    if swapped:
        before, after = after, before
    grace = max(DAY - before - after, 0) if within.grace is None else within.grace.milliseconds
    of = jvm.kafka("streams.kstream.JoinWindows").class_
    long, boolean = jvm.java("java.lang.Long").TYPE, jvm.java("java.lang.Boolean").TYPE
    constructor = of.getDeclaredConstructor(long, long, long, boolean)
    constructor.setAccessible(True)
    boxed = [jvm.boxed(number) for number in (before, after, grace)]
    return constructor.newInstance(*boxed, jvm.java("java.lang.Boolean")(within.grace is not None))


def _stream_with_table(left: Flow, right: Flow, step: Joined) -> Any:
    method = left.java.join if step.kind == "INNER" else left.java.leftJoin
    serdes = jvm.kafka("streams.kstream.Joined").with_(left.key.serde(), left.row_serde(), right.row_serde())
    return method(right.java, _concat(left, right), serdes)


def _tables(left: Flow, right: Flow, step: Joined, row: Schema) -> Any:
    store = replace(left, row=row).materialized()
    if step.kind == "RIGHT":
        return right.java.leftJoin(left.java, _concat(left, right, swapped=True), store)
    method = {"INNER": left.java.join, "LEFT": left.java.leftJoin, "FULL": left.java.outerJoin}[step.kind]
    return method(right.java, _concat(left, right), store)


def _foreign(left: Flow, right: Flow, step: Joined) -> Flow:
    row = Schema((*left.row.columns, *right.row.columns))
    key = runtime("ForeignKey")(left.query.evaluation(left.row, [step.left_key], ["JOIN ON"]))
    method = left.java.join if step.kind == "INNER" else left.java.leftJoin
    store = replace(left, row=row).materialized()
    return replace(left, java=method(right.java, key, _concat(left, right), store), row=row)
