"""Topics: made, described and deleted so that a notebook can do it twice in a row."""

import time
from collections.abc import Mapping

import pandas as pd
from kafka import KafkaAdminClient
from kafka.admin import ConfigResource
from kafka.errors import KafkaTimeoutError, NoError, TopicAlreadyExistsError, for_code

from helpers.messaging.clients import admin, bootstrap_or_default, require_topics
from helpers.messaging.errors import MessagingError
from helpers.messaging.reachability import Cluster, reach

SETTLE_SECONDS = 10.0  # until a new topic has leaders, or a deleted one is gone


def create_topic(
    name: str,
    partitions: int = 1,
    replication: int = 1,
    config: Mapping[str, str | int | bool] | None = None,
    *,
    bootstrap: str | None = None,
    fresh: bool = False,
) -> bool:
    """Make a topic and return when every partition has a leader: True, or False when it was there already.

    config: Kafka's topic settings, such as {"retention.ms": -1}. fresh: delete a topic of that name, and all
    that is in it, first. Raises MessagingError when a topic of that name has other partitions or settings
    than asked for, and when the broker refuses; UnreachableError when no broker answers.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    wanted = {key: _setting(value) for key, value in (config or {}).items()}
    if fresh:
        delete_topics(name, bootstrap=bootstrap)
    with admin(bootstrap) as client:
        if not _create(client, name, partitions, replication, wanted):
            _compare(client, reach(bootstrap), name, partitions, wanted)
            return False
        try:
            client.wait_for_topics([name], timeout_ms=SETTLE_SECONDS * 1000)
        except KafkaTimeoutError as error:
            raise MessagingError(
                f"Topic {name!r} has no leader after {SETTLE_SECONDS:.0f} s: see whether all brokers run."
            ) from error
    return True


def delete_topics(*names: str, bootstrap: str | None = None) -> tuple[str, ...]:
    """Delete topics with all they hold; return, once they are gone, those that were there.

    Raises MessagingError when the broker refuses or the topics are still listed after 10 s.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    present = tuple(name for name in dict.fromkeys(names) if name in reach(bootstrap).topics)
    if not present:
        return ()
    with admin(bootstrap) as client:
        client.delete_topics(list(present))
    deadline = time.monotonic() + SETTLE_SECONDS
    while left := [name for name in present if name in reach(bootstrap).topics]:
        if time.monotonic() > deadline:
            raise MessagingError(f"Topic {left[0]!r} is still listed {SETTLE_SECONDS:.0f} s after it was deleted.")
        time.sleep(0.05)
    return present


def list_topics(*, bootstrap: str | None = None) -> list[str]:
    """Names of all topics, sorted, without Kafka's own (`__consumer_offsets` and the like)."""
    topics = reach(bootstrap_or_default(bootstrap)).topics
    return sorted(name for name in topics if not name.startswith("__"))


def describe(*names: str, bootstrap: str | None = None) -> pd.DataFrame:
    """Where the partitions of topics live, from the broker's own answer.

    Columns: topic, partition, leader (broker id; -1 while there is none), replicas and isr (tuples of broker
    ids: those that should hold a copy, and those that are in sync). Raises UnknownTopicError.
    """
    bootstrap = bootstrap_or_default(bootstrap)
    require_topics(bootstrap, names)
    with admin(bootstrap) as client:
        topics = client.describe_topics(list(names))
    rows = [
        (
            topic["name"],
            partition["partition_index"],
            partition["leader_id"],
            tuple(partition["replica_nodes"]),
            tuple(partition["isr_nodes"]),
        )
        for topic in topics
        for partition in topic["partitions"]
    ]
    return pd.DataFrame(sorted(rows), columns=["topic", "partition", "leader", "replicas", "isr"])


def _setting(value: str | int | bool) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _create(client: KafkaAdminClient, name: str, partitions: int, replication: int, config: Mapping[str, str]) -> bool:
    """False when a topic of that name exists."""
    request = {name: {"num_partitions": partitions, "replication_factor": replication, "configs": dict(config)}}
    (answer,) = client.create_topics(request, raise_errors=False)["topics"]
    kind = for_code(answer["error_code"])
    if kind in (NoError, TopicAlreadyExistsError):
        return kind is NoError
    reason = (answer["error_message"] or kind.__name__).rstrip(".")
    raise MessagingError(
        f"Kafka refused topic {name!r} (partitions={partitions}, replication={replication}): {reason}."
    )


def _compare(client: KafkaAdminClient, cluster: Cluster, name: str, partitions: int, wanted: Mapping[str, str]) -> None:
    present = cluster.topics[name]
    differences = [] if present == partitions else [f"{present} partitions, not {partitions}"]
    described = client.describe_configs([ConfigResource("topic", name)], config_filter="all")
    actual = {key: entry["value"] for key, entry in described["topic"][name].items()}
    differences += [
        f"{key}={actual.get(key)}, not {value}" for key, value in wanted.items() if actual.get(key) != value
    ]
    if differences:
        raise MessagingError(
            f"Topic {name!r} exists with {', '.join(differences)}: take another name, or "
            "create_topic(…, fresh=True) to delete it and what it holds."
        )
