"""Formats: bytes of values and back."""

import pytest

from helpers.ksql.evaluation.compiler import java_type, runtime
from helpers.ksql.language.types import (
    BOOLEAN,
    BYTES,
    DATE,
    DOUBLE,
    INTEGER,
    STRING,
    TIMESTAMP,
    array,
    decimal,
    mapping,
    struct,
)
from helpers.streams import jvm

pytestmark = pytest.mark.usefixtures("java")


def json_format(*types, bare=False):
    return runtime("JsonFormat")([f"C{n}" for n in range(len(types))], [java_type(of) for of in types], bare)


def delimited(*types, keys=False):
    return runtime("DelimitedFormat")([java_type(of) for of in types], ",", keys)


def back(format, data):
    """What is written of what was read."""
    return bytes(format.write(format.read(jvm.byte_array()(data))))


@pytest.mark.parametrize(
    ("of", "read", "written"),
    [
        (INTEGER, b"2.9", b"2"),
        (INTEGER, b'"7"', b"7"),
        (DOUBLE, b"1", b"1.0"),
        (STRING, b"12.50", b'"12.50"'),
        (STRING, b'{"a": [1]}', b'"{\\"a\\":[1]}"'),
        (STRING, b"[1, [true]]", b'"[1, [true]]"'),
        (decimal(6, 2), b"1.5", b"1.50"),
        (BYTES, b'"AQI="', b'"AQI="'),
        (DATE, b"3", b"3"),
        (TIMESTAMP, b"1500", b"1500"),
        (array(INTEGER), b"[1,null]", b"[1,null]"),
        (mapping(STRING, BOOLEAN), b'{"x":true}', b'{"x":true}'),
        (struct(("A", INTEGER), ("b", STRING)), b'{"a":1,"B":"no","b":"yes"}', b'{"A":1,"b":"yes"}'),
    ],
)
def test_json(of, read, written):
    assert back(json_format(of), b'{"c0": ' + read + b', "more": 1}') == b'{"C0":' + written + b"}"
    assert back(json_format(of, bare=True), read) == written


def test_names_are_the_same_in_every_language():
    """Turkish writes the capital of i with a dot."""
    locale = jvm.java("java.util.Locale")
    before = locale.getDefault()
    locale.setDefault(locale.forLanguageTag("tr"))
    try:
        read = runtime("JsonFormat")(["ID"], [java_type(INTEGER)], False)
        assert back(read, b'{"id": 7}') == b'{"ID":7}'
    finally:
        locale.setDefault(before)


@pytest.mark.parametrize(
    ("of", "data"),
    [(BOOLEAN, b'"true"'), (INTEGER, b"true"), (INTEGER, b'"x"'), (array(INTEGER), b"{}"), (decimal(2, 1), b"100")],
)
def test_json_of_another_kind_is_refused(of, data):
    with pytest.raises(jvm.java("java.lang.Exception")):
        back(json_format(of, bare=True), data)


@pytest.mark.parametrize(
    ("types", "read", "written"),
    [
        ((INTEGER, STRING), b"1,a\r\n", b"1,a"),
        ((STRING, STRING), b'"a,b","say ""hi"""', b'"a,b","say ""hi"""'),
        ((STRING, STRING), b',""', b","),
        ((STRING, STRING), b'"two\nlines",x', b'"two\nlines",x'),
        ((decimal(4, 1), INTEGER), b"-1.5,-2", b'"-1.5",-2'),
        ((INTEGER, INTEGER), b"-1,-2", b"-1,-2"),
        ((STRING, STRING), b"-x,-y", b'"-x",-y'),
        ((STRING, INTEGER), b'"a" ,1', b"a,1"),
    ],
)
def test_delimited(types, read, written):
    assert back(delimited(*types), read) == written


def test_a_negative_number_in_a_key_is_quoted():
    assert back(delimited(INTEGER, INTEGER, keys=True), b"-1,-2") == b'"-1",-2'


@pytest.mark.parametrize("data", [b"1", b"1,2,3", b'"open,2', b'"1"x,2', b"x,2", b""])
def test_delimited_of_another_shape_is_refused(data):
    with pytest.raises(jvm.java("java.lang.Exception")):
        back(delimited(INTEGER, INTEGER), data)


def test_kafka_wants_the_exact_size():
    format = runtime("KafkaFormat")(java_type(INTEGER))
    assert back(format, b"\x00\x00\x00\x07") == b"\x00\x00\x00\x07"
    with pytest.raises(jvm.java("java.lang.IllegalArgumentException"), match="4 bytes"):
        back(format, b"\x07")
