"""WITH clauses: which properties there are, what values they take, and which exclude each other."""

from collections.abc import Callable
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

from helpers.ksql.errors import StatementError
from helpers.ksql.language.statements import MILLISECONDS, Property
from helpers.ksql.sources import formats
from helpers.ksql.sources.metastore import WindowType

_DELIMITERS = {"TAB": "\t", "SPACE": " "}
_WINDOWS = ("TUMBLING", "HOPPING", "SESSION")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError("it takes a text in 'quotes'")
    return value


def _topic(value: Any) -> str:
    if not _text(value).strip():
        raise ValueError("it takes the name of a topic")
    return _text(value)


def _boolean(value: Any) -> bool:
    if str(value).lower() not in ("true", "false"):
        raise ValueError("it takes true or false")
    return str(value).lower() == "true"


def _count(value: Any) -> int:
    if isinstance(value, bool) or not str(value).lstrip("-").isdigit():
        raise ValueError("it takes a whole number")
    return int(value)


def _positive(value: Any) -> int:
    if _count(value) < 1:
        raise ValueError("it takes a number of 1 or more")
    return _count(value)


def _replicas(value: Any) -> int:
    if _count(value) < 1 and _count(value) != -1:
        raise ValueError("it takes a number of 1 or more, or -1 for the broker's own")
    return _count(value)


def _format(value: Any) -> str:
    return formats.named(_text(value)).name


def _delimiter(value: Any) -> str:
    text = _text(value)
    if text.upper() in _DELIMITERS:
        return _DELIMITERS[text.upper()]
    if not text.strip():
        raise ValueError("Delimiter cannot be empty: for a tab or a blank write 'TAB' or 'SPACE'; valid is ';'")
    if len(text) != 1:
        raise ValueError("Delimiter must be one character, 'TAB' or 'SPACE'")
    return text


def _window(value: Any) -> str:
    if _text(value).upper() not in _WINDOWS:
        raise ValueError(f"it takes one of {', '.join(_WINDOWS)}")
    return _text(value).upper()


def _duration(value: Any) -> int:
    """Milliseconds of a text such as '30 SECONDS'."""
    count, _, unit = _text(value).strip().partition(" ")
    unit = unit.strip().upper().rstrip("S") + "S"
    if not count.isdigit() or unit not in MILLISECONDS:
        raise ValueError("it takes a duration such as '30 SECONDS'")
    return int(count) * MILLISECONDS[unit]


KNOWN: dict[str, Callable[[Any], Any]] = {
    "FORMAT": _format,
    "KAFKA_TOPIC": _topic,
    "KEY_DELIMITER": _delimiter,
    "KEY_FORMAT": _format,
    "PARTITIONS": _positive,
    "REPLICAS": _replicas,
    "RETENTION_MS": _count,
    "TIMESTAMP": _text,
    "TIMESTAMP_FORMAT": _text,
    "VALUE_DELIMITER": _delimiter,
    "VALUE_FORMAT": _format,
    "WINDOW_SIZE": _duration,
    "WINDOW_TYPE": _window,
    "WRAP_SINGLE_VALUE": _boolean,
}
_REGISTRY = {
    "KEY_SCHEMA_FULL_NAME": "fullSchemaName",
    "KEY_SCHEMA_ID": "schemaId",
    "VALUE_AVRO_SCHEMA_FULL_NAME": "fullSchemaName",
    "VALUE_SCHEMA_FULL_NAME": "fullSchemaName",
    "VALUE_SCHEMA_ID": "schemaId",
}


@dataclass(frozen=True)
class Properties:
    """The properties of a WITH clause, their values checked and of the right Python type."""

    values: dict[str, Any]

    def get(self, name: str) -> Any:
        """The value of a property, None when it was not given."""
        return self.values.get(name)

    @property
    def key_format(self) -> str | None:
        """The format of keys, given alone or for both."""
        given: str | None = self.get("KEY_FORMAT") or self.get("FORMAT")
        return given

    @property
    def value_format(self) -> str | None:
        """The format of values, given alone or for both."""
        given: str | None = self.get("VALUE_FORMAT") or self.get("FORMAT")
        return given

    @property
    def window(self) -> WindowType | None:
        """The windows of the source's keys."""
        kind = self.get("WINDOW_TYPE")
        return WindowType(kind, self.get("WINDOW_SIZE")) if kind else None


def read(properties: tuple[Property, ...]) -> Properties:
    """The checked properties of a WITH clause.

    Raises:
        StatementError: a property is unknown, its value does not fit, or two exclude each other.
    """
    values: dict[str, Any] = {}
    for each in properties:
        if each.name in values:
            raise StatementError(f"Duplicate property '{each.name}': write it once.")
        values[each.name] = _value(each)
    for narrow in ("KEY_FORMAT", "VALUE_FORMAT"):
        if "FORMAT" in values and narrow in values:
            raise StatementError(
                f"Cannot supply both '{narrow}' and 'FORMAT' properties: 'FORMAT' is for key and value at once."
            )
    _check_window(values)
    return Properties(values)


def _value(each: Property) -> Any:
    if each.name in _REGISTRY:
        raise StatementError(
            f"JSON does not support the following configs: [{_REGISTRY[each.name]}], nor does any format without a "
            f"schema registry: remove {each.name}."
        )
    if each.name == "CLEANUP_POLICY":
        raise StatementError(
            "Invalid config variable in the WITH clause: CLEANUP_POLICY. It follows from STREAM (delete) or TABLE "
            "(compact): remove it."
        )
    if each.name not in KNOWN:
        near = get_close_matches(each.name, KNOWN, n=1)
        hint = f"did you mean {near[0]}?" if near else f"there are {', '.join(KNOWN)}."
        raise StatementError(f"Invalid config variable(s) in the WITH clause: {each.name}; {hint}")
    try:
        return KNOWN[each.name](each.value.value)
    except ValueError as error:
        raise StatementError(
            f"Configuration {each.name} is invalid: {error}; got {_shown(each.value.value)}."
        ) from error


def _shown(value: Any) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value)


def _check_window(values: dict[str, Any]) -> None:
    kind, size = values.get("WINDOW_TYPE"), values.get("WINDOW_SIZE")
    if kind == "SESSION" and size is not None:
        raise StatementError("'WINDOW_SIZE' should not be set for SESSION windows: remove it.")
    if kind in ("TUMBLING", "HOPPING") and size is None:
        raise StatementError(f"{kind} windows require 'WINDOW_SIZE' to be set: WINDOW_SIZE='1 HOUR'.")
    if size is not None and kind is None:
        raise StatementError("'WINDOW_SIZE' needs 'WINDOW_TYPE' beside it.")
