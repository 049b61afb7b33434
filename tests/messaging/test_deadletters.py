"""A dead letter is the record itself, why it failed, where it came from and how often it was tried."""

import time

import pytest
from confluent_kafka import Producer
from kafka.admin import ConfigResource
from kafka.consumer.fetcher import ConsumerRecord

from helpers.messaging import Message, MessagingError, UnknownTopicError, create_topic, read, write
from helpers.messaging.clients import admin
from helpers.messaging.deadletters import (
    LONGEST_REASON,
    DeadLetters,
    Failure,
    Headers,
    create,
    letter,
    letters,
    send_back,
    table,
)
from helpers.messaging.segments import batches, segments_of

LONG_AGO = 1_500_000_000_000  # July 2017, as the page views of the talk


def record(offset: int = 3, headers: Headers = ()) -> ConsumerRecord:
    return ConsumerRecord("images", 1, None, offset, LONG_AGO, 0, b"k", b"v", list(headers), None, 1, 1, -1)


def test_a_letter_keeps_the_record_and_says_what_happened() -> None:
    made = letter(record(headers=[("trace", b"17")]), ValueError("783 bytes, not 784"), attempts=2)
    assert (made.key, made.value, made.headers, made.timestamp) == (b"k", b"v", (("trace", b"17"),), LONG_AGO)
    assert made.failures == (Failure("ValueError: 783 bytes, not 784", "images", 1, 3, 2),)
    assert (made.reason, made.source, made.attempts) == ("ValueError: 783 bytes, not 784", ("images", 1, 3), 2)


def test_lineage_is_five_headers_after_the_records_own() -> None:
    assert Failure("why", "images", 1, 3, 2).headers() == [
        ("dlq.reason", b"why"),
        ("dlq.topic", b"images"),
        ("dlq.partition", b"1"),
        ("dlq.offset", b"3"),
        ("dlq.attempts", b"2"),
    ]


def test_a_letter_that_fails_again_keeps_its_first_failure_and_counts_on() -> None:
    first = Failure("first", "images", 0, 1, 2)
    again = letter(record(9, headers=[("trace", b"17"), *first.headers()]), "second", attempts=3)
    assert again.headers == (("trace", b"17"),)
    assert again.failures == (first, Failure("second", "images", 1, 9, 5))


@pytest.mark.parametrize(
    "headers",
    [
        [("dlq.reason", b"mine")],
        [*Failure("a", "t", 0, 0).headers()[:4], ("dlq.attempts", None)],
        [*Failure("a", "t", 0, 0).headers()[:4], ("dlq.attempts", b"-1")],
        [*Failure("a", "t", 0, 0).headers()[:4], ("dlq.attempts", b"9" * 5_000)],
        [*Failure("a", "t", 0, 0).headers(), ("later", b"1")],
    ],
    ids=["one of five", "without a value", "not a number", "no 64-bit number", "not last"],
)
def test_what_only_looks_like_lineage_belongs_to_the_record(headers: Headers) -> None:
    made = letter(record(headers=headers), "why")
    assert made.headers == tuple(headers)
    assert len(made.failures) == 1


def test_a_reason_is_kept_short_and_can_always_be_written() -> None:
    assert len(letter(record(), "x" * 10_000).reason) == LONGEST_REASON
    assert Failure("half of a pair: \ud83d", "t", 0, 0).headers()[0][1] == rb"half of a pair: \ud83d"


@pytest.fixture
def dlq(kafka: str, topic_name: str) -> str:
    name = f"{topic_name}.dlq"
    create(name, bootstrap=kafka)
    return name


@pytest.fixture
def rejected(kafka: str, topic_name: str) -> list[ConsumerRecord]:
    """Every kind of record there is, as read from a topic; kafka-python itself could not write the last three."""
    create_topic(topic_name, config={"retention.ms": -1}, bootstrap=kafka)  # else 2017 is gone at the next clean-up
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(
        topic_name, b"\xff\x00", b"k", timestamp=LONG_AGO, headers=[("a", b"1"), ("a", b"2"), ("\u00e9", b"")]
    )
    producer.produce(topic_name, None, b"tombstone", timestamp=LONG_AGO + 1)
    producer.produce(topic_name, b"v", None, timestamp=LONG_AGO + 2, headers=[("empty", None)])
    producer.produce(topic_name, None, None, timestamp=LONG_AGO + 3)
    producer.produce(topic_name, b"", b"", timestamp=LONG_AGO + 4, headers=[("a", None)])
    assert producer.flush(10) == 0
    return read(topic_name, limit=5, seconds=10, bootstrap=kafka)


def identity(record: ConsumerRecord) -> tuple[object, ...]:
    return record.key, record.value, record.timestamp


@pytest.mark.services
def test_whatever_was_read_arrives_untouched(kafka: str, dlq: str, rejected: list[ConsumerRecord]) -> None:
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        assert dead.send([(each, "why") for each in rejected]) == 5
    stored = sorted(read(dlq, limit=5, seconds=10, bootstrap=kafka), key=lambda each: int(each.timestamp))
    assert [identity(each) for each in stored] == [identity(each) for each in rejected]
    for before, after in zip(rejected, stored, strict=True):
        lineage = Failure("why", before.topic, before.partition, before.offset).headers()
        assert after.headers == [*before.headers, *lineage]


@pytest.mark.services
def test_when_send_returns_the_letter_is_on_the_brokers_disk(
    kafka: str, dlq: str, rejected: list[ConsumerRecord]
) -> None:
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        dead.send([(rejected[0], "why")])
        (segment,) = segments_of(dlq, bootstrap=kafka)
        assert [stored.key for batch in batches(segment.path) for stored in batch.records or ()] == [b"k"]


@pytest.mark.services
def test_letters_stay_for_ever_whenever_their_records_are_from(
    kafka: str, dlq: str, rejected: list[ConsumerRecord]
) -> None:
    with admin(kafka) as client:
        config = client.describe_configs([ConfigResource("topic", dlq)])["topic"][dlq]
    assert config["retention.ms"]["value"] == "-1"
    in_a_day = int((time.time() + 86_400) * 1000)
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        assert dead.send([(rejected[0]._replace(timestamp=in_a_day), "why")]) == 1


@pytest.mark.services
def test_the_same_failure_written_twice_is_one_letter(kafka: str, dlq: str, rejected: list[ConsumerRecord]) -> None:
    for _ in range(2):  # as after a crash between the letter and the commit
        with DeadLetters(dlq, bootstrap=kafka) as dead:
            dead.send([(each, "why") for each in rejected])
    assert len(read(dlq, limit=10, seconds=10, bootstrap=kafka)) == 10
    assert len(letters(dlq, limit=10, seconds=10, bootstrap=kafka)) == 5


@pytest.mark.services
def test_letters_can_be_sent_back_and_their_next_failure_is_counted_on(kafka: str, dlq: str, topic: str) -> None:
    write(topic, [Message(b"v", b"k", [("trace", b"17")])], seconds=10, bootstrap=kafka)
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        dead.send([(each, "first") for each in read(topic, limit=1, seconds=10, bootstrap=kafka)], attempts=2)
        assert send_back(letters(dlq, limit=9, seconds=10, bootstrap=kafka), seconds=10, bootstrap=kafka) == 1
        again = read(topic, limit=9, seconds=10, offset=1, follow=False, bootstrap=kafka)
        dead.send([(each, "second") for each in again])
    _, last = letters(dlq, limit=9, seconds=10, bootstrap=kafka)
    assert last.headers == (("trace", b"17"),)
    assert last.failures == (Failure("first", topic, 0, 0, 2), Failure("second", topic, 0, 1, 3))


@pytest.mark.services
def test_the_table_has_a_row_for_each_letter(kafka: str, dlq: str, rejected: list[ConsumerRecord]) -> None:
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        dead.send([(rejected[0], "too <b>short</b>")])
    frame = table(letters(dlq, limit=9, seconds=10, bootstrap=kafka))
    (row,) = frame.to_dict("records")
    assert (row["reason"], row["topic"], row["offset"], row["attempts"], row["key"]) == (
        "too <b>short</b>",
        rejected[0].topic,
        0,
        1,
        b"k",
    )
    assert row["timestamp"].year == 2017
    assert "<b>" not in frame.to_html()
    assert table([]).columns.tolist() == frame.columns.tolist()


@pytest.mark.services
def test_records_without_lineage_are_no_letters(kafka: str, dlq: str) -> None:
    write(dlq, [b"somebody else's"], seconds=10, bootstrap=kafka)
    assert letters(dlq, limit=9, seconds=10, bootstrap=kafka) == []


@pytest.mark.services
def test_a_letter_that_is_not_acknowledged_stops_the_commit(kafka: str, topic: str) -> None:
    """The topic refuses what the record's own topic took: here a timestamp from long ago."""
    refusing = f"{topic}.dlq"
    create_topic(refusing, config={"message.timestamp.before.max.ms": 1_000}, bootstrap=kafka)
    old = record()._replace(topic=topic)
    with (
        DeadLetters(refusing, bootstrap=kafka) as dead,
        pytest.raises(MessagingError, match=r"Only 0 of 1 dead letters .*timestamp.*commit nothing"),
    ):
        dead.send([(old, "why")])


@pytest.mark.services
def test_a_record_too_large_for_any_topic_is_refused_and_the_next_one_is_not(
    kafka: str, dlq: str, rejected: list[ConsumerRecord]
) -> None:
    huge = rejected[0]._replace(value=bytes(17 * 2**20))
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        with pytest.raises(MessagingError, match="commit nothing"):
            dead.send([(huge, "why")])
        assert dead.send([(rejected[0], "why")]) == 1


@pytest.mark.services
def test_a_record_at_its_topics_limit_still_fits_with_its_lineage(
    kafka: str, dlq: str, rejected: list[ConsumerRecord]
) -> None:
    large = rejected[0]._replace(value=bytes(5 * 2**20))
    with DeadLetters(dlq, bootstrap=kafka) as dead:
        assert dead.send([(large, "x" * LONGEST_REASON)]) == 1
    (stored,) = letters(dlq, limit=1, seconds=10, bootstrap=kafka)
    assert stored.value == large.value


@pytest.mark.services
def test_a_topic_that_is_not_there_is_said_before_anything_fails(kafka: str, topic_name: str) -> None:
    with pytest.raises(UnknownTopicError):
        DeadLetters(topic_name, bootstrap=kafka)
