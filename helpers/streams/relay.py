"""The one kind of Java class this room makes: a relay from a class that Kafka Streams creates to an object of ours.

Kafka Streams takes its error handlers as *classes* with an empty constructor, and JPype makes objects, not classes.
So this module writes, as chapter 4 of the Java Virtual Machine Specification lays it down, the class file of

    public class NAME implements INTERFACE {
        INTERFACE target;
        public NAME() {}
        public void configure(Map settings) { target = (INTERFACE) settings.get(SETTING); }
        public INTERFACE.Response handleError(ErrorHandlerContext context, RECORD record, Exception error) {
            return target.handleError(context, record, error);
        }
    }

where the setting holds the object to ask. Nothing branches, so the methods need no stack maps.
"""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_JAVA_17 = 61  # class file version; Kafka 4 brokers need Java 17
_PUBLIC, _SUPER = 0x0001, 0x0020
_UTF8, _CLASS, _STRING, _FIELD, _METHOD, _INTERFACE_METHOD, _NAME_AND_TYPE = 1, 7, 8, 9, 10, 11, 12
_ALOAD_0, _ALOAD_1, _ALOAD_2, _ALOAD_3 = b"\x2a", b"\x2b", b"\x2c", b"\x2d"
_LDC_W, _CHECKCAST, _RETURN, _ARETURN = b"\x13", b"\xc0", b"\xb1", b"\xb0"
_GETFIELD, _PUTFIELD, _INVOKESPECIAL, _INVOKEINTERFACE = b"\xb4", b"\xb5", b"\xb7", b"\xb9"


@dataclass(frozen=True)
class Relay:
    """One relay class; name, interface and record (the class of `handleError`'s second parameter) with dots."""

    name: str
    interface: str
    record: str

    @property
    def setting(self) -> str:
        """The setting under which `configure` finds the object to ask."""
        return f"{self.name}.target"

    def write(self, folder: Path) -> None:
        """Write the class file where a class path that holds `folder` finds it."""
        file = folder / f"{_inner(self.name)}.class"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(self.class_file())

    def class_file(self) -> bytes:
        """The bytes of the class file."""
        pool = _ConstantPool()
        interface = _inner(self.interface)
        handle = (
            f"(Lorg/apache/kafka/streams/errors/ErrorHandlerContext;L{_inner(self.record)};Ljava/lang/Exception;)"
            f"L{interface}$Response;"
        )
        target = pool.member(_FIELD, _inner(self.name), "target", f"L{interface};")
        build = [_ALOAD_0, _INVOKESPECIAL, pool.member(_METHOD, "java/lang/Object", "<init>", "()V"), _RETURN]
        look_up = pool.member(_INTERFACE_METHOD, "java/util/Map", "get", "(Ljava/lang/Object;)Ljava/lang/Object;")
        configure = [_ALOAD_0, _ALOAD_1, _LDC_W, pool.string(self.setting), _INVOKEINTERFACE, look_up, b"\x02\x00"]
        configure += [_CHECKCAST, pool.klass(interface), _PUTFIELD, target, _RETURN]
        ask = pool.member(_INTERFACE_METHOD, interface, "handleError", handle)
        relay = [
            _ALOAD_0,
            _GETFIELD,
            target,
            _ALOAD_1,
            _ALOAD_2,
            _ALOAD_3,
            _INVOKEINTERFACE,
            ask,
            b"\x04\x00",
            _ARETURN,
        ]
        methods = [
            _method(pool, "<init>", "()V", words=1, code=build),
            _method(pool, "configure", "(Ljava/util/Map;)V", words=3, code=configure),
            _method(pool, "handleError", handle, words=4, code=relay),
        ]
        body = [
            *(_u2(_PUBLIC | _SUPER), pool.klass(_inner(self.name)), pool.klass("java/lang/Object")),
            *(_u2(1), pool.klass(interface)),
            *(_u2(1), _u2(0), pool.text("target"), pool.text(f"L{interface};"), _u2(0)),
            *(_u2(len(methods)), *methods, _u2(0)),
        ]
        return b"".join([struct.pack(">IHH", 0xCAFEBABE, 0, _JAVA_17), pool.table(), *body])


class _ConstantPool:
    """The constants of a class file; every method answers with the two bytes that refer to the constant."""

    def __init__(self) -> None:
        self._places: dict[bytes, int] = {}

    def text(self, text: str) -> bytes:
        data = text.encode()
        return self._place(_UTF8, _u2(len(data)), data)

    def klass(self, name: str) -> bytes:
        return self._place(_CLASS, self.text(name))

    def string(self, text: str) -> bytes:
        return self._place(_STRING, self.text(text))

    def member(self, kind: int, owner: str, name: str, descriptor: str) -> bytes:
        named = self._place(_NAME_AND_TYPE, self.text(name), self.text(descriptor))
        return self._place(kind, self.klass(owner), named)

    def table(self) -> bytes:
        return b"".join([_u2(len(self._places) + 1), *self._places])

    def _place(self, kind: int, *parts: bytes) -> bytes:
        return _u2(self._places.setdefault(b"".join([bytes([kind]), *parts]), len(self._places) + 1))


def _method(pool: _ConstantPool, name: str, descriptor: str, *, words: int, code: Iterable[bytes]) -> bytes:
    """A public method; words bounds both its stack and its local variables."""
    instructions = b"".join(code)
    attribute = struct.pack(">HHI", words, words, len(instructions)) + instructions + _u2(0) + _u2(0)
    head = [_u2(_PUBLIC), pool.text(name), pool.text(descriptor), _u2(1), pool.text("Code")]
    return b"".join([*head, struct.pack(">I", len(attribute)), attribute])


def _inner(name: str) -> str:
    """A class name as the class file writes it."""
    return name.replace(".", "/")


def _u2(number: int) -> bytes:
    return struct.pack(">H", number)
