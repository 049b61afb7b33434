"""What kafka-python 3.0.12 does after a broker has refused a record for good; lesson 07 says so.

A test that fails here tells of a version that behaves better: then the lesson's note on idempotence can go.
"""

from contextlib import closing

import pytest
from kafka import KafkaProducer
from kafka.errors import MessageSizeTooLargeError

from helpers.messaging import create_topic

pytestmark = pytest.mark.services


def answers(kafka: str, topic: str, **settings: object) -> list[type[BaseException] | None]:
    """The errors of a small record, one that is too large, and a small one again, each awaited."""
    create_topic(topic, config={"max.message.bytes": 300}, bootstrap=kafka)
    found = []
    with closing(KafkaProducer(bootstrap_servers=kafka, **settings)) as producer:
        for size in (5, 500, 5):
            promise = producer.send(topic, value=b"x" * size)
            producer.flush(timeout=10)
            found.append(type(promise.exception) if promise.failed() else None)
    return found


def test_an_idempotent_producer_is_finished_by_one_refused_record(kafka: str, topic_name: str) -> None:
    assert answers(kafka, topic_name) == [None, MessageSizeTooLargeError, MessageSizeTooLargeError]


def test_without_idempotence_it_goes_on(kafka: str, topic_name: str) -> None:
    assert answers(kafka, topic_name, enable_idempotence=False) == [None, MessageSizeTooLargeError, None]
