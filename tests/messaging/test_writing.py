"""Everything written is acknowledged, with its place, or the writer hears what was not."""

import time
from collections.abc import Iterator

import pytest

from helpers.messaging import Message, MessagingError, UnknownTopicError, create_topic, offsets, read, write

pytestmark = pytest.mark.services


def test_the_receipt_has_each_records_place_in_the_order_written(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 3, bootstrap=kafka)
    receipt = write(topic_name, [(b"NY", b"1"), (b"OH", b"2"), (b"NY", b"3")], seconds=10, bootstrap=kafka)
    assert [(record.partition, record.offset) for record in receipt.records] == [(0, 0), (2, 0), (0, 1)]
    assert receipt.count == 3
    assert receipt.per_partition == {0: 2, 2: 1}
    assert str(receipt) == f"{topic_name}: 3 acknowledged (2 to partition 0, 1 to partition 2)"


def test_a_message_carries_all_that_a_record_can(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 2, config={"retention.ms": -1}, bootstrap=kafka)
    sent = Message(b"v", b"k", [("h", b"1"), ("h", b"2")], timestamp_ms=1_500_000_000_000, partition=1)
    write(topic_name, [sent, Message(None, b"gone")], seconds=10, bootstrap=kafka)
    (found,) = (each for each in read(topic_name, limit=2, seconds=10, bootstrap=kafka) if each.value)
    assert (found.value, found.key, found.headers, found.timestamp, found.partition) == sent


def test_nothing_to_write_is_acknowledged_as_nothing(kafka: str, topic: str) -> None:
    assert write(topic, [], seconds=10, bootstrap=kafka).count == 0


@pytest.mark.parametrize(
    ("record", "reason"),
    [
        ("text", "Record 1 .* values and header values are bytes"),
        ((None, None), "Record 1 .* at least one: key or value"),
        (Message(b"v", partition=7), "Record 1 .* Unrecognized partition 7"),
        (b"v" * 2_000_000, "Record 1 .* larger than the maximum request size"),
    ],
    ids=["text", "neither key nor value", "no such partition", "too large"],
)
def test_what_cannot_be_written_is_named_by_its_place(kafka: str, topic: str, record: object, reason: str) -> None:
    with pytest.raises(MessagingError, match=reason):
        write(topic, [b"good", record], seconds=10, bootstrap=kafka)  # type: ignore[list-item]


def test_what_the_broker_refuses_is_said(kafka: str, topic: str) -> None:
    in_a_day = int((time.time() + 86_400) * 1000)
    with pytest.raises(
        MessagingError, match=r"after 0 acknowledged records of 1 .*Timestamp.*correct what was refused"
    ):
        write(topic, [Message(b"v", timestamp_ms=in_a_day)], seconds=10, bootstrap=kafka)


def test_an_endless_source_ends_with_the_time(kafka: str, topic: str) -> None:
    def endless() -> Iterator[bytes]:
        while True:
            yield b"more"

    with pytest.raises(MessagingError, match=r"time is up.*allow more seconds"):
        write(topic, endless(), seconds=0.5, bootstrap=kafka)


def test_a_source_that_fails_keeps_its_error(kafka: str, topic: str) -> None:
    def failing() -> Iterator[bytes]:
        yield b"first"
        raise RuntimeError("no more pictures")

    with pytest.raises(RuntimeError, match="no more pictures"):
        write(topic, failing(), seconds=10, bootstrap=kafka)


def test_an_unknown_topic_is_not_made_by_writing(kafka: str, topic_name: str) -> None:
    with pytest.raises(UnknownTopicError, match=topic_name):
        write(topic_name, [b"v"], seconds=10, bootstrap=kafka)
    with pytest.raises(UnknownTopicError):
        offsets(topic_name, bootstrap=kafka)
