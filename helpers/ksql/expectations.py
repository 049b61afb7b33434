"""What test files assert of streams and tables: their next record, a deletion, their columns and properties."""

from collections.abc import Callable
from typing import Any

from helpers.ksql.engine import Engine
from helpers.ksql.errors import AssertionFailed, StatementError
from helpers.ksql.evaluation.values import to_python
from helpers.ksql.language import commands as c
from helpers.ksql.language.expression_printer import text
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import PSEUDO, WINDOW_BOUNDS, Kind
from helpers.ksql.language.types import SqlType
from helpers.ksql.rows.inserts import values_of
from helpers.ksql.rows.results import decoded
from helpers.ksql.sources.metastore import DataSource
from helpers.ksql.sources.properties import read

Row = dict[str, Any]


class Expectations:
    """Checks one engine; the records of each stream or table are looked at in order, each once."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._seen: dict[str, int] = {}

    def check(self, statement: c.AssertValues | c.AssertTombstone | c.AssertSource) -> None:
        """Return when it is as the statement says. Columns and properties that it does not name may be anything.

        Raises:
            AssertionFailed: it is not; says what was expected and what is there.
            StatementError: there is no such stream or table, or it has no such columns.
        """
        source = self._engine.sources.get(statement.name)
        if isinstance(statement, c.AssertSource):
            self._check_source(statement, source)
        else:
            self._check_record(statement, source)

    # ---- Records

    def _check_record(self, statement: c.AssertValues | c.AssertTombstone, source: DataSource) -> None:
        types = PSEUDO | WINDOW_BOUNDS | {column.name: column.type for column in source.schema}
        expected = {name: to_python(value, types[name]) for name, value in values_of(statement, source).items()}
        records = self._engine.records(source.topic)
        number = self._seen.get(source.topic, 0)
        wanted = _shown(expected, deleted=isinstance(statement, c.AssertTombstone))
        if number >= len(records):
            raise AssertionFailed(
                f"Expected another record in {source.name}, {wanted}, but it has {len(records)} and all were asserted."
            )
        self._seen[source.topic] = number + 1
        record = records[number]
        there = decoded(source, record) | {"ROWTIME": record.timestamp}
        met = {name: there[name] for name in expected}
        deleted = record.value is None
        if met != expected or (deleted and source.is_table) != isinstance(statement, c.AssertTombstone):
            everything = {name: value for name, value in there.items() if name in expected or name != "ROWTIME"}
            raise AssertionFailed(
                f"Record {number + 1} of {source.name} is not as expected: "
                f"expected {wanted}, but there is {_shown(everything, deleted=deleted)}."
            )

    # ---- Streams and tables

    def _check_source(self, statement: c.AssertSource, there: DataSource) -> None:
        if there.kind != statement.kind:
            raise AssertionFailed(f"Expected {statement.name} to be a {statement.kind}, but it is a {there.kind}.")
        if statement.columns:
            resolve = self._engine.sources.resolve
            expected = [(each.name, resolve(each.type), each.role is not None) for each in statement.columns]
            met = [(each.name, each.type, each.kind is not Kind.VALUE) for each in there.schema]
            if sorted(expected, key=_by_role) != sorted(met, key=_by_role):
                wanted = ", ".join(format(each) for each in statement.columns)
                raise AssertionFailed(
                    f"Columns of {there.name} are not as expected: expected {wanted}, but there are {there.schema}."
                )
        for name, value in read(statement.properties).values.items():
            if name not in _PROPERTIES:
                raise StatementError(f"ASSERT {there.kind} knows {', '.join(_PROPERTIES)}, not {name}.")
            actual = _PROPERTIES[name](there)
            if actual != value:
                raise AssertionFailed(
                    f"{name} of {there.name} is not as expected: expected {value}, but it is {actual}."
                )


def _by_role(column: tuple[str, SqlType, bool]) -> bool:
    """Keys first, the others in their order."""
    return not column[2]


_PROPERTIES: dict[str, Callable[[DataSource], Any]] = {
    "KAFKA_TOPIC": lambda source: source.topic,
    "FORMAT": lambda source: source.serialization.value_format if _alike(source) else None,
    "KEY_FORMAT": lambda source: source.serialization.key_format,
    "VALUE_FORMAT": lambda source: source.serialization.value_format,
    "KEY_DELIMITER": lambda source: source.serialization.key_delimiter,
    "VALUE_DELIMITER": lambda source: source.serialization.value_delimiter,
    "WRAP_SINGLE_VALUE": lambda source: source.serialization.wrapped,
    "TIMESTAMP": lambda source: source.timestamp and source.timestamp.name,
    "TIMESTAMP_FORMAT": lambda source: source.timestamp and source.timestamp.pattern,
    "WINDOW_TYPE": lambda source: source.window and source.window.kind,
    "WINDOW_SIZE": lambda source: source.window and source.window.size,
}


def _alike(source: DataSource) -> bool:
    return source.serialization.key_format in (source.serialization.value_format, "NONE")


def _shown(row: Row, *, deleted: bool) -> str:
    return f"{'the deletion ' * deleted}{{{', '.join(f'{name}={_text(value)}' for name, value in row.items())}}}"


def _text(value: Any) -> str:
    """A value as SQL writes it, or nearly so."""
    match value:
        case None:
            return "NULL"
        case bool():
            return str(value).upper()
        case str():
            return text(value)
        case list():
            return f"ARRAY[{', '.join(map(_text, value))}]"
        case dict():
            return f"({', '.join(f'{name}:={_text(each)}' for name, each in value.items())})"
    return str(value)
