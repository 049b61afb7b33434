"""Serdes of keys and rows: in the formats of the language, and inside a query."""

from dataclasses import dataclass, replace
from typing import Any

from helpers.ksql.evaluation.compiler import java_type, runtime
from helpers.ksql.language.schema import Column, Schema
from helpers.ksql.sources.metastore import DataSource, WindowType
from helpers.streams import jvm


@dataclass(frozen=True)
class Writing:
    """How columns are written, those of a flow's keys above all: the format, and the windows of the keys."""

    columns: tuple[Column, ...]
    format: str = "JSON"
    delimiter: str = ","
    window: WindowType | None = None

    def serde(self) -> Any:
        """The Java serde of these keys: of a List, or of a Windowed of one."""
        inner = runtime("RowSerde")(_format(self, bare=len(self.columns) == 1, of_keys=True), True)
        if self.window is None:
            return inner
        kind = "Session" if self.window.size is None else "Time"
        windowed = jvm.kafka(f"streams.kstream.WindowedSerdes${kind}WindowedSerde")
        return windowed(inner) if self.window.size is None else windowed(inner, self.window.size)

    def unwindowed(self) -> "Writing":
        """The same without windows."""
        return replace(self, window=None)


def source_key(source: DataSource) -> Writing:
    """How the keys of a source are written."""
    how = source.serialization
    return Writing(source.schema.keys, how.key_format, how.key_delimiter, source.window)


def source_value(source: DataSource) -> Any:
    """The Java serde of a source's values: Object[] of its value columns."""
    how = source.serialization
    columns = source.schema.values
    bare = len(columns) == 1 and how.wrapped is False
    writing = Writing(columns, how.value_format, how.value_delimiter)
    return runtime("RowSerde")(_format(writing, bare=bare), False)


def row_serde(row: Schema) -> Any:
    """The Java serde of rows on their way: in stores, and in topics that repartition."""
    return runtime("RowSerde")(_format(Writing(row.columns)), False)


def _format(writing: Writing, *, bare: bool = False, of_keys: bool = False) -> Any:
    columns = writing.columns
    types = [java_type(column.type) for column in columns]
    if not columns:
        return runtime("NoneFormat")()
    match writing.format:
        case "KAFKA":
            return runtime("KafkaFormat")(types[0])
        case "DELIMITED":
            return runtime("DelimitedFormat")(types, writing.delimiter, of_keys)
        case "NONE":
            return runtime("NoneFormat")()
        case _:
            return runtime("JsonFormat")([column.name for column in columns], types, bare)
