"""What becomes of a record that cannot be processed: the application fails, skips it, or puts it aside."""

import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from helpers.messaging.deadletters import letter
from helpers.streams import jvm
from helpers.streams.callables import guard, python_cause
from helpers.streams.errors import RecordError
from helpers.streams.processors import java_headers, python_headers
from helpers.streams.serdes import AnySerde

REMEMBERED = 20  # errors kept to look at; each holds on to its traceback


@dataclass(frozen=True)
class Decision:
    """What to do with a record that fails; topic: of the dead letters, for the third kind."""

    kind: str
    topic: str | None = None


FAIL = Decision("fail")
SKIP = Decision("skip")


def dead_letter(topic: str) -> Decision:
    """Put the record into this topic, as helpers.messaging.deadletters writes and reads it, and go on.

    Kafka Streams itself writes the letter, so with `exactly_once=True` it is part of the transaction.
    """
    return Decision("dead letter", topic)


OnError = Decision | Callable[[RecordError], Decision]


@dataclass
class _Source:
    """The record that was read when something failed, as `deadletters.letter` wants it."""

    topic: str
    partition: int
    offset: int
    timestamp: int
    key: bytes | None
    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]


class ErrorHandler:
    """Asks `on_error` about every failure, and counts. sources: serdes of key and value by topic.

    failure: what the application failed with, if it did. skipped, dead_lettered: how many. recent: the last 20.
    """

    def __init__(self, on_error: OnError, sources: Mapping[str, tuple[AnySerde, AnySerde]]) -> None:
        self._on_error = on_error
        self._sources = sources
        self._lock = threading.Lock()
        self.failure: BaseException | None = None
        self.skipped = 0
        self.dead_lettered = 0
        self.recent: deque[RecordError] = deque(maxlen=REMEMBERED)

    def settings(self) -> dict[str, Any]:
        """The settings that make Kafka Streams ask this handler."""
        settings: dict[str, Any] = {"processing.exception.handler.global.enabled": True}
        for setting, relay in (
            ("processing.exception.handler", jvm.PROCESSING),
            ("deserialization.exception.handler", jvm.DESERIALIZATION),
        ):
            settings[setting] = jvm.java(relay.name).class_
            settings[relay.setting] = jvm.proxy(relay.interface, handleError=guard(self._answering(relay.interface)))
        return settings

    def fail(self, cause: BaseException) -> None:
        """Remember the first failure; the later ones come of it."""
        with self._lock:
            self.failure = self.failure or cause

    def _answering(self, interface: str) -> Callable[[Any, Any, Any], Any]:
        response = jvm.java(f"{interface}$Response")

        def handle(context: Any, record: Any, thrown: Any) -> Any:
            source = _source(context)
            error = self._error(context, source, python_cause(thrown))
            decision = self._decide(error)
            if decision.kind == "dead letter" and source is not None:
                return response.resume(jvm.java("java.util.List").of(_letter(source, error, str(decision.topic))))
            return response.resume() if decision.kind == "skip" else response.fail()

        return handle

    def _decide(self, error: RecordError) -> Decision:
        with self._lock:
            self.recent.append(error)
        try:
            decision = self._on_error if isinstance(self._on_error, Decision) else self._on_error(error)
        except BaseException as mistaken:
            self.fail(mistaken)
            return FAIL
        if decision.kind == "dead letter" and error.topic is None:
            decision = FAIL  # a punctuator failed: there is no record to keep
        with self._lock:
            self.skipped += decision.kind == "skip"
            self.dead_lettered += decision.kind == "dead letter"
        if decision.kind == "fail":
            self.fail(error)
        return decision

    def _error(self, context: Any, source: _Source | None, cause: BaseException) -> RecordError:
        processor = str(context.processorNodeId())
        if source is None:
            return RecordError(cause, processor=processor)
        key, value = self._sources.get(source.topic, (None, None))
        return RecordError(
            cause,
            processor=processor,
            topic=source.topic,
            partition=source.partition,
            offset=source.offset,
            key=_readable(source.key, key),
            value=_readable(source.value, value),
        )


def _source(context: Any) -> _Source | None:
    if context.topic() is None:
        return None
    return _Source(
        str(context.topic()),
        int(context.partition()),
        int(context.offset()),
        int(context.timestamp()),
        _bytes(context.sourceRawKey()),
        _bytes(context.sourceRawValue()),
        python_headers(context.headers()),
    )


def _letter(source: _Source, error: RecordError, topic: str) -> Any:
    """The Java ProducerRecord of the dead letter."""
    written = letter(source, error.__cause__ or error)
    lineage = [header for failure in written.failures for header in failure.headers()]
    return jvm.kafka("clients.producer.ProducerRecord")(
        topic,
        None,
        jvm.boxed(max(written.timestamp, 0)),
        _java_bytes(written.key),
        _java_bytes(written.value),
        java_headers((*written.headers, *lineage)),
    )


def _readable(data: bytes | None, serde: AnySerde | None) -> object:
    """What the bytes mean, if that can be found out: the error must be shown in any case."""
    if serde is None:
        return data
    try:
        return serde.from_bytes(data)
    except Exception:
        return data


def _bytes(data: Any) -> bytes | None:
    return None if data is None else bytes(data)


def _java_bytes(data: bytes | None) -> Any:
    return None if data is None else jvm.byte_array()(data)
