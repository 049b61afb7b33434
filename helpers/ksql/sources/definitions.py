"""CREATE STREAM and CREATE TABLE over a topic: from the statement to a DataSource, checked."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.language.names import identifier
from helpers.ksql.language.printer import format
from helpers.ksql.language.schema import RESERVED, Column, Kind, Schema
from helpers.ksql.language.statements import Column as Declared
from helpers.ksql.language.statements import CreateSource
from helpers.ksql.language.types import BIGINT, BYTES, STRING, TIMESTAMP, array, struct
from helpers.ksql.sources import formats
from helpers.ksql.sources.metastore import DataSource, MetaStore, Serialization, TimestampColumn
from helpers.ksql.sources.properties import Properties, read
from helpers.streams import jvm

DEFAULT_KEY_FORMAT = "ksql.persistence.default.format.key"


@dataclass(frozen=True)
class Defaults:
    """What holds for a source that does not say it.

    The formats are the settings `ksql.persistence.default.format.key` and `….value`, `wrapped` (of one value column) is
    `ksql.persistence.wrap.single.values`, and `prefix` (of a sink's topic) `ksql.output.topic.name.prefix`.
    """

    key_format: str = "KAFKA"
    value_format: str | None = None
    wrapped: bool | None = None
    prefix: str = ""

    @classmethod
    def of(cls, given: Mapping[str, str]) -> "Defaults":
        """What settings say."""
        return cls(
            given.get(DEFAULT_KEY_FORMAT, "KAFKA").upper(),
            given.get("ksql.persistence.default.format.value"),
            {"true": True, "false": False}.get(given.get("ksql.persistence.wrap.single.values", "").lower()),
            given.get("ksql.output.topic.name.prefix", ""),
        )


DEFAULTS = Defaults()
_KINDS = {
    "KEY": Kind.KEY,
    "PRIMARY KEY": Kind.KEY,
    "HEADERS": Kind.HEADERS,
    "HEADER": Kind.HEADERS,
    None: Kind.VALUE,
}
_HEADERS = array(struct(("KEY", STRING), ("VALUE", BYTES)))


def define(statement: CreateSource, store: MetaStore, defaults: Defaults = DEFAULTS) -> DataSource:
    """The stream or table that the statement describes; nothing is stored.

    Raises:
        StatementError: columns, properties and formats do not go together.
    """
    if statement.source_only and statement.or_replace:
        raise StatementError("Cannot replace a SOURCE: DROP it first.")
    check_name(statement.name)
    properties = read(statement.properties)
    check_retention(properties, compacted=statement.kind == "TABLE")
    schema = Schema(tuple(_column(each, statement.kind, store) for each in statement.columns))
    _check_headers(schema)
    if not schema.columns:
        raise StatementError(
            f"The statement does not define any columns of {statement.name}: there is no schema registry to ask."
        )
    if not properties.get("KAFKA_TOPIC"):
        raise StatementError("Missing required property \"KAFKA_TOPIC\": add KAFKA_TOPIC='…' to the WITH clause.")
    if statement.kind == "TABLE" and not schema.keys:
        raise StatementError(
            "Tables require a PRIMARY KEY. Please define the PRIMARY KEY: write PRIMARY KEY after a column's type."
        )
    if properties.window and not schema.keys:
        raise StatementError("Windowed sources require a key column: write KEY after a column's type.")
    return DataSource(
        kind=statement.kind,
        name=statement.name,
        schema=schema,
        topic=properties.get("KAFKA_TOPIC"),
        serialization=serialization(properties, schema, defaults),
        window=properties.window,
        timestamp=timestamp(properties, schema),
        read_only=statement.source_only,
        statement=f"{format(statement)};",
    )


def check_name(name: str) -> None:
    """Check the name of a stream or table, which becomes part of topics' names. Raises StatementError."""
    if not re.fullmatch("[a-zA-Z0-9_-]*", name):
        raise StatementError(f"Source names may only contain letters, digits, '_' or '-'. Got: '{name}'.")


def check_retention(properties: Properties, *, compacted: bool) -> None:
    """Check that a topic that keeps each key's latest row is not told to forget. Raises StatementError."""
    if compacted and properties.get("RETENTION_MS") is not None:
        raise StatementError(
            "Invalid config variable in the WITH clause: RETENTION_MS. Non-windowed tables keep each key's latest row "
            "for good: remove it."
        )


def serialization(
    properties: Properties, schema: Schema, defaults: Defaults, key_format: str | None = None
) -> Serialization:
    """How the schema's records are written: by the properties, else `key_format` for keys, else by the defaults.

    Raises:
        StatementError: a format is missing, or cannot hold the columns.
    """
    keyless = properties.key_format or key_format or "NONE"
    key_format = properties.key_format or key_format or defaults.key_format
    value_format = properties.value_format or defaults.value_format
    if value_format is None:
        raise StatementError(
            "Statement is missing the 'VALUE_FORMAT' property from the WITH clause: add VALUE_FORMAT='JSON'."
        )
    formats.check_key(schema.keys)
    for which, name, columns in (("Key", key_format, schema.keys), ("Value", value_format, schema.values)):
        if not columns and name != "NONE":
            continue
        try:
            formats.named(name).check(columns)
        except StatementError as error:
            raise StatementError(f"{which} format does not support schema: {error}") from error
    return Serialization(
        key_format if schema.keys else keyless,
        value_format,
        _delimiter(properties, "KEY_DELIMITER", key_format),
        _delimiter(properties, "VALUE_DELIMITER", value_format),
        _wrapped(properties, value_format, schema, defaults),
    )


def timestamp(properties: Properties, schema: Schema) -> TimestampColumn | None:
    """The column that gives the records their time.

    Raises:
        StatementError: there is no such column, or its type does not tell the time.
    """
    name, pattern = properties.get("TIMESTAMP"), properties.get("TIMESTAMP_FORMAT")
    if name is None:
        if pattern is not None:
            raise StatementError("'TIMESTAMP_FORMAT' needs 'TIMESTAMP' beside it: name the column.")
        return None
    column = schema.find(identifier(name))
    if column is None:
        raise StatementError(
            f"The TIMESTAMP column set in the WITH clause does not exist in the schema: '{name}'; it is {schema}."
        )
    if column.type == STRING and pattern is None:
        raise StatementError(
            f"TIMESTAMP column {column.name} is text: say how it reads, TIMESTAMP_FORMAT='yyyy-MM-dd'."
        )
    if column.type != STRING and pattern is not None:
        raise StatementError(f"TIMESTAMP_FORMAT is for text, but {column.name} is {column.type}: remove it.")
    if column.type not in (STRING, BIGINT, TIMESTAMP):
        raise StatementError(
            f"Timestamp column {column.name} should be BIGINT, STRING or TIMESTAMP, got {column.type}."
        )
    if pattern is not None:
        _check_pattern(pattern)
    return TimestampColumn(column.name, pattern)


def _check_pattern(pattern: str) -> None:
    try:
        runtime("Times").check(pattern)
    except jvm.java("java.lang.IllegalArgumentException") as error:
        raise StatementError(
            f"Invalid datetime format for TIMESTAMP_FORMAT, '{pattern}': {error.getMessage()}. "
            "It is a pattern of java.time, such as yyyy-MM-dd."
        ) from error


def _column(declared: Declared, kind: str, store: MetaStore) -> Column:
    if declared.name in RESERVED:
        raise StatementError(f"'{declared.name}' is a reserved column name: every row has it; choose another.")
    of = store.resolve(declared.type)
    if declared.role == "KEY" and kind == "TABLE":
        raise StatementError(f"Column {declared.name} is a KEY column: in a table write PRIMARY KEY.")
    if declared.role == "PRIMARY KEY" and kind == "STREAM":
        raise StatementError(f"Column {declared.name} is a PRIMARY KEY column: in a stream write KEY.")
    if declared.role == "HEADERS" and of != _HEADERS:
        raise StatementError(f"Invalid type for HEADERS column {declared.name}: got {of}, expected {_HEADERS}.")
    if declared.role == "HEADER" and of != BYTES:
        raise StatementError(
            f"Invalid type for HEADER('{declared.header}') column {declared.name}: got {of}, expected BYTES."
        )
    return Column(declared.name, of, _KINDS[declared.role], declared.header)


def _check_headers(schema: Schema) -> None:
    """All headers once, or single ones, each once."""
    headers = schema.of(Kind.HEADERS)
    for number, column in enumerate(headers):
        taken = [each.header for each in headers[:number]]
        if column.header in taken or (taken and None in (column.header, *taken)):
            one = column.header if None not in taken else None
            what = "HEADERS" if one is None else f"HEADER('{one}')"
            raise StatementError(f"Schema already contains a {what} column: {column.name} is one too many.")


def _delimiter(properties: Properties, name: str, format_name: str) -> str:
    given: str | None = properties.get(name)
    if given is not None and format_name != "DELIMITED":
        raise StatementError(f"{format_name} does not support the following configs: [{name}]; it is for DELIMITED.")
    return given or ","


def _wrapped(properties: Properties, format_name: str, schema: Schema, defaults: Defaults) -> bool | None:
    wrapped: bool | None = properties.get("WRAP_SINGLE_VALUE")
    if wrapped is None:
        return defaults.wrapped if len(schema.values) == 1 and formats.named(format_name).bare else None
    if len(schema.values) != 1:
        raise StatementError("'WRAP_SINGLE_VALUE' is only valid for single-field value schemas: remove it.")
    if not formats.named(format_name).bare and wrapped:
        raise StatementError(f"Format '{format_name}' does not support 'WRAP_SINGLE_VALUE' set to 'true': remove it.")
    return wrapped
