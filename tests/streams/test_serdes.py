"""Serdes: the bytes in a topic, both ways; expectations from `struct`, `json` and Java's own serializers."""

import json
import struct
from decimal import Decimal

import numpy as np
import pytest

from helpers.streams import BYTES, DOUBLE, INTEGER, JSON, LONG, STRING, Serde, Windowed, WindowedSerde
from helpers.streams.jvm import boxed, kafka

VALUES = [
    (STRING, "", b""),
    (STRING, "grüße 🎈 \0", "grüße 🎈 \0".encode()),
    (INTEGER, -(2**31), struct.pack(">i", -(2**31))),
    (INTEGER, 2**31 - 1, struct.pack(">i", 2**31 - 1)),
    (LONG, -(2**63), struct.pack(">q", -(2**63))),
    (LONG, 2**63 - 1, struct.pack(">q", 2**63 - 1)),
    (DOUBLE, 0.1, struct.pack(">d", 0.1)),
    (DOUBLE, float("-inf"), struct.pack(">d", float("-inf"))),
    (BYTES, bytes(range(256)), bytes(range(256))),
    (BYTES, b"", b""),
    (JSON, {"ü": [1, 2.5, None, True]}, '{"ü":[1,2.5,null,true]}'.encode()),
    (JSON, "text", b'"text"'),
    (JSON, 0, b"0"),
]


@pytest.mark.parametrize(("serde", "value", "data"), VALUES)
def test_bytes_both_ways(serde: Serde, value: object, data: bytes) -> None:
    assert serde.to_bytes(value) == data
    assert serde.from_bytes(data) == value
    assert serde.decode(serde.encode(value)) == value
    assert type(serde.from_bytes(data)) is type(value)


@pytest.mark.parametrize("serde", [STRING, INTEGER, LONG, DOUBLE, BYTES, JSON, WindowedSerde(STRING, 1)])
def test_none_is_null(serde: Serde) -> None:
    assert serde.encode(None) is serde.decode(None) is serde.to_bytes(None) is serde.from_bytes(None) is None


def test_json_null_in_a_topic_is_read_as_none_and_none_is_written_as_a_tombstone() -> None:
    assert JSON.from_bytes(b"null") is None
    assert JSON.to_bytes(None) is None


@pytest.mark.parametrize(
    ("serde", "value"),
    [
        (STRING, 5),
        (STRING, b"bytes"),
        (INTEGER, 1.0),
        (INTEGER, True),
        (LONG, "5"),
        (DOUBLE, "0.1"),
        (BYTES, "text"),
        (BYTES, [1, 2]),
        (JSON, Decimal(1)),
    ],
)
def test_a_value_of_another_type_is_refused(serde: Serde, value: object) -> None:
    with pytest.raises(TypeError):
        serde.encode(value)


def test_the_refusal_shows_the_value_and_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"STRING takes str, got 5 \(int\): return str, or say with key= or value="):
        STRING.encode(5)


@pytest.mark.parametrize(("serde", "value"), [(INTEGER, 2**31), (LONG, -(2**63) - 1)])
def test_a_number_that_does_not_fit_is_refused(serde: Serde, value: int) -> None:
    with pytest.raises(OverflowError, match=f"holds .* got {value}"):
        serde.encode(value)


def test_json_refuses_what_json_has_no_word_for() -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        JSON.encode(float("nan"))


def test_a_lone_surrogate_is_refused_where_the_record_is_known() -> None:
    with pytest.raises(UnicodeEncodeError):
        STRING.encode("\ud800")


def test_numpy_scalars_are_numbers() -> None:
    assert LONG.to_bytes(np.int64(7)) == struct.pack(">q", 7)
    assert INTEGER.to_bytes(np.uint8(7)) == struct.pack(">i", 7)
    assert DOUBLE.to_bytes(np.float32(0.5)) == struct.pack(">d", 0.5)


def test_java_writes_the_same_bytes() -> None:
    serdes = kafka("common.serialization.Serdes")
    assert LONG.to_bytes(-5) == bytes(serdes.Long().serializer().serialize("t", boxed(-5)))
    assert STRING.to_bytes("grüße") == bytes(serdes.String().serializer().serialize("t", "grüße"))


def test_one_of_ones_own() -> None:
    complex_ = Serde(
        "COMPLEX", lambda z: struct.pack(">dd", z.real, z.imag), lambda data: complex(*struct.unpack(">dd", data))
    )
    assert complex_.from_bytes(complex_.to_bytes(1 + 2j)) == 1 + 2j
    assert repr(complex_) == "COMPLEX"


@pytest.mark.parametrize("size", [5_000, None])
def test_windowed_keys_are_those_of_java(size: int | None) -> None:
    serde = WindowedSerde(STRING, size)
    key = Windowed("k", 10_000, 15_000)
    data = serde.to_bytes(key)
    times = struct.pack(">q", 10_000) if size else struct.pack(">qq", 15_000, 10_000)
    assert data == b"k" + times  # what WindowKeySchema and SessionKeySchema lay down
    assert serde.from_bytes(data) == serde.decode(serde.encode(key)) == key


def test_json_values_come_back_as_python_makes_them() -> None:
    value = {"nested": {"list": [1, [2, {"three": 3.0}]]}, "big": 2**80}
    assert JSON.from_bytes(JSON.to_bytes(value)) == json.loads(json.dumps(value)) == value
