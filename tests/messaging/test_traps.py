"""What kafka-python 3.0 and confluent-kafka do that surprises, and that this room and the lessons work around.

A test that fails here tells of a new version that behaves better, or worse: then the workaround named in the test
can go, or must change, and what a lesson says of it too.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import kafka as kafka_python
import kafka.errors
import pytest
from confluent_kafka import Consumer, Producer
from kafka import (
    AsyncConsumerRebalanceListener,
    ConsumerRebalanceListener,
    KafkaAdminClient,
    KafkaConsumer,
    KafkaProducer,
    TopicPartition,
)
from kafka.errors import KafkaConfigurationError, KafkaTimeoutError
from kafka.partitioner.default import DefaultPartitioner
from kafka.record import util

from helpers.messaging import create_topic, groups, joining, lag, offsets, partition_for, read, write
from helpers.messaging.reading import FETCH_WAIT_MS

SECONDS = 20


@pytest.fixture
def two(kafka: str, topic: str) -> str:
    """A topic with the records b"1" and b"2"."""
    write(topic, [b"1", b"2"], seconds=10, bootstrap=kafka)
    return topic


def consumer(kafka: str, group: str | None = None, **settings: object) -> KafkaConsumer:
    return KafkaConsumer(bootstrap_servers=kafka, group_id=group, auto_offset_reset="earliest", **settings)


def until(done: Callable[[], object]) -> None:
    deadline = time.monotonic() + SECONDS
    while not done():
        assert time.monotonic() < deadline


# --- defaults, which need no broker -----------------------------------------------------------------------------


def test_a_wrong_address_is_waited_for_30_seconds_and_no_brokers_available_is_gone() -> None:
    """We ask with sockets first (`reachability`) and set bootstrap_timeout_ms."""
    assert not hasattr(kafka.errors, "NoBrokersAvailable")
    for client in (KafkaConsumer, KafkaProducer, KafkaAdminClient):
        assert client.DEFAULT_CONFIG["bootstrap_timeout_ms"] == 30_000
        with pytest.raises(KafkaTimeoutError, match="Unable to bootstrap"):
            client(bootstrap_servers="127.0.0.1:1", bootstrap_timeout_ms=200)


def test_the_defaults_are_acks_all_idempotence_and_endless_retries() -> None:
    defaults = KafkaProducer.DEFAULT_CONFIG
    assert (defaults["acks"], defaults["enable_idempotence"], defaults["retries"]) == (-1, True, float("inf"))


def test_a_fetch_may_wait_half_a_second_for_a_drained_partition() -> None:
    """Our readers ask for less."""
    assert KafkaConsumer.DEFAULT_CONFIG["fetch_max_wait_ms"] == 500
    assert FETCH_WAIT_MS < 100


def test_neither_new_groups_nor_share_groups_nor_interceptors_exist() -> None:
    """The lessons mention them and do not promise them."""
    assert not {"group_protocol", "interceptor_classes", "interceptors"} & KafkaConsumer.DEFAULT_CONFIG.keys()
    assert not {"interceptor_classes", "interceptors"} & KafkaProducer.DEFAULT_CONFIG.keys()
    assert not hasattr(kafka_python, "KafkaShareConsumer")


def test_checksums_are_fast_only_with_a_package_whose_absence_nobody_mentions() -> None:
    """crc32c is a dependency of ours, and the doctor looks for it."""
    assert util.crc32c_c is not None
    program = (
        "import sys; sys.modules['crc32c'] = None; from kafka.record import util; "
        "print(util.crc32c_c, util.calc_crc32c(b'123456789'))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["None", str(0xE3069283)]
    assert done.stderr == ""


def test_keyless_records_go_to_a_random_partition_each_and_keyed_ones_where_java_puts_them() -> None:
    class Cluster:
        def topics(self) -> set[str]:
            return {"t"}

        def partitions_for_topic(self, topic: str) -> set[int]:
            return set(range(8))

        available_partitions_for_topic = partitions_for_topic

    def place(key: bytes | None) -> int:
        return int(DefaultPartitioner().partition("t", key, key, None, None, Cluster()))

    assert isinstance(KafkaProducer.DEFAULT_CONFIG["partitioner"], DefaultPartitioner)
    assert len({place(None) for _ in range(200)}) == 8  # Java would stay with one until its batch is full
    assert [place(key) for key in (b"NY", b"OH", b"")] == [partition_for(key, 8) for key in (b"NY", b"OH", b"")]


# --- consuming --------------------------------------------------------------------------------------------------


@pytest.mark.services
def test_a_deserializer_that_raises_once_makes_every_later_poll_hang(kafka: str, two: str) -> None:
    """We consume bytes and decode in a `try` of our own."""
    program = f"""
from kafka import KafkaConsumer
consumer = KafkaConsumer({two!r}, bootstrap_servers={kafka!r}, auto_offset_reset="earliest",
                         value_deserializer=lambda value: 1 / 0)
try:
    while True:
        consumer.poll(500)
except ZeroDivisionError:
    print("raised", flush=True)
consumer.poll(500)
"""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", program], stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "raised\n"
            with pytest.raises(subprocess.TimeoutExpired):
                process.wait(timeout=3)  # poll(500) should have taken half a second
        finally:
            process.kill()


@pytest.mark.services
def test_commit_raises_in_a_listener_and_commit_async_works_in_an_async_one(kafka: str, two: str) -> None:
    """`Member` commits after its work instead, before the next poll."""
    outcomes: list[object] = []

    class Commits(ConsumerRebalanceListener):  # type: ignore[misc]
        def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None: ...

        def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
            if revoked:
                try:
                    outcomes.append(client.commit())
                except RuntimeError as error:
                    outcomes.append(error)

    class Awaits(AsyncConsumerRebalanceListener):  # type: ignore[misc]
        async def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None: ...

        async def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None:
            if revoked:
                outcomes.append(await client.commit_async())

    for listener in (Commits, Awaits):
        with closing(consumer(kafka, f"{two}-{listener.__name__}", enable_auto_commit=False)) as client:
            client.subscribe([two], listener=listener())
            until(lambda: client.poll(500))
    refused, committed = outcomes
    assert isinstance(refused, RuntimeError)
    assert "AsyncConsumerRebalanceListener" in str(refused)
    assert committed is None
    assert lag(f"{two}-Commits", bootstrap=kafka).empty
    assert lag(f"{two}-Awaits", bootstrap=kafka)["committed"].tolist() == [2]


@pytest.mark.services
def test_leaving_the_loop_with_auto_commit_loses_the_record_in_hand(kafka: str, two: str) -> None:
    """We switch it off and commit after the work."""
    assert KafkaConsumer.DEFAULT_CONFIG["enable_auto_commit"]
    with closing(consumer(kafka, two, consumer_timeout_ms=SECONDS * 1000)) as client:
        client.subscribe([two])
        for record in client:
            assert record.offset == 0
            break  # as if the work on it had failed
    assert lag(two, bootstrap=kafka)["committed"].tolist() == [1]


@pytest.mark.services
def test_while_one_member_of_a_thread_waits_the_other_cannot_rebalance(kafka: str, topic_name: str) -> None:
    """So `Member` has a thread each. Polled strictly in turns they do balance, each paying for the other's waits."""
    create_topic(topic_name, 2, bootstrap=kafka)
    with (
        closing(consumer(kafka, topic_name, heartbeat_interval_ms=300)) as first,
        closing(consumer(kafka, topic_name, heartbeat_interval_ms=300)) as second,
    ):
        for client in (first, second):
            client.subscribe([topic_name])
            assert client.partitions_for_topic(topic_name) == {0, 1}  # or who leads the group gives nothing to anybody
        until(lambda: first.poll(100) or len(first.assignment()) == 2)
        for _ in range(4):
            second.poll(500)
        assert not second.assignment()
        assert groups(bootstrap=kafka).set_index("group").loc[topic_name, "state"] == "PreparingRebalance"
        until(lambda: first.poll(50) or second.poll(50) or (first.assignment() and second.assignment()))


class Given(ConsumerRebalanceListener):  # type: ignore[misc]
    """Keeps how many partitions each joining gave."""

    def __init__(self) -> None:
        self.counts: list[int] = []

    def on_partitions_assigned(self, assigned: set[TopicPartition]) -> None:
        self.counts.append(len(assigned))

    def on_partitions_revoked(self, revoked: set[TopicPartition]) -> None: ...


@pytest.mark.services
def test_a_member_that_is_told_of_its_topics_after_it_joined_joins_twice(kafka: str, topic: str) -> None:
    """It also does when it knew them before it subscribed. So `joining.subscribe` asks again."""
    late, asked = Given(), Given()
    with closing(consumer(kafka, f"{topic}-late")) as client:
        client.partitions_for_topic(topic)
        client.subscribe([topic], listener=late)
        until(lambda: client.poll(100) or len(late.counts) == 2)
    with closing(consumer(kafka, f"{topic}-asked")) as client:
        client.partitions_for_topic(topic)
        joining.subscribe(client, [topic], asked)
        until(lambda: client.poll(100) or asked.counts)
        client.poll(1_000)
    assert (late.counts, asked.counts) == ([1, 1], [1])


@pytest.mark.services
def test_a_leader_whose_poll_ends_while_it_joins_again_is_lost_to_its_group(kafka: str, topic: str) -> None:
    """So `joining.poll` reminds it."""
    given = Given()
    with (
        closing(consumer(kafka, topic, enable_auto_commit=False)) as client,
        closing(KafkaAdminClient(bootstrap_servers=kafka)) as admin,
    ):
        joining.subscribe(client, [topic], given)
        until(lambda: client.poll(500) or given.counts)
        admin.create_partitions({topic: 2})
        until(lambda: client.topics() and len(client.partitions_for_topic(topic)) == 2)
        for _ in range(1_000):
            client.poll(1)
        assert (given.counts, len(client.assignment())) == ([1], 1)
        assert groups(bootstrap=kafka).set_index("group").loc[topic, "state"] == "Stable"
        until(lambda: joining.poll(client, 0.5) or given.counts[1:] == [2])


@pytest.mark.services
def test_confluents_bare_commit_covers_what_is_still_being_worked_on(kafka: str, two: str) -> None:
    """With confluent-kafka we commit explicit offsets."""
    settings = {"bootstrap.servers": kafka, "group.id": two, "auto.offset.reset": "earliest"}
    client = Consumer({**settings, "enable.auto.commit": False})
    client.subscribe([two])
    batch = []
    until(lambda: batch.extend(client.consume(2 - len(batch), timeout=0.5)) or len(batch) == 2)
    client.commit(asynchronous=False)  # the first is done, the second is not
    client.close()
    assert lag(two, bootstrap=kafka)["committed"].tolist() == [2]


# --- producing --------------------------------------------------------------------------------------------------


@pytest.mark.services
@pytest.mark.parametrize("acks", [0, 1])
def test_fewer_acks_switch_idempotence_off_silently_and_only_asking_for_both_raises(kafka: str, acks: int) -> None:
    with closing(KafkaProducer(bootstrap_servers=kafka, acks=acks)) as producer:
        assert producer.config["enable_idempotence"] is False
    with pytest.raises(KafkaConfigurationError, match="enable_idempotence=True is incompatible"):
        KafkaProducer(bootstrap_servers=kafka, acks=acks, enable_idempotence=True)


@pytest.fixture
def transaction(kafka: str, topic: str) -> Iterator[KafkaProducer]:
    """A transaction has begun; what is sent waits for a flush."""
    with closing(KafkaProducer(bootstrap_servers=kafka, transactional_id=topic, linger_ms=60_000)) as producer:
        producer.init_transactions()
        producer.begin_transaction()
        yield producer


@pytest.mark.services
def test_a_transaction_aborted_before_a_flush_leaves_nothing_to_show(
    kafka: str, topic: str, transaction: KafkaProducer
) -> None:
    """The lesson flushes, then aborts."""
    transaction.send(topic, b"never sent")
    transaction.abort_transaction()
    assert read(topic, limit=1, seconds=10, follow=False, bootstrap=kafka) == []  # at most a marker is there


@pytest.mark.services
def test_a_transaction_aborted_after_a_flush_is_there_for_the_uncommitted(
    kafka: str, topic: str, transaction: KafkaProducer
) -> None:
    transaction.send(topic, b"aborted")
    transaction.flush()
    transaction.abort_transaction()
    assert [record.value for record in read(topic, limit=1, seconds=10, bootstrap=kafka)] == [b"aborted"]


@pytest.mark.services
def test_librdkafka_places_keys_elsewhere_unless_told_to_use_murmur2(kafka: str, topic_name: str) -> None:
    create_topic(topic_name, 7, bootstrap=kafka)
    keys = [str(number).encode() for number in range(50)]

    def placed(**settings: str) -> list[int]:
        found: dict[bytes, int] = {}
        producer = Producer({"bootstrap.servers": kafka, **settings})
        for key in keys:
            producer.produce(
                topic_name, b"", key, on_delivery=lambda _, message: found.update({message.key(): message.partition()})
            )
        assert producer.flush(SECONDS) == 0
        return [found[key] for key in keys]

    expected = [partition_for(key, 7) for key in keys]
    assert placed() != expected
    assert placed(partitioner="murmur2_random") == expected


@pytest.mark.services
def test_kafka_python_cannot_write_every_record_it_can_read(kafka: str, topic: str) -> None:
    """So dead letters are written with confluent-kafka."""
    with closing(KafkaProducer(bootstrap_servers=kafka)) as producer:
        with pytest.raises(TypeError, match="headers"):
            producer.send(topic, b"v", headers=[("empty", None)])
        with pytest.raises(ValueError, match="at least one"):
            producer.send(topic, None)


@pytest.mark.services
def test_librdkafka_takes_the_timestamp_0_for_now(kafka: str, topic: str) -> None:
    producer = Producer({"bootstrap.servers": kafka})
    producer.produce(topic, b"v", timestamp=0)
    assert producer.flush(SECONDS) == 0
    (record,) = read(topic, limit=1, seconds=10, bootstrap=kafka)
    assert record.timestamp > 1_700_000_000_000


# --- administering ----------------------------------------------------------------------------------------------


@pytest.mark.services
def test_topics_are_created_from_dicts_by_name(kafka: str, topic_name: str) -> None:
    with KafkaAdminClient(bootstrap_servers=kafka) as admin:
        with pytest.raises(ValueError, match="No valid topics"):
            admin.create_topics([{"name": topic_name, "num_partitions": 3}])
        admin.create_topics({topic_name: {"num_partitions": 3, "replication_factor": 1}})
    assert len(offsets(topic_name, bootstrap=kafka)) == 3
