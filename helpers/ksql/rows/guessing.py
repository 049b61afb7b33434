"""What formats a topic's keys and values may be in, by what all the data seen so far can be read as."""

import json
import re
import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

LONGEST_BYTES = 32  # of what is no text; whoever needs the rest reads the topic
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|\s+')
_NOTHING = "¯\\_(ツ)_/¯ - no data processed"


@dataclass(frozen=True)
class Readable:
    """A format by its name; `read` is the text of what is in it, ValueError (or struct.error) of what is not."""

    name: str
    read: Callable[[bytes], str]


class Guess:
    """The formats that all data seen so far may be in."""

    def __init__(self, formats: Sequence[Readable]) -> None:
        self._possible = list(formats)
        self._seen = False

    def learn(self, data: Sequence[bytes | None]) -> None:
        """Leave only the formats that can read this data, too."""
        there = [each for each in data if each is not None]
        self._seen = self._seen or bool(there)
        self._possible = [each for each in self._possible if all(_reads(each, one) for one in there)]

    @property
    def called(self) -> str:
        """The formats' names."""
        if not self._seen:
            return _NOTHING
        return " or ".join(each.name for each in self._possible) or _BYTES.name

    def shown(self, data: bytes | None) -> str:
        """The data as the first of the formats shows it."""
        if data is None:
            return "<null>"
        text = next(iter(self._possible), _BYTES).read(data)
        unreadable = len(data) > LONGEST_BYTES and (not self._possible or _CONTROL.search(text))
        return f"{_hexadecimal(data[:LONGEST_BYTES])}… {len(data):,} bytes" if unreadable else text


def _reads(format: Readable, data: bytes) -> bool:
    try:
        format.read(data)
    except (ValueError, struct.error, RecursionError):
        return False
    return True


def _json(data: bytes) -> str:
    """The JSON as it is, on one line."""
    text = data.decode()
    json.loads(text, parse_constant=_no_number)
    return _BLANKS.sub(r"\1", text)


def _no_number(name: str) -> None:
    raise ValueError(f"{name} is not in JSON")


def _whole(format: str) -> Callable[[bytes], str]:
    return lambda data: str(struct.unpack(format, data)[0])


def _hexadecimal(data: bytes) -> str:
    return "".join(chr(byte) if 32 <= byte < 127 and byte != 92 else f"\\x{byte:02X}" for byte in data)


def _in_session(inner: Readable) -> Readable:
    def read(data: bytes) -> str:
        end, start = struct.unpack(">qq", data[-16:])
        if not 0 <= start <= end:
            raise ValueError("no session")
        return f"[{inner.read(data[:-16])}@{start}/{end}]"

    return Readable(f"SESSION({inner.name})", read)


def _in_window(kind: str, inner: Readable) -> Readable:
    def read(data: bytes) -> str:
        (start,) = struct.unpack(">q", data[-8:])
        if start < 0:
            raise ValueError("no window")
        return f"[{inner.read(data[:-8])}@{start}/-]"

    return Readable(f"{kind}({inner.name})", read)


_BYTES = Readable("UNRECOGNISED_BYTES", _hexadecimal)
_JSON = Readable("JSON", _json)
_NUMBERS = (
    Readable("KAFKA_INT", _whole(">i")),
    Readable("KAFKA_BIGINT", _whole(">q")),
    Readable("KAFKA_DOUBLE", _whole(">d")),
)
_STRING = Readable("KAFKA_STRING", bytes.decode)
VALUE_FORMATS = (_JSON, *_NUMBERS, _STRING)
KEY_FORMATS = (
    _JSON,
    *_NUMBERS,
    *(
        windowed
        for inner in (*_NUMBERS, _STRING)
        for windowed in (_in_session(inner), _in_window("HOPPING", inner), _in_window("TUMBLING", inner))
    ),
    _STRING,
)
