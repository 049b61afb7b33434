"""A value as it stands in a cell of a table: the way Java, and so ksqlDB, prints it."""

import base64
import math
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

_PLAIN = (1e-3, 1e7)  # between them Java writes a double without an exponent


def cell(value: Any) -> str:
    """The text of a value: `null`, `true`, `1.0E10`, `[a, b]`, `{K=v}`."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return _double(value)
        case Decimal():
            return f"{value:f}"
        case bytes():
            return base64.b64encode(value).decode()
        case datetime():
            return value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="milliseconds")
        case Mapping():
            return f"{{{', '.join(f'{key}={cell(each)}' for key, each in value.items())}}}"
        case list():
            return f"[{', '.join(map(cell, value))}]"
    return str(value)


def _double(value: float) -> str:
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "Infinity" if value > 0 else "-Infinity"
    if value == 0 or _PLAIN[0] <= abs(value) < _PLAIN[1]:
        return repr(value)
    sign, digits, _ = Decimal(repr(value)).as_tuple()
    exponent = Decimal(repr(value)).adjusted()
    rest = "".join(map(str, digits[1:])).rstrip("0") or "0"
    return f"{'-' if sign else ''}{digits[0]}.{rest}E{exponent}"
