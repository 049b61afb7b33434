"""The columns of an answer, and their values as Python's."""

import base64
import contextlib
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Self

from helpers.ksql.errors import KsqlSyntaxError
from helpers.ksql.language.parser import parse_type
from helpers.ksql.language.types import ArrayType, DecimalType, MapType, SqlType, StructType

_PARTS = re.compile(r"`(?:[^`]|``)*`|[<>(),]|[^`<>(),]+")


@dataclass(frozen=True)
class Column:
    """A column of an answer. type: None when the server has one that is not known here. key: of a table's rows."""

    name: str
    type: SqlType | None
    key: bool = False

    @classmethod
    def named(cls, name: str, type: str, *, key: bool = False) -> Self:
        """From a type's text, such as `ARRAY<STRING>`."""
        try:
            return cls(name, parse_type(type), key)
        except KsqlSyntaxError:
            return cls(name, None, key)


def columns_of(schema: str) -> tuple[Column, ...]:
    """The columns of a header: `` `ID` STRING KEY, `TAGS` ARRAY<STRING> ``."""
    return tuple(map(_column, _split(schema)))


def _split(schema: str) -> list[str]:
    """Cut at the commas that stand in no brackets and no name."""
    parts, depth = [""], 0
    for match in _PARTS.finditer(schema):
        depth += (match[0] in "<(") - (match[0] in ">)")
        if match[0] == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += match[0]
    return [part.strip() for part in parts if part.strip()]


def _column(text: str) -> Column:
    quoted = re.match(r"`((?:[^`]|``)*)`\s*", text) or re.match(r"(\S+)\s*", text)
    assert quoted is not None  # _split leaves no empty part
    type = text[quoted.end() :]
    return Column.named(quoted[1].replace("``", "`"), type.removesuffix(" KEY"), key=type.endswith(" KEY"))


def value_of(value: Any, of: SqlType | None) -> Any:
    """A value of a row as bool, int, float, Decimal, str, bytes, date, time, datetime (UTC), list or dict.

    A DATE or TIMESTAMP in a year that Python has not, such as 10000, stays text.
    """
    if value is None or of is None:
        return value
    match of:
        case ArrayType():
            return [value_of(each, of.element) for each in value]
        case MapType():
            return {key: value_of(each, of.value) for key, each in value.items()}
        case StructType():
            return {name: value_of(value.get(name), part) for name, part in of.fields}
        case DecimalType():
            return Decimal(value)
    match of.base:
        case "DOUBLE":
            return float(value)  # NaN comes as text
        case "BYTES":
            return base64.b64decode(value)
        case "TIME":
            return time.fromisoformat(value)
        case "DATE":
            with contextlib.suppress(ValueError):
                return date.fromisoformat(value)
        case "TIMESTAMP":
            with contextlib.suppress(ValueError):
                moment = datetime.fromisoformat(value)
                return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return value
