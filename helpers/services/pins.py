"""The versions and broker settings shared by the embedded services and `docker-compose.yml`.

Every number stands here once: `helpers.services` starts Kafka with it, `tests/services/test_compose.py` holds
the compose file to it. Settings carry Kafka's own names and values as text, as in a `server.properties`.
"""

KAFKA_VERSION = "4.3.1"
KAFKA_IMAGE = f"apache/kafka:{KAFKA_VERSION}"
REDIS_IMAGE = "redis:8.10.2-alpine"
KSQL_IMAGE = "confluentinc/cp-ksqldb-server:8.3.1"  # Confluent Platform 8.3 is built on Kafka 4.3

KAFKA_HEAP = "-Xmx384m"

BROKER_SETTINGS: dict[str, str] = {
    # A mistyped topic name is an error that can be read, not a new empty topic.
    "auto.create.topics.enable": "false",
    # Production waits 3 s for more members before a group's first rebalance; on a laptop nobody else comes.
    "group.initial.rebalance.delay.ms": "0",
    "group.streams.initial.rebalance.delay.ms": "0",
    # Kafka's own topics: copies and partitions for one broker (production: 3 copies, 50 partitions).
    "offsets.topic.num.partitions": "1",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Retention and compaction are to be seen within seconds (production: after 30 s, then every 5 min; 15 s).
    "log.initial.task.delay.ms": "1000",
    "log.retention.check.interval.ms": "1000",
    "log.cleaner.backoff.ms": "1000",
    # The cleaner takes its whole buffer out of the heap at the start: 16 MB instead of 128 MB.
    "log.cleaner.dedupe.buffer.size": "16777216",
}
"""One broker."""

CLUSTER_SETTINGS: dict[str, str] = BROKER_SETTINGS | {
    "default.replication.factor": "3",
    "min.insync.replicas": "2",
    "offsets.topic.num.partitions": "3",
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.num.partitions": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "share.coordinator.state.topic.num.partitions": "3",
    "share.coordinator.state.topic.replication.factor": "3",
    "share.coordinator.state.topic.min.isr": "2",
    # A dead broker is noticed after 3 s, not 9: fail-over takes 3-6 s instead of 8-10.
    "broker.session.timeout.ms": "3000",
}
"""Each of three brokers: every record in three places, and `acks=all` answered when two have it."""
