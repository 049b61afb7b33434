"""Every reading ends: at its limit, at its time, or where the topic ended when it began."""

import time

import pytest
from kafka import KafkaProducer, TopicPartition
from kafka.consumer.fetcher import ConsumerRecord

from helpers.messaging import (
    Message,
    MessagingError,
    Reading,
    UnknownTopicError,
    create_topic,
    offsets,
    read,
    write,
)
from helpers.messaging.clients import admin

pytestmark = pytest.mark.services


@pytest.fixture
def ten(kafka: str, topic: str) -> str:
    """A topic that holds b"0" to b"9"."""
    write(topic, [str(number).encode() for number in range(10)], seconds=10, bootstrap=kafka)
    return topic


def values(records: list[ConsumerRecord]) -> list[int]:
    return [int(record.value) for record in records]


def test_it_stops_at_the_limit(kafka: str, ten: str) -> None:
    assert values(read(ten, limit=4, seconds=30, bootstrap=kafka)) == [0, 1, 2, 3]
    assert read(ten, limit=0, seconds=30, bootstrap=kafka) == []


def test_it_stops_at_the_time_and_returns_what_there_was(kafka: str, ten: str) -> None:
    began = time.monotonic()
    assert values(read(ten, limit=11, seconds=1, bootstrap=kafka)) == list(range(10))
    assert time.monotonic() - began > 0.9  # it waited for the eleventh; a wait may end a clock's tick early


def test_it_stops_at_the_end_when_it_need_not_follow(kafka: str, ten: str) -> None:
    assert values(read(ten, limit=1_000, seconds=60, follow=False, bootstrap=kafka)) == list(range(10))


@pytest.mark.parametrize("follow", [False, True])
def test_what_comes_after_the_beginning_is_read_only_when_it_follows(kafka: str, topic_name: str, follow: bool) -> None:
    create_topic(topic_name, 2, bootstrap=kafka)
    large = [Message(bytes(900_000), partition=1)] * 4  # a fetch brings one at a time, so there are several
    write(topic_name, [Message(b"early", partition=0), *large], seconds=20, bootstrap=kafka)
    seen = []
    for record in Reading([topic_name], limit=6, seconds=20, follow=follow, bootstrap=kafka):
        if not seen:
            write(topic_name, [Message(b"late", partition=0)], seconds=10, bootstrap=kafka)
        seen.append(record.value)
    assert len(seen) == 5 + follow
    assert seen.count(b"late") == follow


def test_it_begins_where_it_is_told(kafka: str, ten: str) -> None:
    def begun(offset: int | str) -> list[int]:
        return values(read(ten, limit=99, seconds=60, offset=offset, follow=False, bootstrap=kafka))  # type: ignore[arg-type]

    assert begun(7) == [7, 8, 9]
    assert begun(10) == begun(1_000_000) == begun("latest") == []


def test_an_offset_that_retention_has_taken_means_the_oldest_left(kafka: str, ten: str) -> None:
    with admin(kafka) as client:
        client.delete_records({TopicPartition(ten, 0): 6})
    assert values(read(ten, limit=99, seconds=60, offset=2, follow=False, bootstrap=kafka)) == [6, 7, 8, 9]


def test_several_topics_and_partitions_are_read_each_in_order(kafka: str, topic_name: str) -> None:
    names = [f"{topic_name}-{letter}" for letter in "ab"]
    for name in names:
        create_topic(name, 3, bootstrap=kafka)
        write(name, [(str(n % 7).encode(), str(n).encode()) for n in range(300)], seconds=10, bootstrap=kafka)
    records = read(names, limit=600, seconds=30, bootstrap=kafka)
    assert len(records) == 600
    for name in names:
        for partition in range(3):
            seen = [each.offset for each in records if (each.topic, each.partition) == (name, partition)]
            assert seen == list(range(len(seen)))


def test_bytes_come_as_bytes_whatever_they_are(kafka: str, topic: str) -> None:
    odd = [b"\xff\xfe", b"", b"<script>", b"\x1b[2J"]
    write(topic, odd, seconds=10, bootstrap=kafka)
    assert [record.value for record in read(topic, limit=4, seconds=10, bootstrap=kafka)] == odd


def test_aborted_records_are_seen_only_uncommitted_and_both_passes_come_to_the_end(kafka: str, topic: str) -> None:
    producer = KafkaProducer(bootstrap_servers=kafka, transactional_id=topic)
    producer.init_transactions()
    producer.begin_transaction()
    producer.send(topic, b"1").get(timeout=10)
    producer.abort_transaction()
    producer.close()
    for isolation, seen in (("read_uncommitted", [1]), ("read_committed", [])):
        reading = Reading([topic], limit=99, seconds=60, isolation_level=isolation, bootstrap=kafka)  # type: ignore[arg-type]
        assert values(list(reading)) == seen
        assert reading.complete  # the last offset is a transaction's marker, which no reader gets
    assert offsets(topic, bootstrap=kafka)["end"].tolist() == [2]


def test_a_reading_knows_whether_it_saw_everything(kafka: str, ten: str) -> None:
    for limit, complete in ((9, False), (10, True)):
        reading = Reading([ten], limit=limit, seconds=60, bootstrap=kafka)
        assert len(list(reading)) == limit
        assert reading.complete == complete


@pytest.mark.parametrize("bounds", [{"limit": -1, "seconds": 1}, {"limit": 1, "seconds": 0}])
def test_bounds_must_bound(kafka: str, topic: str, bounds: dict[str, int]) -> None:
    with pytest.raises(MessagingError, match="give a limit from 0"):
        read(topic, bootstrap=kafka, **bounds)


def test_a_negative_offset_is_refused(kafka: str, topic: str) -> None:
    with pytest.raises(MessagingError, match="offset=-1"):
        read(topic, limit=1, seconds=1, offset=-1, bootstrap=kafka)


def test_an_unknown_topic_is_said_at_once(kafka: str, topic: str) -> None:
    began = time.monotonic()
    with pytest.raises(UnknownTopicError, match=f"did you mean '{topic}'"):
        read(topic[:-1], limit=1, seconds=60, bootstrap=kafka)
    assert time.monotonic() - began <= 3
