"""What a query fills: the stream or table of CREATE … AS SELECT, or the one that INSERT INTO names."""

from dataclasses import replace
from decimal import Decimal

from helpers.ksql.analysis.query import Analysis, Result
from helpers.ksql.errors import StatementError
from helpers.ksql.language.expressions import Expression, Literal, literal
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import Column, Kind
from helpers.ksql.language.statements import CreateAs, Hopping, InsertInto, Session, Tumbling, Window
from helpers.ksql.language.types import DecimalType, SqlType, is_numeric, widens
from helpers.ksql.sources.definitions import (
    DEFAULTS,
    Defaults,
    check_name,
    check_retention,
    serialization,
    timestamp,
)
from helpers.ksql.sources.formats import named
from helpers.ksql.sources.metastore import DataSource, MetaStore, Serialization, WindowType
from helpers.ksql.sources.properties import Properties, read


def sink(statement: CreateAs, analysis: Analysis, defaults: Defaults = DEFAULTS) -> DataSource:
    """The stream or table that CREATE … AS SELECT makes; nothing is stored.

    Raises:
        StatementError: the result is of the other kind, or the formats cannot hold it.
    """
    made = "TABLE" if analysis.is_table else "STREAM"
    if made != statement.kind:
        raise StatementError(
            f"Invalid result type. Your SELECT query produces a {made}. "
            f"Please use CREATE {made} AS SELECT statement instead."
        )
    check_name(statement.name)
    properties = read(statement.properties)
    check_retention(properties, compacted=made == "TABLE" and analysis.query.window is None)
    if properties.get("WINDOW_TYPE") or properties.get("WINDOW_SIZE"):
        raise StatementError("WINDOW_TYPE and WINDOW_SIZE are for sources: the WINDOW of the query says them here.")
    if made == "TABLE" and not analysis.schema.keys:
        raise StatementError("The table has no key: a table needs one, keep the key column in the SELECT.")
    if analysis.partition_by == () and properties.key_format not in (None, "NONE"):
        raise StatementError("Key format specified for stream without key columns: PARTITION BY NULL removes the key.")
    topic = properties.get("KAFKA_TOPIC") or f"{defaults.prefix}{statement.name}"
    _check_circle(topic, analysis)
    _check_values(analysis)
    first = analysis.scope.sources[0].source.serialization
    _check_states(analysis, first.value_format)
    written = _serialization(properties, analysis, first, defaults)
    return DataSource(
        kind=statement.kind,
        name=statement.name,
        schema=analysis.schema,
        topic=topic,
        serialization=written,
        window=_window(analysis),
        timestamp=timestamp(properties, analysis.schema),
        statement=f"{format(statement)};",
    )


def target(statement: InsertInto, analysis: Analysis, store: MetaStore) -> DataSource:
    """The stream that INSERT INTO … SELECT fills.

    Raises:
        StatementError: it does not exist, is a table or read-only, or its columns do not take the query's.
    """
    found = store.get(statement.name)
    if found.is_table or analysis.is_table:
        table = statement.name if found.is_table else "the result of the query"
        raise StatementError(f"INSERT INTO can only be used to insert into a stream: {table} is a table.")
    if found.read_only:
        raise StatementError(f"Cannot insert into read-only stream: {statement.name} was created with SOURCE.")
    _check_circle(found.topic, analysis)
    _check_values(analysis)
    if found.window is not None and _window(analysis) is None:
        raise StatementError(f"{found.name} has windowed keys, and the query's rows have none.")
    given = [result for result in analysis.results if result.column.kind is Kind.KEY]
    values = [result for result in analysis.results if result.column.kind is not Kind.KEY]
    for one, other in ((found.schema.keys, given), (found.schema.values, values)):
        if not _takes(one, other):
            raise StatementError(
                f"Incompatible schema between results and sink. Result schema is [{analysis.schema}], "
                f"but sink schema is [{found.schema}]; columns are taken by position and may only widen."
            )
    return found


def _check_circle(topic: str, analysis: Analysis) -> None:
    """A query that reads what it writes would go on for ever by itself."""
    for each in analysis.scope.sources:
        if each.source.topic == topic:
            raise StatementError(
                f"The query would read what it writes, topic '{topic}' of {each.source.name}: choose another sink."
            )


def _check_values(analysis: Analysis) -> None:
    """Not even a tombstone could be told from a row."""
    if not analysis.schema.values:
        raise StatementError(
            "The projection contains no value columns: SELECT one, or AS_VALUE(…) for a copy of the key."
        )


def _takes(sink_columns: tuple[Column, ...], results: list[Result]) -> bool:
    return len(sink_columns) == len(results) and all(
        widens(given.column.type, wanted.type) or _reads_as(given.expression, wanted.type)
        for given, wanted in zip(results, sink_columns, strict=True)
    )


def _reads_as(expression: Expression, wanted: SqlType) -> bool:
    """Whether it is a number written out whose digits a DECIMAL has room for, whatever its own type would be."""
    if not isinstance(expression, Literal) or expression.type is None or not is_numeric(expression.type):
        return False
    own = literal(Decimal(str(expression.value))).type
    return isinstance(wanted, DecimalType) and own is not None and widens(own, wanted)


def _serialization(
    properties: Properties, analysis: Analysis, first: Serialization, defaults: Defaults
) -> Serialization:
    """As the first source is written, unless the WITH clause says otherwise."""
    key_format = None if first.key_format in ("NONE", defaults.key_format) else first.key_format
    written = serialization(properties, analysis.schema, replace(defaults, value_format=first.value_format), key_format)
    return Serialization(
        written.key_format,
        written.value_format,
        properties.get("KEY_DELIMITER") or first.key_delimiter,
        properties.get("VALUE_DELIMITER") or first.value_delimiter,
        written.wrapped,
    )


def _check_states(analysis: Analysis, value_format: str) -> None:
    """The state of an aggregate is written in the value format of the first source, whatever the result's is."""
    for call in analysis.grouping.calls if analysis.grouping else ():
        state = call.function.state(call.chosen)
        try:
            named(value_format).check((Column(call.column, state, Kind.VALUE),))
        except StatementError as error:
            raise StatementError(
                "One of the functions used in the statement has an intermediate type that the value format can not "
                f"handle: {call.function.name} keeps {state}. {error} "
                "Copy the source into a stream with VALUE_FORMAT='JSON' first."
            ) from error


def _window(analysis: Analysis) -> WindowType | None:
    """The windows of the result's keys: those the query makes, else those of its first source."""
    if analysis.grouping is not None:
        return window_type(analysis.query.window)
    return analysis.scope.sources[0].source.window


def window_type(window: Window | None) -> WindowType | None:
    """The kind and size of a WINDOW clause."""
    match window:
        case Tumbling() | Hopping():
            return WindowType(type(window).__name__.upper(), window.size.milliseconds)
        case Session():
            return WindowType("SESSION")
        case _:
            return None
