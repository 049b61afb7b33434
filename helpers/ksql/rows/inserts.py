"""INSERT INTO … VALUES: from the statement to a record."""

import binascii
from base64 import b64decode
from typing import Any

from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import StatementError, TypeFault
from helpers.ksql.evaluation.coercion import coerce
from helpers.ksql.evaluation.compiler import compile, java_type, runtime
from helpers.ksql.evaluation.timestamps import milliseconds
from helpers.ksql.evaluation.typechecks import Typing
from helpers.ksql.evaluation.values import to_java
from helpers.ksql.language.commands import AssertTombstone, AssertValues
from helpers.ksql.language.expressions import ColumnName, Expression, Literal
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import WINDOW_BOUNDS, Column, Kind, Schema
from helpers.ksql.language.statements import InsertValues
from helpers.ksql.language.types import (
    BIGINT,
    BYTES,
    STRING,
    TEMPORAL,
    ArrayType,
    MapType,
    SqlType,
    StructType,
    is_numeric,
)
from helpers.ksql.planner.serdes import source_key, source_value
from helpers.ksql.sources.metastore import DataSource, MetaStore
from helpers.streams import jvm

_TIME = Column("ROWTIME", BIGINT, Kind.PSEUDO)
_BOUNDS = tuple(Column(name, of, Kind.PSEUDO) for name, of in WINDOW_BOUNDS.items())
_NO_ROW = Schema()
_WIDTHS = ("INTEGER", "BIGINT", "DECIMAL", "DOUBLE")


def inserted(statement: InsertValues, store: MetaStore, now: int) -> tuple[DataSource, Record]:
    """The record that the statement writes, and the source it is for. `now` is its time unless it gives ROWTIME.

    Raises:
        StatementError: the source does not take the values.
    """
    source = store.find(statement.name)
    if source is None:
        raise StatementError(
            f"Cannot insert values into an unknown stream/table: `{statement.name}`.{store.hint(statement.name)}"
        )
    return source, record_of(source, values_of(statement, source), now)


def record_of(source: DataSource, given: dict[str, Any], now: int) -> Record:
    """The record of a row's Java values, by column. `now` is its time unless ROWTIME is among them.

    Raises:
        StatementError: the source takes no rows, or not without its key.
    """
    check_source(source)
    time = given.get("ROWTIME")
    if time is not None and int(time) < 0:
        raise StatementError(f"ROWTIME is milliseconds since 1970 and at least 0, got {int(time)}.")
    if source.is_table and any(given.get(column.name) is None for column in source.schema.keys):
        keys = ", ".join(column.name for column in source.schema.keys)
        raise StatementError(
            f"Failed to insert values into '{source.name}'. "
            f"Value for primary key column(s) {keys} is required for tables."
        )
    key = [given.get(column.name) for column in source.schema.keys]
    value = [given.get(column.name) for column in source.schema.values]
    return Record(
        _bytes(source_key(source).serde(), _list(key) if any(part is not None for part in key) else None),
        _bytes(source_value(source), jvm.java("java.lang.Object[]")(value) if source.schema.values else None),
        now if time is None else int(time),
    )


def check_source(source: DataSource) -> None:
    """Check that rows can be inserted into a stream or table. Raises StatementError."""
    if source.read_only:
        raise StatementError(f"Cannot insert values into read-only {source.kind.lower()}: {source.name}.")
    if source.window is not None:
        raise StatementError(
            f"Cannot insert values into windowed {source.kind.lower()} {source.name}: its query fills it."
        )


def values_of(statement: InsertValues | AssertValues | AssertTombstone, source: DataSource) -> dict[str, Any]:
    """The Java values that a statement writes out, by column, each of its column's type.

    Raises:
        StatementError: the source has no such columns, or they do not take the values.
    """
    columns = _columns(statement, source)
    if len(columns) != len(statement.values):
        raise StatementError(
            f"Expected a value for each column. Expected {len(columns)} ({', '.join(c.name for c in columns)}), "
            f"got {len(statement.values)}."
        )
    return {column.name: _value(value, column) for column, value in zip(columns, statement.values, strict=True)}


def _columns(statement: InsertValues | AssertValues | AssertTombstone, source: DataSource) -> list[Column]:
    takes = (*source.schema.keys, *source.schema.values)
    if not statement.columns:
        return list(source.schema.keys if isinstance(statement, AssertTombstone) else takes)
    known = {column.name: column for column in (*takes, _TIME, *(_BOUNDS if source.window else ()))}
    for name in statement.columns:
        if name in {column.name for column in source.schema.of(Kind.HEADERS)}:
            raise StatementError(f"Cannot insert into HEADER columns: {name}.")
        if name not in known:
            raise StatementError(f"Column name {name} does not exist in {source.name}: it has {', '.join(known)}.")
        if statement.columns.count(name) > 1:
            raise StatementError(f"Column {name} is there twice: name each once.")
    return [known[name] for name in statement.columns]


def _value(expression: Expression, column: Column) -> Any:
    """The Java value, of the column's type."""
    if any(isinstance(node, ColumnName) for node in expression.walk()):
        raise StatementError(f"Values are written out or computed, without columns: {format(expression)}.")
    if column is _TIME and isinstance(expression, Literal) and expression.type == STRING:
        return jvm.boxed(milliseconds(str(expression.value)))
    typing = Typing(_NO_ROW)
    try:
        of = typing.of(expression)
        if of is None:
            return None
        if column.type == BYTES and isinstance(expression, Literal) and of == STRING:
            return to_java(b64decode(str(expression.value), validate=True), BYTES)
        _check_kinds(of, column.type)
        if not (is_numeric(of) and is_numeric(column.type)):  # of numbers the value decides
            coerce(typing, expression, column.type)
    except (TypeFault, binascii.Error) as fault:
        raise StatementError(
            f"Expected type {column.type} for field `{column.name}` but got {format(expression)}: {fault}"
        ) from fault
    try:
        return runtime("Cast").exactly(_computed(expression), java_type(column.type))
    except jvm.java("java.lang.Exception") as error:
        raise StatementError(f"{format(expression)} has no value for column {column.name}: {error}") from error


def _check_kinds(of: SqlType, wanted: SqlType) -> None:
    """Check that numbers become only wider, also inside; whether digits of a DECIMAL are lost depends on the value.

    Raises:
        TypeFault: a number would lose digits, or be read from text or written as one.
    """
    match of, wanted:
        case (ArrayType(), ArrayType()):
            _check_kinds(of.element, wanted.element)
        case (MapType(), MapType()):
            _check_kinds(of.key, wanted.key)
            _check_kinds(of.value, wanted.value)
        case (StructType(), StructType()):
            for name, part in of.fields:
                _check_kinds(part, wanted.field(name) or part)
        case _ if is_numeric(of) and is_numeric(wanted):
            if _WIDTHS.index(of.base) > _WIDTHS.index(wanted.base):
                raise TypeFault(f"it is {of}, and INSERT makes numbers only wider.")
        case _ if STRING in (of, wanted) and of != wanted and wanted not in TEMPORAL:
            raise TypeFault(f"it is {of}, and INSERT does not read text as numbers nor write numbers as text.")


def _computed(expression: Expression) -> Any:
    if isinstance(expression, Literal) and expression.type is not None:
        return to_java(expression.value, expression.type)
    (compiled,) = compile(_NO_ROW, [expression], parts_fail=False)
    return compiled.of(jvm.java("java.lang.Object[]")(0))


def _list(parts: list[Any]) -> Any:
    return jvm.java("java.util.Arrays").asList(parts)


def _bytes(serde: Any, columns: Any) -> bytes | None:
    try:
        data = None if columns is None else serde.serialize("", columns)
    except jvm.java("java.lang.RuntimeException") as error:
        raise StatementError(f"The row cannot be written: {error}") from error
    return None if data is None else bytes(data)
