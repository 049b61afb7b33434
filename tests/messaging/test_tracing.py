"""One record is followed by its id, as key or as header, and never half followed."""

import pytest

from helpers.messaging import Message, MessagingError, create_topic, trace, write

pytestmark = pytest.mark.services
NOW = 1_900_000_000_000


def test_followed_through_topics_by_key_and_by_header(kafka: str, topic_name: str) -> None:
    images, predictions, rejected = (f"{topic_name}-{name}" for name in ("taken", "predicted", "rejected"))
    anytime = {"retention.ms": -1, "message.timestamp.after.max.ms": 2**63 - 1}
    for name in (images, predictions, rejected):
        create_topic(name, 2, config=anytime, bootstrap=kafka)
    others = [Message(b"other", str(n).encode(), timestamp_ms=NOW) for n in range(50)]
    write(images, [*others, Message(b"pixels", b"id-17", timestamp_ms=NOW)], seconds=10, bootstrap=kafka)
    write(
        predictions,
        [Message(b"Boot", b"x", [("worker", b"a"), ("image", b"id-17")], timestamp_ms=NOW + 12), *others],
        seconds=10,
        bootstrap=kafka,
    )
    table = trace("id-17", [rejected, predictions, images], bootstrap=kafka)
    assert table[["topic", "after_ms", "found_in", "value"]].to_numpy().tolist() == [
        [images, 0, "key", b"pixels"],
        [predictions, 12, "header image", b"Boot"],
    ]
    assert table["timestamp"].iloc[0].isoformat() == "2030-03-17T17:46:40+00:00"


def test_a_trace_of_nothing_is_an_empty_table(kafka: str, topic: str) -> None:
    table = trace(b"\xff", [topic], bootstrap=kafka)
    assert table.empty
    assert table.columns.tolist()[:3] == ["topic", "partition", "offset"]


def test_a_search_cut_short_is_not_passed_off_as_all(kafka: str, topic: str) -> None:
    write(topic, [(b"id", b"1"), (b"id", b"2"), (b"id", b"3")], seconds=10, bootstrap=kafka)
    with pytest.raises(MessagingError, match="ended after 2 records"):
        trace("id", [topic], limit=2, bootstrap=kafka)
