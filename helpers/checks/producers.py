"""A producer for exercises: it takes what a KafkaProducer takes, sends nothing, and remembers."""

from collections.abc import Callable
from functools import partial
from typing import Any, Self

POLLS = 5  # of `is_done` and the like, before the answers are there: whoever asks again and again waits, too


class Producer:
    """Stands in for a KafkaProducer: the answers come when they are waited for.

    sent: topic, key and value of each record. waited_after: how many had been sent when an answer was waited for the
    first time, None if none was.
    """

    def __init__(self, fails: Callable[[Any, Any], bool]) -> None:
        """fails: whether the record with this key and value is refused."""
        self.sent: list[tuple[str, Any, Any]] = []
        self.waited_after: int | None = None
        self._fails = fails
        self._promises: list[Promise] = []

    def send(self, topic: str, value: Any = None, key: Any = None, *_: Any, **__: Any) -> "Promise":
        """The promise of an answer, in the order of kafka-python's arguments."""
        self.sent.append((topic, key, value))
        self._promises.append(Promise(self, fails=self._fails(key, value)))
        return self._promises[-1]

    def flush(self, timeout: float | None = None) -> None:
        """Let all answers come. Raises KafkaTimeoutError if there is no time for it."""
        _allow(timeout)
        if not self.answered:
            self.waited_after = len(self.sent) if self.waited_after is None else self.waited_after
        for promise in self._promises:
            promise.settle()

    @property
    def answered(self) -> bool:
        """Whether every promise has been kept or broken."""
        return all(promise.settled for promise in self._promises)

    def close(self, timeout: float | None = None) -> None:
        self.flush(timeout)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return "producer"


class Promise:
    """Stands in for the future that `send` returns, with the names of kafka-python's."""

    def __init__(self, producer: Producer, *, fails: bool) -> None:
        self.value: str | None = None
        self.exception: Exception | None = None
        self.settled = False
        self._producer, self._fails = producer, fails
        self._polls = 0
        self._waiting: list[tuple[bool, Callable[[Any], Any]]] = []

    def settle(self) -> None:
        """Let the answer come, and tell those that wait for it."""
        from kafka.errors import MessageSizeTooLargeError

        if self.settled:
            return
        self.settled = True
        if self._fails:
            self.exception = MessageSizeTooLargeError("the broker refused it")
        else:
            self.value = "metadata"
        for of_failure, told in self._waiting:
            self._tell(of_failure, told)

    def get(self, timeout: float | None = None) -> str | None:
        """The answer, once it is there. Raises what the broker said, or KafkaTimeoutError."""
        if not self.settled:
            _allow(timeout)
            self._producer.flush()
        if self.exception is not None:
            raise self.exception
        return self.value

    @property
    def is_done(self) -> bool:
        if not self.settled:
            self._polls += 1
            if self._polls > POLLS:
                self._producer.flush()
        return self.settled

    def succeeded(self) -> bool:
        return self.is_done and not self._fails

    def failed(self) -> bool:
        return self.is_done and self._fails

    def add_callback(self, told: Callable[..., Any], *arguments: Any, **named: Any) -> Self:
        return self._add(False, told, arguments, named)

    def add_errback(self, told: Callable[..., Any], *arguments: Any, **named: Any) -> Self:
        return self._add(True, told, arguments, named)

    def add_both(self, told: Callable[..., Any], *arguments: Any, **named: Any) -> Self:
        return self.add_callback(told, *arguments, **named).add_errback(told, *arguments, **named)

    def _add(
        self, of_failure: bool, told: Callable[..., Any], arguments: tuple[Any, ...], named: dict[str, Any]
    ) -> Self:
        if not callable(told):
            raise TypeError(f"{told!r} cannot be called when the answer comes: hand over a function, without brackets")
        bound = partial(told, *arguments, **named)
        if self.settled:
            self._tell(of_failure, bound)
        else:
            self._waiting.append((of_failure, bound))
        return self

    def _tell(self, of_failure: bool, told: Callable[[Any], Any]) -> None:
        if of_failure == self._fails:
            told(self.exception if self._fails else self.value)

    def __repr__(self) -> str:
        return "promise"


def _allow(timeout: float | None) -> None:
    from kafka.errors import KafkaTimeoutError

    if timeout is not None and timeout <= 0:
        raise KafkaTimeoutError(f"no answer after {timeout} s")
