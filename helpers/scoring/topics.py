"""The topics a scorer works between, looked up and made before the first record."""

from collections.abc import Mapping
from dataclasses import dataclass

from helpers import messaging
from helpers.messaging import deadletters
from helpers.messaging.clients import admin, require_topics
from helpers.scoring import registry
from helpers.scoring.errors import ScoringError


@dataclass(frozen=True)
class Route:
    """Where records come from and go to.

    copartitioned: source and target have the same number of partitions, so that a prediction lies in the partition of
    its image and the two can be joined.
    """

    source: str
    target: str
    rejects: str
    copartitioned: bool


def check(*topics: str) -> None:
    """Raise ScoringError unless these can be the source, the target and the rejects of a scorer."""
    for topic in topics:
        if topic.startswith("_") or topic == registry.TOPIC:
            whose = "the model registry's" if topic == registry.TOPIC else "a service's own"
            raise ScoringError(f"The topic {topic!r} is {whose}: name one of images, or for what comes of them.")
        if topics.count(topic) > 1:
            raise ScoringError(f"The topic {topic!r} is named twice: source, target and rejects are three topics.")


def prepare(source: str, target: str, rejects: str, *, bootstrap: str) -> Route:
    """Require the source; make the others, if they are missing, with its partitions and copies.

    Raises ScoringError, UnknownTopicError, UnreachableError, MessagingError.
    """
    check(source, target, rejects)
    partitions, copies = require_topics(bootstrap, [source]).topics[source], _copies(source, bootstrap)
    there = messaging.probe(bootstrap).topics
    if target not in there:
        messaging.create_topic(target, partitions, copies, bootstrap=bootstrap)
    deadletters.create(rejects, 1, copies, bootstrap=bootstrap)  # refuses one that could not hold every record
    return Route(source, target, rejects, there.get(target, partitions) == partitions)


class Source:
    """Names the partitions of a topic so that a result's identity outlives the topic.

    A topic that was deleted and made anew begins at offset 0 again, and Redis would take its records for ones it has
    seen. So the id that Kafka gave the topic (KIP-516) is part of the name, and is read again when a partition goes
    back: after a rebalance for nothing, after a deletion with effect.
    """

    def __init__(self, topic: str, *, bootstrap: str) -> None:
        """Read the topic's id. Raises MessagingError."""
        self._topic, self._bootstrap = topic, bootstrap
        self._id = self._read_id()
        self._next: dict[int, int] = {}

    def names(self, firsts: Mapping[int, int], positions: Mapping[int, int]) -> dict[int, str]:
        """Name the partitions of a batch. firsts: its first offset in each; positions: the offset after its last."""
        if any(first < self._next.get(partition, 0) for partition, first in firsts.items()):
            self._id = self._read_id()
        self._next.update(positions)
        return {partition: f"{self._topic}-{partition}@{self._id}" for partition in positions}

    def _read_id(self) -> str:
        with admin(self._bootstrap) as client:
            (described,) = client.describe_topics([self._topic])
        return str(described["topic_id"])


def _copies(topic: str, bootstrap: str) -> int:
    return len(messaging.describe(topic, bootstrap=bootstrap)["replicas"][0])
