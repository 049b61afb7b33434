"""A value as it stands in a cell of a table: the way Java, and so ksqlDB, prints it."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from helpers.ksql.evaluation.encoding import double

TOMBSTONE = "<TOMBSTONE>"  # stands where a deleted row has no value


def cell(value: Any) -> str:
    """The text of a value: `null`, `true`, `1.0E10`, `[a, b]`, `{K=v}`."""
    match value:
        case None:
            return "null"
        case bool():
            return str(value).lower()
        case float():
            return double(value).strip('"')
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
