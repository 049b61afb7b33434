"""Values between Python and the JVM, by their SQL type (docs/ksql-design.md lists the Java classes)."""

from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from helpers.ksql.evaluation.compiler import runtime
from helpers.ksql.evaluation.java import BOXED
from helpers.ksql.language.types import ArrayType, DecimalType, MapType, SqlType, StructType
from helpers.streams import jvm


def to_python(value: Any, of: SqlType) -> Any:
    """A Java value as bool, int, float, Decimal, str, bytes, date, time, datetime (UTC), list or dict; null as None."""
    if value is None:
        return None
    match of:
        case ArrayType():
            return [to_python(each, of.element) for each in value]
        case MapType():
            return {to_python(e.getKey(), of.key): to_python(e.getValue(), of.value) for e in value.entrySet()}
        case StructType():
            return {name: to_python(value.get(name), part) for name, part in of.fields}
        case DecimalType():
            return Decimal(str(value.toPlainString()))
    match of.base:
        case "BOOLEAN":
            return bool(value)
        case "INTEGER" | "BIGINT":
            return int(value)
        case "DOUBLE":
            return float(value)
        case "BYTES":
            return bytes(value.duplicate().array())
        case "DATE":
            return date.fromisoformat(str(value))
        case "TIME":
            return time.fromisoformat(str(value))
        case "TIMESTAMP":
            return datetime.fromtimestamp(int(value.toEpochMilli()) / 1000, UTC)
        case _:
            return str(value)


def to_java(value: Any, of: SqlType) -> Any:
    """A Python value as the Java object of its SQL type; None as null.

    Raises:
        TypeError: the value does not fit the type.
    """
    if value is None:
        return None
    match of:
        case ArrayType():
            return _filled("java.util.ArrayList", "add", ((to_java(each, of.element),) for each in value))
        case MapType():
            pairs = ((to_java(key, of.key), to_java(each, of.value)) for key, each in value.items())
            return _filled("java.util.LinkedHashMap", "put", pairs)
        case StructType():
            struct = runtime("Struct")()
            for name, part in of.fields:
                struct.put(name, to_java(value.get(name), part))
            return struct
        case DecimalType():
            return jvm.java("java.math.BigDecimal")(f"{Decimal(value):f}").setScale(of.scale)
    boxed = BOXED[of.base]
    match of.base:
        case "BYTES":
            return jvm.java(boxed).wrap(jvm.byte_array()(value))
        case "DATE" | "TIME":
            return jvm.java(boxed).parse(value.isoformat())
        case "TIMESTAMP":
            return jvm.java(boxed).ofEpochMilli(round(value.timestamp() * 1000))
        case _:
            return jvm.java(f"java.lang.{boxed}")(value)


def _filled(name: str, method: str, arguments: Any) -> Any:
    collection = jvm.java(name)()
    for each in arguments:
        getattr(collection, method)(*each)
    return collection
