"""The Java virtual machine inside this process: started once, where Kafka Streams and the test driver live."""

import os
import tempfile
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import jpype
import psutil

from helpers.config import settings
from helpers.services import jars
from helpers.services import java as java_home
from helpers.streams.errors import StreamsError
from helpers.streams.relay import Relay

MEMORY = "512m"

# The two places where Kafka Streams asks what to do with a record that fails.
PROCESSING = Relay(
    "helpers.streams.OnProcessingError",
    interface="org.apache.kafka.streams.errors.ProcessingExceptionHandler",
    record="org.apache.kafka.streams.processor.api.Record",
)
DESERIALIZATION = Relay(
    "helpers.streams.OnDeserializationError",
    interface="org.apache.kafka.streams.errors.DeserializationExceptionHandler",
    record="org.apache.kafka.clients.consumer.ConsumerRecord",
)

RELAYS = (PROCESSING, DESERIALIZATION)

_starting = threading.Lock()


def start() -> None:
    """Start the machine unless it runs; about 0.7 s. Raises StreamsError when this process cannot have it."""
    with _starting:
        if not jpype.isJVMStarted():
            _start()
        elif not _has_streams():
            raise StreamsError(
                "Java already runs in this process without Kafka Streams: restart the kernel and use helpers.streams "
                "before anything else starts Java."
            )


@cache
def java(name: str) -> Any:
    """The Java class of that full name, as JPype shows it; starts the machine."""
    start()
    return jpype.JClass(name)


def kafka(name: str) -> Any:
    """The Java class `org.apache.kafka.` + name."""
    return java(f"org.apache.kafka.{name}")


@cache
def byte_array() -> Any:
    """The Java class `byte[]`; called with bytes it makes one."""
    start()
    return jpype.JArray(jpype.JByte)


def boxed(number: int) -> Any:
    """A `java.lang.Long`, for the parameters that may also be null."""
    return java("java.lang.Long").valueOf(number)


def proxy(interface: str, **methods: Any) -> Any:
    """A Java object of the interface with that full name whose methods are the Python functions given."""
    return jpype.JProxy(java(interface), inst=SimpleNamespace(**methods))  # looked up faster than dict=


def properties(settings: Mapping[str, object]) -> Any:
    """A Java Properties; numbers and truth values as text, which Kafka parses, others as they are."""
    result = java("java.util.Properties")()
    for name, value in settings.items():
        plain = isinstance(value, str | int | float | Path)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        result.put(name, text if plain else value)
    return result


def log_file() -> Path:
    """Where this process's Java writes its log."""
    return settings().home / "logs" / f"streams-{os.getpid()}.log"


def _start() -> None:
    java_home.version()  # raises when it is too old
    log_file().parent.mkdir(parents=True, exist_ok=True)
    _forget_logs_of_the_dead()
    with tempfile.TemporaryDirectory(prefix="streams-") as classes:
        for relay in RELAYS:
            relay.write(Path(classes))
        _launch([*map(str, jars.classpath()), classes])
        for relay in RELAYS:
            jpype.JClass(relay.name)  # is read now, and its file no longer needed


def _launch(classpath: list[str]) -> None:
    try:
        jpype.startJVM(
            str(java_home.libjvm()),
            f"-Xmx{MEMORY}",
            "-XX:+UseSerialGC",
            "-Xrs",  # SIGINT and SIGTERM stay Python's
            "-Xss8m",  # the main thread's too: Python recurses deeper than Java's 1 MB and would meet its guard
            *("-Duser.language=en", "-Duser.country=US"),  # dates and letters are the same on every machine
            "--enable-native-access=ALL-UNNAMED",
            f"-Dorg.slf4j.simpleLogger.logFile={log_file()}",
            "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
            "-Dorg.slf4j.simpleLogger.showDateTime=true",
            classpath=classpath,
            convertStrings=False,
            interrupt=False,
        )
    except (OSError, RuntimeError) as error:
        raise StreamsError(
            f"Java could not be started in this process ({error}): close what needs memory, restart the kernel."
        ) from error


def _has_streams() -> bool:
    try:
        jpype.JClass("org.apache.kafka.streams.StreamsBuilder")
        jpype.JClass(PROCESSING.name)
    except TypeError:
        return False
    return True


def _forget_logs_of_the_dead() -> None:
    for file in log_file().parent.glob("streams-*.log"):
        pid = file.stem.removeprefix("streams-")
        if pid.isdigit() and not psutil.pid_exists(int(pid)):
            file.unlink(missing_ok=True)
