"""Functions handed to Java: thread state, exceptions, arity, leaks."""

import gc
import sys
import threading
from collections.abc import Callable
from typing import Any

import psutil
import pytest

from helpers.streams import JSON, STRING, StreamsError, jvm
from helpers.streams.callables import arity, converted, guard, python_cause


class JavaThread:
    """A thread of Java's own, as Kafka Streams has them."""

    def __enter__(self) -> "JavaThread":
        self._pool = jvm.java("java.util.concurrent.Executors").newSingleThreadExecutor()
        return self

    def __exit__(self, *raised: object) -> None:
        self._pool.shutdown()

    def run(self, function: Callable[[], Any]) -> None:
        self._pool.submit(jvm.proxy("java.lang.Runnable", run=function)).get()


def marks(wrap: Callable[[Callable[[], None]], Callable[[], None]]) -> list[bool]:
    """Whether a thread local set by one call of Java's is there in the next."""
    local, found = threading.local(), []

    def call() -> None:
        found.append(hasattr(local, "mark"))
        local.mark = True

    with JavaThread() as thread:
        for _ in range(3):
            thread.run(wrap(call))
    return found


def test_the_thread_state_is_kept_from_the_first_call_on() -> None:
    assert marks(lambda call: call) == [False, False, False]  # what JPype does by itself
    assert marks(guard) == [False, True, True]


def test_the_exception_is_found_again_behind_what_java_made_of_it() -> None:
    def fail() -> None:
        raise KeyError("amount")

    java_error = jvm.java("java.lang.RuntimeException")
    with pytest.raises(java_error, match="KeyError: 'amount'") as caught:
        guard(fail)()
    wrapped = java_error("wrapped", caught.value)
    assert isinstance(python_cause(wrapped), KeyError)
    assert python_cause(wrapped) is wrapped  # told once


def test_an_exception_of_java_is_not_taken_for_an_earlier_one_of_python() -> None:
    def fail() -> None:
        raise KeyError("amount")

    java_error = jvm.java("java.lang.RuntimeException")
    with pytest.raises(java_error):
        guard(fail)()
    other = java_error("something else")
    assert python_cause(other) is other


def test_kafkas_own_exceptions_pass_as_they_are() -> None:
    error = jvm.kafka("streams.errors.StreamsException")

    def fail() -> None:
        raise error("on its way")

    with pytest.raises(error):
        guard(fail)()


@pytest.mark.parametrize(
    ("function", "allowed", "expected"),
    [
        (lambda value: value, (1, 2), 1),
        (lambda key, value: value, (1, 2), 2),
        (lambda value, unit="s": value, (1, 2), 1),
        (lambda *both: both, (2, 3), 2),
        (str.upper, (1, 2), 1),
        (len, (1, 2), 1),
        (int, (1, 2), 1),
        (dict.get, (2, 3), 2),
    ],
)
def test_arity(function: Callable[..., Any], allowed: tuple[int, ...], expected: int) -> None:
    assert arity(function, *allowed) == expected


def test_arity_refuses_what_fits_nowhere() -> None:
    with pytest.raises(StreamsError, match=r"<lambda>\(\) must take 2 or 3 arguments here"):
        arity(lambda: 0, 2, 3)


def used() -> tuple[int, int, int]:
    """Memory of the process in MB, Python's memory blocks, its threads."""
    gc.collect()
    jvm.java("java.lang.System").gc()
    return psutil.Process().memory_info().rss // 2**20, sys.getallocatedblocks(), threading.active_count()


def leaked(calls: int) -> tuple[int, int, int]:
    """What so many calls of a wrapped function on a thread of Java's leave behind."""
    text = jvm.java("java.lang.String")("key")
    value = JSON.encode({"state": "OH", "amount": 12_500})
    records = jvm.java("java.util.Collections").nCopies(calls, value)
    mapper = jvm.proxy(
        "java.util.function.UnaryOperator",
        apply=converted(lambda key, sale: {**sale, "key": key}, [STRING.decode, JSON.decode], JSON.encode).__get__(
            text
        ),
    )
    predicate = jvm.java("java.util.function.Predicate").isEqual(None)

    def drain() -> None:
        assert records.stream().map(mapper).filter(predicate).count() == 0

    with JavaThread() as thread:
        thread.run(drain)
        before = used()
        thread.run(drain)
        return tuple(after - start for after, start in zip(used(), before, strict=True))


@pytest.mark.parametrize("calls", [100_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_callbacks_leak_nothing(calls: int) -> None:
    megabytes, blocks, threads = leaked(calls)
    assert megabytes < 24  # Java's heap breathes; a leak of one byte array per call would be 6 or 60
    assert blocks < 2_000
    assert threads <= 0
