from typing import Any

import pytest
from kafka import KafkaProducer
from kafka.errors import KafkaError, KafkaTimeoutError
from kafka.producer.future import FutureRecordMetadata

from helpers.checks.producers import POLLS, Producer, Promise


def one() -> tuple[Producer, Promise]:
    producer = Producer(lambda key, value: key == b"bad")
    return producer, producer.send("notes", b"a note", b"bad")


@pytest.mark.parametrize("name", ["send", "flush", "close", "__enter__"])
def test_a_producer_has_the_names_of_kafka_pythons(name: str) -> None:
    assert hasattr(KafkaProducer, name)
    assert hasattr(Producer, name)


@pytest.mark.parametrize(
    "name", ["get", "is_done", "value", "exception", "failed", "succeeded", "add_callback", "add_errback", "add_both"]
)
def test_a_promise_has_the_names_of_kafka_pythons(name: str) -> None:
    assert hasattr(FutureRecordMetadata, name)
    assert hasattr(one()[1], name)


def test_it_remembers_what_was_sent() -> None:
    producer, _ = one()
    producer.send("notes", key=b"NY", value=b"another", headers=[])
    assert producer.sent == [("notes", b"bad", b"a note"), ("notes", b"NY", b"another")]
    assert producer.waited_after is None


@pytest.mark.parametrize(
    "wait", [lambda producer, promise: producer.flush(timeout=10), lambda producer, promise: producer.close()]
)
def test_the_answers_come_when_they_are_waited_for(wait: Any) -> None:
    producer, promise = one()
    assert (promise.failed(), promise.exception) == (False, None)
    wait(producer, promise)
    assert promise.failed()
    assert isinstance(promise.exception, KafkaError)
    assert producer.waited_after == 1


def test_get_raises_what_kafka_raises() -> None:
    _, promise = one()
    with pytest.raises(KafkaTimeoutError):
        promise.get(timeout=0)
    with pytest.raises(KafkaError, match="refused"):
        promise.get(10)
    with pytest.raises(KafkaError, match="refused"):
        promise.get(timeout=0)


def test_to_flush_what_is_answered_is_no_waiting() -> None:
    producer = Producer(lambda key, value: False)
    producer.flush()
    assert producer.waited_after is None
    assert producer.send("notes", b"a note").get() == "metadata"


def test_whoever_asks_again_and_again_waits_too() -> None:
    producer, promise = one()
    assert [promise.is_done for _ in range(POLLS + 1)] == [False] * POLLS + [True]
    assert producer.waited_after == 1


@pytest.mark.parametrize("late", [False, True])
def test_those_that_wait_are_told(late: bool) -> None:
    producer, promise = one()
    told: list[Any] = []
    if late:
        producer.flush()
    promise.add_callback(lambda value: told.append("arrived"))
    promise.add_errback(lambda name, error, at: told.append((name, type(error).__name__, at)), "NY", at=3)
    promise.add_both(lambda answer: told.append("both"))
    producer.flush()
    assert told == [("NY", "MessageSizeTooLargeError", 3), "both"]


def test_a_call_in_place_of_a_function_is_refused_at_once() -> None:
    with pytest.raises(TypeError, match="without brackets"):
        one()[1].add_errback([].append(1))  # type: ignore[func-returns-value]
