"""Applications against a real broker."""

import gc
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from functools import partial

import psutil
import pytest
from confluent_kafka import Producer

from helpers import messaging
from helpers.messaging import Message, UnknownTopicError, deadletters
from helpers.streams import (
    JSON,
    LONG,
    SKIP,
    STRING,
    Application,
    Materialized,
    RecordError,
    StreamsBuilder,
    StreamsError,
    TimeWindows,
    Topology,
    dead_letter,
)
from helpers.streams.application import _open

pytestmark = pytest.mark.services
SOON = {"commit.interval.ms": 100, "statestore.cache.max.bytes": 0}
PARTITIONS = 2


@pytest.fixture
def topics(kafka: str, topic_name: str) -> Iterator[tuple[str, str]]:
    """An input and an output topic of two partitions."""
    names = f"{topic_name}-in", f"{topic_name}-out"
    for name in names:
        messaging.create_topic(name, PARTITIONS, bootstrap=kafka)
    yield names
    left = [name for name in messaging.list_topics(bootstrap=kafka) if name.startswith(topic_name)]
    messaging.delete_topics(*left, bootstrap=kafka)


def send(topic: str, values: Iterable[tuple[str, object]], kafka: str) -> None:
    records = [
        Message(key=key.encode(), value=value if isinstance(value, bytes) else JSON.to_bytes(value))
        for key, value in values
    ]
    messaging.write(topic, records, bootstrap=kafka, seconds=20)


def received(topic: str, count: int, kafka: str, seconds: float = 20, **settings: object) -> list[tuple[str, bytes]]:
    records = messaging.read(topic, bootstrap=kafka, limit=count, seconds=seconds, **settings)
    return [(record.key.decode(), record.value) for record in records]


def mapping(source: str, out: str) -> Topology:
    builder = StreamsBuilder()
    builder.stream(source).map_values(lambda value: 10 // value, name="divide").to(out)
    return builder.build()


def test_records_go_in_and_out_and_closing_is_quick(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    with Application(mapping(source, out), source, bootstrap=kafka, config=SOON) as app:
        assert app.wait_until_running().state == "RUNNING"
        send(source, [(f"k{n}", n + 1) for n in range(20)], kafka)
        expected = sorted((f"k{n}", str(10 // (n + 1)).encode()) for n in range(20))
        assert sorted(received(out, 20, kafka)) == expected
        began = time.monotonic()
    assert time.monotonic() - began < 10
    assert app.state == "NOT_RUNNING"
    assert app not in _open


def test_a_failure_is_raised_by_wait_with_the_record(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [("k", 5), ("k", 0)], kafka)
    with Application(mapping(source, out), source, bootstrap=kafka) as app:
        with pytest.raises(RecordError, match=f"divide failed on {source}.*value 0: ZeroDivisionError") as caught:
            app.wait(30)
        assert isinstance(caught.value.__cause__, ZeroDivisionError)
        assert (caught.value.topic, caught.value.offset, caught.value.key) == (source, 1, "k")


def test_a_failure_nobody_waited_for_is_raised_at_the_end_of_the_block(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [("k", 0)], kafka)
    app = Application(mapping(source, out), source, bootstrap=kafka)
    with pytest.raises(RecordError):
        leave_when_it_has_failed(app)


def leave_when_it_has_failed(app: Application) -> None:
    with app:
        deadline = time.monotonic() + 30
        while app.errors.failure is None and time.monotonic() < deadline:
            time.sleep(0.05)


@pytest.mark.parametrize("exactly_once", [False, True])
def test_dead_letters_are_written_and_the_rest_goes_on(topics: tuple[str, str], kafka: str, exactly_once: bool) -> None:
    source, out = topics
    letters = f"{source}.dlq"
    send(source, [("a", 5), ("a", 0), ("a", b"{oops"), ("a", 2)], kafka)
    options = {"bootstrap": kafka, "exactly_once": exactly_once, "on_error": dead_letter(letters), "config": SOON}
    with Application(mapping(source, out), source, **options):
        assert [value for _, value in received(out, 2, kafka, isolation_level="read_committed")] == [b"2", b"5"]
        found = deadletters.letters(letters, limit=2, seconds=10, bootstrap=kafka)
    assert [(letter.key, letter.value, letter.source[2]) for letter in found] == [(b"a", b"0", 1), (b"a", b"{oops", 2)]
    assert found[0].reason == "ZeroDivisionError: integer division or modulo by zero"


def test_skipped_records_are_counted(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [("a", 0), ("a", 1)], kafka)
    with Application(mapping(source, out), source, bootstrap=kafka, on_error=SKIP) as app:
        assert received(out, 1, kafka) == [("a", b"10")]
        assert app.errors.skipped == 1


def counting(source: str, out: str) -> Topology:
    builder = StreamsBuilder()
    grouped = builder.stream(source).group_by_key()
    grouped.count(store=Materialized("counts")).to_stream().to(out)
    grouped.windowed_by(TimeWindows(size=timedelta(minutes=5))).count(store="windows")
    return builder.build()


def test_stores_lag_and_metrics(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [(f"k{n % 3}", n) for n in range(30)], kafka)
    with Application(counting(source, out), source, bootstrap=kafka, config=SOON) as app:
        app.wait_until(lambda: sum(count for _, count in app.store("counts").all()) == 30, seconds=30)
        assert dict(app.store("counts").all()) == {"k0": 10, "k1": 10, "k2": 10}
        assert app.store("counts").get("k1") == 10
        assert sum(each.value for each in app.store("windows").fetch("k1")) == 10
        app.wait_until(lambda: lag(app) == 0, seconds=30)
        assert app.lag()["committed"].sum() == 30
        metrics = app.metrics()
        processed = metrics[(metrics["name"] == "process-total") & (metrics["group"] == "stream-thread-metrics")]
        assert processed["value"].sum() >= 30
        with pytest.raises(StreamsError, match="no store 'count'; its stores: counts, windows"):
            app.store("count")


def lag(app: Application) -> float:
    frame = app.lag()
    return float((frame["end"] - frame["committed"].fillna(0)).sum())


def counted(app: Application, expected: int) -> bool:
    return app.store("counts").get("k") == expected


def test_state_comes_back_after_clean_up(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    for expected in (2, 4):  # the second time with the state of the first, restored from its changelog
        send(source, [("k", 1), ("k", 1)], kafka)
        with Application(counting(source, out), source, bootstrap=kafka, config=SOON) as app:
            app.wait_until(partial(counted, app, expected), seconds=30)
        state = app.state_dir / source
        assert list(state.rglob("*.sst")) + list(state.rglob("MANIFEST*"))
        app.clean_up()
        assert not list(state.rglob("MANIFEST*"))


def test_exactly_once_is_set_and_seen_by_readers_of_what_is_committed(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [("k", n + 1) for n in range(50)], kafka)
    with Application(mapping(source, out), source, bootstrap=kafka, exactly_once=True) as app:
        assert len(received(out, 50, kafka, isolation_level="read_committed")) == 50
        producers = app.metrics().query("name == 'txn-commit-time-ns-total'")
        assert producers["value"].sum() > 0


def test_two_applications_in_one_process(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    send(source, [("k", 5)], kafka)
    with (
        Application(mapping(source, out), f"{source}-one", bootstrap=kafka, config=SOON) as one,
        Application(counting(source, out), f"{source}-two", bootstrap=kafka, config=SOON) as two,
    ):
        one.wait_until_running()
        two.wait_until_running()
        assert sorted(value for _, value in received(out, 2, kafka)) == sorted([b"2", LONG.to_bytes(1)])


def test_a_missing_topic_is_named_at_once(topics: tuple[str, str], kafka: str) -> None:
    began = time.monotonic()
    with pytest.raises(UnknownTopicError, match="nowhere"):
        Application(mapping(topics[0], "nowhere"), topics[0], bootstrap=kafka).start()
    assert time.monotonic() - began < 5


def test_closing_is_bounded_when_a_function_hangs(topics: tuple[str, str], kafka: str) -> None:
    source, _ = topics
    reached, go_on = threading.Event(), threading.Event()
    builder = StreamsBuilder()
    builder.stream(source).for_each(lambda key, value: reached.set() or go_on.wait(60))
    send(source, [("k", 1)], kafka)
    app = Application(builder.build(), source, bootstrap=kafka).start()
    try:
        assert reached.wait(30)
        began = time.monotonic()
        with pytest.raises(StreamsError, match=r"has not stopped after 1 s: one of its functions still runs"):
            app.close(seconds=1)
        assert time.monotonic() - began < 5
    finally:
        go_on.set()
        app.close()


def test_an_application_starts_once(topics: tuple[str, str], kafka: str) -> None:
    app = Application(mapping(*topics), topics[0], bootstrap=kafka)
    assert app.state == "CREATED"
    with app, pytest.raises(StreamsError, match="was started before: make a new one"):
        app.start()


def test_a_setting_kafka_streams_refuses_is_said(topics: tuple[str, str], kafka: str) -> None:
    app = Application(mapping(*topics), topics[0], bootstrap=kafka, config={"num.stream.threads": "many"})
    with pytest.raises(StreamsError, match=r"cannot be started: .*Invalid value many for configuration num.stream"):
        app.start()


KERNEL = """
import sys, time
from tests.streams.apps import counting
app = counting(*sys.argv[1:]).start().wait_until_running(60)
print("running", flush=True)
if sys.stdin.readline().strip() == "hang":
    time.sleep(600)
"""


@pytest.mark.parametrize("end", ["quietly", "killed"])
def test_an_application_never_outlives_its_kernel(topics: tuple[str, str], kafka: str, end: str) -> None:
    """A process that ends without closing takes its application along; the next one goes on where it stopped."""
    source, out = topics
    command = [sys.executable, "-c", KERNEL, source, source, out, kafka]
    kernel = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        assert kernel.stdout.readline() == "running\n"
        if end == "killed":
            kernel.kill()
        else:
            kernel.communicate("end\n", timeout=30)
        assert kernel.wait(30) == (0 if end == "quietly" else -9)
    finally:
        kernel.kill()
        kernel.wait()
    members = messaging.groups(bootstrap=kafka).set_index("group").loc[source, "members"]
    assert members == (0 if end == "quietly" else 1)  # a killed one is missed after session.timeout.ms
    send(source, [("k", 1)], kafka)
    with Application(counting(source, out), source, bootstrap=kafka, config=SOON) as app:
        app.wait_until(lambda: app.state == "RUNNING" and app.store("counts").get("k") == 1, seconds=60)


@pytest.mark.long
def test_a_million_records_through_a_live_filter_leak_nothing(topics: tuple[str, str], kafka: str) -> None:
    source, out = topics
    builder = StreamsBuilder()
    builder.stream(source, value=STRING).filter(lambda key, value: value == "last").to(out)
    producer = Producer({"bootstrap.servers": kafka, "linger.ms": 50, "queue.buffering.max.messages": 2_000_000})

    def produce(count: int) -> None:
        for n in range(count):
            producer.produce(source, b"record", partition=n % PARTITIONS)
            if n % 10_000 == 0:
                producer.poll(0)
        producer.produce(source, b"last", partition=0)
        assert producer.flush(120) == 0

    with Application(builder.build(), source, bootstrap=kafka, config=SOON) as app:
        app.wait_until_running(60)  # before it has joined there is no group whose lag could be asked for
        used = []
        for count in (200_000, 1_000_000):
            produce(count)
            app.wait_until(lambda: lag(app) == 0, seconds=240)
            gc.collect()
            used.append((psutil.Process().memory_info().rss / 2**20, sys.getallocatedblocks()))
    assert used[1][0] - used[0][0] < 64
    assert used[1][1] - used[0][1] < 10_000
