"""Records of a stream or table read back as rows of Python's values."""

from typing import Any

from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.values import to_python
from helpers.ksql.planner.serdes import source_key, source_value
from helpers.ksql.sources.metastore import DataSource
from helpers.streams import jvm


def decoded(source: DataSource, record: Record) -> dict[str, Any]:
    """A record's columns by name; of a windowed source WINDOWSTART and WINDOWEND, too. A tombstone has only its key.

    Raises:
        StatementError: key or value are not in the source's formats.
    """
    try:
        return _decoded(source, record)
    except jvm.kafka("common.errors.SerializationException") as error:
        reason = str(error.getMessage()).partition("\n")[0]
        raise StatementError(
            f"Record {record.offset} in partition {record.partition} of topic {source.topic!r} cannot be read as a "
            f"row of {source.name} ({reason}): queries skip it and say so in the processing log; "
            "`records` of the engine gives it as bytes."
        ) from error


def _decoded(source: DataSource, record: Record) -> dict[str, Any]:
    key = _read(source_key(source).serde(), record.key)
    row: dict[str, Any] = {}
    bounds: dict[str, Any] = {}
    if source.window is not None and key is not None:
        bounds = {"WINDOWSTART": int(key.window().start()), "WINDOWEND": int(key.window().end())}
        key = key.key()
    for n, column in enumerate(source.schema.keys):
        row[column.name] = None if key is None else to_python(key.get(n), column.type)
    value = _read(source_value(source), record.value)
    for n, column in enumerate(source.schema.values):
        row[column.name] = None if value is None else to_python(value[n], column.type)
    return row | bounds


def _read(serde: Any, data: bytes | None) -> Any:
    return None if data is None else serde.deserializer().deserialize("", jvm.byte_array()(data))
