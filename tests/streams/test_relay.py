"""The class files: read back by Java, and refused by its verifier if a byte were wrong."""

import struct

from helpers.streams import jvm
from helpers.streams.relay import Relay


def test_java_loads_what_was_written() -> None:
    for relay in (jvm.PROCESSING, jvm.DESERIALIZATION):
        java = jvm.java(relay.name).class_
        assert [str(each.getName()) for each in java.getInterfaces()] == [relay.interface]
        assert sorted(str(method.getName()) for method in java.getDeclaredMethods()) == ["configure", "handleError"]


def test_the_class_asks_the_object_it_was_configured_with() -> None:
    asked = []

    def handle(context: object, record: object, error: object) -> object:
        asked.append((context, record, str(error.getMessage())))
        return jvm.java(f"{jvm.PROCESSING.interface}$Response").resume()

    relay = jvm.java(jvm.PROCESSING.name)()
    relay.configure({jvm.PROCESSING.setting: jvm.proxy(jvm.PROCESSING.interface, handleError=handle)})
    answer = relay.handleError(None, None, jvm.java("java.lang.RuntimeException")("why"))
    assert asked == [(None, None, "why")]
    assert str(answer.result()) == "RESUME"


def test_the_file_begins_as_a_class_of_java_17() -> None:
    data = Relay("a.B", interface="c.D", record="e.F").class_file()
    assert struct.unpack_from(">IHH", data) == (0xCAFEBABE, 0, 61)
