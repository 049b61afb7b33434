"""Rows as JSON objects, for streams and tables: each value in its column's type, or a sentence why it is not."""

import base64
import binascii
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from decimal import Decimal, localcontext
from typing import Any

from helpers.ksql.backends.topics import Record
from helpers.ksql.errors import StatementError
from helpers.ksql.evaluation.encoding import compact
from helpers.ksql.evaluation.timestamps import milliseconds
from helpers.ksql.evaluation.values import to_java
from helpers.ksql.language.names import identifier
from helpers.ksql.language.schema import Column
from helpers.ksql.language.types import ArrayType, DecimalType, MapType, SqlType, StructType
from helpers.ksql.rows.inserts import record_of
from helpers.ksql.sources.metastore import DataSource

_RANGES = {"INTEGER": 2**31, "BIGINT": 2**63}


def json_record(source: DataSource, row: Mapping[str, Any], now: int) -> Record:
    """The record of a JSON object, whose numbers with a point are Decimal; columns that it lacks are NULL.

    Names are in any case; in `backticks` they are as they stand.

    Raises:
        StatementError: the source takes no such row.
    """
    columns = {column.name: column for column in (*source.schema.keys, *source.schema.values)}
    given: dict[str, Any] = {}
    for name, value in row.items():
        column = columns.get(identifier(name))
        if column is None:
            raise StatementError(f"Column {name} does not exist in {source.name}: it has {', '.join(columns)}.")
        given[column.name] = to_java(_checked(value, column), column.type)
    return record_of(source, given, now)


def _checked(value: Any, column: Column) -> Any:
    try:
        return converted(value, column.type)
    except (ValueError, TypeError, ArithmeticError, StatementError) as error:
        raise StatementError(
            f"Column {column.name} is {column.type} and does not take {compact(value)}: {error}"
        ) from error


def converted(value: Any, of: SqlType) -> Any:
    """A JSON value as the Python value of a type.

    Raises:
        ValueError: it has none.
    """
    if value is None:
        return None
    match of:
        case ArrayType():
            return [converted(each, of.element) for each in _of_kind(value, list)]
        case MapType():
            return {converted(key, of.key): converted(each, of.value) for key, each in _of_kind(value, dict).items()}
        case StructType():
            given = {identifier(name): each for name, each in _of_kind(value, dict).items()}
            return {name: converted(given.get(name), part) for name, part in of.fields}
        case DecimalType():
            return _decimal(value, of)
    return _SIMPLE[of.base](value)


def _decimal(value: Any, of: DecimalType) -> Decimal:
    number = Decimal(value) if isinstance(value, str) else Decimal(_number(value))
    with localcontext(prec=of.precision):
        scaled = number.quantize(Decimal(1).scaleb(-of.scale))
    if scaled != number:
        raise ValueError(f"it would be rounded to {scaled}")
    return scaled


def _of_kind(value: Any, kind: type) -> Any:
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"it is of JSON's kind {type(value).__name__}")
    return value


def _number(value: Any) -> Any:
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise ValueError("it is no number")
    return value


def _whole(base: str) -> Callable[[Any], int]:
    def whole(value: Any) -> int:
        number = int(_number(value))
        if number != value or not -_RANGES[base] <= number < _RANGES[base]:
            raise ValueError(f"it is no whole number in the range of {base}")
        return number

    return whole


def _bytes(value: Any) -> bytes:
    try:
        return base64.b64decode(_of_kind(value, str), validate=True)
    except binascii.Error as error:
        raise ValueError(f"it is not Base64 ({error})") from error


_SIMPLE: dict[str, Callable[[Any], Any]] = {
    "BOOLEAN": lambda value: _of_kind(value, bool),
    "INTEGER": _whole("INTEGER"),
    "BIGINT": _whole("BIGINT"),
    "DOUBLE": lambda value: float(_number(value)),
    "STRING": lambda value: _of_kind(value, str),
    "BYTES": _bytes,
    "DATE": lambda value: date.fromisoformat(_of_kind(value, str)),
    "TIME": lambda value: time.fromisoformat(_of_kind(value, str)),
    "TIMESTAMP": lambda value: datetime.fromtimestamp(milliseconds(_of_kind(value, str)) / 1000, UTC),
}
