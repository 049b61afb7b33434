"""Topics are made, described and deleted, twice in a row, with the broker's own reasons when it refuses."""

import pytest

from helpers.messaging import (
    MessagingError,
    UnknownTopicError,
    create_topic,
    delete_topics,
    describe,
    list_topics,
    offsets,
    write,
)

pytestmark = pytest.mark.services


def test_made_once_and_found_the_second_time(kafka: str, topic_name: str) -> None:
    config = {"retention.ms": -1, "preallocate": False, "cleanup.policy": "compact"}
    assert create_topic(topic_name, 3, config=config, bootstrap=kafka)
    assert not create_topic(topic_name, 3, config=config, bootstrap=kafka)
    assert topic_name in list_topics(bootstrap=kafka)


def test_a_topic_that_is_not_as_asked_is_not_passed_off_as_it(kafka: str, topic: str) -> None:
    with pytest.raises(MessagingError, match="exists with 1 partitions, not 3"):
        create_topic(topic, 3, bootstrap=kafka)
    with pytest.raises(MessagingError, match=r"cleanup\.policy=delete, not compact"):
        create_topic(topic, config={"cleanup.policy": "compact"}, bootstrap=kafka)


def test_fresh_begins_with_an_empty_topic(kafka: str, topic: str) -> None:
    write(topic, [b"old"], seconds=10, bootstrap=kafka)
    assert create_topic(topic, 2, bootstrap=kafka, fresh=True)
    assert offsets(topic, bootstrap=kafka)["end"].tolist() == [0, 0]


def test_deleting_says_what_was_there_and_may_be_repeated(kafka: str, topic: str) -> None:
    assert delete_topics(topic, topic, f"{topic}-not", bootstrap=kafka) == (topic,)
    assert delete_topics(topic, bootstrap=kafka) == ()
    assert topic not in list_topics(bootstrap=kafka)


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        ({"replication": 3}, "replication factor of 3 cannot be reached"),
        ({"partitions": 0}, "non-positive"),
        ({"config": {"retention.mz": 1}}, r"retention\.mz"),
    ],
)
def test_a_refusal_carries_the_brokers_reason(
    kafka: str, topic_name: str, arguments: dict[str, object], reason: str
) -> None:
    with pytest.raises(MessagingError, match=reason):
        create_topic(topic_name, bootstrap=kafka, **arguments)  # type: ignore[arg-type]


def test_a_name_kafka_does_not_allow_is_refused(kafka: str) -> None:
    with pytest.raises(MessagingError, match="ASCII alphanumerics"):
        create_topic("page views", bootstrap=kafka)


def test_described_from_the_brokers_answer(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 2, bootstrap=kafka)
    table = describe(topic_name, bootstrap=kafka)
    assert table.columns.tolist() == ["topic", "partition", "leader", "replicas", "isr"]
    assert table["partition"].tolist() == [0, 1]
    assert all(row.replicas == row.isr == (row.leader,) for row in table.itertuples())


def test_an_unknown_topic_is_answered_with_the_nearest_name(kafka: str, topic: str) -> None:
    with pytest.raises(UnknownTopicError, match=f"did you mean '{topic}'"):
        describe(topic + "s", bootstrap=kafka)
    with pytest.raises(UnknownTopicError, match="make it first, in a notebook with create_topic"):
        describe("zzzzzzzz", bootstrap=kafka)
