"""Rows on their way into a stream or table: `/inserts-stream`, and what it answers."""

import base64
import json
from collections.abc import Mapping
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from helpers.ksql.client.errors import NoServer, ParameterError, Refused
from helpers.ksql.evaluation.timestamps import written


def encoded(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row as JSON holds it. Raises ParameterError for what is no row, or a value of another kind."""
    if not isinstance(row, Mapping):
        raise ParameterError(
            f"A row is a dict by column name, met {row!r:.60}: of a DataFrame they are frame.to_dict('records')."
        )
    return {name: _value(value, name) for name, value in row.items()}


def acknowledged(text: str, count: int) -> int:
    """`count`, when the server has taken so many rows.

    Raises:
        Refused: it does not take a row, which its sentence names.
        NoServer: it has not said so of each.
    """
    acks = [_acknowledgement(line) for line in text.split("\n") if line.strip()]
    for ack in acks:
        if ack.get("status") != "ok":
            refused = Refused.of(ack)
            raise Refused(f"Row {int(ack.get('seq', 0)) + 1}: {refused.reason}", code=refused.code)
    if len(acks) != count:
        raise NoServer(f"The server has acknowledged {len(acks)} of {count} rows: see its log.")
    return count


def _acknowledgement(line: str) -> dict[str, Any]:
    try:
        found = json.loads(line)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise NoServer(f"The answer acknowledges no row: {line[:60]!r}.")
    return found


def _value(value: Any, name: str) -> Any:
    match value:
        case None | bool() | int() | float() | str():
            return value
        case Decimal():
            return str(value)  # as text it keeps its digits
        case bytes() | bytearray():
            return base64.b64encode(value).decode()
        case datetime():
            return written(value)
        case date() | time():
            return value.isoformat()
        case Mapping():
            return {str(key): _value(each, name) for key, each in value.items()}
        case list() | tuple():
            return [_value(each, name) for each in value]
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return _value(value.item(), name)
    raise ParameterError(f"{name} is a {type(value).__name__}, which cannot be sent as JSON: give a plain value.")
