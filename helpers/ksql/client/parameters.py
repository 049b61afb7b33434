"""Python's values in a statement: `:name` stands for one, and no value can change what the statement says.

>>> bind("SELECT * FROM orders WHERE state = :state AND amount > :least EMIT CHANGES;", {"state": "O'H", "least": 10})
"SELECT * FROM orders WHERE state = 'O''H' AND amount > 10 EMIT CHANGES;"
"""

import base64
import math
import re
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from numbers import Integral, Real
from typing import Any

from helpers.ksql.client.errors import ParameterError
from helpers.ksql.evaluation.timestamps import written
from helpers.ksql.language.script import COMMENT, QUOTED

_TOKENS = re.compile(rf"{QUOTED}|{COMMENT}|:(?P<name>[A-Za-z_]\w*)", re.DOTALL)
_WORD = re.compile(r"[\w@.$:'\"`-]")  # what must not stand against a literal, or both would read as one
_VARIABLE = re.compile(r"\$\{(?=\w+\})")
_BIGINT = 2**63
_LONGEST_DECIMAL = 1000  # digits


@dataclass(frozen=True)
class Bound:
    """A statement with its values. `_edges`: (offset in `text`, offset in what was written), wherever both part."""

    text: str
    _edges: tuple[tuple[int, int], ...] = ((0, 0),)

    def origin(self, offset: int) -> int:
        """The offset in what was written that an offset in `text` comes from; inside a value, that of its name."""
        here = bisect_right(self._edges, offset, key=lambda edge: edge[0]) - 1
        start, origin = self._edges[here]
        following = self._edges[here + 1][1] if here + 1 < len(self._edges) else math.inf
        return int(min(origin + offset - start, following - 1))


def bind(statement: str, parameters: Mapping[str, Any]) -> str:
    """The statement with each `:name` replaced by its value's literal; texts, quoted names and comments stay.

    Raises:
        ParameterError: a name has no value, or a value no literal.
    """
    return bound(statement, parameters).text


def bound(statement: str, parameters: Mapping[str, Any]) -> Bound:
    """Like `bind`, with the way back to what was written.

    Raises:
        ParameterError: a name has no value, or a value no literal.
    """
    parts: list[str] = []
    edges = [(0, 0)]
    length = end = 0

    def add(text: str) -> None:
        nonlocal length
        parts.append(text)
        length += len(text)

    for match in _TOKENS.finditer(statement):
        if match["name"] is None:
            continue
        if match["name"] not in parameters:
            raise ParameterError(f"There is no value for :{match['name']}: give it one, or put the text in 'quotes'.")
        add(statement[end : match.start()])
        edges.append((length, match.start()))
        add(_apart(statement, match.start(), match.end(), literal(parameters[match["name"]], match["name"])))
        end = match.end()
        edges.append((length, end))
    add(statement[end:])
    return Bound("".join(parts), tuple(edges))


def _apart(statement: str, start: int, end: int, text: str) -> str:
    """With blanks where a neighbour would grow together with it: `5-:n` with -3 is no comment."""
    before = " " if start and _WORD.match(statement[start - 1]) else ""
    return before + text + (" " if end < len(statement) and _WORD.match(statement[end]) else "")


def literal(value: Any, name: str = "value") -> str:
    """A value as KSQL writes it.

    bool, int, float, Decimal and str have literals of their own, None is NULL, a list or tuple an ARRAY, a dict a MAP,
    a named tuple a STRUCT (its field names in capitals). datetime (in UTC, a naive one taken as UTC), date, time and
    bytes (base64) become the text that KSQL reads where their type is expected. NumPy's numbers count as Python's.

    Raises:
        ParameterError: it has none.
    """
    match value:
        case None:
            return "NULL"
        case bool():
            return "TRUE" if value else "FALSE"
        case str():
            return _text(value)
        case bytes() | bytearray():
            return _text(base64.b64encode(value).decode())
        case datetime():
            return _text(written(value))
        case date() | time():
            return _text(value.isoformat())
        case Decimal():
            return _decimal(value, name)
        case Integral():
            return _integer(int(value), name)
        case Real():
            return _double(float(value))
        case dict():
            entries = (f"{literal(key, name)} := {literal(each, name)}" for key, each in value.items())
            return f"MAP({', '.join(entries)})"
        case tuple() if hasattr(value, "_fields"):
            members = (
                f"`{field.upper()}` := {literal(each, name)}" for field, each in zip(value._fields, value, strict=True)
            )
            return f"STRUCT({', '.join(members)})"
        case list() | tuple():
            return f"ARRAY[{', '.join(literal(each, name) for each in value)}]"
    if type(value).__module__ == "numpy" and hasattr(value, "item"):
        return literal(value.item(), name)
    raise ParameterError(f"{name} is a {type(value).__name__}, which KSQL has no literal for: give a plain value.")


def _text(value: str) -> str:
    """In quotes, and with `${…}` kept from being read as a variable."""
    return f"'{_VARIABLE.sub('$${', value.replace(chr(39), chr(39) * 2))}'"


def _integer(value: int, name: str) -> str:
    if not -_BIGINT < value < _BIGINT:
        raise ParameterError(
            f"{name} is {value}, and a BIGINT ends at {_BIGINT - 1}: give a Decimal or a smaller number."
        )
    return str(value)


def _double(value: float) -> str:
    if not math.isfinite(value):  # without a literal of their own
        text = "NaN" if math.isnan(value) else "Infinity" if value > 0 else "-Infinity"
        return f"CAST('{text}' AS DOUBLE)"
    digits, _, exponent = repr(value).partition("e")
    return f"{digits}E{int(exponent or 0)}"


def _decimal(value: Decimal, name: str) -> str:
    if not value.is_finite() or abs(value.adjusted()) > _LONGEST_DECIMAL:
        raise ParameterError(f"{name} is {value}, which no DECIMAL holds: give a finite number of fewer digits.")
    text = f"{value:f}"
    return text if "." in text else f"{text}."
