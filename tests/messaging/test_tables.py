"""Offsets, lag and groups as the brokers have them."""

import pandas as pd
import pytest
from kafka import KafkaAdminClient
from kafka.errors import OffsetNotAvailableError

from helpers.messaging import (
    Member,
    MessagingError,
    create_topic,
    groups,
    lag,
    members,
    offsets,
    wait_for_members,
    write,
)

pytestmark = pytest.mark.services
SECONDS = 30


def test_offsets_of_every_partition(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 3, bootstrap=kafka)
    write(topic_name, [(b"NY", b"1"), (b"NY", b"2"), (b"OH", b"3")], seconds=10, bootstrap=kafka)
    expected = pd.DataFrame({"topic": [topic_name] * 3, "partition": [0, 1, 2], "first": [0, 0, 0], "end": [2, 0, 1]})
    pd.testing.assert_frame_equal(offsets(topic_name, bootstrap=kafka), expected)


def test_lag_is_missing_before_the_first_commit_and_counts_afterwards(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 2, bootstrap=kafka)
    write(topic_name, [(b"k", str(n).encode()) for n in range(10)], seconds=10, bootstrap=kafka)  # all in one
    with Member(topic_name, topic_name, limit=4, seconds=SECONDS, name="reader", bootstrap=kafka) as reader:
        reader.join(SECONDS)
    table = lag(topic_name, bootstrap=kafka)
    (row,) = table.to_dict("records")
    assert (row["committed"], row["end"], row["lag"]) == (4, 10, 6)
    assert pd.isna(row["client"])
    with Member(topic_name, topic_name, limit=99, seconds=SECONDS, name="reader", bootstrap=kafka):
        wait_for_members(topic_name, 1, seconds=SECONDS, bootstrap=kafka)
        table = lag(topic_name, bootstrap=kafka)
    assert table["client"].tolist() == ["reader", "reader"]
    assert table["committed"].isna().sum() == table["lag"].isna().sum() == 1  # nothing to commit in the other


def test_groups_with_state_and_members(kafka: str, topic: str) -> None:
    with Member(topic, topic, limit=1, seconds=SECONDS, name="reader", bootstrap=kafka):
        wait_for_members(topic, 1, seconds=SECONDS, bootstrap=kafka)
        assert _row(groups(bootstrap=kafka), topic) == ("Stable", 1)
        (row,) = members(topic, bootstrap=kafka).to_dict("records")
        assert (row["client"], row["host"], row["topic"], row["partition"]) == ("reader", "127.0.0.1", topic, 0)
        assert row["member"].startswith("reader-")
    assert _row(groups(bootstrap=kafka), topic) == ("Empty", 0)


def test_a_group_nobody_has_heard_of_is_said(kafka: str, topic_name: str) -> None:
    for ask in (lag, members):
        with pytest.raises(MessagingError, match=f"There is no group '{topic_name}'"):
            ask(topic_name, bootstrap=kafka)


def test_waiting_for_members_ends(kafka: str, topic_name: str) -> None:
    with pytest.raises(MessagingError, match=r"After 0.3 s .* with 0 members, not Stable with 2"):
        wait_for_members(topic_name, 2, seconds=0.3, bootstrap=kafka)


def _row(table: pd.DataFrame, group: str) -> tuple[str, int]:
    found = table.set_index("group").loc[group]
    return found["state"], found["members"]


def test_a_leader_that_has_just_been_elected_is_asked_again(
    kafka: str, topic: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask, refused = KafkaAdminClient.list_partition_offsets, []

    def not_yet(client: KafkaAdminClient, wanted: object) -> object:
        if len(refused) < 2:
            refused.append(wanted)
            raise OffsetNotAvailableError
        return ask(client, wanted)

    monkeypatch.setattr(KafkaAdminClient, "list_partition_offsets", not_yet)
    assert offsets(topic, bootstrap=kafka)["end"].tolist() == [0]
    assert len(refused) == 2
