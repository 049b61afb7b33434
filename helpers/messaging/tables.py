"""Offsets, lag and the state of consumer groups, as tables from the brokers' own answers."""

import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
from kafka import KafkaAdminClient, OffsetSpec, TopicPartition
from kafka.errors import (
    CoordinatorNotAvailableError,
    LeaderNotAvailableError,
    NotLeaderForPartitionError,
    OffsetNotAvailableError,
)

from helpers.messaging.clients import admin, bootstrap_or_default, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.reachability import reach

STABLE = "Stable"
COORDINATOR_SECONDS = 5.0  # the first question makes a broker create the topic __consumer_offsets
ELECTION_SECONDS = 10.0  # a broker that died is noticed after 9 s by default, after 3 s in ours
DEAD = "Dead"  # what a broker answers of a group it has never heard of


def offsets(*topics: str, bootstrap: str | None = None) -> pd.DataFrame:
    """What each partition holds. Columns: topic, partition, first, end.

    first: the oldest offset still kept; end: the one the next record will get. Fewer than end − first
    records are there when compaction or transactions have been at work. Raises UnknownTopicError.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    cluster = require_topics(bootstrap, topics)
    partitions = [TopicPartition(topic, at) for topic in topics for at in range(cluster.topics[topic])]
    with admin(bootstrap) as client:
        firsts = _list_offsets(client, partitions, OffsetSpec.EARLIEST)
        ends = _list_offsets(client, partitions, OffsetSpec.LATEST)
    rows = [(*partition, firsts[partition], ends[partition]) for partition in partitions]
    return pd.DataFrame(rows, columns=["topic", "partition", "first", "end"])


def groups(*, bootstrap: str | None = None) -> pd.DataFrame:
    """All consumer groups. Columns: group, state (Stable, PreparingRebalance, Empty …), members (how many)."""
    with admin(bootstrap_or_default(bootstrap)) as client:
        names = sorted(group["group_id"] for group in client.list_groups())
        described = _described(client, names) if names else {}
    rows = [(name, described[name]["group_state"], len(described[name]["members"])) for name in names]
    return pd.DataFrame(rows, columns=["group", "state", "members"])


def members(group: str, *, bootstrap: str | None = None) -> pd.DataFrame:
    """Who has what: a row for each partition of each member, and one for a member that has none.

    Columns: member (Kafka's id), client (its client_id), host, topic and partition (both missing for an idle
    member). Raises MessagingError when there is no such group.
    """
    with admin(bootstrap_or_default(bootstrap)) as client:
        return _members(_describe(client, group))


def wait_for_members(group: str, count: int, *, seconds: float, bootstrap: str | None = None) -> pd.DataFrame:
    """Wait until a group is stable, has so many members, and they share all partitions; the table of `members`.

    Raises MessagingError when it is not so within `seconds`.
    """
    deadline = time.monotonic() + seconds
    bootstrap = bootstrap_or_default(bootstrap)
    with admin(bootstrap) as client:
        while True:
            described = _described(client, [group])[group]
            state, present = described["group_state"], len(described["members"])
            # kafka-python's leader of a group may not know the partitions at first, and then gives none to anybody
            if state == STABLE and present == count and len(_owners(described)) == _subscribed(described, bootstrap):
                return _members(described)
            if time.monotonic() > deadline:
                raise MessagingError(
                    f"After {seconds:g} s group {group!r} is {state} with {present} members, not {STABLE} with "
                    f"{count} that share all partitions: see whether they run, and allow for a rebalance."
                )
            time.sleep(0.1)


def lag(group: str, *, bootstrap: str | None = None) -> pd.DataFrame:
    """How far a group is behind, for each partition it has committed or been given.

    Columns: topic, partition, committed (the next offset it would read), end, lag (end − committed), client
    (who has the partition). committed and lag are missing before the first commit, client while nobody has
    the partition. Raises MessagingError when there is no such group.
    """
    with admin(bootstrap_or_default(bootstrap)) as client:
        owners = _owners(_describe(client, group))
        stored = client.list_group_offsets([group])[group]
        committed = {partition: entry.offset for partition, entry in stored.items()}
        partitions = sorted(committed.keys() | owners.keys())
        ends = _list_offsets(client, partitions, OffsetSpec.LATEST)
    frame = pd.DataFrame(
        [(*each, committed.get(each), ends[each], owners.get(each)) for each in partitions],
        columns=["topic", "partition", "committed", "end", "client"],
    ).astype({"committed": "Int64", "end": "Int64"})
    frame.insert(4, "lag", frame["end"] - frame["committed"])
    return frame


def audience(*, bootstrap: str | None = None) -> pd.DataFrame:
    """Which topics are being read by consumer groups. Columns: topic, consumers (how many), groups (of how many)."""
    with admin(bootstrap_or_default(bootstrap)) as client:
        names = sorted(group["group_id"] for group in client.list_groups())
        described = _described(client, names) if names else {}
    readers = {
        (topic, name, member["member_id"])
        for name, group in described.items()
        for member in group["members"]
        for topic, _ in _assigned(member)
    }
    frame = pd.DataFrame(sorted(readers), columns=["topic", "group", "member"]).groupby("topic")
    return frame.agg(consumers=("member", "size"), groups=("group", "nunique")).reset_index()


def newest(topic: str, *, bootstrap: str | None = None) -> int | None:
    """The time of a topic's newest record in ms since 1970, None when it holds none. Raises UnknownTopicError."""
    bootstrap = bootstrap_or_default(bootstrap)
    cluster = require_topics(bootstrap, [topic])
    wanted = {TopicPartition(topic, at): OffsetSpec.MAX_TIMESTAMP for at in range(cluster.topics[topic])}
    with admin(bootstrap) as client:
        times = [entry.timestamp for entry in _asked(client, wanted).values()]
    return max((time for time in times if time is not None and time >= 0), default=None)


def _list_offsets(
    client: KafkaAdminClient, partitions: Iterable[TopicPartition], spec: OffsetSpec
) -> dict[TopicPartition, int]:
    found = _asked(client, dict.fromkeys(partitions, spec))
    return {partition: entry.offset for partition, entry in found.items()}


def _asked(client: KafkaAdminClient, wanted: Mapping[TopicPartition, OffsetSpec]) -> Mapping[TopicPartition, Any]:
    """The brokers' answers; a leader that has just been elected cannot give one for a moment."""
    deadline = time.monotonic() + ELECTION_SECONDS
    while True:
        try:
            return client.list_partition_offsets(wanted) if wanted else {}
        except (LeaderNotAvailableError, NotLeaderForPartitionError, OffsetNotAvailableError):
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _described(client: KafkaAdminClient, groups: Sequence[str]) -> Mapping[str, Mapping[str, Any]]:
    """What the brokers know of groups; a fresh broker needs a second before it knows anything of any."""
    deadline = time.monotonic() + COORDINATOR_SECONDS
    while True:
        try:
            return dict(client.describe_groups(list(groups)))
        except CoordinatorNotAvailableError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.1)


def _describe(client: KafkaAdminClient, group: str) -> Mapping[str, Any]:
    described = _described(client, [group])[group]
    if described["group_state"] == DEAD:
        raise MessagingError(f"There is no group {group!r}: there is one once a consumer has joined or committed.")
    return described


def _assigned(member: Mapping[str, Any]) -> list[TopicPartition]:
    topics = (member["member_assignment"] or {}).get("assigned_partitions", [])
    return [TopicPartition(topic["topic"], at) for topic in topics for at in topic["partitions"]]


def _subscribed(described: Mapping[str, Any], bootstrap: str) -> int:
    """How many partitions the topics have that a group's members subscribe to."""
    topics = {topic for member in described["members"] for topic in member["member_metadata"]["topics"]}
    counts = reach(bootstrap).topics
    return sum(counts.get(topic, 0) for topic in topics)


def _members(described: Mapping[str, Any]) -> pd.DataFrame:
    rows = [
        (member["member_id"], member["client_id"], member["client_host"].lstrip("/"), *partition)
        for member in described["members"]
        for partition in (_assigned(member) or [(None, None)])
    ]
    frame = pd.DataFrame(rows, columns=["member", "client", "host", "topic", "partition"])
    return frame.astype({"partition": "Int64"}).sort_values(["client", "topic", "partition"], ignore_index=True)


def _owners(described: Mapping[str, Any]) -> dict[TopicPartition, str]:
    return {partition: member["client_id"] for member in described["members"] for partition in _assigned(member)}
