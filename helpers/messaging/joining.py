"""A consumer joins its group in spite of two faults of kafka-python 3.0.12 (tests/messaging/test_traps.py)."""

from collections.abc import Sequence

from kafka import ConsumerRebalanceListener, KafkaConsumer
from kafka.consumer.fetcher import ConsumerRecord
from kafka.structs import TopicPartition


def subscribe(client: KafkaConsumer, topics: Sequence[str], listener: ConsumerRebalanceListener) -> None:
    """Subscribe, and wait until the brokers have told of the topics' partitions.

    Who polls earlier joins without knowing them, and joins once more a moment later. Raises KafkaError.
    """
    client.subscribe(topics, listener=listener)
    client.topics()  # always asks, and what is told after subscribing is what counts


def poll(client: KafkaConsumer, seconds: float, limit: int | None = None) -> dict[TopicPartition, list[ConsumerRecord]]:
    """`client.poll`, which goes on with a joining that the poll before had no time for. Raises KafkaError.

    A leader whose topics have changed joins again, but forgets why as soon as it has shared the partitions out. If its
    poll ends there, the next ones take no notice of the answer: it goes on with what it had and sends no heartbeat,
    while the group believes it at work on what it was given.
    """
    coordinator = client._coordinator
    if coordinator.rejoining:
        coordinator.request_rejoin()
    return client.poll(int(seconds * 1000), max_records=limit)  # type: ignore[no-any-return]
