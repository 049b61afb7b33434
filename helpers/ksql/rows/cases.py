"""Records as cases of ksqlDB's behaviour write them, in JSON.

JSON values stand there as they are, DELIMITED as the line, KAFKA as the scalar; windows beside.
"""

import base64
import json
import struct
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from helpers.ksql.backends.topics import Record
from helpers.ksql.language.schema import Column
from helpers.ksql.planner.serdes import source_key
from helpers.ksql.sources.metastore import DataSource, WindowType
from helpers.streams import jvm

_PACKED = {"INTEGER": ">i", "BIGINT": ">q", "DOUBLE": ">d"}


def sent(record: dict[str, Any], source: DataSource | None) -> Record:
    """The record that a JSON object with key, value, timestamp, window and headers describes."""
    key_format, value_format = _formats(source)
    key = _bytes(record.get("key"), key_format, source.schema.keys if source else ())
    value = _bytes(record.get("value"), value_format, source.schema.values if source else ())
    if source is not None and source.window is not None and key is not None:
        key = _in_window(key, source, record["window"])
    headers = tuple((each["KEY"], _header(each["VALUE"])) for each in record.get("headers") or [])
    return Record(key, value, int(record.get("timestamp") or 0), headers)


def received(record: Record, source: DataSource | None) -> dict[str, Any]:
    """The JSON object that shows a record."""
    key_format, value_format = _formats(source)
    key, window = record.key, None
    if source is not None and source.window is not None and key is not None:
        key, window = _out_of_window(key, source.window)
    return {
        "key": _shown(key, key_format, source.schema.keys if source else ()),
        "value": _shown(record.value, value_format, source.schema.values if source else ()),
        "timestamp": record.timestamp,
        "window": window,
    }


def exact_json(value: Any) -> str:
    """JSON in which a Decimal is a number with its digits."""
    match value:
        case dict():
            return "{" + ", ".join(f"{json.dumps(str(name))}: {exact_json(each)}" for name, each in value.items()) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(exact_json, value)) + "]"
        case Decimal():
            return f"{value:f}" if value.is_finite() else json.dumps(str(value))
        case _:
            return json.dumps(value)


def _formats(source: DataSource | None) -> tuple[str, str]:
    return ("KAFKA", "JSON") if source is None else (source.serialization.key_format, source.serialization.value_format)


def _bytes(value: Any, format: str, columns: Sequence[Column]) -> bytes | None:
    if value is None or format == "NONE":
        return None
    if format == "JSON":
        return exact_json(value).encode()
    if format == "KAFKA" and columns and columns[0].type.base in _PACKED:
        number = float(value) if columns[0].type.base == "DOUBLE" else int(value)
        return struct.pack(_PACKED[columns[0].type.base], number)
    return (value if isinstance(value, str) else exact_json(value)).encode()


def _shown(data: bytes | None, format: str, columns: Sequence[Column]) -> Any:
    if data is None:
        return None
    if format == "JSON":
        return json.loads(data, parse_float=Decimal)
    if format == "KAFKA" and columns and columns[0].type.base in _PACKED:
        return struct.unpack(_PACKED[columns[0].type.base], data)[0]
    return data.decode()


def _header(value: Any) -> bytes | None:
    return None if value is None else base64.b64decode(value)


def _in_window(key: bytes, source: DataSource, window: dict[str, Any]) -> bytes:
    """Kafka Streams' bytes of a windowed key."""
    of = "SessionWindow" if window["type"] == "SESSION" else "TimeWindow"
    bounds = jvm.kafka(f"streams.kstream.internals.{of}")(window["start"], window["end"])
    writing = source_key(source)
    inner = writing.unwindowed().serde().deserialize("", jvm.byte_array()(key))
    windowed = jvm.kafka("streams.kstream.Windowed")(inner, bounds)
    return bytes(writing.serde().serializer().serialize("", windowed))


def _out_of_window(key: bytes, window: WindowType) -> tuple[bytes, dict[str, Any]]:
    """The key's own bytes, and its window."""
    if window.size is None:
        end, start = struct.unpack(">qq", key[-16:])
        return key[:-16], {"start": start, "end": end, "type": "SESSION"}
    (start,) = struct.unpack(">q", key[-8:])
    return key[:-8], {"start": start, "end": start + window.size, "type": "TIME"}
