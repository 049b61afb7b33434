"""kafka-python's clients, opened so that none waits for ever or fails with a page of traceback."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches

from kafka import KafkaAdminClient, KafkaConsumer
from kafka.errors import KafkaError

from helpers import services
from helpers.config import settings
from helpers.messaging.errors import MessagingError, UnknownTopicError
from helpers.messaging.reachability import Cluster, reach

BOOTSTRAP_MS = 2_000  # kafka-python waits 30 s for a wrong address unless told otherwise
REQUEST_MS = 10_000  # an admin request; 30 s by default
# A topic is known to the broker that created it some milliseconds before the others hear of it.
NEWS_SECONDS = 1.0


def bootstrap_or_default(bootstrap: str | None) -> str:
    """The addresses given, else those in the settings, else the workbook's own Kafka, started if need be."""
    given = bootstrap or settings().bootstrap
    if given:
        return given
    running = next((service.address for service in services.running() if service.name == "kafka"), None)
    return running or services.ensure("kafka").bootstrap


@contextmanager
def admin(bootstrap: str) -> Iterator[KafkaAdminClient]:
    """An admin client for one task.

    Raises UnreachableError within 3 s; a KafkaError inside the block becomes a MessagingError.
    """
    there = reach(bootstrap)
    try:
        with KafkaAdminClient(
            bootstrap_servers=there.bootstrap, bootstrap_timeout_ms=BOOTSTRAP_MS, request_timeout_ms=REQUEST_MS
        ) as client:
            yield client
    except KafkaError as error:
        raise MessagingError(f"Kafka at {bootstrap} did not do what was asked: {error}.") from error


@contextmanager
def consumer(bootstrap: str, **settings: object) -> Iterator[KafkaConsumer]:
    """A consumer of raw bytes that never commits by itself; closed within a second.

    Bytes, because a deserializer that raises makes every later poll() of kafka-python spin for ever.
    """
    client = KafkaConsumer(
        bootstrap_servers=bootstrap,
        bootstrap_timeout_ms=BOOTSTRAP_MS,
        enable_auto_commit=False,
        allow_auto_create_topics=False,
        **settings,
    )
    try:
        yield client
    finally:
        client.close(autocommit=False, timeout_ms=1_000)


def require_topics(bootstrap: str, topics: Sequence[str]) -> Cluster:
    """The cluster, once it knows all of `topics`.

    Raises UnknownTopicError, with the nearest name that exists, after a second; UnreachableError.
    """
    deadline = time.monotonic() + NEWS_SECONDS
    while True:
        cluster = reach(bootstrap)
        unknown = [topic for topic in topics if topic not in cluster.topics]
        if not unknown:
            return cluster
        if time.monotonic() > deadline:
            raise UnknownTopicError(_unknown_sentence(unknown[0], cluster))
        time.sleep(0.05)


def _unknown_sentence(topic: str, cluster: Cluster) -> str:
    near = get_close_matches(topic, cluster.topics, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"make it first, in a notebook with create_topic({topic!r})."
    return f"There is no topic {topic!r}: {advice}"
