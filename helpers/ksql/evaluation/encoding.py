"""Values of rows as JSON, as ksqlDB writes them."""

import json
import math
from base64 import b64encode
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

_PLAIN = (str, bool, int, type(None))


def compact(value: Any) -> str:
    """JSON without blanks: text unescaped where it can be, decimals with their digits, doubles as Java prints them."""
    match value:
        case Decimal():
            return f"{value:f}"
        case float():
            return double(value)
        case dict():
            return "{" + ",".join(f"{_plain(str(name))}:{compact(each)}" for name, each in value.items()) + "}"
        case list() | tuple():
            if all(isinstance(each, _PLAIN) for each in value):
                return _plain(value)
            return "[" + ",".join(map(compact, value)) + "]"
        case bytes():
            return f'"{b64encode(value).decode()}"'
        case datetime():
            return f'"{value:%Y-%m-%dT%H:%M:%S}.{value.microsecond // 1000:03}"'
        case date() | time():
            return f'"{value.isoformat()}"'
        case _:
            return _plain(value)


def double(value: float) -> str:
    """A double as Java's Double.toString has it; what is no number as text, since JSON has none.

    >>> double(1e10), double(0.0001), double(2.5)
    ('1.0E10', '1.0E-4', '2.5')
    """
    if not math.isfinite(value):
        return '"NaN"' if math.isnan(value) else '"Infinity"' if value > 0 else '"-Infinity"'
    if value == 0 or 1e-3 <= abs(value) < 1e7:
        return repr(value)
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    first, rest = digits[0], "".join(map(str, digits[1:])) or "0"
    return f"{'-' if sign else ''}{first}.{rest}E{int(exponent) + len(digits) - 1}"


def _plain(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
